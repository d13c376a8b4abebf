package mix

import (
	"io"
	"math"

	"bandstand/internal/pcm"
)

// monoBelow is the frequency below which sound is moved to the middle, in Hz.
const monoBelow = 100

// MasterCeiling is the highest true peak that Master lets through, in dBTP.
const MasterCeiling = -1.0

// Master is the chain between a song's raw sound and the air:
//
//   - gainDB, which brings the song to the station's loudness;
//   - a high-pass at 25 Hz (Butterworth, 12 dB an octave), which takes away
//     offsets and rumble;
//   - a high-pass at 100 Hz on the difference of left and right, so that the bass is in
//     the middle, whatever is panned and however wide an instrument was recorded;
//   - a gentle bus compressor (2:1 with a wide knee from −18 dBFS);
//   - a look-ahead limiter that keeps the true peak at or below MasterCeiling.
//
// Frame n of what is read is frame n of src: the look-ahead is read in advance,
// not added as silence, and the length stays. A src that breaks has its frames so far
// played out before its error is returned.
func Master(src pcm.Source, gainDB float64) pcm.Source {
	m := &master{src: src, gain: pcm.Amplitude(gainDB), pending: -1}
	m.highPass[0], m.highPass[1] = newHighPass(25), newHighPass(25)
	m.side = newHighPass(monoBelow)
	m.compressor = newCompressor()
	m.limiter = newLimiter(pcm.Amplitude(MasterCeiling - limiterMargin))
	return m
}

type master struct {
	src        pcm.Source
	gain       float64
	highPass   [pcm.Channels]biquad
	side       biquad
	compressor compressor
	limiter    *limiter

	ahead   [limiterDelay * pcm.Channels]float32
	pending int // frames inside the chain that are still to come out; −1 before the first read
	err     error
}

// Read gives the next mastered frames.
func (m *master) Read(dst []float32) (int, error) {
	if m.pending < 0 {
		m.fill()
	}
	dst = dst[:len(dst)/pcm.Channels*pcm.Channels]
	done := 0
	if m.err == nil {
		done = m.pull(dst)
		m.process(dst[:done])
	}
	if m.err == nil {
		return done / pcm.Channels, nil
	}
	rest := dst[done:]
	rest = rest[:min(len(rest), m.pending*pcm.Channels)]
	clear(rest)
	m.process(rest)
	m.pending -= len(rest) / pcm.Channels
	n := (done + len(rest)) / pcm.Channels
	if m.pending > 0 {
		return n, nil
	}
	return n, m.err
}

// fill reads the look-ahead and throws away what comes out for it.
func (m *master) fill() {
	n := m.pull(m.ahead[:])
	m.pending = n / pcm.Channels
	// A source shorter than the look-ahead is followed by silence.
	m.process(m.ahead[:])
}

// pull reads src until dst is full or src ends, and says how many samples it read.
func (m *master) pull(dst []float32) int {
	done, idle := 0, 0
	for done < len(dst) && m.err == nil {
		n, err := m.src.Read(dst[done:])
		done += n * pcm.Channels
		m.err = err
		if idle++; n > 0 {
			idle = 0
		} else if idle > 100 {
			m.err = io.ErrNoProgress
		}
	}
	return done
}

// process runs samples through the chain in place; they come out limiterDelay frames late.
func (m *master) process(samples []float32) {
	for i := 0; i+1 < len(samples); i += pcm.Channels {
		l := m.highPass[0].step(float64(samples[i]) * m.gain)
		r := m.highPass[1].step(float64(samples[i+1]) * m.gain)
		middle, side := (l+r)/2, m.side.step((l-r)/2)
		l, r = middle+side, middle-side
		g := m.compressor.step(l, r)
		samples[i], samples[i+1] = m.limiter.step(float32(l*g), float32(r*g))
	}
}

// biquad is a second-order filter, direct form II transposed.
type biquad struct {
	b0, b1, b2, a1, a2 float64
	z1, z2             float64
}

// newHighPass is a Butterworth high-pass of second order at hz.
func newHighPass(hz float64) biquad {
	k := math.Tan(math.Pi * hz / float64(pcm.StationRate))
	norm := 1 / (1 + math.Sqrt2*k + k*k)
	return biquad{
		b0: norm, b1: -2 * norm, b2: norm,
		a1: 2 * (k*k - 1) * norm, a2: (1 - math.Sqrt2*k + k*k) * norm,
	}
}

func (f *biquad) step(x float64) float64 {
	y := f.b0*x + f.z1
	f.z1 = f.b1*x - f.a1*y + f.z2
	f.z2 = f.b2*x - f.a2*y
	// Long silence must not end in numbers so small that they are slow.
	if math.Abs(f.z1) < 1e-20 {
		f.z1 = 0
	}
	if math.Abs(f.z2) < 1e-20 {
		f.z2 = 0
	}
	return y
}

// compressor is a stereo-linked feed-forward compressor. It measures every
// frame and sets its gain every compressorStep frames, going there in a line.
type compressor struct {
	mean      float64 // smoothed mean square
	reduction float64 // smoothed gain reduction, dB, ≥ 0
	gain      float64
	slope     float64
	count     int
}

const (
	compressorStep = 32
	threshold      = -18.0 // dBFS, RMS
	ratio          = 2.0
	knee           = 12.0  // dB, half below and half above the threshold
	meanSeconds    = 0.010 // of the level detector
	attackSeconds  = 0.020
	releaseSeconds = 0.250
)

func newCompressor() compressor { return compressor{gain: 1} }

// smoothing is the share of the old value that stays after seconds of a time constant.
func smoothing(seconds, constant float64) float64 { return math.Exp(-seconds / constant) }

var (
	meanKeep    = smoothing(1/float64(pcm.StationRate), meanSeconds)
	attackKeep  = smoothing(compressorStep/float64(pcm.StationRate), attackSeconds)
	releaseKeep = smoothing(compressorStep/float64(pcm.StationRate), releaseSeconds)
)

func (c *compressor) step(l, r float64) float64 {
	c.mean = meanKeep*c.mean + (1-meanKeep)*(l*l+r*r)/2
	if c.count == 0 {
		c.aim()
	}
	c.count = (c.count + 1) % compressorStep
	c.gain += c.slope
	return c.gain
}

// aim sets where the gain is to be after the next compressorStep frames.
func (c *compressor) aim() {
	if c.mean < 1e-12 {
		c.mean = 0
	}
	wanted := reduction(10 * math.Log10(c.mean+1e-12))
	keep := releaseKeep
	if wanted > c.reduction {
		keep = attackKeep
	}
	c.reduction = keep*c.reduction + (1-keep)*wanted
	c.slope = (pcm.Amplitude(-c.reduction) - c.gain) / compressorStep
}

// reduction is by how many decibels a level is turned down.
func reduction(level float64) float64 {
	over := level - threshold + knee/2
	switch {
	case over <= 0:
		return 0
	case over < knee:
		return (1 - 1/ratio) * over * over / (2 * knee)
	}
	return (1 - 1/ratio) * (level - threshold)
}
