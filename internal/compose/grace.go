package compose

import (
	"bandstand/internal/song"
	"bandstand/internal/style"
)

// How long before its note a grace note or a slide is heard, at whatever tempo and
// however the beat swings: it is crushed into the note. Played in time with a slow song
// or stretched by its swing it would be a note of the tune, and a phrase that is
// graced another time round would be another phrase.
const (
	graceSeconds = .045
	graceTicks   = 60 // at most: half a sixteenth
)

// graced is how long before a note at a tick its grace note begins, on the straight grid.
func (sc *score) graced(at song.Tick) song.Tick {
	played := min(graceTicks, graceSeconds*sc.tempo/60*float64(song.TicksPerQuarter))
	for _, swing := range [2]struct {
		unit  song.Tick
		share float64
	}{{2 * style.Step, sc.swing16}, {4 * style.Step, sc.swing8}} {
		half := 1 - swing.share // of the unit that the time before the note lies in
		if x := at % swing.unit; x > 0 && 2*x <= swing.unit {
			half = swing.share
		}
		played /= 2 * half
	}
	return max(20, song.Tick(played))
}
