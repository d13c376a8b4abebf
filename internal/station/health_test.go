package station

import (
	"testing"
	"time"

	"bandstand/internal/command"
)

// TestAnEncoderThatCatchesUpIsNotLate looks once a second at an encoder that starts 30 s
// in the past, is through with them in 4 s, rests, starts so again, and then hangs.
func TestAnEncoderThatCatchesUpIsNotLate(t *testing.T) {
	const second = 48000
	h, s := &health{}, &stream{}
	frame := int64(1000 * second)
	look := func(fed, made int64, want time.Duration) {
		t.Helper()
		s.fed.Store(fed)
		s.made.Store(made)
		if got := h.late(s, frame); got != want {
			t.Errorf("at %d s it is %v late, not %v", frame/second, got, want)
		}
		frame += second
	}
	for range 2 {
		look(0, 0, 0)
		for behind := int64(30 * second); behind > 0; behind -= 7 * second {
			look(frame-behind, frame-behind, 0)
		}
		look(frame, frame, 0)
	}
	look(frame-25*second, frame-25*second, 0) // it started anew between two looks
	look(frame, frame, 0)
	stood := frame - second
	for behind := time.Second; behind < 8*time.Second; behind += time.Second {
		look(stood, stood, behind)
	}
	look(0, stood, 0)
	look(frame-5*second, frame-5*second, 0)
	look(frame-6*second, frame-6*second, 6*time.Second) // it hangs in what is past
}

// TestAnOutputThatComesAndGoesIsAProblem has one fall again and again, though never for
// long, and stay up in the end.
func TestAnOutputThatComesAndGoesIsAProblem(t *testing.T) {
	var u up
	now, o := time.Now(), command.Output{}
	look := func(state string, restarts int64, falls int) {
		t.Helper()
		if state != o.State || restarts != o.Restarts {
			o.Since = now
		}
		o.State, o.Restarts = state, restarts
		if u = u.next(o, now); u.falls != falls {
			t.Errorf("%s for the %d. time it has fallen %d times, not %d", state, restarts+1, u.falls, falls)
		}
		now = now.Add(time.Second)
	}
	look("starting", 0, 0)
	look("on", 0, 0)
	look("behind", 0, 0)
	look("starting", 0, 0)
	look("on", 0, 0)
	look("retrying", 0, 1)
	look("retrying", 1, 1)
	look("on", 1, 1)
	look("on", 2, 2) // it was up again before anybody looked
	look("retrying", 2, 3)
	for range 12 {
		look("behind", 3, 3)
	}
	for range 10 {
		look("on", 3, 3)
	}
	look("on", 3, 0)
	look("retrying", 3, 1)
}

// TestAnOutputIsDownOverItsAttempts has an output start and fail: what counts is the
// time since it was last up.
func TestAnOutputIsDownOverItsAttempts(t *testing.T) {
	begin := time.Now()
	u := up{}.next(command.Output{State: "starting", Since: begin}, begin.Add(time.Second))
	u = u.next(command.Output{State: "retrying", Since: begin.Add(2 * time.Second)}, begin.Add(2*time.Second))
	if u.is || !u.down.Equal(begin) {
		t.Errorf("it is down since %v after the beginning", u.down.Sub(begin))
	}
	u = u.next(command.Output{State: "on", Since: begin.Add(3 * time.Second)}, begin.Add(4*time.Second))
	u = u.next(command.Output{State: "retrying", Since: begin.Add(6 * time.Second)}, begin.Add(7*time.Second))
	if u.is || !u.down.Equal(begin.Add(6*time.Second)) {
		t.Errorf("it is down since %v after the beginning", u.down.Sub(begin))
	}
}
