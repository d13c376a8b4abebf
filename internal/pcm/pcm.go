// Package pcm is the vocabulary of sound: rates, frames, blocks, sources and
// packets. Everything inside Bandstand is 48 kHz stereo float32, interleaved
// (left, right, left, right …), full scale ±1.
//
// It promises only types and arithmetic: no goroutine, no I/O.
package pcm

import (
	"math"
	"time"
)

// Rate is a number of frames a second.
type Rate int

const (
	// StationRate is the rate of everything inside the station.
	StationRate Rate = 48000
	// Channels is the number of samples in a frame.
	Channels = 2
	// BlockFrames is the number of frames in a block: 20 ms at StationRate,
	// which is also one Opus frame.
	BlockFrames = 960
	// BlockSamples is the number of float32 values in a block.
	BlockSamples = BlockFrames * Channels
)

// BlockDuration is how long one block sounds.
const BlockDuration = 20 * time.Millisecond

// Frames is how many frames sound in d, rounded to the nearest.
func (r Rate) Frames(d time.Duration) int64 {
	sec, rest := d/time.Second, d%time.Second
	return int64(sec)*int64(r) + int64(math.Round(float64(rest)*float64(r)/float64(time.Second)))
}

// Duration is how long frames sound, rounded to the nanosecond.
func (r Rate) Duration(frames int64) time.Duration {
	sec, rest := frames/int64(r), frames%int64(r)
	return time.Duration(sec)*time.Second + time.Duration(math.Round(float64(rest)*float64(time.Second)/float64(r)))
}

// Source is sound to be pulled.
//
// Read fills dst (whole frames: its length is a multiple of Channels) and says
// how many frames it wrote. It writes fewer than asked only at the end: then,
// or on the call after, it returns io.EOF, and always (0, io.EOF) from then on.
// A call that returns n > 0 frames and io.EOF is allowed. Any other error means
// that the source is broken; the frames it reports are still good. Samples are
// finite; what lies in dst beyond the n frames is untouched.
// Read never keeps dst. A source is used by one goroutine at a time.
//
// pcmtest.CheckSource tests the contract.
type Source interface {
	Read(dst []float32) (frames int, err error)
}

// Block is 20 ms of the station: time rides with the data.
// Samples are shared by everyone who gets the block and are never changed.
type Block struct {
	Frame   int64     // the station's frame number of the first frame; counts from 0 at the start of the process
	Samples []float32 // BlockSamples values
	Code    string    // short code of the song that is heard at the block's first frame, "" in silence
	Title   string    // "Band - Title" of that song (the way ICY writes it), "" in silence
	Change  int       // the frame within the block at which another song, or silence, begins: that of the next block; 0 if none does
}

// Packet is what an encoder makes of blocks: a piece of a stream that can be
// sent whole and that a decoder can start at.
type Packet struct {
	Data   []byte // shared by every listener, never changed
	Frame  int64  // frame number, counted from the encoder's first input frame, of the first frame that the packet decodes to
	Frames int    // how many frames it decodes to
}

// Level is the peak (0–1 and above) and the root mean square of samples.
func Level(samples []float32) (peak, rms float64) {
	if len(samples) == 0 {
		return 0, 0
	}
	var sum float64
	for _, s := range samples {
		v := math.Abs(float64(s))
		peak = max(peak, v)
		sum += v * v
	}
	return peak, math.Sqrt(sum / float64(len(samples)))
}

// Decibels is the level of a linear amplitude in dBFS; silence is -Inf.
func Decibels(amplitude float64) float64 { return 20 * math.Log10(amplitude) }

// Amplitude is the linear amplitude of a level in decibels.
func Amplitude(decibels float64) float64 { return math.Pow(10, decibels/20) }
