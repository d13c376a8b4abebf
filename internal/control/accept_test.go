package control

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// poorListener has no files left for its first connections.
type poorListener struct {
	listener
	failures int
	at       []time.Time // when it failed
	err      error
}

func (p *poorListener) AcceptUnix() (*net.UnixConn, error) {
	if len(p.at) < p.failures {
		p.at = append(p.at, time.Now())
		return nil, &net.OpError{Op: "accept", Net: "unix", Err: os.NewSyscallError("accept4", p.err)}
	}
	return p.listener.AcceptUnix()
}

func TestTemporaryErrorsEndNothing(t *testing.T) {
	for _, poor := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ECONNABORTED, syscall.ENOMEM, syscall.ENOBUFS} {
		ctx, cancel := context.WithCancel(t.Context())
		var log strings.Builder
		s := New(Config{Path: socket(t), Orders: &echo{}, Log: slog.New(slog.NewTextHandler(&log, nil))})
		l, err := s.listen(ctx)
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- s.accept(ctx, &poorListener{listener: l, failures: 3, err: poor}) }()
		if r, err := Send(ctx, s.cfg.Path, "now"); err != nil || r.Text != "did now" {
			t.Errorf("%v: got %+v, %v", poor, r, err)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("%v: the door ended with %v", poor, err)
		}
		if n := strings.Count(log.String(), "takes no connections for now"); n != 1 {
			t.Errorf("%v: it was logged %d times: %s", poor, n, &log)
		}
	}
}

func TestOtherErrorsEndTheDoor(t *testing.T) {
	s := New(Config{Path: socket(t), Orders: &echo{}})
	l, err := s.listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.accept(t.Context(), &poorListener{listener: l, failures: 1, err: syscall.EBADF}); !errors.Is(err, syscall.EBADF) {
		t.Errorf("the door ended with %v", err)
	}
}

// nobody is a listener to whom nobody comes.
type nobody struct{}

func (nobody) AcceptUnix() (*net.UnixConn, error) { return nil, net.ErrClosed }
func (nobody) Close() error                       { return nil }

func TestPausesGrowAndEnd(t *testing.T) {
	const ms = time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3500*ms)
		defer cancel()
		begun := time.Now()
		l := &poorListener{listener: nobody{}, failures: 1000, err: syscall.EMFILE}
		if err := New(Config{Orders: &echo{}}).accept(ctx, l); err != nil {
			t.Error(err)
		}
		if took := time.Since(begun); took != 3500*ms {
			t.Errorf("the end came after %v", took)
		}
		var pauses []time.Duration
		for i, at := range l.at[1:] {
			pauses = append(pauses, at.Sub(l.at[i]))
		}
		if want := []time.Duration{5 * ms, 10 * ms, 20 * ms, 40 * ms, 80 * ms, 160 * ms, 320 * ms, 640 * ms, 1000 * ms, 1000 * ms, 225 * ms}; !slices.Equal(pauses, want) {
			t.Errorf("the pauses were %v, want %v", pauses, want)
		}
	})
}
