package synth

import "math"

// filter is the low-pass of the format: two poles with a resonance, for two channels.
type filter struct {
	q          float64 // quality at the cutoff, linear
	gain       float64 // keeps the level about the same whatever the resonance
	cutoff     float64 // cents that the coefficients are for
	on         bool
	b0, a1, a2 float32       // b1 is twice b0, b2 is b0
	z          [2][4]float32 // of each channel: two frames that went in, two that came out
}

// openCutoff is the cutoff, in cents, from which on the filter does nothing: 20 kHz.
const openCutoff = 13500

// start sets the resonance, in dB.
func (f *filter) start(resonance float64) {
	resonance = min(max(resonance, 0), 48)
	*f = filter{q: decibels(resonance - 3.01), gain: 1, cutoff: math.Inf(1)}
	if resonance > 0 {
		f.gain = 1 / math.Sqrt(decibels(resonance))
	}
}

// tune sets the cutoff and says whether there is anything to filter.
func (f *filter) tune(cents float64) bool {
	cents = min(max(cents, 1500), openCutoff)
	if cents == openCutoff && f.gain == 1 && !f.on {
		return false
	}
	if math.Abs(cents-f.cutoff) < 1 {
		return true
	}
	f.on, f.cutoff = true, cents
	hz := 8.176 * exp2(cents/1200)
	w := 2 * math.Pi * min(hz/sampleRate, 0.45)
	sin, cos := math.Sincos(w)
	alpha := sin / (2 * f.q)
	norm := 1 / (1 + alpha)
	f.b0 = float32((1 - cos) / 2 * norm * f.gain)
	f.a1 = float32(-2 * cos * norm)
	f.a2 = float32((1 - alpha) * norm)
	return true
}

// run filters a channel in place.
func (f *filter) run(channel int, x []float32) {
	b0, a1, a2 := f.b0, f.a1, f.a2
	z := &f.z[channel]
	x1, x2, y1, y2 := z[0], z[1], z[2], z[3]
	for i, s := range x {
		// In this order each frame waits for one product of the frame before it, no more.
		y := b0*(s+2*x1+x2) - a2*y2 - a1*y1
		x2, x1, y2, y1 = x1, s, y1, y
		x[i] = y
	}
	*z = [4]float32{x1, x2, flushed(y1), flushed(y2)}
}

// runBoth filters both channels in place, side by side, which takes little
// longer than one.
func (f *filter) runBoth(x, y []float32) {
	b0, a1, a2 := f.b0, f.a1, f.a2
	u1, u2, p1, p2 := f.z[0][0], f.z[0][1], f.z[0][2], f.z[0][3]
	v1, v2, q1, q2 := f.z[1][0], f.z[1][1], f.z[1][2], f.z[1][3]
	y = y[:len(x)]
	for i, s := range x {
		t := y[i]
		p := b0*(s+2*u1+u2) - a2*p2 - a1*p1
		q := b0*(t+2*v1+v2) - a2*q2 - a1*q1
		u2, u1, p2, p1 = u1, s, p1, p
		v2, v1, q2, q1 = v1, t, q1, q
		x[i], y[i] = p, q
	}
	f.z[0] = [4]float32{u1, u2, flushed(p1), flushed(p2)}
	f.z[1] = [4]float32{v1, v2, flushed(q1), flushed(q2)}
}

// flushed is zero for values so small that arithmetic with them is slow: a sound
// that has ended must not go on in them.
func flushed(v float32) float32 {
	if abs(v) < 1e-15 {
		return 0
	}
	return v
}
