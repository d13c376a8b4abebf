package main

import "math"

// sides is one sound: a mono recording, or left and right of the same shape,
// which stay so, to the frame.
type sides []sound

// shortened ends a looped sound earlier: at most seconds from its start a new
// loop closes, as seamless as the sound allows. Inside the loop the level stays;
// how fast the original went on decaying is returned as decay, in dB a second
// (0 for a sound that is held), for the envelopes to take over from the loop's start.
func (s sides) shortened(seconds float64) (out sides, decay float64, done bool) {
	first := s[0]
	end := int(seconds * float64(first.rate))
	if seconds == 0 || first.loopEnd <= first.loopStart || first.loopEnd > len(first.pcm) || first.loopEnd < end+end/8 {
		return s, 0, false
	}
	length := s.bestLoop(end)
	for _, x := range s {
		decay += x.slope(end-length, x.loopEnd) / float64(len(s))
		out = append(out, x.closed(end, length))
	}
	return out, max(decay, 0), true
}

// closed is the sound with a loop of length frames that ends at end.
func (s sound) closed(end, length int) sound {
	start := end - length
	fade := min(length/2, start, s.rate/3)
	near := s.slope(max(start-fade, s.rate/10), end)
	out := sound{rate: s.rate, loopStart: start, loopEnd: end, pcm: make([]float64, end)}
	level := func(i int) float64 { // the sound with its decay undone, as seen from the loop's start
		return s.pcm[i] * math.Pow(10, near*float64(i-start)/float64(s.rate)/20)
	}
	alike := s.likeness(end-fade, length, fade)
	for i := range out.pcm {
		switch {
		case i < start:
			out.pcm[i] = s.pcm[i]
		case i < end-fade:
			out.pcm[i] = level(i)
		default:
			// The end of the loop turns into what lies before its start.
			x := 0.5 - 0.5*math.Cos(math.Pi*float64(i-(end-fade))/float64(fade))
			sum := level(i)*(1-x) + level(i-length)*x
			out.pcm[i] = sum / math.Sqrt((1-x)*(1-x)+x*x+2*x*(1-x)*max(alike, 0))
		}
	}
	if p := peak(out.pcm[start:]); p > 0.999 {
		for i := start; i < end; i++ {
			out.pcm[i] *= 0.999 / p
		}
	}
	for i := range guard {
		out.pcm = append(out.pcm, out.pcm[start+i%length])
	}
	return out
}

// slope is how fast the level falls between two frames, in dB a second: the
// line of least squares through the levels of windows of 50 ms.
func (s sound) slope(from, to int) float64 {
	step := s.rate / 20
	var n, sx, sy, sxx, sxy float64
	for at := from; at+step <= to; at += step {
		p := power(s.pcm[at : at+step])
		if p < 1e-12 {
			break
		}
		x, y := float64(at-from)/float64(s.rate), 10*math.Log10(p)
		n, sx, sy, sxx, sxy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	if d := n*sxx - sx*sx; n >= 3 && d > 0 {
		return -(n*sxy - sx*sy) / d
	}
	return 0
}

// bestLoop is the length of the loop ending at end that closes best. Among those
// that close about as well, the longer sounds less like a machine.
func (s sides) bestLoop(end int) int {
	window := s[0].rate / 25
	shortest, longest := min(s[0].loopEnd-s[0].loopStart, s[0].rate*3/10), end*45/100
	best, most := longest, math.Inf(-1)
	for length := max(shortest, s[0].rate/100); length <= longest; length++ {
		score := 0.06 * float64(length) / float64(longest)
		for _, x := range s {
			score += x.coarseLikeness(end-window, length, window) / float64(len(s))
		}
		if score > most {
			best, most = length, score
		}
	}
	return best
}

// likeness is the correlation of n frames from at with those length earlier.
func (s sound) likeness(at, length, n int) float64 { return s.correlate(at, length, n, 1) }

// coarseLikeness looks at every third frame, which is enough to choose by.
func (s sound) coarseLikeness(at, length, n int) float64 { return s.correlate(at, length, n, 3) }

func (s sound) correlate(at, length, n, step int) float64 {
	var ab, aa, bb float64
	for i := at; i < at+n; i += step {
		a, b := s.pcm[i], s.pcm[i-length]
		ab, aa, bb = ab+a*b, aa+a*a, bb+b*b
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

// tuned changes the envelope of a zone whose sample was shortened: what the
// recording did after the loop's start, the envelope now does. Zones that hold
// their level as long as the key is down stay as they are.
func (e envelope) tuned(loopStart, decay float64) (hold, fall float64, ok bool) {
	if e.sustain < 60 || decay < 0.5 {
		return 0, 0, false
	}
	own := 100 / e.decay // dB a second
	if e.hold >= loopStart {
		return loopStart, 100 / decay, true
	}
	// The envelope already falls before: from its own hold on, let it reach at
	// twice the loop's start what envelope and recording together would.
	span := 2*loopStart - e.hold
	return e.hold, 100 / (own + decay*loopStart/span), true
}

// envelope is the volume envelope of a zone: seconds, and decibels below full.
type envelope struct{ hold, decay, sustain float64 }
