package command_test

import (
	"database/sql"
	"strings"
	"testing"

	"bandstand/internal/command"
)

// damage spoils the notes of songs on the disk, of every other one wholly.
func (d *desk) damage(t *testing.T, codes ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", d.path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for i, code := range codes {
		query := "UPDATE song_notes SET notes = X'00FF00' WHERE song_id = (SELECT id FROM songs WHERE code = ?)"
		if i%2 == 1 {
			query = "DELETE FROM song_notes WHERE song_id = (SELECT id FROM songs WHERE code = ?)"
		}
		r, err := db.ExecContext(t.Context(), query, code)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := r.RowsAffected(); n != 1 || err != nil {
			t.Fatalf("%d songs were damaged: %v", n, err)
		}
	}
}

func TestUnreadableSongsAreLeftOut(t *testing.T) {
	for _, c := range []struct {
		order         string
		before        []string
		reply, silent string // with a song behind the damaged ones, and with none
	}{
		{"skip", []string{"new"}, "on the air: G", "nothing waits: silence; new composes a song"},
		{"play", []string{"stop"}, "on the air: G", "nothing waits: silence; new composes a song"},
		{"skip", []string{"stop", "auto on", "stop"}, "on the air: G", "nothing waits; auto is on and composes the next song"},
		{"rate now 4", []string{"new", "loop now"}, "\nthe loop is over; on the air: G", "\nthe loop is over; nothing waits: silence; new composes a song"},
	} {
		for _, behind := range []bool{true, false} {
			d := newDesk(t)
			bad := []string{d.queued(t), d.queued(t)}
			reply, calls, queue := c.silent, "queue() silence release", ""
			var good, last string
			if behind {
				r := d.ok(t, "queue new")
				good, last = r.Song.Code, d.queued(t)
				_, about, _ := strings.Cut(r.Text, ": ")
				about, _, _ = strings.Cut(about, " (seed")
				reply, calls, queue = strings.Replace(c.reply, "G", about, 1), "play("+good+") queue("+last+")", last
			}
			var on *command.SongInfo
			for _, line := range c.before {
				on = d.ok(t, line).Song
			}
			d.damage(t, bad...)
			d.air.since()
			r := d.ok(t, c.order)
			if want := reply + "\nleft out " + bad[0] + ", " + bad[1] + ": their notes cannot be read"; !strings.HasSuffix(r.Text, want) {
				t.Errorf("%s: got %q, want %q", c.order, r.Text, want)
			}
			if got := d.air.since(); got != calls || d.queue(t) != queue {
				t.Errorf("%s: the air was told %q, want %q; the queue is %q", c.order, got, calls, d.queue(t))
			}
			if st := d.state(t); st.Code != good || st.Held {
				t.Errorf("%s: the air is %+v, want %q", c.order, st, good)
			}
			if c.order != "rate now 4" {
				continue
			}
			if info, _, err := d.db.Song(t.Context(), on.Code); err != nil || info.Rating != 4 {
				t.Errorf("the rating was lost: %+v, %v", info, err)
			}
		}
	}
}

func TestOneUnreadableSong(t *testing.T) {
	d := newDesk(t)
	bad := d.queued(t)
	d.damage(t, bad)
	if r := d.ok(t, "skip"); r.Text != "nothing waits: silence; new composes a song\nleft out "+bad+": its notes cannot be read" {
		t.Errorf("got %s", r.Text)
	}
	if d.queue(t) != "" {
		t.Errorf("the queue is %s", d.queue(t))
	}
	d.bad(t, "play "+bad, "cannot be read")
}
