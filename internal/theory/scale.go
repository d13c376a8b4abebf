package theory

// A scale step counts a mode's notes: step 0 is the tonic in the octave of middle
// C or just above, 7 the tonic an octave higher, −1 the note below.

// StepPitch is the pitch of a scale step in semitones from C−1, as MIDI counts. It
// is an int because steps far off lie outside a Pitch; use Clamp or check.
func (k Key) StepPitch(step int) int {
	octave, degree := floorDiv(step, 7)
	return 60 + int(k.Tonic) + 12*octave + int(k.Mode.Steps()[degree])
}

// NearestStep is the scale step whose pitch is nearest to a pitch; of two equally
// near ones the lower.
func (k Key) NearestStep(p int) int {
	octave, class := floorDiv(p-60-int(k.Tonic), 12)
	best, distance := 0, 99
	steps := k.Mode.Steps()
	for d := range 8 {
		pitch := 12
		if d < 7 {
			pitch = int(steps[d])
		}
		if e := abs(pitch - class); e < distance {
			best, distance = d, e
		}
	}
	return 7*octave + best
}

// InScale says whether a pitch class belongs to the key.
func (k Key) InScale(c PitchClass) bool {
	above := uint8((c + 12 - k.Tonic) % 12)
	for _, s := range k.Mode.Steps() {
		if s == above {
			return true
		}
	}
	return false
}

// Degree is the scale degree of a step: 0 the tonic, 4 the fifth, 6 the seventh.
func Degree(step int) int {
	_, d := floorDiv(step, 7)
	return d
}

// Transpose moves a pitch by semitones; the result is kept in 0–127 by octaves.
func (p Pitch) Transpose(semitones int) Pitch {
	q := int(p) + semitones
	for q < 0 {
		q += 12
	}
	for q > 127 {
		q -= 12
	}
	return Pitch(q)
}

// Into moves a pitch by octaves into low..high; where no octave of it lies there,
// it is the one nearest to the range.
func Into(p int, low, high Pitch) Pitch {
	for p < int(low) {
		p += 12
	}
	for p > int(high) && p-12 >= int(low) {
		p -= 12
	}
	if p > int(high) && p-int(high) > int(low)-(p-12) {
		p -= 12
	}
	for p < 0 {
		p += 12
	}
	for p > 127 {
		p -= 12
	}
	return Pitch(p)
}

func floorDiv(a, b int) (quotient, rest int) {
	quotient, rest = a/b, a%b
	if rest < 0 {
		quotient, rest = quotient-1, rest+b
	}
	return quotient, rest
}

func abs(x int) int {
	if x < 0 {
		return -x
	}
	return x
}
