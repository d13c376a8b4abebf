// Package monitor listens to what an encoder really emits: it decodes a little of it
// every now and then and compares its level with that of the very same frames as they
// went in.
//
// It promises the truth about a running encoder within 5 s (looked at each Every): if
// twice in a row its sound is further than 12 dB from what it was fed, while either is
// above -50 dBFS, or does not decode, or holds what is not a number, or does not come
// at all, Trouble says so in words, until it is well again. Silence that comes out as
// silence is never trouble. What it costs the encoder's goroutine is a few
// microseconds a block: decoding is the work of whoever calls Look. It keeps less than
// a second of packets, which are shared and never changed.
//
// It does not judge how good the sound is, knows no format and starts no goroutine.
package monitor

import (
	"math"
	"sync"
	"sync/atomic"
	"time"

	"bandstand/internal/pcm"
)

// Every is how often Look should be called.
const Every = 1500 * time.Millisecond

const (
	// window is how many blocks are compared at least: half a second.
	window = 25
	// memory is how many blocks' energies are kept: more than any encoder lags.
	memory = 150
	// floor is the level, in dBFS, below which a sound counts as silence.
	floor = -50.0
	// tolerance is how far the levels may be apart, in dB.
	tolerance = 12.0
	// most is how many packets are kept, whatever they say of their length.
	most = 200
	// inARow is how many contradictions are trouble.
	inARow = 2
	// patience is for how many looks at silence an encoder that fell silent is still
	// thought to be broken: silence cannot show that it is well.
	patience = 8
)

// Decoder turns packets that follow each other into interleaved stereo at 48 kHz, in
// the place that pcm.Packet.Frame says. The sound is good until the next call.
type Decoder interface {
	Decode(packets [][]byte) ([]float32, error)
}

// Monitor watches the encoders of one stream, one after the other. Begin, Fed, Emitted
// and End are for the encoder's goroutine, Look is for one other, Trouble and
// Contradictions are for anybody.
type Monitor struct {
	decoder Decoder
	warmup  int     // packets before the decoder gives the sound as it was
	verdict verdict // Look's own

	contradictions atomic.Int64

	mu      sync.Mutex // held for microseconds
	heard   record
	trouble string
}

// record is what went into an encoder and came out of it lately.
type record struct {
	run      int // counts the calls of Begin
	running  bool
	energies [memory]float64 // of block n at n%memory: the sum of its samples' squares
	blocks   int64           // fed; frames are counted from the first
	packets  []pcm.Packet    // the newest, each following the one before
	end      int64           // the frame after the newest packet's last
	gap      bool            // a packet did not follow the one before it
}

// New makes a monitor whose decoder needs warmup packets before it gives the sound as
// it was.
func New(d Decoder, warmup int) *Monitor { return &Monitor{decoder: d, warmup: warmup} }

// Begin begins with a new encoder, whose first frame is 0.
func (m *Monitor) Begin() { m.begin(true) }

// End says that the encoder runs no more: what was wrong with it is over.
func (m *Monitor) End() { m.begin(false) }

func (m *Monitor) begin(running bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.heard = record{run: m.heard.run + 1, running: running}
	m.trouble = ""
}

// Fed notes a block (pcm.BlockSamples) before the encoder is given it.
func (m *Monitor) Fed(samples []float32) {
	e := energy(samples)
	if math.IsNaN(e) {
		e = finiteEnergy(samples)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.heard.energies[m.heard.blocks%memory] = e
	m.heard.blocks++
}

// Emitted notes a packet that came out. Its data must not change any more.
func (m *Monitor) Emitted(p pcm.Packet) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := &m.heard
	if len(r.packets) > 0 && p.Frame != r.end {
		r.gap = true
		r.packets = nil
	}
	r.packets = append(r.packets, p)
	r.end = p.Frame + int64(p.Frames)
	// Whole blocks are compared, and packets begin anywhere: one block more.
	for next := m.warmup + 1; len(r.packets) > next && r.end-r.packets[next].Frame >= (window+1)*pcm.BlockFrames || len(r.packets) > most; {
		r.packets[0] = pcm.Packet{}
		r.packets = r.packets[1:]
	}
}

// Trouble is what is wrong with the encoder, "" while nothing is known to be: words
// that follow "the encoder of this stream".
func (m *Monitor) Trouble() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.trouble
}

// Contradictions counts the looks at which what came out was not what went in.
func (m *Monitor) Contradictions() int64 { return m.contradictions.Load() }

// energy is the sum of the squares of samples, clipped to full scale as every encoder
// clips them; NaN if there is one among them.
func energy(samples []float32) float64 {
	var a, b, c, d float32 // four sums, which do not wait for each other
	for ; len(samples) >= 4; samples = samples[4:] {
		a += square(samples[0])
		b += square(samples[1])
		c += square(samples[2])
		d += square(samples[3])
	}
	for _, s := range samples {
		a += square(s)
	}
	return float64(a) + float64(b) + float64(c) + float64(d)
}

func square(s float32) float32 {
	v := s * s
	if v > 1 {
		v = 1
	}
	return v
}

// finiteEnergy is energy without the NaN, which encoders take for silence.
func finiteEnergy(samples []float32) (sum float64) {
	for _, s := range samples {
		if v := float64(square(s)); !math.IsNaN(v) {
			sum += v
		}
	}
	return sum
}
