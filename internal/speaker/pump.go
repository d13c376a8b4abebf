package speaker

import (
	"math"
	"time"

	"bandstand/internal/pcm"
)

const (
	// measureEvery is the number of blocks between two looks at the delay: 240 ms.
	measureEvery = 12
	// fadeFrames is the length of the fades at a jump: 5 ms.
	fadeFrames = 240
)

// pump turns blocks into what is sent to the sound server: bent in time as the
// steering says, preceded by silence where the stream starts or has run dry, cut
// where it is too far behind. It does no I/O.
type pump struct {
	steer  steer
	bender *bender
	prime  bool // silence must come first
	fadeIn bool
	skip   int // frames to leave out
	count  int // blocks since the last look at the delay
	out    []float32
}

// newPump makes a pump for a device that says how much delay is its own.
func newPump(device time.Duration) *pump {
	return &pump{steer: steer{device: device.Seconds()}, bender: newBender(), prime: true, fadeIn: true}
}

// underran notes that the server ran dry: it waits for a reserve again.
func (p *pump) underran() {
	p.prime, p.fadeIn = true, true
	p.bender.reset()
	p.steer.underran()
}

// due says whether it is time to look at the delay.
func (p *pump) due() bool {
	p.count++
	if p.count < measureEvery {
		return false
	}
	p.count = 0
	return true
}

// block is what to send for a block. It is good until the next call.
func (p *pump) block(samples []float32) []float32 {
	p.out = p.out[:0]
	if late := p.steer.excess(); late > 0 {
		p.skip = late
		// The sound leaves before the gap and comes back after it.
		p.bend(faded(samples, false))
		p.fadeIn = true
		return p.out
	}
	if p.skip > 0 {
		frames := len(samples) / pcm.Channels
		left := min(frames, p.skip)
		p.skip -= left
		samples = samples[left*pcm.Channels:]
		if len(samples) == 0 {
			return p.out
		}
	}
	if p.prime {
		p.prime = false
		p.out = append(p.out, make([]float32, p.steer.lead()*pcm.Channels)...)
	}
	if p.fadeIn {
		p.fadeIn = false
		samples = faded(samples, true)
	}
	p.bend(samples)
	return p.out
}

// rest is what the bender still holds.
func (p *pump) rest() []float32 {
	p.out = p.out[:0]
	p.bend(make([]float32, bendTaps*pcm.Channels))
	return p.out
}

func (p *pump) bend(samples []float32) {
	p.out = p.bender.bend(p.out, samples, p.steer.ratio())
}

// faded is a copy of samples, which are shared, that rises from nothing, or falls to it.
func faded(samples []float32, rising bool) []float32 {
	out := make([]float32, len(samples))
	frames := len(samples) / pcm.Channels
	for i := range frames {
		at := i
		if !rising {
			at = frames - 1 - i
		}
		gain := float32(math.Min(1, float64(at)/fadeFrames))
		for c := range pcm.Channels {
			out[i*pcm.Channels+c] = gain * samples[i*pcm.Channels+c]
		}
	}
	return out
}
