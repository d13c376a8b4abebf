package synth

import "math"

// reverb is a room: eight delay lines that feed each other, so that echoes grow
// dense soon, behind a short delay and a diffuser for each side.
type reverb struct {
	lines  [8]line
	early  [2]delayLine
	spread [2][3]diffuser
	rumble [2]float32 // what the send has below roomLow: it stays out of the room
	active int        // frames that the room may still sound for after the last input
}

// line is a delay with the damping of the walls in it.
type line struct {
	delayLine
	gain float32 // of a round
	damp float32 // share of the last round's value that stays: dulls each round
	low  float32
}

type delayLine struct {
	buf []float32
	at  int
}

func newDelay(seconds float64) delayLine {
	return delayLine{buf: make([]float32, max(int(seconds*sampleRate), 1))}
}

func (d *delayLine) tick() {
	if d.at++; d.at == len(d.buf) {
		d.at = 0
	}
}

// diffuser smears a sound in time without changing its colour: an all-pass.
type diffuser struct{ delayLine }

const diffusion = 0.6

func (d *diffuser) step(x float32) float32 {
	old := d.buf[d.at]
	in := x - diffusion*old
	d.buf[d.at] = in
	d.tick()
	return old + diffusion*in
}

// Delays in seconds: incommensurate, so that echoes do not gather to a pitch.
var (
	lineDelays     = [8]float64{0.02313, 0.02719, 0.03107, 0.03541, 0.03959, 0.04337, 0.04793, 0.05231}
	diffuserDelays = [2][3]float64{{0.00421, 0.00673, 0.01109}, {0.00447, 0.00641, 0.01153}}
)

// roomLow is the frequency below which a room gives back less and less, in Hz: lows
// that linger make mud, and lows that come from the sides take the bass out of the middle.
const roomLow = 180

var roomLowShare = float32(1 - math.Exp(-2*math.Pi*roomLow/sampleRate))

// newReverb is a room of a size from 0 (a chamber) to 1 (a hall).
func newReverb(size float64) *reverb {
	decay := 0.5 + 2*size // seconds for 60 dB
	r := &reverb{}
	for i := range r.lines {
		delay := lineDelays[i] * (0.7 + 0.5*size)
		r.lines[i] = line{
			delayLine: newDelay(delay),
			gain:      float32(math.Pow(10, -3*delay/decay)),
			damp:      float32(0.45 - 0.15*size),
		}
	}
	for c := range r.early {
		r.early[c] = newDelay(0.006 + 0.014*size)
		for i, d := range diffuserDelays[c] {
			r.spread[c][i] = diffuser{newDelay(d)}
		}
	}
	return r
}

// wetGain brings a send of 1 to about the level of the dry sound.
const wetGain = 0.7

// add plays the send into the room and adds what comes back to left and right.
func (r *reverb) add(left, right, sendLeft, sendRight []float32) {
	if silent(sendLeft) && silent(sendRight) {
		if r.active <= 0 {
			return
		}
		r.active -= len(left)
	} else {
		r.active = int(8 * sampleRate)
	}
	loud := float32(0)
	for i := range left {
		l, rr := r.step(sendLeft[i], sendRight[i])
		left[i] += l
		right[i] += rr
		loud = max(loud, abs(l), abs(rr))
	}
	// A room that has gone quiet is emptied: what is left of it would only get smaller and slower.
	if loud < 1e-7 && r.active < int(7*sampleRate) {
		r.clear()
	}
}

func (r *reverb) step(inLeft, inRight float32) (left, right float32) {
	in := [2]float32{inLeft, inRight}
	for c := range in {
		r.rumble[c] += roomLowShare * (in[c] - r.rumble[c])
		in[c] -= r.rumble[c]
		d := &r.early[c]
		d.buf[d.at], in[c] = in[c], d.buf[d.at]
		d.tick()
		for i := range r.spread[c] {
			in[c] = r.spread[c][i].step(in[c])
		}
	}
	var out [8]float32
	sum := float32(0)
	for i := range r.lines {
		l := &r.lines[i]
		l.low += (1 - l.damp) * (l.buf[l.at] - l.low)
		out[i] = l.low * l.gain
		sum += out[i]
	}
	// Each line gets back what all the others gave: a reflection that keeps the energy.
	sum *= 2.0 / 8
	for i := range r.lines {
		l := &r.lines[i]
		l.buf[l.at] = in[i&1] + out[i] - sum
		l.tick()
	}
	left = out[0] - out[2] + out[4] - out[6]
	right = out[1] - out[3] + out[5] - out[7]
	return left * wetGain, right * wetGain
}

func (r *reverb) clear() {
	for i := range r.lines {
		clear(r.lines[i].buf)
		r.lines[i].low = 0
	}
	for c := range r.early {
		clear(r.early[c].buf)
		for i := range r.spread[c] {
			clear(r.spread[c][i].buf)
		}
	}
	r.rumble = [2]float32{}
	r.active = 0
}

func silent(x []float32) bool {
	for _, v := range x {
		if v != 0 {
			return false
		}
	}
	return true
}

func abs(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }
