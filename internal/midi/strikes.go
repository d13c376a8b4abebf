package midi

import (
	"cmp"
	"slices"

	"bandstand/internal/song"
)

// strike is a key going down or up.
type strike struct {
	at       song.Tick
	on       bool
	pitch    uint8
	velocity uint8
}

// strikes are the events of a part's notes, in order of time; at one tick keys
// go up before they go down. A channel cannot sound a pitch twice at once, so a
// note that is struck again while it sounds ends there, and of two struck
// together the louder and longer is kept.
func strikes(notes []song.Note) []strike {
	var out []strike
	for _, n := range separate(notes) {
		out = append(out,
			strike{n.Start, true, uint8(n.Pitch), n.Velocity},
			strike{n.End(), false, uint8(n.Pitch), 0})
	}
	slices.SortStableFunc(out, func(a, b strike) int {
		up := func(s strike) int {
			if s.on {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(up(a), up(b)), cmp.Compare(a.pitch, b.pitch))
	})
	return out
}

// separate is the notes, which are in order, without overlaps on one pitch.
func separate(notes []song.Note) []song.Note {
	out := make([]song.Note, 0, len(notes))
	var last [128]int // place in out of the last note of a pitch, from 1
	for _, n := range notes {
		if i := last[n.Pitch]; i > 0 {
			before := &out[i-1]
			if before.Start == n.Start {
				before.Length = max(before.Length, n.Length)
				before.Velocity = max(before.Velocity, n.Velocity)
				continue
			}
			before.Length = min(before.Length, n.Start-before.Start)
		}
		out = append(out, n)
		last[n.Pitch] = len(out)
	}
	return out
}
