package loudness_test

import (
	"math"
	"testing"

	"bandstand/internal/loudness"
	"bandstand/internal/pcm"
)

// tone is seconds of a sine in both channels, amplitudes left and right.
func tone(hz, left, right, seconds float64) []float32 {
	out := make([]float32, int(seconds*float64(pcm.StationRate))*pcm.Channels)
	for i := 0; i < len(out); i += pcm.Channels {
		v := math.Sin(2 * math.Pi * hz * float64(i/2) / float64(pcm.StationRate))
		out[i], out[i+1] = float32(left*v), float32(right*v)
	}
	return out
}

func measure(pieces ...[]float32) float64 {
	var m loudness.Meter
	for _, p := range pieces {
		m.Add(p)
	}
	return m.Integrated()
}

// The cases are those of EBU Tech 3341, with what they must read.
func TestKnownSoundsReadWhatTheStandardSays(t *testing.T) {
	at := pcm.Amplitude
	for _, c := range []struct {
		name string
		got  float64
		want float64
	}{
		{"997 Hz at full scale in one channel", measure(tone(997, 1, 0, 5)), -3.01},
		{"1 kHz at −23 dBFS", measure(tone(1000, at(-23), at(-23), 20)), -23},
		{"1 kHz at −33 dBFS", measure(tone(1000, at(-33), at(-33), 20)), -33},
		{"soft, loud, soft", measure(tone(1000, at(-36), at(-36), 10), tone(1000, at(-23), at(-23), 60), tone(1000, at(-36), at(-36), 10)), -23},
		{"with silence", measure(tone(1000, at(-72), at(-72), 10), tone(1000, at(-23), at(-23), 30)), -23},
		{"three levels", measure(tone(1000, at(-26), at(-26), 20), tone(1000, at(-20), at(-20), 20.1), tone(1000, at(-26), at(-26), 20)), -23},
	} {
		if math.Abs(c.got-c.want) > .1 {
			t.Errorf("%s is %.2f LUFS, want %.2f", c.name, c.got, c.want)
		}
	}
	if got := measure(make([]float32, 48000)); got > -70 {
		t.Errorf("silence has %v LUFS", got)
	}
}

func TestTheReadingDoesNotDependOnThePieces(t *testing.T) {
	x := tone(440, .3, .1, 3)
	var small loudness.Meter
	for i := 0; i < len(x); i += 2 * 77 {
		small.Add(x[i:min(i+2*77, len(x))])
	}
	if a, b := measure(x), small.Integrated(); a != b {
		t.Fatalf("%v whole, %v in pieces", a, b)
	}
}

func TestTruePeaksLieBetweenSamples(t *testing.T) {
	// A quarter of the rate, 45° off: every sample is at −3.01 dB, the curve reaches 0 dB.
	x := make([]float32, 2*4800)
	for i := range 4800 {
		v := float32(math.Sin(math.Pi*float64(i)/2 + math.Pi/4))
		x[2*i], x[2*i+1] = v/2, v
	}
	var m loudness.PeakMeter
	m.Add(x[2*480 : 2*4320])
	if p := m.Peak(); math.Abs(p) > .8 { // its edges overshoot
		t.Errorf("the true peak is %.2f dB, want 0", p)
	}
	var one loudness.PeakMeter
	one.Add(tone(997, .5, .25, 1))
	if p := one.Peak(); math.Abs(p+6.02) > .05 {
		t.Errorf("a tone at half scale peaks at %.2f dB", p)
	}
}
