package corpus

import "slices"

// Loop is four bars of chords that songs repeat.
type Loop struct {
	Bars  string  `json:"bars"`  // Roman numerals over the tonic, as style files write them: "I | vi | IV | V"
	Share float64 `json:"share"` // of all the loops of the table, 0–1
}

var harmony = table[map[string][]Loop]("harmony.json")

// Loops are the loops of four bars and two or more chords found in three or more of 739
// charting songs of 1958–91 (McGill Billboard) and 200 rock songs (RS200), for songs
// whose tonic has a minor third or a major one; the most frequent first. Each song weighs
// the same. A loop's chords are at the triad level: sevenths were folded into it.
func Loops(minor bool) []Loop {
	if minor {
		return slices.Clone(harmony()["minor"])
	}
	return slices.Clone(harmony()["major"])
}
