package theory

import "slices"

// muddy is the pitch under which thirds and seconds growl: C3.
const muddy = 48

// Voicing arranges a chord's tones between low and high, near to the previous
// voicing: common tones stay, the others move by as little as possible. It has up
// to voices notes, rising; the root is left out first, then the fifth, since a bass
// plays beneath. It keeps the third and seventh, and no two notes closer than a
// fourth below C3. With no previous voicing it sits in the middle of the range.
// The range should be an octave or wider. Colours (all beyond root, third and fifth)
// whose class has its bit set in without are left out: somebody else has a note that
// they would clash with.
func Voicing(prev []Pitch, c Chord, low, high Pitch, voices int, without uint16) []Pitch {
	tones := keep(plain(c, without), voices)
	best, bestCost := []Pitch(nil), 0
	try := make([]Pitch, 0, len(tones))
	for inversion := range tones {
		for base := int(low); base < int(low)+24 && base <= int(high); base++ {
			if PitchClass(base%12) != (c.Root+PitchClass(tones[inversion]))%12 {
				continue
			}
			if try = stack(try[:0], c, tones, inversion, base); int(try[len(try)-1]) > int(high) {
				continue
			}
			cost := voicingCost(prev, try, low, high)
			if best == nil || cost < bestCost {
				best, bestCost = slices.Clone(try), cost
			}
		}
	}
	if best == nil { // a range too narrow for any inversion: what fits, folded
		for _, t := range tones {
			best = append(best, Into(int(c.Root)+int(t), low, high))
		}
		slices.Sort(best)
		best = slices.Compact(best)
	}
	return best
}

// plain is the chord's tones without the colours that are not wanted.
func plain(c Chord, without uint16) []uint8 {
	tones := c.Tones()
	if len(tones) < 4 || without == 0 {
		return tones
	}
	out := slices.Clone(tones[:3])
	for _, t := range tones[3:] {
		if without>>((uint8(c.Root)+t)%12)&1 == 0 {
			out = append(out, t)
		}
	}
	return out
}

// keep chooses which tones to play: the third and the colours before the root,
// the fifth last.
func keep(tones []uint8, voices int) []uint8 {
	kept := slices.Clone(tones)
	if len(kept) > voices {
		kept = slices.DeleteFunc(kept, func(t uint8) bool { return t == 7 })
	}
	for len(kept) > voices {
		kept = kept[1:]
	}
	classes := make([]uint8, 0, len(kept))
	for _, t := range kept {
		classes = append(classes, t%12)
	}
	slices.Sort(classes)
	return slices.Compact(classes)
}

// stack piles the tones up from one of them: in close position, each the next one
// above the last.
func stack(out []Pitch, c Chord, tones []uint8, inversion, base int) []Pitch {
	at := base
	out = append(out, Pitch(at))
	for i := 1; i < len(tones); i++ {
		class := int((c.Root + PitchClass(tones[(inversion+i)%len(tones)])) % 12)
		next := at + ((class-at)%12+12)%12
		for next < muddy && next-at < 5 {
			next += 12
		}
		at = next // beyond 127, too: such a chord is beyond the range
		out = append(out, Pitch(at))
	}
	return out
}

func voicingCost(prev, try []Pitch, low, high Pitch) int {
	cost, middle := 0, (int(low)+int(high))/2
	sum := 0
	for i, p := range try {
		sum += int(p)
		if i > 0 && p-try[i-1] == 1 {
			cost += 7 // a semitone inside a chord bites
		}
	}
	off := abs(sum/len(try) - middle)
	if len(prev) == 0 {
		return cost + 4*off
	}
	cost += off * off / 4
	for _, p := range try {
		nearest := 99
		for _, q := range prev {
			nearest = min(nearest, abs(int(p)-int(q)))
		}
		cost += 4 * nearest
	}
	top := abs(int(try[len(try)-1]) - int(prev[len(prev)-1]))
	return cost + 2*top
}

// PowerChord is root, fifth and, where the range reaches so far, octave, the root
// as low as possible but not below low.
func PowerChord(root PitchClass, low, high Pitch) []Pitch {
	at := int(low) + (int(root)-int(low)%12+12)%12
	out := []Pitch{Pitch(min(at, 127))}
	for _, above := range []int{7, 12} {
		if at+above <= int(high) {
			out = append(out, Pitch(at+above))
		}
	}
	return out
}
