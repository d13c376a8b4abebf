package compose

import (
	"bandstand/internal/measure"
)

// How many tunes are written for a song before one is chosen: more where none of the
// first is fit to be heard.
const (
	rounds     = 3
	mostRounds = 6
	longest    = 240 // bars of a song that is weighed: the gates know songs, not evenings
)

// sing writes the melody: lead where it is sung, solo where another robot plays it. Of a
// few tunes over the same form and chords the one is taken that passes the gates of
// human melodies and, among those that do, in which the critic found least to mend. The
// gates decide whether a tune is fit to be heard; which of them is nicest is not
// their business.
func (sc *score) sing() (lead, solo []toneNote) {
	var best *tune
	bestPassed := 0
	for round := 0; round < rounds || bestPassed < measure.Needed && round < mostRounds; round++ {
		t := sc.newTune(round)
		t.sing()
		if sc.bars > longest {
			return t.lead, t.solo
		}
		passed := measure.Reached(sc.measured(t.lead))
		if best == nil || passed > bestPassed || passed == bestPassed && t.faults < best.faults {
			best, bestPassed = t, passed
		}
	}
	return best.lead, best.solo
}

// measured is a tune as the gates want it: what is sung, without what is improvised.
func (sc *score) measured(notes []toneNote) measure.Melody {
	m := measure.Melody{Bars: sc.bars, PerBar: sc.bar, Notes: make([]measure.Note, 0, len(notes))}
	for _, n := range notes {
		if sc.sectionAt(n.at/sc.bar).spec.Tune == "solo" {
			continue
		}
		m.Notes = append(m.Notes, measure.Note{At: n.at, Length: n.length, Pitch: n.pitch})
	}
	return m
}
