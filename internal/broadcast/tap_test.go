package broadcast

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// begun is a mount whose encoder runs whenever it is wanted, and how often it began.
func begun(t *testing.T, m *Mount) (runs func() int) {
	var mu sync.Mutex
	n := 0
	ctx, stop := context.WithCancel(t.Context())
	var writer sync.WaitGroup
	writer.Go(func() {
		for {
			if _, err := m.Wait(ctx); err != nil {
				return
			}
			mu.Lock()
			n++
			mu.Unlock()
			write(ctx, m, 0)
		}
	})
	t.Cleanup(func() { stop(); writer.Wait() })
	return func() int { mu.Lock(); defer mu.Unlock(); return n }
}

func TestTapIsServedButNoListener(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMount(Config{Name: "/live.mp3"})
		runs := begun(t, m)
		tap, err := m.Tap(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		tap.Sent(1000)
		time.Sleep(4 * time.Second) // longer than an encoder lingers
		synctest.Wait()
		if s := m.Stats(); !s.Running || s.Listeners != 0 || s.Peak != 0 || s.Sent != 0 || len(m.Listeners()) != 0 {
			t.Errorf("with a tap alone: %+v, %d in the list", s, len(m.Listeners()))
		}
		if lag := tap.Lag(); lag < 3900*time.Millisecond || lag > 4100*time.Millisecond {
			t.Errorf("a tap that read nothing for 4 s is %v behind", lag)
		}
		l, err := m.Join(t.Context(), 0, "1.2.3.4", "test")
		if err != nil {
			t.Fatal(err)
		}
		if s := m.Stats(); s.Listeners != 1 || s.Peak != 1 || runs() != 1 {
			t.Errorf("with a listener beside it: %+v, %d runs", s, runs())
		}
		l.Leave()
		tap.Leave()
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if m.Stats().Running {
			t.Error("the encoder still runs 3 s after the tap left")
		}
		if _, err := tap.Next(t.Context()); !errors.Is(err, io.EOF) {
			t.Errorf("a tap that left got %v", err)
		}
	})
}

func TestSlowTapIsNoSlowListener(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMount(Config{Name: "/live.mp3"})
		begun(t, m)
		tap, err := m.Tap(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tap.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(6 * time.Second)
		if _, err := tap.Next(t.Context()); !errors.Is(err, ErrSlow) {
			t.Errorf("6 s late: %v", err)
		}
		if s := m.Stats(); s.Dropped != 0 {
			t.Errorf("%d slow listeners, of none", s.Dropped)
		}
	})
}

func TestTapGetsEveryPacketAtOnceBesideThousands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMount(Config{Name: "/live.mp3"})
		ctx, stop := context.WithCancel(t.Context())
		var writer, listeners sync.WaitGroup
		writer.Go(func() {
			if _, err := m.Wait(ctx); err == nil {
				write(ctx, m, 0)
			}
		})
		for range 3000 {
			listeners.Go(func() {
				if l, err := m.Join(ctx, 0, "", ""); err == nil {
					defer l.Leave()
					for err == nil {
						_, err = l.Next(ctx)
					}
				}
			})
		}
		tap, err := m.Tap(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for range 50 {
			packets, err := tap.Next(t.Context())
			if err != nil || len(packets) != 1 {
				t.Fatalf("%d packets at once, %v", len(packets), err)
			}
		}
		tap.Leave()
		stop()
		listeners.Wait()
		writer.Wait()
	})
}
