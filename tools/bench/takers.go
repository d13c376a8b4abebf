package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os/exec"
	"sync"
	"time"
)

// taker takes what an output sends, and notes when it came.
type taker interface {
	kind() string
	url() string   // for `output add`
	there() string // what is in the command line of its ffmpeg and of no other
	// lives are the stretches so far, one a life of what sends.
	lives() []*stretch
	// end is called when the output has been stopped: it says what a decoder complains
	// of in the newest stretch.
	end(ctx context.Context) (complaints string, err error)
	close()
}

// lifelist is the stretches of a taker.
type lifelist struct {
	mu  sync.Mutex
	all []*stretch
}

func (l *lifelist) lives() []*stretch {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]*stretch(nil), l.all...)
}

func (l *lifelist) begin() *stretch {
	s := &stretch{began: time.Now()}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, s)
	return s
}

// newest is the stretch that began last, nil for none.
func newest(t taker) *stretch {
	all := t.lives()
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1]
}

// afresh waits for the first sound of a life that began after a moment.
func afresh(ctx context.Context, t taker, after time.Time) (time.Time, error) {
	for range 3000 {
		if s := newest(t); s != nil && s.began.After(after) {
			if marks := s.since(after); len(marks) > 0 {
				return marks[0].at, nil
			}
		}
		pause(ctx, 10*time.Millisecond)
	}
	return time.Time{}, fmt.Errorf("no new sound came by %s within 30 s", t.kind())
}

// flowing waits for sound after a moment, whenever the life began.
func flowing(ctx context.Context, t taker, after time.Time) (time.Time, error) {
	for range 3000 {
		if s := newest(t); s != nil {
			if marks := s.since(after); len(marks) > 0 {
				return marks[0].at, nil
			}
		}
		pause(ctx, 10*time.Millisecond)
	}
	return time.Time{}, fmt.Errorf("no sound came by %s within 30 s", t.kind())
}

// rawTaker is where a command: output sends its sound as it is.
type rawTaker struct {
	lifelist
	listener net.Listener
	life     sync.WaitGroup
}

func takeRaw(ctx context.Context) (*rawTaker, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	t := &rawTaker{listener: l}
	t.life.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s := t.begin()
			t.life.Go(func() {
				stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
				defer stop()
				defer func() { _ = conn.Close() }()
				s.read(conn)
			})
		}
	})
	return t, nil
}

func (t *rawTaker) kind() string { return "command" }

func (t *rawTaker) url() string {
	return "command:-c:a pcm_s16le -ac 1 -f s16le -flush_packets 1 tcp://" + t.listener.Addr().String()
}

func (t *rawTaker) there() string { return t.listener.Addr().String() }

func (t *rawTaker) end(context.Context) (string, error) { return "", nil } // nothing is encoded

// close is called when nobody sends any more.
func (t *rawTaker) close() {
	_ = t.listener.Close()
	t.life.Wait()
}

// decodeThin decodes a file that comes from a reader.
func decodeThin(ctx context.Context, from io.Reader) ([]float32, error) {
	cmd := exec.CommandContext(ctx, "ffmpeg", "-nostdin", "-v", "error", "-i", "pipe:0", "-map", "0:a:0", "-ac", "1", "-ar", "48000", "-f", "s16le", "pipe:1")
	var said bytes.Buffer
	cmd.Stdin, cmd.Stderr = from, &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting ffmpeg: %w", err)
	}
	var s stretch
	s.read(out)
	if err := cmd.Wait(); err != nil {
		return nil, fmt.Errorf("decoding what came: %w: %s", err, &said)
	}
	return s.sound.samples, nil
}
