package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// rtmpTaker is a server for one sender at a time: an ffmpeg that listens, and the next
// one as soon as somebody has come.
type rtmpTaker struct {
	lifelist
	port   int
	look   string // options of the picture
	dir    string
	cancel context.CancelFunc
	life   sync.WaitGroup
	films  []*film // by stretch
}

// film is what came of one sender: a file, and when its pictures came.
type film struct {
	file     string
	pictures stretch
	said     bytes.Buffer // by the ffmpeg that took it
}

func takeRTMP(ctx context.Context, look string) (*rtmpTaker, error) {
	dir, err := os.MkdirTemp("", "bandstand-bench")
	if err != nil {
		return nil, err
	}
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	t := &rtmpTaker{port: port, look: look, dir: dir}
	ctx, t.cancel = context.WithCancel(ctx)
	t.life.Go(func() { t.serve(ctx) })
	return t, nil
}

func (t *rtmpTaker) kind() string { return "rtmp" }
func (t *rtmpTaker) url() string {
	return fmt.Sprintf("rtmp://127.0.0.1:%d/live/key%s", t.port, t.look)
}

func (t *rtmpTaker) there() string { return fmt.Sprintf("127.0.0.1:%d/", t.port) }

// serve listens again and again.
func (t *rtmpTaker) serve(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		f := &film{file: filepath.Join(t.dir, fmt.Sprintf("%d.flv", n))}
		cmd := exec.CommandContext(ctx, "ffmpeg", "-nostdin", "-v", "error", "-fflags", "nobuffer", "-analyzeduration", "100000", "-listen", "1",
			"-i", fmt.Sprintf("rtmp://127.0.0.1:%d/live/key", t.port), "-c", "copy", "-f", "flv", "-flush_packets", "1", "pipe:1")
		cmd.Stderr = &f.said
		out, err := cmd.StdoutPipe()
		if err != nil {
			return
		}
		if err := cmd.Start(); err != nil {
			fmt.Fprintln(os.Stderr, "bench: starting ffmpeg:", err)
			return
		}
		come := make(chan struct{})
		t.life.Go(func() {
			t.take(f, bufio.NewReader(out), come)
			_ = cmd.Wait() // how it ends depends on the sender's end
		})
		select {
		case <-come:
		case <-ctx.Done():
		}
		if n%20 == 19 {
			pause(ctx, 50*time.Millisecond) // if none of them can listen
		}
	}
}

// take notes what comes; come is closed at the first, or at the end.
func (t *rtmpTaker) take(f *film, from *bufio.Reader, come chan struct{}) {
	first := sync.OnceFunc(func() { close(come) })
	defer first()
	if _, err := from.Peek(1); err != nil {
		return
	}
	file, err := os.Create(f.file)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return
	}
	defer func() { _ = file.Close() }()
	s := t.begin()
	s.whole = func(ctx context.Context) ([]float32, int64, error) { return f.decode(ctx) }
	t.mu.Lock()
	t.films = append(t.films, f)
	t.mu.Unlock()
	first()
	zero := int64(-1) // where its sound begins
	if err := flv(io.TeeReader(from, file), func(kind byte, at time.Duration) {
		frames := int64(at * 48000 / time.Second)
		switch kind {
		case 8:
			if zero < 0 {
				zero = frames
			}
			s.come(frames-zero, time.Now())
		case 9:
			f.pictures.come(frames, time.Now())
		}
	}); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, os.ErrClosed) {
		fmt.Fprintln(os.Stderr, "bench: reading what came by RTMP:", err)
	}
}

// flv calls tag for each tag with sound (8) or a picture (9), once it has come, with its
// time: AAC and H.264.
func flv(from io.Reader, tag func(kind byte, at time.Duration)) error {
	if _, err := io.CopyN(io.Discard, from, 9+4); err != nil {
		return err
	}
	var head [11]byte
	for {
		if _, err := io.ReadFull(from, head[:]); err != nil {
			return err
		}
		size := binary.BigEndian.Uint32(head[:]) & 0xffffff
		ms := uint32(head[7])<<24 | binary.BigEndian.Uint32(head[3:])&0xffffff // the fourth byte is the highest
		var what [2]byte                                                       // codec; 0 for what the codec is set up with
		if size < 2 {
			return fmt.Errorf("a tag of %d bytes", size)
		}
		if _, err := io.ReadFull(from, what[:]); err != nil {
			return err
		}
		if _, err := io.CopyN(io.Discard, from, int64(size)+2); err != nil {
			return err
		}
		if what[1] != 0 {
			tag(head[0], time.Duration(ms)*time.Millisecond)
		}
	}
}

// decode decodes the sound of a film as far as it has come.
func (f *film) decode(ctx context.Context) ([]float32, int64, error) {
	file, err := os.Open(f.file)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = file.Close() }()
	sound, err := decodeThin(ctx, file)
	return sound, 0, err
}

// end decodes the newest film whole, sound and picture. What the ffmpeg that took it
// said of the sender's end does not count.
func (t *rtmpTaker) end(ctx context.Context) (string, error) {
	t.mu.Lock()
	f := t.films[len(t.films)-1]
	t.mu.Unlock()
	return complaints(ctx, f.file)
}

func (t *rtmpTaker) close() {
	t.cancel()
	t.life.Wait()
	_ = os.RemoveAll(t.dir)
}
