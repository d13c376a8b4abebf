package command_test

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzDo gives any line to a table with a real database. Whatever it is, there is
// a reply for people, and nothing breaks.
func FuzzDo(f *testing.F) {
	d := newDesk(f)
	code := d.ok(f, "new").Song.Code
	d.queued(f)
	for _, s := range []string{"new funk key=Em", "queue new count=2", "queue move " + code + " 1", "loop now from=3 bars=2 gap=0.5", "rate now 5", "title now \"a b\" c",
		"delete " + code, "undo", "export now x.mid --force", "band new jazz", "songs 3 style=funk band=house", "history 2", "help queue new", "auto on", "stop",
		"skip", "play", "play " + code, "shutdown", "listeners", "trust *!*@h op channel=#x", "untrust *!*@h", "trust", "networks", "status", "\x00", "a=b=c", "'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		eve := d.Do(t.Context(), irc("eve", ""), line)
		if eve.OK == strings.HasPrefix(eve.Text, "error: ") || strings.Contains(eve.Text, "something broke") || d.house.ended > 0 || len(d.exporter.files) > 0 {
			t.Errorf("a stranger: %q: %+v", line, eve)
		}
		r := d.Do(t.Context(), me, line)
		d.house.ended, d.exporter.files = 0, nil
		switch {
		case !utf8.ValidString(r.Text), r.Text == "" && !strings.HasPrefix(strings.ToLower(strings.TrimSpace(line)), "stat"):
			t.Errorf("%q: %q is no reply", line, r.Text)
		case strings.Contains(r.Text, "something broke"):
			t.Errorf("%q: %s", line, r.Text)
		case r.OK == strings.HasPrefix(r.Text, "error: "):
			t.Errorf("%q: %+v", line, r)
		}
	})
}
