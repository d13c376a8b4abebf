package synth

import "math"

// chorus makes one player sound like a few: copies whose delay slowly sways, so
// that their pitch does too, different ones on each side.
type chorus struct {
	buf    []float32 // a ring of what came in
	at     int
	phase  float64                  // of the sway, 0…1
	delays [2][chorusVoices]float64 // of each copy at the last frame, in frames
	idle   int                      // frames since something came in
}

const (
	chorusVoices = 3
	chorusRing   = 2048   // frames, more than the longest delay: a power of two
	chorusRate   = 0.6    // Hz
	chorusDelay  = 0.014  // seconds, in the middle
	chorusDepth  = 0.0025 // seconds to each side
	chorusGain   = 0.22   // of each copy of a send of 1, so that they are a little softer than the sound itself
)

func newChorus() *chorus {
	c := &chorus{buf: make([]float32, chorusRing), idle: chorusRing}
	c.sway(0)
	return c
}

// sway moves on by some frames and gives the delays there.
func (c *chorus) sway(frames int) (delays [2][chorusVoices]float64) {
	c.phase += float64(frames) * chorusRate / sampleRate
	c.phase -= math.Floor(c.phase)
	for side := range delays {
		for v := range delays[side] {
			turn := c.phase + float64(v)/chorusVoices + float64(side)/(2*chorusVoices)
			delays[side][v] = sampleRate * (chorusDelay + chorusDepth*math.Sin(2*math.Pi*turn))
		}
	}
	if frames == 0 {
		c.delays = delays
	}
	return delays
}

// add puts the input in and adds the copies to left and right.
func (c *chorus) add(left, right, in []float32) {
	if silent(in) {
		if c.idle += len(in); c.idle > chorusRing {
			return
		}
	} else {
		c.idle = 0
	}
	to := c.sway(len(in))
	start := c.at
	for _, s := range in {
		c.buf[c.at] = s
		c.at = (c.at + 1) & (chorusRing - 1)
	}
	for side, out := range [2][]float32{left[:len(in)], right[:len(in)]} {
		for v := range chorusVoices {
			delay := c.delays[side][v]
			step := (to[side][v] - delay) / float64(len(in))
			for i := range out {
				delay += step
				whole := int(delay)
				f := float32(delay - float64(whole))
				at := start + i - whole + chorusRing
				a, b := c.buf[at&(chorusRing-1)], c.buf[(at-1)&(chorusRing-1)]
				out[i] += chorusGain * (a + f*(b-a))
			}
		}
	}
	c.delays = to
}
