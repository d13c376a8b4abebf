package theory

import "slices"

// homes is, for each mode, the root (semitones above the tonic) that takes the place of
// one that the mode has not, or whose triad would be diminished: the chord that does the
// same for the harmony there, as IV does in dorian what bVI does in minor.
var homes = map[Mode]map[uint8]uint8{
	Major:      {1: 2, 3: 4, 6: 5, 8: 9, 10: 7, 11: 7},
	Minor:      {1: 10, 2: 5, 4: 3, 6: 5, 9: 8, 11: 10},
	Dorian:     {1: 10, 4: 3, 6: 5, 8: 5, 9: 5, 11: 10},
	Mixolydian: {1: 10, 3: 10, 4: 7, 6: 5, 8: 5, 11: 10},
}

// Fit is the chord of a mode that stands where a chord of another one stood: bVI of
// minor becomes IV of dorian, V of major bVII of mixolydian. A power chord stays one,
// and a seventh chord has the seventh of the mode. The dominant of minor stays major.
func (n Numeral) Fit(mode Mode) Numeral {
	major := slices.Contains(n.tones(), 4)
	root := n.Above % 12
	if mode == Mixolydian && root == 7 && major {
		return Numeral{Above: 10, Quality: on(mode, 10, n.Quality)}
	}
	if mode == Minor && root == 7 && major {
		return n
	}
	if home, ok := homes[mode][root]; ok {
		root = home
	}
	return Numeral{Above: root, Quality: on(mode, root, n.Quality)}
}

func (n Numeral) tones() []uint8 { return Qualities[n.Quality] }

// on is the quality of a mode's chord on a root, as rich as another one.
func on(mode Mode, root uint8, like string) string {
	has := func(above uint8) bool { return slices.Contains(stepsOf(mode), (root+above)%12) }
	switch {
	case like == "5", !has(7):
		return "5"
	case like == "sus4" && has(5), like == "sus2" && has(2), like == "7sus4" && has(5) && has(10), like == "add9" && has(2) && has(4):
		return like
	}
	triad, seventh := "m", "m7"
	if has(4) {
		triad, seventh = "", "7"
		if has(11) {
			seventh = "maj7"
		}
	}
	switch like {
	case "6", "m6":
		if has(9) {
			return triad + "6"
		}
		return triad
	case "9", "maj9", "m9":
		if has(2) {
			return seventh[:len(seventh)-1] + "9"
		}
		return seventh
	}
	if len(Qualities[like]) > 3 && like != "add9" {
		return seventh
	}
	return triad
}

func stepsOf(mode Mode) []uint8 { s := mode.Steps(); return s[:] }

// Colour says whether a chord is one by which a mode is known from its plainer
// neighbour: IV or ii in dorian, bVII, v or a tonic with its seventh in mixolydian.
func (n Numeral) Colour(mode Mode) bool {
	tones := n.tones()
	switch mode {
	case Dorian:
		return n.Above == 5 && (slices.Contains(tones, 4) || n.Quality == "5") || n.Above == 2 && slices.Contains(tones, 7) && !slices.Contains(tones, 4)
	case Mixolydian:
		return n.Above == 10 || n.Above == 7 && slices.Contains(tones, 3) || n.Above == 0 && slices.Contains(tones, 10)
	}
	return true
}

// In says whether root, third and fifth of a chord belong to a mode.
func (n Numeral) In(mode Mode) bool {
	for _, t := range n.tones() {
		if t > 0 && t < 3 || t > 7 {
			continue // colours and suspensions come and go
		}
		if !slices.Contains(stepsOf(mode), (n.Above+t)%12) {
			return false
		}
	}
	return true
}
