package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"time"
)

// audible is the level above which a sample is heard: −47 dBFS.
var audible = float32(math.Pow(10, -47.0/20))

// ear is an ffmpeg listener. It tells when samples come out of the decoder.
type ear struct {
	cmd   *exec.Cmd
	heard chan sound
}

// sound is a stretch of decoded samples: when it came and how loud it was.
type sound struct {
	at   time.Time
	peak float32
	n    int // frames
}

// listen starts an ffmpeg that decodes url as it comes, without waiting to learn more about it.
func listen(ctx context.Context, url string) (*ear, error) {
	cmd := exec.CommandContext(ctx, "ffmpeg", "-nostdin", "-loglevel", "error", "-fflags", "nobuffer", "-flags", "low_delay",
		"-probesize", "32", "-analyzeduration", "0", "-i", url, "-flush_packets", "1", "-f", "f32le", "-ac", "2", "-ar", "48000", "pipe:1")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting ffmpeg: %w", err)
	}
	e := &ear{cmd: cmd, heard: make(chan sound, 10000)}
	go e.read(out)
	return e, nil
}

func (e *ear) read(out io.Reader) {
	defer close(e.heard)
	buf := make([]byte, 64<<10)
	rest := 0
	for {
		n, err := out.Read(buf[rest:])
		at := time.Now()
		n += rest
		whole := n / 8 * 8
		s := sound{at: at, n: whole / 8}
		for i := 0; i < whole; i += 4 {
			v := math.Float32frombits(binary.LittleEndian.Uint32(buf[i:]))
			s.peak = max(s.peak, max(v, -v))
		}
		rest = copy(buf, buf[whole:n])
		if s.n > 0 {
			e.heard <- s
		}
		if err != nil {
			return
		}
	}
}

var errNothing = errors.New("nothing was heard within 5 s")

// quiet waits until nothing audible has come for d of decoded sound.
func (e *ear) quiet(d time.Duration) error {
	limit := time.After(10 * time.Second)
	for silent := 0; ; {
		select {
		case s, ok := <-e.heard:
			if !ok {
				return io.ErrUnexpectedEOF
			}
			silent += s.n
			if s.peak > audible {
				silent = 0
			}
			if time.Duration(silent)*time.Second/48000 >= d {
				return nil
			}
		case <-limit:
			return errors.New("the listener heard no silence within 10 s")
		}
	}
}

// first waits for the first audible sound and says when it came.
func (e *ear) first() (time.Time, error) {
	limit := time.After(5 * time.Second)
	for {
		select {
		case s, ok := <-e.heard:
			if !ok {
				return time.Time{}, io.ErrUnexpectedEOF
			}
			if s.peak > audible {
				return s.at, nil
			}
		case <-limit:
			return time.Time{}, errNothing
		}
	}
}

func (e *ear) stop() {
	_ = e.cmd.Process.Kill()
	for range e.heard {
	}
	_ = e.cmd.Wait()
}
