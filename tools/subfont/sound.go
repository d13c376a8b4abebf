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
func (s sound) smaller(c cut, looped bool) sound {
	looped = looped && s.loopStart >= 0 && s.loopEnd > s.loopStart && s.loopEnd <= len(s.pcm)
	if looped {
		// What follows the loop is never heard but by interpolation.
		s.pcm = s.pcm[:min(len(s.pcm), s.loopEnd+guard)]
	} else {
		s.loopStart, s.loopEnd = 0, 0
		s = s.trimmed(c.seconds)
	}
	if c.loss == 0 {
		return s
	}
	rate := s.lowestRate(c.loss)
	if c.maxRate > 0 {
		rate = min(rate, c.maxRate)
	}
	if rate >= s.rate {
		return s
	}
	return s.resampled(rate, looped)
}

// guard is the number of frames kept after a loop's end.
const guard = 8

// trimmed ends an unlooped sound where it has become inaudible, or at a number
// of seconds, with a fade.
func (s sound) trimmed(seconds float64) sound {
	floor := peak(s.pcm) * 1e-3 // −60 dB
	end := len(s.pcm)
	for end > 0 && math.Abs(s.pcm[end-1]) < floor {
		end--
	}
	end = min(len(s.pcm), end+s.rate/100)
	fade := s.rate / 50
	if seconds > 0 && float64(end) > seconds*float64(s.rate) {
		end = int(seconds * float64(s.rate))
		fade = min(end/3, s.rate*2/5)
	}
	s.pcm = append([]float64(nil), s.pcm[:end]...)
	fade = min(fade, end)
	for i := range fade {
		s.pcm[end-1-i] *= 0.5 - 0.5*math.Cos(math.Pi*float64(i)/float64(fade))
	}
	return s
}
