package compose

import "math"

// takes is how many versions of a section's tune are written before the best is kept.
const takes = 8

// critic finds fault with the tune of a section, by what listeners stumble over. 0
// is faultless. It looks at one section alone: whether a song as a whole holds
// together follows from its plan.
func critic(notes []toneNote, peakWanted float64) float64 {
	if len(notes) < 3 {
		return 100
	}
	low, high, highAt, repeats := notes[0].pitch, notes[0].pitch, 0, 0
	sum := 0.0
	classes := map[int]bool{}
	var moves [3]int // unison, step, leap
	for i := 1; i < len(notes); i++ {
		n, move := notes[i], notes[i].pitch-notes[i-1].pitch
		classes[n.pitch] = true
		low = min(low, n.pitch)
		if n.pitch > high {
			high, highAt = n.pitch, i
		}
		repeats++
		if move != 0 {
			repeats = 0
		}
		if repeats > 2 {
			sum += .5
		}
		size := max(move, -move)
		switch {
		case size == 0:
			moves[0]++
		case size < 3:
			moves[1]++
		case size > 4:
			moves[2]++
		}
		if size == 6 || size > 9 { // a tritone, or wider than a sixth
			sum += 1.2
		}
		if i > 1 && size > 4 {
			if before := notes[i-1].pitch - notes[i-2].pitch; before*move > 0 && max(before, -before) > 2 {
				sum += .8 // two leaps in one direction
			} else if max(before, -before) > 4 {
				sum += .2 // or back again at once, with nothing to fill the gap
			}
		}
	}
	n := float64(len(notes) - 1)
	off := func(x, low, high, price float64) { sum += price * (max(0, low-x) + max(0, x-high)) }
	off(float64(high-low), 7, 14, .5)
	off(float64(moves[0])/n, .05, .28, 14)
	off(float64(moves[1])/n, .42, .68, 14)
	off(float64(moves[2])/n, .06, .2, 20)
	off(float64(len(classes)), 5, 99, .8)
	where := float64(highAt) / n
	sum += .8 * math.Abs(where-peakWanted)
	return sum
}
