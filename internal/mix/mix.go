// Package mix changes and joins sound: fades, sums, and the master chain that
// every song goes through. All of it is arithmetic on what is read: no
// goroutine, no clock, no allocation while reading, and the same samples come
// out however large the reads are.
//
// It promises that Master keeps a song's length and the place of every frame,
// and its true peak at or below MasterCeiling. It does not know songs.
package mix

import (
	"io"
	"math"

	"bandstand/internal/pcm"
)

// Add adds src to dst, sample by sample, as far as both reach.
func Add(dst, src []float32) {
	for i := range min(len(dst), len(src)) {
		dst[i] += src[i]
	}
}

// Where Ceiling begins to bend, and what it never reaches.
const (
	ceilingKnee = 0.95
	ceilingTop  = 0.9999
)

// Ceiling keeps samples inside ±1. Those up to 0.95 stay as they are, bit for
// bit; beyond, they bend smoothly towards full scale. It guards the sum of two
// songs while one gives way to the other.
func Ceiling(samples []float32) {
	for i, s := range samples {
		if s > ceilingKnee || s < -ceilingKnee {
			samples[i] = bend(s)
		}
	}
}

func bend(s float32) float32 {
	const room = ceilingTop - ceilingKnee
	over := (math.Abs(float64(s)) - ceilingKnee) / room
	return float32(math.Copysign(ceilingKnee+room*math.Tanh(over), float64(s)))
}

// FadeOut is src, falling from full level to silence over the next frames
// frames along a half cosine, and ending there or where src ends.
func FadeOut(src pcm.Source, frames int) pcm.Source {
	return &fade{src: src, length: max(frames, 0)}
}

type fade struct {
	src    pcm.Source
	length int
	at     int
	err    error // met at the end, given from then on
}

// Read gives the next faded frames.
func (f *fade) Read(dst []float32) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	want := min(len(dst)/pcm.Channels, f.length-f.at)
	n := 0
	if want > 0 {
		n, f.err = f.src.Read(dst[:want*pcm.Channels])
	}
	f.shape(dst[:n*pcm.Channels])
	if f.at >= f.length && f.err == nil {
		f.err = io.EOF
	}
	return n, f.err
}

func (f *fade) shape(samples []float32) {
	for i := 0; i < len(samples); i += pcm.Channels {
		g := 1 - float32(0.5-0.5*math.Cos(math.Pi*float64(f.at)/float64(f.length)))
		for c := range pcm.Channels {
			samples[i+c] *= g
		}
		f.at++
	}
}
