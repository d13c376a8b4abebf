package synth

import (
	"encoding/binary"
	"math"

	"bandstand/internal/synth/sf2"
)

// wave reads a recording, or two of the same shape side by side, at any pitch.
type wave struct {
	data   []byte
	pos    uint64 // frame in data of the left channel, with 32 bits of fraction
	step   uint64 // frames of data a frame, likewise
	start  int
	end    int  // where the recording ends, or its loop
	length int  // of the loop; 0 none
	tail   int  // where the recording ends once the loop is left
	until  bool // the loop lasts as long as the note
	stereo bool
	right  int     // by how many frames of data the right channel lies behind the left
	ratio  float64 // of the recording's rate to ours
	cents  float64 // that step is for
}

// one is a frame in the fixed point of positions.
const one = 1 << 32

// begin sets the wave to the beginning of a region's recording. The right
// region, if any, must be one that pairs allows.
func (w *wave) begin(f *Font, r, right *region) {
	s := f.samples[r.sample]
	offset := func(fine, coarse sf2.Op) int { return int(r.gens[fine]) + 32768*int(r.gens[coarse]) }
	start := min(max(s.start+offset(sf2.StartOffset, sf2.StartCoarse), s.start), s.end)
	end := min(max(s.end+offset(sf2.EndOffset, sf2.EndCoarse), start), s.end)
	*w = wave{
		data: f.data, pos: uint64(start) * one, start: start, end: end, tail: end,
		ratio: s.rate / sampleRate, cents: math.NaN(),
	}
	loopStart := max(s.loopStart+offset(sf2.LoopStartOffset, sf2.LoopStartCoarse), start)
	loopEnd := min(s.loopEnd+offset(sf2.LoopEndOffset, sf2.LoopEndCoarse), end)
	mode := r.gens[sf2.SampleModes] & 3
	if mode&1 != 0 && loopEnd-loopStart >= 4 {
		w.end, w.length, w.until = loopEnd, loopEnd-loopStart, mode == 3
	}
	if right != nil && right.sample != r.sample {
		w.stereo, w.right = true, f.samples[right.sample].start-s.start
	}
}

// release lets a loop run out that was to last as long as the note.
func (w *wave) release() {
	if w.until {
		w.length, w.end = 0, w.tail
	}
}

// fill reads the next frames, at cents above the recording's own pitch, and says
// whether there is more. Full scale is ±1.
func (w *wave) fill(x, y []float32, cents float64) (more bool) {
	if cents != w.cents {
		w.cents = cents
		// Twelve octaves up is beyond all hearing.
		w.step = uint64(w.ratio * exp2(min(max(cents, -14400), 14400)/1200) * one)
	}
	for i := 0; i < len(x); {
		at := int(w.pos >> 32)
		if at >= w.end {
			if w.length == 0 {
				clear(x[i:])
				clear(y[i:])
				return false
			}
			w.pos -= uint64((at-w.end)/w.length+1) * uint64(w.length) * one
			continue
		}
		n := 1
		if last := w.end - taps/2; at >= w.start+taps/2-1 && at < last {
			if n = len(x) - i; w.step > 0 {
				n = min(n, int((uint64(last)*one-1-w.pos)/w.step)+1)
			}
			read(x[i:i+n], w.data, w.pos, w.step)
			if w.stereo {
				read(y[i:i+n], w.data, w.pos+uint64(w.right)*one, w.step)
			}
		} else {
			x[i] = w.edge(at, 0)
			if w.stereo {
				y[i] = w.edge(at, w.right)
			}
		}
		w.pos += uint64(n) * w.step
		i += n
	}
	return true
}

// edge is the frame at the position, read where the filter reaches beyond an end
// of the recording or of its loop.
func (w *wave) edge(at, right int) float32 {
	c := &sincs[w.pos>>(32-phaseBits)&(phases-1)]
	sum := float32(0)
	for k := range c {
		i := at + k - (taps/2 - 1)
		if i >= w.end && w.length > 0 {
			i -= w.length
		}
		if i >= w.start && i < w.end {
			sum += c[k] * float32(int16(binary.LittleEndian.Uint16(w.data[2*(i+right):])))
		}
	}
	return sum
}

// The interpolation filter: taps frames of a recording make one of ours. Eight,
// so that recordings of 22 and 32 kHz get no audible images above their own range.
const (
	taps      = 8
	phaseBits = 9
	phases    = 1 << phaseBits
)

// sincs is the interpolation filter at each phase between two frames: a sinc
// under a Kaiser window, scaled so that 16-bit frames come out with full scale ±1.
var sincs = func() (t [phases][taps]float32) {
	const beta = 5.5
	bessel := func(x float64) float64 {
		sum, term := 1.0, 1.0
		for k := 1.0; term > 1e-12*sum; k++ {
			term *= x * x / (4 * k * k)
			sum += term
		}
		return sum
	}
	for p := range t {
		var h [taps]float64
		sum := 0.0
		for k := range h {
			x := float64(k-(taps/2-1)) - (float64(p)+0.5)/phases
			h[k] = bessel(beta * math.Sqrt(max(1-x*x/(taps*taps/4), 0)))
			if x != 0 {
				h[k] *= math.Sin(math.Pi*x) / (math.Pi * x)
			}
			sum += h[k]
		}
		for k := range h {
			t[p][k] = float32(h[k] / sum / 32768)
		}
	}
	return t
}()

// window is the most frames of a recording that read turns to floats at once.
const window = 2*chunk + taps

// read interpolates the frames from pos on, all of whose neighbours exist.
func read(x []float32, data []byte, pos, step uint64) {
	// Neighbouring frames of ours share most frames of the recording: each is
	// converted once. When the pitch is so high that they do not, pieces of a few will do.
	for len(x) > 0 {
		n := len(x)
		if step > one {
			n = min(n, int((window-taps)*one/step)+1)
		}
		first := int(pos>>32) - (taps/2 - 1)
		pos &= one - 1
		count := int((pos+uint64(n-1)*step)>>32) + taps
		var buf [window + taps]float32
		in := data[2*first : 2*(first+count)]
		for i := range buf[:count] {
			buf[i] = float32(int16(binary.LittleEndian.Uint16(in[2*i:])))
		}
		for i := range x[:n] {
			c := &sincs[pos>>(32-phaseBits)&(phases-1)]
			b := (*[taps]float32)(buf[pos>>32:])
			x[i] = (c[0]*b[0] + c[1]*b[1]) + (c[2]*b[2] + c[3]*b[3]) + ((c[4]*b[4] + c[5]*b[5]) + (c[6]*b[6] + c[7]*b[7]))
			pos += step
		}
		pos += uint64(first+taps/2-1) * one
		x = x[n:]
	}
}
