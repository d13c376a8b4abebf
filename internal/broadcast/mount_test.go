package broadcast

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const frames = 960 // a packet of 20 ms

// packet is the n-th packet of a run; its data tells which it is.
func packet(n int) Packet {
	return Packet{Data: binary.BigEndian.AppendUint32(nil, uint32(n)), Frame: int64(n) * frames, Frames: frames}
}

// numbers are which packets these are.
func numbers(packets []Packet) (all []int) {
	for _, p := range packets {
		all = append(all, int(binary.BigEndian.Uint32(p.Data)))
	}
	return all
}

// write writes packets first, first+1 … one each 20 ms until the context ends or
// the mount is idle.
func write(ctx context.Context, m *Mount, first int) (next int) {
	m.Begin([]byte("head"), int64(first)*frames)
	defer m.End()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for n := first; ; n++ {
		select {
		case <-ctx.Done():
			return n
		case <-tick.C:
		}
		m.Publish(packet(n))
		if m.Idle() {
			return n + 1
		}
	}
}

func TestEveryListenerGetsEveryPacketInOrder(t *testing.T) {
	for _, listeners := range []int{1, 20, 1000} {
		synctest.Test(t, func(t *testing.T) {
			m := NewMount(Config{Name: "/live.opus"})
			ctx, stop := context.WithCancel(t.Context())
			var all sync.WaitGroup
			for range listeners {
				all.Go(func() {
					l, err := m.Join(t.Context(), 0, "1.2.3.4", "test")
					if err != nil {
						t.Error(err)
						return
					}
					defer l.Leave()
					want := int(l.First() / frames)
					for {
						packets, err := l.Next(t.Context())
						if errors.Is(err, io.EOF) {
							break
						}
						if err != nil {
							t.Error(err)
							return
						}
						for _, n := range numbers(packets) {
							if n != want {
								t.Errorf("packet %d, want %d", n, want)
								return
							}
							want++
						}
					}
					if want != 10+499 {
						t.Errorf("ended before packet %d, want 509", want)
					}
				})
			}
			if _, err := m.Wait(ctx); err != nil {
				t.Fatal(err)
			}
			time.AfterFunc(10*time.Second-time.Millisecond, stop)
			write(ctx, m, 10)
			all.Wait()
			if s := m.Stats(); s.Dropped != 0 || s.Listeners != 0 || s.Peak != listeners {
				t.Errorf("stats %+v", s)
			}
		})
	}
}

func TestBursts(t *testing.T) {
	for _, c := range []struct {
		name      string
		published int
		burst     time.Duration
		first     int
		count     int // ready at once
	}{
		{"none is the next packet", 500, 0, 500, 1},
		{"two seconds", 500, 2 * time.Second, 400, 100},
		{"more than there is", 50, 10 * time.Second, 0, 50},
		{"thirty seconds are kept", 5000, 30 * time.Second, 3500, 1500},
		{"never more than history", 5000, time.Hour, 3500, 1500},
		{"part of a packet is not sent", 500, 30 * time.Millisecond, 499, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := NewMount(Config{})
				m.Begin(nil, 0)
				for n := range c.published {
					m.Publish(packet(n))
				}
				if c.burst == 0 {
					time.AfterFunc(time.Millisecond, func() { m.Publish(packet(c.published)) })
				}
				l, err := m.Join(t.Context(), c.burst, "", "")
				if err != nil {
					t.Fatal(err)
				}
				defer l.Leave()
				packets, err := l.Next(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				got := numbers(packets)
				if l.First() != int64(c.first)*frames || got[0] != c.first || len(got) != c.count {
					t.Errorf("first %d, %d packets from %d; want %d from %d", l.First()/frames, len(got), got[0], c.count, c.first)
				}
			})
		})
	}
}

func TestHistoryFedToAFreshEncoderServesBursts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMount(Config{})
		var all sync.WaitGroup
		for _, burst := range []time.Duration{0, time.Second, 2 * time.Second} {
			all.Go(func() {
				l, err := m.Join(t.Context(), burst, "", "")
				if err != nil {
					t.Error(err)
					return
				}
				defer l.Leave()
				if want := int64(1000 - burst/(20*time.Millisecond)); l.First()/frames != want {
					t.Errorf("burst %v starts at packet %d, want %d", burst, l.First()/frames, want)
				}
			})
		}
		synctest.Wait()
		burst, err := m.Wait(t.Context())
		if err != nil || burst != 2*time.Second {
			t.Fatalf("burst %v, %v; want 2s", burst, err)
		}
		m.Begin(nil, 1000*frames)
		for n := 900; n <= 1000; n++ {
			m.Publish(packet(n))
			synctest.Wait()
		}
		all.Wait()
	})
}

func TestNoPacketOfAnotherRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMount(Config{})
		m.Begin([]byte("one"), 0)
		m.Publish(packet(0))
		old, err := m.Join(t.Context(), time.Second, "", "")
		if err != nil {
			t.Fatal(err)
		}
		defer old.Leave()
		m.Publish(packet(1))
		m.End()
		m.Publish(packet(2)) // outside a run: lost
		m.Begin([]byte("two"), 3*frames)
		m.Publish(packet(3))
		if packets, err := old.Next(t.Context()); !errors.Is(err, io.EOF) {
			t.Errorf("the old listener got %v, %v; want io.EOF", numbers(packets), err)
		}
		l, err := m.Join(t.Context(), 30*time.Second, "", "")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Leave()
		packets, err := l.Next(t.Context())
		if err != nil || len(packets) != 1 || packets[0].Frame != 3*frames || string(l.Header()) != "two" {
			t.Errorf("the new listener got %v, %v after %q", numbers(packets), err, l.Header())
		}
	})
}

func TestEndGivesTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMount(Config{})
		m.Begin(nil, 0)
		m.Publish(packet(0))
		l, err := m.Join(t.Context(), time.Second, "", "")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Leave()
		m.Publish(packet(1))
		m.End()
		packets, err := l.Next(t.Context())
		if err != nil || len(packets) != 2 {
			t.Errorf("got %v, %v; want both packets", numbers(packets), err)
		}
		if _, err := l.Next(t.Context()); !errors.Is(err, io.EOF) {
			t.Errorf("then %v, want io.EOF", err)
		}
	})
}

func TestSlowListenerIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		m := NewMount(Config{Name: "/live.mp3", Log: slog.New(slog.NewTextHandler(&out, nil))})
		m.Begin(nil, 0)
		for n := range 500 {
			m.Publish(packet(n))
		}
		var slow []*Listener
		for range 3 {
			l, err := m.Join(t.Context(), 2*time.Second, "", "")
			if err != nil {
				t.Fatal(err)
			}
			slow = append(slow, l)
		}
		// A burst of 2 s and a ring of 5 s may be unread, no more.
		for n := range 250 {
			m.Publish(packet(500 + n))
		}
		if packets, err := slow[0].Next(t.Context()); err != nil || len(packets) != 350 {
			t.Errorf("%d packets, %v; want all 350", len(packets), err)
		}
		m.Publish(packet(750))
		for _, l := range slow[1:] {
			if _, err := l.Next(t.Context()); !errors.Is(err, ErrSlow) {
				t.Errorf("%v, want ErrSlow", err)
			}
			l.Leave()
		}
		// Once it has caught up, only the ring counts.
		for n := range 250 {
			m.Publish(packet(751 + n))
		}
		if _, err := slow[0].Next(t.Context()); !errors.Is(err, ErrSlow) {
			t.Errorf("%v, want ErrSlow", err)
		}
		if s := m.Stats(); s.Dropped != 3 || s.Listeners != 0 {
			t.Errorf("stats %+v, want 3 dropped and none left", s)
		}
		if n := strings.Count(out.String(), "dropped slow listeners"); n != 1 {
			t.Errorf("%d log lines in one second, want 1:\n%s", n, out.String())
		}
	})
}

func TestClockJumpIsNotSlowness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMount(Config{})
		m.Begin(nil, 0)
		m.Publish(packet(0))
		l, err := m.Join(t.Context(), time.Second, "", "")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Leave()
		m.Publish(packet(10_000))
		if packets, err := l.Next(t.Context()); err != nil || len(packets) != 2 {
			t.Errorf("got %v, %v; want both", numbers(packets), err)
		}
	})
}

func TestRunsOnlyWhileSomeoneListens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMount(Config{})
		ctx, stop := context.WithCancel(t.Context())
		var writer sync.WaitGroup
		writer.Go(func() {
			for n := 0; ; {
				if _, err := m.Wait(ctx); err != nil {
					return
				}
				n = write(ctx, m, n)
			}
		})
		<-time.After(time.Minute)
		if m.Stats().Encoded != 0 {
			t.Error("it ran with nobody listening")
		}
		for range 3 {
			l, err := m.Join(t.Context(), 2*time.Second, "", "")
			if err != nil {
				t.Fatal(err)
			}
			for range 10 {
				if _, err := l.Next(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			l.Leave()
			synctest.Wait()
			if !m.Stats().Running {
				t.Error("it ended at once")
			}
			<-time.After(2100 * time.Millisecond)
			if m.Stats().Running {
				t.Error("it still ran 2.1 s after the last listener left")
			}
		}
		stop()
		writer.Wait()
	})
}

func TestJoinWaitsNoLongerThanItMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMount(Config{})
		start := time.Now()
		if _, err := m.Join(t.Context(), 0, "", ""); !errors.Is(err, ErrNotReady) || time.Since(start) != 5*time.Second {
			t.Errorf("%v after %v, want ErrNotReady after 5s", err, time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := m.Join(ctx, 0, "", ""); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v, want the context's error", err)
		}
		if _, wanted := m.demand(); wanted {
			t.Error("those who gave up are still wanted for")
		}
	})
}

func TestWhoJoinsAnEndingRunGetsTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMount(Config{})
		m.Begin([]byte("one"), 0)
		m.Publish(packet(0))
		<-time.After(3 * time.Second)
		if !m.Idle() {
			t.Fatal("not idle after 3 s alone")
		}
		var joined sync.WaitGroup
		joined.Go(func() {
			l, err := m.Join(t.Context(), time.Minute, "", "")
			if err != nil {
				t.Error(err)
				return
			}
			defer l.Leave()
			if string(l.Header()) != "two" {
				t.Errorf("joined run %q, want two", l.Header())
			}
		})
		synctest.Wait()
		m.End()
		if _, err := m.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		m.Begin([]byte("two"), frames)
		m.Publish(packet(1))
		joined.Wait()
	})
}
