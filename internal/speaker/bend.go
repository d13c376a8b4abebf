package speaker

import (
	"math"

	"bandstand/internal/pcm"
)

const (
	// bendTaps frames make one of the output: with it the band up to 19 kHz is flat.
	bendTaps = 32
	// bendPhases places between two frames are tabled, the rest is interpolated: errors are below −90 dB.
	bendPhases = 256
	// kaiserBeta is the window's shape: side lobes below −80 dB.
	kaiserBeta = 8
)

// bender plays sound a little faster or slower, by band-limited interpolation. At
// a ratio of exactly 1, from the start on, it gives exactly what it gets. It always
// holds the last half of its taps back.
type bender struct {
	table [bendPhases + 1][bendTaps]float32
	held  []float32 // frames that are still needed
	at    float64   // where the next frame lies in held, counted from the first tap
}

func newBender() *bender {
	b := &bender{}
	b.reset()
	for phase := range b.table {
		// A frame at offset x from the middle tap, which is tap bendTaps/2 − 1.
		x := float64(phase) / bendPhases
		var sum float64
		var row [bendTaps]float64
		for tap := range row {
			d := float64(tap-(bendTaps/2-1)) - x
			row[tap] = sinc(d) * kaiser(d/(bendTaps/2))
			sum += row[tap]
		}
		for tap, v := range row {
			b.table[phase][tap] = float32(v / sum)
		}
	}
	return b
}

// reset forgets what was played.
func (b *bender) reset() {
	b.held, b.at = make([]float32, (bendTaps/2-1)*pcm.Channels), 0
}

func sinc(x float64) float64 {
	switch x {
	case 0:
		return 1
	case math.Trunc(x):
		return 0 // exactly, which the sine is not
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// kaiser is the Kaiser window at x, −1 to 1.
func kaiser(x float64) float64 {
	if x < -1 || x > 1 {
		return 0
	}
	return bessel(kaiserBeta*math.Sqrt(1-x*x)) / bessel(kaiserBeta)
}

// bessel is the modified Bessel function of order 0, by its series.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1; k < 40; k++ {
		term *= (x / 2 / float64(k)) * (x / 2 / float64(k))
		sum += term
	}
	return sum
}

// bend appends samples, ratio times as fast, to out.
func (b *bender) bend(out, samples []float32, ratio float64) []float32 {
	b.held = append(b.held, samples...)
	for last := len(b.held)/pcm.Channels - bendTaps; int(b.at) <= last; b.at += ratio {
		whole := int(b.at)
		place := (b.at - float64(whole)) * bendPhases
		phase := int(place)
		mix := float32(place - float64(phase))
		near, far := &b.table[phase], &b.table[min(phase+1, bendPhases)]
		var left, right float32
		for tap, frame := 0, b.held[whole*pcm.Channels:]; tap < bendTaps; tap++ {
			weight := near[tap] + mix*(far[tap]-near[tap])
			left += weight * frame[2*tap]
			right += weight * frame[2*tap+1]
		}
		out = append(out, left, right)
	}
	// Keep only what the next frame needs.
	used := min(int(b.at), len(b.held)/pcm.Channels)
	b.held = b.held[:copy(b.held, b.held[used*pcm.Channels:])]
	b.at -= float64(used)
	return out
}
