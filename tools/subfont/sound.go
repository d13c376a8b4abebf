package main

import "math"

// quantize is a sample as 16 bits.
func quantize(v float64) int16 {
	return int16(math.Round(min(max(v*32768, -32768), 32767)))
}

// power is the mean square.
func power(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return sum / float64(max(len(x), 1))
}

func peak(x []float64) float64 {
	p := 0.0
	for _, v := range x {
		p = max(p, math.Abs(v))
	}
	return p
}

// centred is a looped sound without the constant offset of its loop. The offset
// goes within 10 ms, so that a start at zero stays one.
func (s sound) centred() sound {
	from, to := s.loopStart, s.loopEnd
	if from < 0 || to > len(s.pcm) || to <= from {
		return s
	}
	mean := 0.0
	for _, v := range s.pcm[from:to] {
		mean += v / float64(to-from)
	}
	ramp := min(s.rate/100, from)
	for i := range s.pcm {
		x := 1.0
		if i < ramp {
			x = 0.5 - 0.5*math.Cos(math.Pi*float64(i)/float64(ramp))
		}
		s.pcm[i] -= mean * x
	}
	return s
}

// correlation is how alike the halves of a pair are: 1 the same, 0 unrelated.
func correlation(l, r sound) float64 {
	n := min(len(l.pcm), len(r.pcm))
	cross := 0.0
	for i := range n {
		cross += l.pcm[i] * r.pcm[i]
	}
	p := math.Sqrt(power(l.pcm[:n]) * power(r.pcm[:n]))
	if p == 0 {
		return 0
	}
	return cross / float64(n) / p
}

// downmix is a stereo pair as one sound as loud as the louder of the two, and by
// how many decibels each side is quieter than that. Halves that are alike are
// added; where adding would cancel, the left one stands for both.
func downmix(l, r sound) (out sound, left, right float64) {
	n := min(len(l.pcm), len(r.pcm))
	if n == 0 || l.rate != r.rate {
		return l, 0, 0
	}
	a, b := l.pcm[:n], r.pcm[:n]
	pa, pb := power(a), power(b)
	most := max(pa, pb)
	if min(pa, pb) == 0 {
		return l, 0, 0
	}
	out = l
	out.pcm = make([]float64, n)
	copy(out.pcm, a)
	if l.loopStart == r.loopStart && l.loopEnd == r.loopEnd && correlation(l, r) > 0.4 {
		for i := range a {
			out.pcm[i] = a[i]/math.Sqrt(pa) + b[i]/math.Sqrt(pb)
		}
	}
	gain := math.Sqrt(most / power(out.pcm))
	if p := peak(out.pcm) * gain; p > 0.999 {
		gain *= 0.999 / p
	}
	for i := range out.pcm {
		out.pcm[i] *= gain
	}
	return out, 10 * math.Log10(most/pa), 10 * math.Log10(most/pb)
}

// smaller makes a sound shorter and its rate lower, as far as the cut allows.
func (s sides) smaller(c cut, looped bool) sides {
	first := s[0]
	looped = looped && first.loopStart >= 0 && first.loopEnd > first.loopStart && first.loopEnd <= len(first.pcm)
	end, rate := 0, 0
	for _, x := range s {
		end = max(end, x.audible())
	}
	if c.seconds > 0 {
		end = min(end, int(c.seconds*float64(first.rate)))
	}
	out := make(sides, len(s))
	for i, x := range s {
		if looped {
			// What follows the loop is never heard but by interpolation.
			x.pcm = x.pcm[:min(len(x.pcm), x.loopEnd+guard)]
		} else {
			x.loopStart, x.loopEnd = 0, 0
			x.pcm = x.ended(end)
		}
		rate = max(rate, x.lowestRate(c.loss))
		out[i] = x
	}
	if c.maxRate > 0 {
		rate = min(rate, c.maxRate)
	}
	if c.loss == 0 || rate >= first.rate {
		return out
	}
	for i, x := range out {
		out[i] = x.resampled(rate, looped)
	}
	return out
}

// guard is the number of frames kept after a loop's end.
const guard = 8

// audible is where the sound has sunk below −60 dB of its peak, and a little more.
func (s sound) audible() int {
	floor := peak(s.pcm) * 1e-3
	end := len(s.pcm)
	for end > 0 && math.Abs(s.pcm[end-1]) < floor {
		end--
	}
	return min(len(s.pcm), end+s.rate/100)
}

// ended is the sound up to a frame, with a fade: short at its own end, longer where it is cut.
func (s sound) ended(end int) []float64 {
	fade := s.rate / 50
	if end < s.audible() {
		fade = s.rate * 2 / 5
	}
	end = min(end, len(s.pcm))
	out := append([]float64(nil), s.pcm[:end]...)
	fade = min(fade, end/3)
	for i := range fade {
		out[end-1-i] *= 0.5 - 0.5*math.Cos(math.Pi*float64(i)/float64(fade))
	}
	return out
}
