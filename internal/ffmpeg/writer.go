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
}

func newWriter(conn *net.UnixConn, buffer int) *writer {
	_ = conn.SetWriteBuffer(buffer) // a larger one works too, with more delay
	return &writer{conn: conn}
}

// write sends p, or as much of it as the child takes until ctx ends or it has taken
// nothing for stuck. p must stay as it is until the next write.
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
	moved := time.Now()
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
			moved = time.Now()
		}
		switch {
		case err == nil:
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return &closedError{err}
		case time.Since(moved) > stuck:
			return &stuckError{stuck}
		}
	}
	return nil
}

func (w *writer) close() { _ = w.conn.Close() }

// stuckError is a child that takes nothing.
type stuckError struct{ after time.Duration }

func (e *stuckError) Error() string {
	return fmt.Sprintf("it took no sound for %.0f s", e.after.Seconds())
}

// closedError is a child that has closed its end: it is ending, or soon will.
type closedError struct{ err error }

func (e *closedError) Error() string { return fmt.Sprintf("it takes no more sound: %v", e.err) }
