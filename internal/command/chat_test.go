package command_test

import (
	"strings"
	"testing"
)

// Every line in a chat is a message to everybody: what is told of one thing has one.
func TestFactsAreOneLineInAChat(t *testing.T) {
	d := newDesk(t)
	ann := irc("ann", "")
	d.house.status.State = "playing"
	d.ok(t, "new funk band=\"House Cats\"")
	for line, want := range map[string]string{
		"styles":          "funk, folk, jazz, waltz · styles NAME tells about one",
		"status":          "playing · queue: 0 songs, auto off · listeners: nobody · ",
		"band House Cats": " · best songs: ",
		"band new jazz":   " · new band=",
		"help new":        " · Compose a song and play it now. · Everything is free",
	} {
		if r := d.may(t, ann, line, want); strings.Contains(r.Text, "\n") {
			t.Errorf("%s is told in lines:\n%s", line, r.Text)
		}
		here := d.ok(t, line).Text
		if !strings.Contains(here, "\n") || strings.Contains(here, " · ") {
			t.Errorf("%s is one line elsewhere too:\n%s", line, here)
		}
	}
	// The first line of a song is followed by a link.
	r := d.may(t, ann, "song now", ")\n32 bars in 4/4, composed ", " · sections: ", " · lead: Gizmo, ")
	if strings.Count(r.Text, "\n") != 1 {
		t.Errorf("a song is told as\n%s", r.Text)
	}
}

func TestWhatAnOrderStarts(t *testing.T) {
	d := newDesk(t)
	d.ok(t, "stop")
	if r := d.ok(t, "queue new"); r.Starts != "" {
		t.Errorf("%q starts %s", r.Text, r.Starts)
	}
	q := d.queue(t)
	if r := d.ok(t, "play"); r.Starts != q {
		t.Errorf("%q starts %q, not %s", r.Text, r.Starts, q)
	}
	for _, line := range []string{"new", "play now", "loop now"} {
		if r := d.ok(t, line); r.Starts == "" || r.Starts != r.Song.Code {
			t.Errorf("%s: %q starts %q", line, r.Text, r.Starts)
		}
	}
	d.ok(t, "queue new")
	q = d.queue(t)
	if r := d.ok(t, "rate now 5"); r.Starts != q {
		t.Errorf("%q starts %q, not %s", r.Text, r.Starts, q)
	}
	if r := d.ok(t, "queue new"); r.Starts != "" {
		t.Errorf("%q starts %s", r.Text, r.Starts)
	}

	d = newDesk(t) // silence that is not held
	r := d.ok(t, "queue new count=3")
	if first, _, _ := strings.Cut(d.queue(t), " "); r.Starts != first {
		t.Errorf("%q starts %q, not %s", r.Text, r.Starts, first)
	}
	d = newDesk(t)
	if r := d.ok(t, "queue new"); r.Starts != r.Song.Code {
		t.Errorf("%q starts %q", r.Text, r.Starts)
	}
}
