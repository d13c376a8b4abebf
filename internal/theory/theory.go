// Package theory knows pitches, scales, keys and chords: pure functions, no state.
package theory

import "strconv"

// Pitch is a MIDI note number: 60 is middle C (C4), a semitone each.
type Pitch uint8

// PitchClass is a pitch without its octave: 0 is C, 11 is B.
type PitchClass uint8

// Class is the pitch's class.
func (p Pitch) Class() PitchClass { return PitchClass(p % 12) }

// Name is the pitch spelt for a key with its octave: "C4" is middle C, "Bb3".
func (p Pitch) Name(k Key) string {
	name := k.Spell(p.Class())
	return name + strconv.Itoa(int(p)/12-1)
}

func itoa(p Pitch) string { return strconv.Itoa(int(p)) }
