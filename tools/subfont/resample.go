package main

import (
	"math"
	"math/cmplx"

	"bandstand/tools/spectrum"
)

// rates are what samples may be brought to, in Hz.
var rates = []int{11025, 16000, 22050, 27000, 32000, 38000}

// lowestRate is the lowest rate at which no moment of a sound loses more than
// loss decibels, measured against its loudest moment. The spectrum is weighted
// with 6 dB an octave, as treble is heard more than its energy tells.
func (s sound) lowestRate(loss float64) int {
	const size = 1024
	above := make([]float64, len(rates)) // the most that any moment has above what a rate keeps
	loudest := 0.0
	buf := make([]complex128, size)
	for at := 0; at == 0 || at+size <= len(s.pcm); at += size / 2 {
		for i := range buf {
			buf[i] = 0
			if at+i < len(s.pcm) {
				buf[i] = complex(s.pcm[at+i]*(0.5-0.5*math.Cos(2*math.Pi*float64(i)/size)), 0)
			}
		}
		spectrum.Transform(buf)
		sum := 0.0
		next := len(rates) - 1
		for i := size/2 - 1; i >= 0; i-- {
			for next >= 0 && float64(i) < 0.46*float64(rates[next])/float64(s.rate)*size {
				above[next] = max(above[next], sum)
				next--
			}
			a := cmplx.Abs(buf[i]) * float64(i)
			sum += a * a
		}
		loudest = max(loudest, sum)
	}
	for i, r := range rates {
		if r < s.rate && above[i] <= loudest*math.Pow(10, loss/10) {
			return r
		}
	}
	return s.rate
}

// resampled brings a sound to a lower rate. A loop keeps a whole number of
// frames and its pitch: the true ratio is chosen so that it fits, and the rate
// in the header says what became of it.
func (s sound) resampled(rate int, looped bool) sound {
	ratio := float64(rate) / float64(s.rate)
	if !looped {
		return s.converted(ratio, 0, 0, int(math.Ceil(float64(len(s.pcm))*ratio)), rate)
	}
	length := s.loopEnd - s.loopStart
	frames := math.Round(float64(length) * ratio)
	if frames < 24 {
		return s // a single short wave: nothing to win
	}
	ratio = frames / float64(length)
	exact := float64(s.rate) * ratio
	if off := math.Abs(1200 * math.Log2(math.Round(exact)/exact)); off > 0.2 {
		return s
	}
	start := int(float64(s.loopStart) * ratio)
	out := s.converted(ratio, s.loopStart, start, start+int(frames)+guard, int(math.Round(exact)))
	out.loopStart, out.loopEnd = start, start+int(frames)
	return out
}

// converted makes frames frames, of which frame newAnchor is frame anchor of s.
func (s sound) converted(ratio float64, anchor, newAnchor, frames, rate int) sound {
	const zeros = 32 // zero crossings of the filter on each side
	width := zeros / ratio
	read := func(i int) float64 {
		if s.loopEnd > s.loopStart && i >= s.loopEnd {
			i = s.loopStart + (i-s.loopStart)%(s.loopEnd-s.loopStart)
		}
		if i < 0 || i >= len(s.pcm) {
			return 0
		}
		return s.pcm[i]
	}
	cutoff := 0.96 * ratio
	window := kaiserTable()
	out := sound{pcm: make([]float64, frames), rate: rate}
	for n := range out.pcm {
		at := float64(anchor) + float64(n-newAnchor)/ratio
		sum, weight := 0.0, 0.0
		for i := int(math.Ceil(at - width)); i <= int(math.Floor(at+width)); i++ {
			d := float64(i) - at
			w := sinc(cutoff*d) * window[int(math.Abs(d)/width*windowSteps+0.5)]
			sum += w * read(i)
			weight += w
		}
		out.pcm[n] = sum / weight
	}
	return out
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

const windowSteps = 1 << 14

// kaiserTable is the right half of the Kaiser window with β = 9 (stop band below −90 dB).
func kaiserTable() []float64 {
	t := make([]float64, windowSteps+2)
	for i := range windowSteps {
		x := float64(i) / windowSteps
		t[i] = bessel(9*math.Sqrt(1-x*x)) / bessel(9)
	}
	return t
}

// bessel is the modified Bessel function of the first kind, order zero.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-12*sum; k++ {
		term *= x * x / (4 * k * k)
		sum += term
	}
	return sum
}
