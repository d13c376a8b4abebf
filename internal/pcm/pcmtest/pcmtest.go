// Package pcmtest has sources for tests and the check of the pcm.Source contract.
package pcmtest

import (
	"errors"
	"io"
	"math"
	"testing"

	"bandstand/internal/pcm"
)

// Ramp is a source whose left sample is its own frame number (divided by 1<<24,
// so that every value is exact) and whose right sample is the negative of it:
// whoever reads it can tell a lost, repeated or moved frame.
type Ramp struct {
	At     int64 // the next frame
	Length int64 // ends there; 0 never ends
}

// RampValue is the left sample of frame n of a Ramp.
func RampValue(n int64) float32 { return float32(n%(1<<24)) / (1 << 24) }

// Read gives the next frames of the ramp.
func (r *Ramp) Read(dst []float32) (int, error) {
	want := len(dst) / pcm.Channels
	if r.Length > 0 {
		want = int(min(int64(want), r.Length-r.At))
	}
	for i := range want {
		v := RampValue(r.At + int64(i))
		dst[2*i], dst[2*i+1] = v, -v
	}
	r.At += int64(want)
	if want < len(dst)/pcm.Channels {
		return want, io.EOF
	}
	return want, nil
}

// Constant is a source of one value for Length frames (0 never ends).
type Constant struct {
	Value  float32
	Length int64
	at     int64
}

// Read gives the next frames of the constant.
func (c *Constant) Read(dst []float32) (int, error) {
	want := len(dst) / pcm.Channels
	if c.Length > 0 {
		want = int(min(int64(want), c.Length-c.at))
	}
	for i := range want * pcm.Channels {
		dst[i] = c.Value
	}
	c.at += int64(want)
	if want < len(dst)/pcm.Channels {
		return want, io.EOF
	}
	return want, nil
}

// ReadAll reads a source to its end in reads of chunk frames, up to limit frames.
func ReadAll(src pcm.Source, chunk int, limit int64) ([]float32, error) {
	var out []float32
	buf := make([]float32, chunk*pcm.Channels)
	for int64(len(out)/pcm.Channels) < limit {
		n, err := src.Read(buf)
		out = append(out, buf[:n*pcm.Channels]...)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		if n == 0 {
			return out, io.ErrNoProgress
		}
	}
	return out, nil
}

const guard = float32(1234.5)

// CheckSource fails t where a source breaks the contract of pcm.Source. open
// must give the same sound anew each time; the source must end within limit frames.
func CheckSource(t *testing.T, open func() pcm.Source, limit int64) {
	t.Helper()
	want, err := ReadAll(open(), pcm.BlockFrames, limit)
	if err != nil {
		t.Fatalf("reading the source in blocks: %v", err)
	}
	for i, s := range want {
		if f := float64(s); math.IsNaN(f) || math.IsInf(f, 0) {
			t.Fatalf("sample %d is %v", i, s)
		}
	}
	for _, chunk := range []int{1, 7, 64, 1000, 4801} {
		checkChunks(t, open(), want, chunk)
	}
}

func checkChunks(t *testing.T, src pcm.Source, want []float32, chunk int) {
	t.Helper()
	buf := make([]float32, (chunk+1)*pcm.Channels)
	for at := 0; ; {
		for i := range buf {
			buf[i] = guard
		}
		n, err := src.Read(buf[:chunk*pcm.Channels])
		if n < 0 || n > chunk {
			t.Fatalf("reading %d frames gave %d", chunk, n)
		}
		for i := n * pcm.Channels; i < len(buf); i++ {
			if buf[i] != guard {
				t.Fatalf("reading %d frames wrote beyond the %d it reported", chunk, n)
			}
		}
		for i, s := range buf[:n*pcm.Channels] {
			if at+i >= len(want) || want[at+i] != s {
				t.Fatalf("in reads of %d frames, sample %d differs from reads of whole blocks", chunk, at+i)
			}
		}
		at += n * pcm.Channels
		if errors.Is(err, io.EOF) {
			if at != len(want) {
				t.Fatalf("in reads of %d frames the source ended after %d samples, in blocks after %d", chunk, at, len(want))
			}
			if n, err := src.Read(buf); n != 0 || !errors.Is(err, io.EOF) {
				t.Fatalf("after its end the source gave %d frames and error %v, not 0 and EOF", n, err)
			}
			return
		}
		if err != nil {
			t.Fatalf("reading %d frames: %v", chunk, err)
		}
		if n < chunk {
			t.Fatalf("reading %d frames gave %d without EOF", chunk, n)
		}
	}
}
