package flac

import "math"

const (
	maxOrder  = 8  // of linear prediction
	maxFixed  = 4  // of the predictors that need no coefficients
	precision = 12 // bits of a coefficient, with its sign
)

// fixed are the predictors that FLAC knows by their order alone.
var fixed = [maxFixed + 1][]int64{{}, {1}, {2, -1}, {3, -3, 1}, {4, -6, 4, -1}}

// bestFixed is the order whose residuals are the smallest.
func bestFixed(x []int32) int {
	var sum [maxFixed + 1]uint64
	var last [maxFixed]int32 // the differences of each order one sample ago
	for i, v := range x {
		for order := 0; ; order++ {
			if i >= maxFixed {
				sum[order] += uint64(max(v, -v))
			}
			if order == maxFixed {
				break
			}
			v, last[order] = v-last[order], v
		}
	}
	best := 0
	for order, s := range sum {
		if s < sum[best] {
			best = order
		}
	}
	return best
}

// predictor finds coefficients. Its window is kept for the next block of that length.
type predictor struct {
	window   []float64
	windowed []float64
}

// coefficients predict a sample from those before, the newest first, as integers to
// be shifted right.
type coefficients struct {
	c     []int64
	shift uint
}

// find gives the coefficients that promise the fewest bits, none if there are none
// worth having.
func (p *predictor) find(x []int32, store *[maxOrder]int64) (coefficients, bool) {
	if len(x) <= 4*maxOrder {
		return coefficients{}, false
	}
	p.prepare(len(x))
	for i, v := range x {
		p.windowed[i] = float64(v) * p.window[i]
	}
	var auto [maxOrder + 1]float64
	for lag := range auto {
		a, b := p.windowed[lag:], p.windowed[:len(x)-lag]
		var sum float64
		for i, v := range b {
			sum += v * a[i]
		}
		auto[lag] = sum
	}
	if auto[0] == 0 {
		return coefficients{}, false
	}
	best, order := levinson(auto, len(x))
	return quantize(best[:order], store)
}

// prepare makes the window: level in the middle half, falling as a cosine to the ends.
func (p *predictor) prepare(n int) {
	if len(p.window) == n {
		return
	}
	p.window, p.windowed = make([]float64, n), make([]float64, n)
	slope := n / 4
	for i := range p.window {
		p.window[i] = 1
		if d := min(i, n-1-i); d < slope {
			p.window[i] = 0.5 - 0.5*math.Cos(math.Pi*(float64(d)+0.5)/float64(slope))
		}
	}
}

// levinson solves for every order at once (Levinson and Durbin) and gives the
// coefficients and the order that promise the fewest bits for n samples.
func levinson(auto [maxOrder + 1]float64, n int) (best [maxOrder]float64, bestOrder int) {
	var a [maxOrder]float64
	bestBits := math.Inf(1)
	left := auto[0]
	for order := 1; order <= maxOrder && left > 0; order++ {
		k := auto[order]
		for i := range order - 1 {
			k -= a[i] * auto[order-1-i]
		}
		k /= left
		before := a
		for i := range order - 1 {
			a[i] = before[i] - k*before[order-2-i]
		}
		a[order-1] = k
		left *= 1 - k*k
		// A residual of variance v takes about log2(v)/2 bits and a constant.
		bits := float64(n)*0.5*math.Log2(max(left/float64(n), 1e-3)) + float64(order*precision)
		if bits < bestBits {
			best, bestOrder, bestBits = a, order, bits
		}
	}
	return best, bestOrder
}

// quantize makes integers of coefficients; each takes over the rounding error of
// those before.
func quantize(a []float64, store *[maxOrder]int64) (coefficients, bool) {
	most := 0.0
	for _, v := range a {
		most = max(most, math.Abs(v))
	}
	if most == 0 || math.IsNaN(most) {
		return coefficients{}, false
	}
	_, exponent := math.Frexp(most) // most < 2^exponent
	shift := min(precision-1-exponent, 15)
	if shift < 0 {
		return coefficients{}, false
	}
	const limit = 1<<(precision-1) - 1
	rest := 0.0
	for i, v := range a {
		rest += math.Ldexp(v, shift)
		q := min(max(math.RoundToEven(rest), -limit), limit)
		rest -= q
		store[i] = int64(q)
	}
	return coefficients{store[:len(a)], uint(shift)}, true
}

// residual sets out to what c mispredicts of x, after the first len(c.c) samples. It
// says false where a residual is too large to be written.
func (c coefficients) residual(out []int32, x []int32) bool {
	order := len(c.c)
	var taps [maxOrder]int64
	for i, v := range c.c {
		taps[order-1-i] = v // in the samples' order
	}
	t := taps[:order]
	for i := range out {
		var sum int64
		past := x[i : i+order]
		for j, v := range past {
			sum += t[j] * int64(v)
		}
		r := int64(x[i+order]) - sum>>c.shift
		if r > math.MaxInt32/2 || r < -math.MaxInt32/2 {
			return false
		}
		out[i] = int32(r)
	}
	return true
}
