package loudness

import (
	"math"

	"bandstand/internal/pcm"
)

// PeakMeter finds the true peak: the highest point of the curve through the samples,
// looked at four times a frame as BS.1770-4 asks. The zero PeakMeter is ready.
type PeakMeter struct {
	history [pcm.Channels][2 * peakTaps]float32
	at      int
	peak    float32
}

const (
	peakTaps   = 24
	peakPhases = 4
	// peakLift is more than the filters can make of the largest sample they see.
	peakLift = 2.8
)

var peakFilters = func() (p [peakPhases - 1][peakTaps]float32) {
	for i := range p {
		for k := range p[i] {
			x := float64(k-peakTaps/2+1) - float64(i+1)/peakPhases
			w := math.Cos(math.Pi * x / (peakTaps + 1))
			p[i][k] = float32(math.Sin(math.Pi*x) / (math.Pi * x) * w * w)
		}
	}
	return p
}()

// Add takes the next samples, whole frames.
func (m *PeakMeter) Add(samples []float32) {
	for i := 0; i+1 < len(samples); i += pcm.Channels {
		for c := range pcm.Channels {
			m.step(c, samples[i+c])
		}
		m.at = (m.at + 1) % peakTaps
	}
}

func (m *PeakMeter) step(channel int, s float32) {
	h := &m.history[channel]
	h[m.at], h[m.at+peakTaps] = s, s
	m.peak = max(m.peak, magnitude(s))
	w := h[m.at+1 : m.at+1+peakTaps]
	if peakLift*max(magnitude(w[peakTaps/2-1]), magnitude(w[peakTaps/2])) < m.peak {
		return // between two small samples there is no high peak
	}
	for p := range peakFilters {
		sum := float32(0)
		for k, v := range w {
			sum += peakFilters[p][k] * v
		}
		m.peak = max(m.peak, magnitude(sum))
	}
}

// Peak is the true peak of all so far, in dBTP; silence is −Inf.
func (m *PeakMeter) Peak() float64 { return pcm.Decibels(float64(m.peak)) }

func magnitude(x float32) float32 { return float32(math.Abs(float64(x))) }
