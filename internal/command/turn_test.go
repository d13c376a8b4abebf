package command_test

import (
	"testing"
	"time"

	"bandstand/internal/command"
)

// TestProgressOutlivesOrders has the air tell how far its song is after every order
// that does not change what is heard: a restart must go on there.
func TestProgressOutlivesOrders(t *testing.T) {
	d := newDesk(t)
	a, b := d.ok(t, "new").Song.Code, d.queued(t)
	turn := d.state(t).Turn
	for i, line := range []string{"auto on", "auto on", "auto off", "auto", "queue " + b, "queue new", "queue new count=2", "queue move " + b + " 2",
		"queue remove " + b, "undo", "delete " + b, "undo", "rate now 3", "rate " + b + " 3", "title now Tin Heart", "band new jazz", "now", "queue"} {
		d.ok(t, line)
		at := time.Duration(i+1) * time.Second
		if err := d.db.Progress(t.Context(), turn, a, at); err != nil {
			t.Fatal(err)
		}
		st := d.state(t)
		if st.State != command.Playing || st.Code != a || st.Position != at {
			t.Fatalf("after %q the news of %v was lost: the air is %+v", line, at, st)
		}
	}
}
