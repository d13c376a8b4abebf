package compose

import (
	"math"

	"bandstand/internal/theory"
)

// fitter finds pitches for a phrase: the cheapest way through scale steps, where
// leaving the motif's line, clashing with the chords and straying out of the
// register have their prices (a Viterbi search).
type fitter struct {
	sc        *score
	low, high int // scale steps allowed
	middle    float64
	scale     string
	stray     float64
	lift      int // semitones that the section lies above the song's key
	spots     []*spot
	scratch   scratch
}

// scratch is the table of a search, kept from one phrase to the next.
type scratch struct {
	cost, next, moves []float64
	leans             []bool // a strong note outside the chord, which wants to move on by step
	from              []int16
}

// grow makes room for phrases of n notes over width steps.
func (s *scratch) grow(width, n int) {
	if len(s.cost) != width {
		*s = scratch{cost: make([]float64, width), next: make([]float64, width), moves: make([]float64, 2*width), leans: make([]bool, width)}
	}
	if len(s.from) < n*width {
		s.from = make([]int16, n*width)
	}
}

// spot is a chord as a fitter hears it.
type spot struct {
	mask    uint16
	pitches []int // of the steps from low to high
}

// spot is the chord at a time.
func (f *fitter) spot(at int) *spot {
	if f.spots == nil {
		f.spots = make([]*spot, len(f.sc.chords))
	}
	i := f.sc.chordIndex(at)
	if f.spots[i] == nil {
		m := uint32(f.sc.masks[i]) << 12 >> f.lift
		p := &spot{mask: uint16((m | m>>12) & 0xfff), pitches: make([]int, f.high-f.low+1)}
		chord := f.sc.chords[i].chord
		chord.Root = (chord.Root + 12 - theory.PitchClass(f.lift)) % 12
		for s := range p.pitches {
			p.pitches[s] = f.altered(p.mask, chord, f.low+s)
		}
		f.spots[i] = p
	}
	return f.spots[i]
}

// The prices; their proportions were tuned by ear and against what human melodies
// measure (chord tones on strong beats 74 %, unisons and steps 64–72 %).
const (
	priceLine    = 1.0  // a scale step away from the motif's move
	priceTurn    = 1.2  // up where the motif goes down
	priceForeign = 0.85 // a strong note outside the chord
	priceLong    = 2.2  // more where it is long
	pricePassing = 0.4  // a weak note outside the chord
	priceClash   = 1.5  // a strong note a semitone above a chord tone
	priceLean    = 0.5  // a long one a semitone below
	priceStray   = 0.09 // times the square of the distance from the middle
	priceKept    = 1.5  // a scale step away from what was heard before
	reliefStep   = 0.45 // a strong note outside the chord that moves on by step: what is leant on is let go
)

// fit sets the pitches of notes, whose times count from the song's start, and returns
// what the way cost. anchor is how many steps the phrase lies above the middle, before
// the scale step of the note before, or none.
func (f *fitter) fit(notes []toneNote, anchor int, before int, hasBefore bool) float64 {
	width := f.high - f.low + 1
	f.scratch.grow(width, len(notes))
	cost, next, moves, leans, from := f.scratch.cost, f.scratch.next, f.scratch.moves, f.scratch.leans, f.scratch.from
	for s := range width {
		step := f.low + s
		cost[s] = .35*math.Abs(float64(step)-f.middle-float64(anchor)) + f.own(notes[0], step, anchor)
		if hasBefore {
			cost[s] += f.interval(step - before)
		}
	}
	for i := 1; i < len(notes); i++ {
		for m := range moves {
			moves[m] = f.move(m-width, notes[i].move)
		}
		for s := range width {
			leans[s] = notes[i-1].strong && !f.inChord(notes[i-1].at, f.low+s)
		}
		for s := range width {
			best, at := math.MaxFloat64, 0
			for p := range width {
				c := cost[p] + moves[s-p+width]
				if leans[p] && (s-p == 1 || s-p == -1) {
					c -= reliefStep
				}
				if c < best {
					best, at = c, p
				}
			}
			next[s] = best + f.own(notes[i], f.low+s, anchor)
			from[i*width+s] = int16(at)
		}
		cost, next = next, cost
	}
	best := 0
	for s := range cost {
		if cost[s] < cost[best] {
			best = s
		}
	}
	price := cost[best]
	for i := len(notes) - 1; i >= 0; i-- {
		f.set(&notes[i], f.low+best)
		if i > 0 {
			best = int(from[i*width+best])
		}
	}
	return price
}

// set gives a note a scale step and the pitch that goes with it.
func (f *fitter) set(n *toneNote, step int) {
	n.step, n.pitch = step, f.sound(n.at, step)
}

// inChord says whether a scale step is a tone of the chord at a time.
func (f *fitter) inChord(at, step int) bool {
	return f.spot(at).mask&(1<<theory.Pitch(f.sound(at, step)).Class()) != 0
}

// again sets notes to the line of an earlier phrase, moved as a whole by up to a third,
// with a last note of its own: what is heard again is what one remembers, also where it
// now leans on another chord. It returns what that cost.
func (f *fitter) again(notes, earlier []toneNote, anchor int, before int, hasBefore bool) float64 {
	best, shift := math.MaxFloat64, 0
	for _, by := range [5]int{0, 1, -1, 2, -2} {
		if c := f.line(notes, earlier, by, anchor, before, hasBefore); c < best {
			best, shift = c, by
		}
	}
	last := len(notes) - 1
	for i := range notes[:last] {
		f.set(&notes[i], earlier[i].step+shift)
	}
	least, at := math.MaxFloat64, 0
	for step := f.low; step <= f.high; step++ {
		c := f.own(notes[last], step, anchor)
		if last > 0 {
			c += f.move(step-notes[last-1].step, notes[last].move)
		}
		if c < least {
			least, at = c, step
		}
	}
	f.set(&notes[last], at)
	return best + least
}

// line is the price of all but the last note of an earlier phrase's line, moved by steps.
func (f *fitter) line(notes, earlier []toneNote, by, anchor, before int, hasBefore bool) float64 {
	cost := .3 * math.Abs(float64(by))
	for i := range notes[:len(notes)-1] {
		step := earlier[i].step + by
		if step < f.low || step > f.high {
			return math.MaxFloat64 / 2
		}
		cost += f.own(notes[i], step, anchor)
		switch {
		case i > 0:
			move := earlier[i].step - earlier[i-1].step
			cost += f.move(move, notes[i].move)
			if notes[i-1].strong && (move == 1 || move == -1) && !f.inChord(notes[i-1].at, step-move) {
				cost -= reliefStep
			}
		case hasBefore:
			cost += f.interval(step - before)
		}
	}
	return cost
}

// move is the price of a move where the motif has another one.
func (f *fitter) move(move, wanted int) float64 {
	c := f.interval(move) + priceLine*math.Abs(float64(move-wanted))
	if move*wanted < 0 {
		c += priceTurn
	}
	return c
}

// interval is the price of a move by itself: a fourth is free, beyond it rises steeply.
func (f *fitter) interval(move int) float64 {
	if move < 0 {
		move = -move
	}
	if move > 7 {
		return 14
	}
	wide := float64(max(0, move-3))
	return .45 * wide * wide
}

// own is the price of a note by itself.
func (f *fitter) own(n toneNote, step, anchor int) float64 {
	off := float64(step) - f.middle - float64(anchor)
	cost := f.stray * off * off
	if n.kept {
		cost += priceKept * math.Abs(float64(step-n.step))
	}
	pitch := f.sound(n.at, step)
	class := theory.Pitch(pitch).Class()
	mask := f.spot(n.at).mask
	if mask&(1<<class) == 0 {
		switch {
		case n.final:
			cost += 2 * (priceForeign + priceLong)
		case n.strong && n.length >= 6:
			cost += priceForeign + priceLong
		case n.strong:
			cost += priceForeign
		default:
			cost += pricePassing
		}
	}
	// Held a semitone above a tone of the chord a note bites, below one it leans.
	if n.strong && mask&(1<<((class+11)%12)) != 0 {
		cost += priceClash
	}
	if n.strong && n.length >= 4 && mask&(1<<((class+1)%12)) != 0 {
		cost += priceLean
	}
	if n.strong || n.final {
		cost += f.flavour(step)
	} else { // between strong notes the other steps are welcome: without them all moves are leaps
		cost += .6 * f.flavour(step)
	}
	if n.final {
		cost += f.ending(n, step)
	}
	return cost
}

// flavour prefers the notes of the style's scale.
func (f *fitter) flavour(step int) float64 {
	if f.scale == "full" {
		return 0
	}
	degree := theory.Degree(step)
	avoided := degree == 3 || degree == 6
	if f.sc.key.Mode.MinorThird() {
		avoided = degree == 1 || degree == 5
	}
	if avoided {
		return .8
	}
	return 0
}

// ending prefers the tonic and third for an answer, anything open for a question.
func (f *fitter) ending(n toneNote, step int) float64 {
	prices := [7]float64{2, .3, .5, 2.5, 0, 2, .8}
	if n.answer {
		prices = [7]float64{0, 4, .9, 5, 1.6, 5, 6}
	}
	return prices[theory.Degree(step)]
}

// sound is the pitch of a scale step over the chord of a time.
func (f *fitter) sound(at, step int) int {
	p := f.spot(at)
	return p.pitches[max(0, min(step-f.low, len(p.pitches)-1))]
}

// altered is the pitch of a scale step over a chord: a note that the chord alters is
// altered with it.
func (f *fitter) altered(mask uint16, chord theory.Chord, step int) int {
	pitch := f.sc.key.StepPitch(step)
	if pitch < 1 || pitch > 126 {
		return min(126, max(1, pitch))
	}
	if mask&(1<<theory.Pitch(pitch).Class()) != 0 || mask&^f.sc.scale == 0 {
		return pitch
	}
	for _, shift := range [2]int{1, -1} {
		other := theory.Pitch(pitch + shift).Class()
		if !f.sc.key.InScale(other) && mask&(1<<other) != 0 && f.alters(chord, other, shift) {
			return pitch + shift
		}
	}
	return pitch
}

// alters says whether a chord tone outside the key is the scale's note raised
// (shift 1) or lowered: a major third or seventh is raised, a minor third, a minor
// seventh or a root is lowered, a fifth goes with its root.
func (f *fitter) alters(chord theory.Chord, tone theory.PitchClass, shift int) bool {
	switch (tone + 12 - chord.Root) % 12 {
	case 4, 8, 11:
		return shift == 1
	case 7:
		return f.sc.key.InScale(chord.Root) == (shift == 1)
	}
	return shift == -1
}
