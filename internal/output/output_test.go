package output

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sinkFunc is a sink of the test.
type sinkFunc func(ctx context.Context, s *Session) error

func (f sinkFunc) Run(ctx context.Context, s *Session) error { return f(ctx, s) }

// begin has an output obey until the test ends.
func begin(t *testing.T, sink sinkFunc) (o *Output, end func()) {
	t.Helper()
	o = New(Config{Name: "x", Sink: sink})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- o.Run(ctx) }()
	return o, func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("it ended with %v", err)
		}
		if st := o.Status(); st.State != Off {
			t.Errorf("after its end it is %s", st.State)
		}
	}
}

func TestStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fail := make(chan error)
		o, end := begin(t, func(ctx context.Context, s *Session) error {
			time.Sleep(time.Second)
			s.On()
			s.Sent(10)
			s.Dropped(960)
			select {
			case <-ctx.Done():
				return nil
			case err := <-fail:
				return err
			}
		})
		is := func(want State) {
			t.Helper()
			synctest.Wait()
			if st := o.Status(); st.State != want {
				t.Fatalf("it is %s (%s), not %s", st.State, st.Error, want)
			}
		}
		is(Off)
		o.Start()
		is(Starting)
		time.Sleep(1100 * time.Millisecond)
		is(On)
		fail <- errors.New("nobody answers")
		is(Retrying)
		if st := o.Status(); st.Error != "nobody answers" || !st.Wanted || st.Bytes != 10 || st.Dropped != 960 {
			t.Errorf("after a failure: %+v", st)
		}
		time.Sleep(2 * time.Second)
		is(On)
		if st := o.Status(); st.Restarts != 1 {
			t.Errorf("%d restarts, not 1", st.Restarts)
		}
		o.Stop()
		is(Off)
		end()
	})
}

// TestPauses counts how often an output is tried that fails at once, and that a
// failure after a while of health is tried again soon.
func TestPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tries atomic.Int64
		var patient, healthy atomic.Bool
		o, end := begin(t, func(ctx context.Context, s *Session) error {
			tries.Add(1)
			if healthy.Load() {
				s.On()
				time.Sleep(11 * time.Second)
			}
			if patient.Load() {
				return Patience(errors.New("wrong password"), 15*time.Second)
			}
			return errors.New("no")
		})
		o.Start()
		time.Sleep(20 * time.Second)
		if n := tries.Load(); n < 15 || n > 21 {
			t.Errorf("%d attempts in 20 s, with pauses that grow to 1.5 s less a quarter", n)
		}
		healthy.Store(true)
		time.Sleep(3 * time.Second) // a healthy run is under way
		healthy.Store(false)
		before := tries.Load()
		time.Sleep(11*time.Second + 3*time.Second) // and over for 3 s at least
		if n := tries.Load() - before; n < 4 {
			t.Errorf("%d attempts soon after a healthy run", n)
		}
		patient.Store(true)
		time.Sleep(3 * time.Second)
		before = tries.Load()
		time.Sleep(30 * time.Second)
		if n := tries.Load() - before; n != 2 {
			t.Errorf("%d attempts in 30 s where 15 s of patience were asked for", n)
		}
		o.Start() // somebody has changed the password and does not want to wait
		synctest.Wait()
		if n := tries.Load() - before; n != 3 {
			t.Errorf("a start by order was not tried at once")
		}
		end()
	})
}

// TestNeverTwice starts and stops without pause: one session at a time, and the last
// word counts.
func TestNeverTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most, runs atomic.Int64
		o, end := begin(t, func(ctx context.Context, s *Session) error {
			most.Store(max(most.Load(), running.Add(1)))
			runs.Add(1)
			s.On()
			<-ctx.Done()
			time.Sleep(50 * time.Millisecond) // an orderly end takes a moment
			running.Add(-1)
			return nil
		})
		for i := range 1000 {
			o.Start()
			if i%3 == 0 {
				time.Sleep(7 * time.Millisecond)
			}
			o.Stop()
		}
		o.Start()
		time.Sleep(time.Second)
		if st := o.Status(); st.State != On || st.Error != "" || st.Restarts != 0 {
			t.Errorf("in the end it is %+v", st)
		}
		if most.Load() != 1 || runs.Load() < 2 {
			t.Errorf("%d ran at a time, %d in all", most.Load(), runs.Load())
		}
		end()
		if running.Load() != 0 {
			t.Error("something runs on after the end")
		}
	})
}

func TestPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, end := begin(t, func(context.Context, *Session) error { panic("a bug") })
		o.Start()
		synctest.Wait()
		if st := o.Status(); st.State != Retrying || st.Error != "something broke inside; the log has the details" {
			t.Errorf("after a panic: %+v", st)
		}
		end()
	})
}
