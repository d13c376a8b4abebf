package ffmpeg

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"
)

// soundBuffer and pictureBuffer are what a socket holds that the child has not read
// yet, in bytes. Sound there is late, and it cannot be taken back: it is little.
const (
	soundBuffer   = 8 << 10
	pictureBuffer = 256 << 10
)

// patience is how long a write waits before it looks whether it is still wanted.
const patience = 100 * time.Millisecond

// writer writes to a child that may stop reading at any moment, whole: what was not
// taken when a write ended is the first to go out when another begins.
type writer struct {
	conn *net.UnixConn
	rest []byte // what is left of the last write

	child   func() doing  // what it does; nil where nobody knows
	starved time.Duration // how long it may take nothing while it works
	late    func()        // nil, or called while it is waited for longer than stuck
}

func newWriter(conn *net.UnixConn, buffer int) *writer {
	_ = conn.SetWriteBuffer(buffer) // a larger one works too, with more delay
	return &writer{conn: conn}
}

// write sends p, or as much of it as the child takes until ctx ends or it has taken
// nothing for stuck, or starved while it works. p must stay as it is until the next write.
func (w *writer) write(ctx context.Context, p []byte, stuck time.Duration) error {
	if len(w.rest) == 0 {
		w.rest = p
		return w.flush(ctx, stuck)
	}
	if err := w.flush(ctx, stuck); err != nil {
		return err
	}
	w.rest = p
	return w.flush(ctx, stuck)
}

// flush sends what is left.
func (w *writer) flush(ctx context.Context, stuck time.Duration) error {
	s := stall{moved: time.Now()}
	for len(w.rest) > 0 {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := w.conn.SetWriteDeadline(time.Now().Add(patience)); err != nil {
			return fmt.Errorf("writing to ffmpeg: %w", err)
		}
		n, err := w.conn.Write(w.rest)
		w.rest = w.rest[n:]
		if n > 0 {
			s = stall{moved: time.Now()}
		}
		switch {
		case err == nil:
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return &closedError{err}
		default:
			if err := w.wait(&s, stuck); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writer) close() { _ = w.conn.Close() }

// wait says whether a child that took nothing is waited for.
func (w *writer) wait(s *stall, stuck time.Duration) error {
	waited, does := time.Since(s.moved), unknown
	if w.child != nil && waited > stuck/2 {
		does = w.child()
	}
	err := s.over(time.Now(), does, stuck, w.starved)
	if err == nil && waited > stuck && w.late != nil {
		w.late()
	}
	return err
}

// doing is what a child does.
type doing int

const (
	unknown doing = iota
	waiting       // for something other than a processor
	working       // or it waits for a processor
	halted        // by a signal
)

// stall is a write that does not move.
type stall struct {
	moved time.Time // when it did last
	ran   time.Time // when the child was last seen to work since; zero for never
}

// over says why a child is not to be waited for any longer: it has taken nothing for
// stuck and does nothing about it, or for starved. One look may see a child between two
// strokes of work, so that what it did a while ago counts as well.
func (s *stall) over(now time.Time, does doing, stuck, starved time.Duration) error {
	switch does {
	case working:
		s.ran = now
	case halted:
		s.ran = time.Time{}
	}
	switch waited := now.Sub(s.moved); {
	case waited <= stuck:
		return nil
	case now.Sub(s.ran) > stuck/2:
		return &stuckError{after: stuck}
	case waited > starved:
		return &stuckError{after: starved, works: true}
	}
	return nil
}

// stuckError is a child that takes nothing.
type stuckError struct {
	after time.Duration
	works bool
}

func (e *stuckError) Error() string {
	if e.works {
		return fmt.Sprintf("it took no sound for %.0f s, though it works: is this computer too busy for it?", e.after.Seconds())
	}
	return fmt.Sprintf("it took no sound for %.0f s", e.after.Seconds())
}

// closedError is a child that has closed its end: it is ending, or soon will.
type closedError struct{ err error }

func (e *closedError) Error() string { return fmt.Sprintf("it takes no more sound: %v", e.err) }
