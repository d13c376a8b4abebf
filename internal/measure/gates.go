package measure

import (
	"math"

	"bandstand/internal/song"
)

// Gate is one measure with the range of human melodies.
type Gate struct {
	Name      string
	Value     float64
	Low, High float64
}

// Passes says whether the value lies in the range.
func (g Gate) Passes() bool { return g.Value >= g.Low && g.Value <= g.High }

// Needed is how many of the gates a melody must pass: human ones do in nine of ten
// cases, those with their bars shuffled hardly ever.
const Needed = 6

// Gates are the eight core gates of a melody. They cost less than a millisecond for
// a song of a hundred bars.
func Gates(m Melody) []Gate { return gates(m, m.Deflate()) }

// Reached is how many of the core gates a melody passes, up to Needed: the dearest is
// only asked where the others leave it open.
func Reached(m Melody) int {
	if n := Passed(gates(m, math.Inf(1))); n >= Needed {
		return Needed
	}
	return min(Needed, Passed(Gates(m)))
}

func gates(m Melody, deflate float64) []Gate {
	structure := m.fitnesses(math.MaxInt)
	return []Gate{
		{"8-note recurrence", m.Recurrence(8), .50, .97},
		{"4-note recurrence", m.Recurrence(4), .70, .99},
		{"long structure", bestOf(structure, 8, math.MaxInt), .24, .54},
		{"middle structure", bestOf(structure, 4, 7), .24, .51},
		{"deflate", deflate, .25, .54},
		{"bars again", m.BarsAgain(), .29, .74},
		{"mean interval", m.MeanInterval(), 1.7, 3.1},
		{"leaps", m.Leaps(), .06, .24},
	}
}

// Passed is how many gates a melody passes.
func Passed(gates []Gate) int {
	n := 0
	for _, g := range gates {
		if g.Passes() {
			n++
		}
	}
	return n
}

// Kinds of music, by what it is judged by: the words are those of a style file's
// field gates.
const (
	Sung  = "sung"  // has a melody that could be sung: Gates of its lead
	Still = "still" // slow music without one: StillGates
)

// Judge is the gates of a song of a kind and how many of them it must pass.
func Judge(s *song.Song, kind string) (gates []Gate, needed int) {
	if kind == Still {
		return StillGates(s), StillNeeded
	}
	return Gates(Of(s, song.Lead)), Needed
}
