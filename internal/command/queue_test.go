package command_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"bandstand/internal/command"
)

func TestQueue(t *testing.T) {
	d := newDesk(t)
	if r := d.ok(t, "queue"); r.Text != "the queue is empty; queue new composes a song for it" {
		t.Errorf("got %s", r.Text)
	}
	a := d.ok(t, "queue new")
	if !strings.HasPrefix(a.Text, "queued to start now: ") {
		t.Errorf("got %s", a.Text)
	}
	d.air.hear(command.Now{State: command.Playing, Code: a.Song.Code, Queue: 1}) // the air starts it by itself
	b, c := d.queued(t), d.queued(t)
	if got := d.queue(t); got != b+" "+c {
		t.Errorf("the queue is %q: what has started by itself is still in it", got)
	}
	if got, want := d.air.since(), fmt.Sprintf("queue(%s) queue(%s) queue(%s,%s)", a.Song.Code, b, b, c); got != want {
		t.Errorf("the air was told %q, want %q", got, want)
	}
	if st := d.state(t); st.State != command.Playing || st.Code != a.Song.Code || st.Queue != 1 {
		t.Errorf("the air is %+v", st)
	}
	for _, step := range []struct{ line, reply, queue string }{
		{"queue " + strings.ToUpper(c), "queued at 3: ", "b c c"},
		{"queue move " + c + " 1", "is now number 1 of the queue", "c b c"},
		{"queue move " + b + " 3", "is now number 3 of the queue", "c c b"},
		{"queue remove " + c, "is out of the queue; undo puts it back", "c b"},
		{"queue remove " + c, "is out of the queue", "b"},
		{"undo", "is back in the queue", "c b"},
		{"undo", "is back in the queue", "c c b"},
		{"queue now", "queued at 4", "c c b a"},
	} {
		r := d.ok(t, step.line)
		queue := strings.NewReplacer("a", a.Song.Code, "b", b, "c", c).Replace(step.queue)
		if !strings.Contains(r.Text, step.reply) || d.queue(t) != queue {
			t.Errorf("%s: got %s, queue %s, want %s, queue %s", step.line, r.Text, d.queue(t), step.reply, queue)
		}
		if got, want := d.air.since(), "queue("+strings.ReplaceAll(queue, " ", ",")+")"; got != want {
			t.Errorf("%s: the air was told %q, want %q", step.line, got, want)
		}
	}
	r := d.ok(t, "queue")
	if lines := strings.Split(r.Text, "\n"); len(lines) != 5 || lines[0] != "4 songs waiting:" || !strings.HasPrefix(lines[3], "  3  "+b) {
		t.Errorf("got %s", r.Text)
	}
	d.bad(t, "undo", "nothing to undo")
}

func TestQueueNewMany(t *testing.T) {
	d := newDesk(t)
	r := d.ok(t, "queue new funk count=3 seed=40")
	if lines := strings.Split(r.Text, "\n"); len(lines) != 4 || !strings.HasPrefix(r.Text, "queued 3 songs to start now:\n\"Song 40\"") || !strings.Contains(lines[3], "seed 42") {
		t.Errorf("got %s", r.Text)
	}
	if q := strings.Fields(d.queue(t)); len(q) != 3 {
		t.Errorf("the queue is %v", q)
	}
	d.ok(t, "queue new count=2")
	first := strings.Fields(d.queue(t))[0]
	err := d.db.Update(t.Context(), func(tx command.Tx) error {
		for range 990 {
			if _, err := tx.Enqueue(first, 0, ""); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	d.bad(t, "queue new count=6", "the queue has 995 songs, and 1000 is the most")
	d.ok(t, "queue new count=5")
	d.bad(t, "queue "+strings.Fields(d.queue(t))[0], "1000 is the most")
	if calls := d.air.all(); len(calls) != 3 {
		t.Errorf("the air was told %v", calls)
	}
	if !d.Long("queue new count=3") || d.Long("queue new") || d.Long("queue new count=1") || !d.Long("export k7m2p x.wav") || d.Long("new") || d.Long("nonsense \x00") {
		t.Error("the wrong orders are long")
	}
}

func TestAirOrders(t *testing.T) {
	d := newDesk(t)
	d.bad(t, "skip", "nothing is on the air and nothing waits")
	d.bad(t, "play", "the queue is empty")
	a, b, c := d.ok(t, "new").Song.Code, d.queued(t), d.queued(t)
	d.air.since()
	for _, step := range []struct{ line, reply, air, state string }{
		{"skip", "on the air: \"Song 2\"", "play(b) queue(c)", "playing b"},
		{"stop", "silence; 1 song waiting: play or skip goes on", "silence", "silent  held"},
		{"stop", "silence", "silence", "silent  held"},
		{"now", "silence; 1 song waiting: play or skip goes on", "", "silent  held"},
		{"queue", "1 song waiting until play or skip:", "", "silent  held"},
		{"queue " + a, "queued at 2 (the queue waits: play starts it)", "queue(c,a)", "silent  held"},
		{"play", "on the air: \"Song 3\"", "play(c) queue(a)", "playing c"},
		{"stop", "silence", "silence", "silent  held"},
		{"skip", "on the air: \"Song 1\"", "play(a) queue()", "playing a"},
		{"skip", "nothing waits: silence; new composes a song", "silence release", "silent "},
		{"play " + b, "on the air: \"Song 2\"", "play(b)", "playing b"},
		{"auto", "auto is off", "", "playing b"},
		{"auto on", "auto is on", "auto(true)", "playing b auto"},
		{"auto", "auto is on", "", "playing b auto"},
		{"skip", "nothing waits; auto is on and composes the next song", "silence release", "silent  auto"},
		{"queue", "the queue is empty; auto is on", "", "silent  auto"},
		{"stop", "silence; auto waits as well: play or skip goes on", "silence", "silent  auto held"},
		{"play", "nothing waits; auto is on", "silence release", "silent  auto"},
		{"stop", "silence", "silence", "silent  auto held"},
		{"auto on", "auto is on", "auto(true) release", "silent  auto"},
		{"auto on", "auto is on", "auto(true)", "silent  auto"}, // is released already
		{"AUTO OF", "auto is off", "auto(false)", "silent "},
		{"stop", "silence; new composes a song", "silence", "silent  held"},
		{"play " + a, "on the air", "play(a)", "playing a"},
	} {
		codes := strings.NewReplacer("(a)", "("+a+")", "(b)", "("+b+")", "(c)", "("+c+")", "(c,a)", "("+c+","+a+")", " a", " "+a, " b", " "+b, " c", " "+c)
		r := d.ok(t, step.line)
		if !strings.HasPrefix(r.Text, step.reply) {
			t.Errorf("%s: got %s, want %s", step.line, r.Text, step.reply)
		}
		if got, want := d.air.since(), codes.Replace(step.air); got != want {
			t.Errorf("%s: the air was told %q, want %q", step.line, got, want)
		}
		st := d.state(t)
		got := st.State + " " + st.Code
		if st.Auto {
			got += " +auto"
		}
		if st.Held {
			got += " +held"
		}
		want := strings.NewReplacer("playing a", "playing "+a, "playing b", "playing "+b, "playing c", "playing "+c, " auto", " +auto", " held", " +held").Replace(step.state)
		if got != want {
			t.Errorf("%s: the air is %q, want %q", step.line, got, want)
		}
	}
}

func TestLoop(t *testing.T) {
	d := newDesk(t)
	a := d.ok(t, "new").Song.Code
	n := d.air.Now()
	n.Position = bars(19) // in the first chorus
	d.air.hear(n)
	d.air.since()
	for _, c := range []struct{ line, reply, air string }{
		{"loop now", "bars 17 to 24, 1 s of silence between", "loop(a 16+8 1s)"},
		{"loop " + a, "bars 1 to 8, 1 s of silence between", "loop(a 0+8 1s)"},
		{"loop now from=30", "bars 30 to 32, 1 s", "loop(a 29+3 1s)"},
		{"loop now from=32 bars=1 gap=0", "bar 32, 0 s", "loop(a 31+1 0s)"},
		{"loop now from=1 bars=1000 gap=2.5s", "bars 1 to 32, 2.5 s", "loop(a 0+32 2.5s)"},
		{"loop now from=5 bars=2 gap=60", "bars 5 to 6, 60 s", "loop(a 4+2 1m0s)"},
	} {
		r := d.ok(t, c.line)
		if !strings.Contains(r.Text, c.reply) {
			t.Errorf("%s: got %s, want %s", c.line, r.Text, c.reply)
		}
		if got, want := d.air.since(), strings.Replace(c.air, "a", a, 1); got != want {
			t.Errorf("%s: the air was told %q, want %q", c.line, got, want)
		}
	}
	st := d.state(t)
	if st.State != command.Looping || st.Loop == nil || *st.Loop != (command.Loop{From: 4, Bars: 2, Gap: time.Minute}) || st.Position != bars(4) {
		t.Errorf("the air is %+v %+v", st, st.Loop)
	}
	if r := d.ok(t, "now"); !strings.Contains(r.Text, "(a loop: rate, skip or stop ends it)") {
		t.Errorf("got %s", r.Text)
	}
	now := d.air.Now()
	now.Position = bars(6) // the pause after it
	d.air.hear(now)
	if r := d.ok(t, "now"); !strings.Contains(r.Text, "bar 6 of 32") {
		t.Errorf("in the pause after bars 5 and 6: %s", r.Text)
	}
	if info, _, err := d.db.Song(t.Context(), a); err != nil || info.Plays != 1 {
		t.Errorf("looping what is heard is not a play of its own: %+v, %v", info, err)
	}
	b := d.queued(t)
	if r := d.ok(t, "rate "+b+" 2"); strings.Contains(r.Text, "loop") {
		t.Errorf("rating another song ended the loop: %s", r.Text)
	}
	d.air.since()
	if r := d.ok(t, "rate now 5"); !strings.Contains(r.Text, "the loop is over; on the air: \"Song 2\"") || d.air.since() != "play("+b+") queue()" {
		t.Errorf("got %s", r.Text)
	}
	d.ok(t, "loop "+a)
	if info, _, err := d.db.Song(t.Context(), a); err != nil || info.Plays != 2 {
		t.Errorf("looping another song is a play: %+v, %v", info, err)
	}
	if r := d.ok(t, "skip"); !strings.Contains(r.Text, "nothing waits") || d.state(t).Loop != nil {
		t.Errorf("got %s", r.Text)
	}
}
