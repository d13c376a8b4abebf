package corpus

import (
	"maps"
	"slices"
)

// Drummer is how the drummers of one family of styles play: statistics of the
// Groove MIDI Dataset (Gillick et al. 2019; 1,150 performances by ten drummers in
// 4/4), the means over all takes of the family.
type Drummer struct {
	Thin         bool  `json:"thin,omitempty"` // fewer than five takes: trust only its big features
	Straight     *Grid `json:"straight"`       // 16 steps a bar, sixteenths; nil where there is no such take
	Swung        *Grid `json:"swung"`          // 12 steps a bar, triplets of eighths; nil where there is no such take
	FillVelocity []int `json:"fill_velocity"`  // mean velocity, 1–127, of each beat of a fill
}

// Grid is how the bars of one division are played.
type Grid struct {
	Files  int              `json:"files"`  // takes
	Bars   int              `json:"bars"`   // bars in them
	Voices map[string]Voice `json:"voices"` // by drum name as in package theory, and "toms" for all toms
}

// Voice is one drum; all lists have a value a step of the grid.
type Voice struct {
	Hits       int       `json:"hits"`        // strokes counted
	Share      []float64 `json:"share"`       // share of the bars that strike the step, 0–1
	Velocity   []int     `json:"velocity"`    // mean, 1–127; the voice's mean where a step is rare
	Offset     []float64 `json:"offset"`      // mean ms behind the take's mean (early where negative), shrunk where a step is rare
	TimeSD     float64   `json:"time_sd"`     // ms, around the offset; an upper bound, flams are in it
	VelocitySD float64   `json:"velocity_sd"` // around the velocity
}

var drummers = table[map[string]Drummer]("groove.json")

// DrummerOf is how the drummers of a family play ("funk", "rock"); false where the
// corpus has no such family.
func DrummerOf(family string) (Drummer, bool) {
	d, ok := drummers()[family]
	return d, ok
}

// Drummers are the families of drummers, sorted.
func Drummers() []string { return slices.Sorted(maps.Keys(drummers())) }
