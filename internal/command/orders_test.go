package command_test

import (
	"testing"
)

func TestNewPlays(t *testing.T) {
	d := newDesk(t)
	r := d.ok(t, "new funk key=Em tempo=104 seed=123456")
	t.Log(r.Text)
	code := r.Song.Code
	if got, want := d.air.since(), "play("+code+")"; got != want {
		t.Errorf("the air was told %q, want %q", got, want)
	}
	for _, l := range []string{"now", "queue new", "queue", "skip", "songs", "song now", "history", "help", "help queue", "styles", "bands", "band new jazz", "band iron", "loop now", "rate now 3", "stop", "new band=iron tempo=390", "title now Don't stop", "status", "listeners", "export now a.mid", "undo", "auto on", "auto"} {
		t.Log(l, "→", d.ok(t, l).Text, d.air.since())
	}
	for _, l := range []string{"s", "xyz", "new fnk", "new tempo=9999", "rate now 9", "queue mvoe", "band new waltz", "loop now from=99", "delete now", "new temp=3", "play 22222"} {
		t.Log(l, "→", d.Do(t.Context(), me, l).Text)
	}
}
