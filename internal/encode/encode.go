// Package encode has what the encoders share: the words that describe a piece of
// sound, the way from float to 16 bits, and the reading of a source to its end.
// The encoders themselves live one format a package: opus, mp3, flac, wav.
//
// It promises that the same samples give the same numbers on every machine, and
// that nothing a source can hold (NaN, infinities, samples beyond full scale)
// breaks an encoder. It knows no format, starts no goroutine and keeps no state.
//
// A live encoder has four methods. Header is what every new connection gets
// before its first packet. Encode takes any whole number of interleaved stereo
// frames at 48 kHz and returns the packets that became complete: their Data is
// new and never touched again, the slice that holds them is good until the next
// call. Flush ends the stream and returns the rest; after it Encode and Flush say
// ErrEnded. Close gives back what the encoder holds, at any time, more than once.
// An encoder is used by one goroutine at a time.
package encode

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"

	"bandstand/internal/pcm"
)

var (
	// ErrEnded says that the stream was ended by Flush or Close.
	ErrEnded = errors.New("the stream has ended")
	// ErrFrames says that samples are not a whole number of frames.
	ErrFrames = errors.New("the samples are not whole stereo frames")
)

// Tags describe a piece of sound to whoever opens the file. Empty ones are left out.
type Tags struct {
	Title   string
	Artist  string
	Album   string
	Comment string
}

// CheckFrames says ErrFrames if samples are not whole frames.
func CheckFrames(samples []float32) error {
	if len(samples)%pcm.Channels != 0 {
		return fmt.Errorf("%w: %d values", ErrFrames, len(samples))
	}
	return nil
}

// Clip copies src to dst, which must be as long, so that every sample is a number
// from -1 to 1: what is beyond full scale becomes full scale, NaN becomes 0.
func Clip(dst, src []float32) {
	dst = dst[:len(src)]
	for i, s := range src {
		switch {
		case s > 1:
			s = 1
		case s < -1:
			s = -1
		case math.IsNaN(float64(s)):
			s = 0
		}
		dst[i] = s
	}
}

// Quantize turns samples into 16-bit integers; dst must be as long as src. Full
// scale is 32768, so that 16-bit sound goes through unchanged; the nearest integer
// is taken, of two as near the even one; what does not fit becomes 32767 or -32768
// and NaN becomes 0. There is no dither: silence stays silent.
func Quantize(dst []int16, src []float32) {
	dst = dst[:len(src)]
	for i, s := range src {
		v := math.RoundToEven(float64(s) * (1 << 15))
		switch {
		case v > math.MaxInt16:
			v = math.MaxInt16
		case v < math.MinInt16:
			v = math.MinInt16
		case math.IsNaN(v):
			v = 0
		}
		dst[i] = int16(v)
	}
}

// Pull reads src to its end in pieces of at most blockFrames and hands each to
// put, which must not keep it. progress, if not nil, hears after each piece how
// many frames have been handed on. Pull stops early when ctx ends.
func Pull(ctx context.Context, src pcm.Source, blockFrames int, progress func(frames int64), put func(samples []float32) error) error {
	buf := make([]float32, blockFrames*pcm.Channels)
	for done := int64(0); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := src.Read(buf)
		runtime.Gosched() // a file that is written in a station's process must not keep its clock waiting
		if n > 0 {
			if err := put(buf[:n*pcm.Channels]); err != nil {
				return err
			}
			done += int64(n)
			if progress != nil {
				progress(done)
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("reading the sound: %w", err)
		case n == 0:
			return fmt.Errorf("reading the sound: %w", io.ErrNoProgress)
		}
	}
}

// Blocks cuts samples that come in any number of frames into blocks of one size.
type Blocks struct {
	rest []float32 // fewer samples than a block
	size int
}

// NewBlocks makes blocks of frames.
func NewBlocks(frames int) *Blocks {
	size := frames * pcm.Channels
	return &Blocks{rest: make([]float32, 0, size), size: size}
}

// Add hands every block that became whole to put, which must not keep it.
func (b *Blocks) Add(samples []float32, put func(block []float32) error) error {
	for len(samples) > 0 {
		if len(b.rest) == 0 && len(samples) >= b.size {
			if err := put(samples[:b.size]); err != nil {
				return err
			}
			samples = samples[b.size:]
			continue
		}
		n := min(b.size-len(b.rest), len(samples))
		b.rest, samples = append(b.rest, samples[:n]...), samples[n:]
		if len(b.rest) == b.size {
			whole := b.rest
			b.rest = b.rest[:0]
			if err := put(whole); err != nil {
				return err
			}
		}
	}
	return nil
}

// Rest takes what is left: fewer frames than a block, good until the next Add.
func (b *Blocks) Rest() []float32 {
	rest := b.rest
	b.rest = b.rest[:0]
	return rest
}
