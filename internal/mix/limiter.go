package mix

import (
	"math"

	"bandstand/internal/pcm"
)

// The limiter's times, in frames.
const (
	lookahead    = 96 // 2 ms: as long as the gain takes to fall
	taps         = 32 // of the oversampling filter, for each of its phases
	limiterDelay = lookahead + taps/2
)

const (
	// limiterMargin is how far below MasterCeiling the limiter aims, in dB. Four
	// times oversampling reads peaks between its points a little low, and a gain
	// that moves lifts the curve between samples a little.
	limiterMargin  = 0.5
	limiterRelease = 0.080 // seconds

	// lift is more than the oversampling filters can make of the largest sample
	// they see: where all are below the ceiling by that, no closer look is needed.
	lift = 2.7
)

var limiterKeep = float32(smoothing(1/float64(pcm.StationRate), limiterRelease))

// phases are the filters that give the signal 1/4, 1/2 and 3/4 of a frame after
// the middle of taps samples: a sinc under a Kaiser-like window.
var phases = func() (p [3][taps]float32) {
	for i := range p {
		sum := 0.0
		var h [taps]float64
		for k := range h {
			x := float64(k-taps/2+1) - float64(i+1)/4
			h[k] = math.Sin(math.Pi*x) / (math.Pi * x) * math.Pow(math.Cos(math.Pi*x/(taps+1)), 1.5)
			sum += h[k]
		}
		for k := range h {
			p[i][k] = float32(h[k] / sum)
		}
	}
	return p
}()

// limiter keeps peaks below a ceiling. For each frame it finds the gain that
// frame needs; takes the least of all that are in sight; lets it rise again
// only slowly; and takes the mean over as many frames as it sees ahead. Every gain
// in that mean knew of the frame that now comes out, so the mean is low enough
// for it, and moves without a corner.
type limiter struct {
	ceiling float32
	at      int // counts frames

	history [pcm.Channels][2 * taps]float32 // the last taps samples, twice, so that they lie in a row
	delay   [(limiterDelay) * pcm.Channels]float32
	delayAt int
	loud    [pcm.Channels]int // for how many more frames history holds a sample that may matter

	// The least needed gain in sight: a queue of rising gains with their frames.
	queue       [lookahead + 2]need
	first, size int

	held   float32 // the least gain, with slow release
	mean   [lookahead]float32
	meanAt int
	sum    float64
}

type need struct {
	gain  float32
	frame int
}

func newLimiter(ceiling float64) *limiter {
	l := &limiter{ceiling: float32(ceiling), held: 1, sum: lookahead}
	for i := range l.mean {
		l.mean[i] = 1
	}
	return l
}

// step takes a frame and gives the one limiterDelay frames earlier, limited.
func (l *limiter) step(left, right float32) (float32, float32) {
	peak := max(l.peak(0, left), l.peak(1, right))
	gain := float32(1)
	if peak > l.ceiling {
		gain = l.ceiling / peak
	}
	l.at++
	g := l.smooth(l.least(gain))

	d := l.delay[l.delayAt : l.delayAt+2 : l.delayAt+2]
	outL, outR := d[0]*g, d[1]*g
	d[0], d[1] = left, right
	if l.delayAt += pcm.Channels; l.delayAt == len(l.delay) {
		l.delayAt = 0
	}
	return outL, outR
}

// peak takes a sample and gives the true peak around the one taps/2 frames before.
func (l *limiter) peak(channel int, s float32) float32 {
	h := &l.history[channel]
	i := l.at % taps
	h[i], h[i+taps] = s, s
	w := h[i+1 : i+1+taps : i+1+taps]
	peak := max(abs(w[taps/2-1]), abs(w[taps/2]))
	if lift*abs(s) >= l.ceiling {
		l.loud[channel] = taps
	} else if l.loud[channel]--; l.loud[channel] < 0 {
		l.loud[channel] = 0
		return peak
	}
	var quarter, half, rest float32
	for k, v := range w {
		quarter += phases[0][k] * v
		half += phases[1][k] * v
		rest += phases[2][k] * v
	}
	return max(peak, abs(quarter), abs(half), abs(rest))
}

// least is the smallest of the gains in sight. A frame's gain must answer for the
// peaks on both sides of it, so one more than the look-ahead counts.
func (l *limiter) least(gain float32) float32 {
	if l.size > 0 && l.queue[l.first].frame < l.at-lookahead-1 {
		l.first = (l.first + 1) % len(l.queue)
		l.size--
	}
	for l.size > 0 && l.queue[(l.first+l.size-1)%len(l.queue)].gain >= gain {
		l.size--
	}
	l.queue[(l.first+l.size)%len(l.queue)] = need{gain, l.at}
	l.size++
	return l.queue[l.first].gain
}

// smooth lets the gain rise slowly and takes the mean over the look-ahead.
func (l *limiter) smooth(gain float32) float32 {
	if l.held = 1 - (1-l.held)*limiterKeep; l.held > 0.999999 {
		l.held = 1
	}
	l.held = min(l.held, gain)
	l.sum += float64(l.held) - float64(l.mean[l.meanAt])
	l.mean[l.meanAt] = l.held
	if l.meanAt++; l.meanAt == lookahead {
		l.meanAt = 0
	}
	return float32(l.sum / lookahead)
}

func abs(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }
