package ffmpeg

import (
	"errors"
	"testing"
	"time"
)

func TestHowLongAChildIsWaitedFor(t *testing.T) {
	const stuck, starved = 2 * time.Second, 10 * time.Second
	at := func(first, then doing, turns time.Duration) func(time.Duration) doing {
		return func(t time.Duration) doing {
			if t < turns {
				return first
			}
			return then
		}
	}
	for _, c := range []struct {
		name  string
		does  func(time.Duration) doing
		ended time.Duration
		works bool
	}{
		{"nobody knows", at(unknown, unknown, 0), stuck, false},
		{"hung", at(waiting, waiting, 0), stuck, false},
		{"stopped", at(halted, halted, 0), stuck, false},
		{"starved", at(working, working, 0), starved, true},
		{"starved, then stopped", at(working, halted, 5*time.Second), 5 * time.Second, false},
		{"starved, then hung", at(working, waiting, 5*time.Second), 5*time.Second + stuck/2, false},
		{"stopped before", at(working, halted, stuck-time.Millisecond), stuck, false},
		{"seen between two strokes", func(t time.Duration) doing {
			if t/(100*time.Millisecond)%9 == 0 {
				return working
			}
			return waiting
		}, starved, true},
	} {
		began := time.Now()
		s := stall{moved: began}
		var err error
		var ended time.Duration
		for ; err == nil && ended < time.Minute; ended += 100 * time.Millisecond {
			err = s.over(began.Add(ended), c.does(ended), stuck, starved)
		}
		var got *stuckError
		if !errors.As(err, &got) || got.works != c.works || ended < c.ended || ended > c.ended+200*time.Millisecond {
			t.Errorf("%s: it was waited for %v, and then %v", c.name, ended, err)
		}
	}
}
