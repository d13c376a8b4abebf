package ircbot

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestABurstThenOneASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := bucket{burst: 3, every: time.Second}
		begun := time.Now()
		var at []time.Duration
		for range 6 {
			time.Sleep(b.wait(time.Now()))
			b.take(time.Now())
			at = append(at, time.Since(begun))
		}
		if want := []time.Duration{0, 0, 0, time.Second, 2 * time.Second, 3 * time.Second}; !slices.Equal(at, want) {
			t.Errorf("lines went at %v, not %v", at, want)
		}
		time.Sleep(2500 * time.Millisecond) // two more may go at once
		for i, want := range []time.Duration{0, 0, 500 * time.Millisecond} {
			if got := b.wait(time.Now()); got != want {
				t.Errorf("line %d after a rest waits %v, not %v", i, got, want)
			}
			b.take(time.Now())
		}
		time.Sleep(time.Hour)
		if n := func() (n int) {
			for b.wait(time.Now()) == 0 {
				b.take(time.Now())
				n++
			}
			return n
		}(); n != 3 {
			t.Errorf("after an hour %d go at once, not 3", n)
		}
	})
}

func TestTargetsTakeTurns(t *testing.T) {
	var l lanes
	for i := range 5 {
		l.add("#busy", answer{channel: "#busy", text: fmt.Sprint("b", i)})
	}
	l.add("ann", answer{text: "a0"})
	l.add("bob", answer{text: "c0"})
	l.add("bob", answer{text: "c1"})
	var got []string
	for l.turn() != nil {
		ln := l.turn()
		got = append(got, ln.waiting[0].text)
		ln.waiting = ln.waiting[1:]
		l.done()
	}
	if want := []string{"b0", "a0", "c0", "b1", "c1", "b2", "b3", "b4"}; !slices.Equal(got, want) {
		t.Errorf("turns went %v, not %v", got, want)
	}
	if l.count() != 0 || len(l.byTarget) != 0 {
		t.Errorf("something is left: %+v", l)
	}
}

func TestALaneHasAnEnd(t *testing.T) {
	var l lanes
	for i := range mostWaiting {
		if !l.add("x", answer{}) {
			t.Fatalf("no room for answer %d", i)
		}
	}
	if l.add("x", answer{}) {
		t.Error("a lane grows without end")
	}
	if !l.add("y", answer{}) {
		t.Error("one full lane fills another")
	}
}

func TestNewsReplacesOlderNews(t *testing.T) {
	var l lanes
	l.add("#band", answer{text: "for ann"})
	l.add("#band", answer{text: "first", news: true})
	l.add("#band", answer{text: "for bob"})
	l.add("#band", answer{text: "second", news: true})
	var got []string
	for _, a := range l.turn().waiting {
		got = append(got, a.text)
	}
	if want := []string{"for ann", "second", "for bob"}; !slices.Equal(got, want) {
		t.Errorf("%v waits, not %v", got, want)
	}
}

func TestPausesGrowAndAreShort(t *testing.T) {
	var p pause
	for i, most := range []time.Duration{1, 2, 4, 8, 8, 8, 8} {
		if got := p.after(errTest, 0); got < most*time.Second/2 || got > most*time.Second {
			t.Errorf("pause %d is %v, not %d s less up to a half", i, got, most)
		}
	}
	for i, most := range []time.Duration{1, 2, 4, 8, 10, 10} {
		if got := p.after(closed("K-Lined: go away"), 0); got < most*time.Minute/2 || got > most*time.Minute {
			t.Errorf("pause %d from a server that throws the bot out is %v, not %d min less up to a half", i, got, most)
		}
	}
	if got := p.after(errTest, time.Hour); got > time.Second {
		t.Errorf("after a good connection the pause is %v", got)
	}
}

func TestWhichEndsAreOnPurpose(t *testing.T) {
	for why, want := range map[string]bool{
		"Closing link: Trying to reconnect too fast.":     true,
		"Your host is trying to (re)connect -- throttled": true,
		"You are banned from this server":                 true,
		"Closing Link: x (G-Lined)":                       true,
		"Z:Lined":                                         true,
		"Excess Flood":                                    true,
		"Too many connections from your host":             true,
		"Server going down":                               false,
		"Ping timeout: 120 seconds":                       false,
	} {
		var r *refusal
		if got := errors.As(closed(why), &r); got != want {
			t.Errorf("%q: on purpose is %v", why, got)
		}
	}
}
