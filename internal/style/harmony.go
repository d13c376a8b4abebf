package style

import (
	"fmt"
	"slices"
	"sync"

	"bandstand/internal/corpus"
	"bandstand/internal/theory"
)

// Harmony is how a style's chords are chosen, besides the loops of its sections.
type Harmony struct {
	// Corpus is the chance that a section's chords come from the loops of charting songs
	// (package corpus) instead of its own.
	Corpus float64 `toml:"corpus"`
	// Colour is how such chords are dressed: "triads", "sevenths" or "power".
	Colour string `toml:"colour"`
	// Cadence is the chance that what leads to the peak section ends on an open chord, as
	// V or bVII, where it would end at home.
	Cadence float64 `toml:"cadence"`
	// Most is how many different chords a song has at most, as far as the loops allow; 0 for any number.
	Most int `toml:"most"`
}

func (s *Style) checkHarmony() (string, error) {
	h := s.Harmony
	for _, c := range []struct {
		path  string
		value float64
	}{{"harmony.corpus", h.Corpus}, {"harmony.cadence", h.Cadence}} {
		if !(c.value >= 0 && c.value <= 1) {
			return c.path, fmt.Errorf("%g is no chance from 0 to 1", c.value)
		}
	}
	if !slices.Contains(colours, h.Colour) {
		return "harmony.colour", unknown("colour", h.Colour, colours)
	}
	if h.Most < 0 || h.Most > 100 {
		return "harmony.most", fmt.Errorf("%d is outside 0 to 100", h.Most)
	}
	return "", nil
}

// Own is the loops that a file has for a mode itself; those of For may be another's.
func (b ByMode) Own(mode theory.Mode) (Choices[Loop], bool) {
	own := map[theory.Mode]Choices[Loop]{theory.Major: b.Major, theory.Minor: b.Minor, theory.Dorian: b.Dorian, theory.Mixolydian: b.Mixolydian}[mode]
	return own, len(own.Items) > 0
}

// Fit is a loop as it is in a mode whose chords it has not.
func (l Loop) Fit(mode theory.Mode) Loop {
	out := Loop{Text: l.Text, Bars: make([][]theory.Numeral, len(l.Bars))}
	for i, bar := range l.Bars {
		for _, n := range bar {
			out.Bars[i] = append(out.Bars[i], n.Fit(mode))
		}
	}
	return out
}

// Known is a loop with a chord by which its mode is known: where it has none, it ends
// on one.
func (l Loop) Known(mode theory.Mode) Loop {
	for _, bar := range l.Bars {
		if slices.ContainsFunc(bar, func(n theory.Numeral) bool { return n.Colour(mode) }) {
			return l
		}
	}
	out := Loop{Text: l.Text, Bars: slices.Clone(l.Bars)}
	if last := len(out.Bars) - 1; last > 0 {
		n := out.Bars[last][0]
		n.Above = map[theory.Mode]uint8{theory.Dorian: 5, theory.Mixolydian: 10}[mode]
		out.Bars[last] = []theory.Numeral{n.Fit(mode)}
	}
	return out
}

// colours are the ways to dress a triad.
var colours = []string{"triads", "sevenths", "power"}

// dressed is a mode and a colour.
type dressed struct {
	mode   theory.Mode
	colour string
}

// human is the loops of charting songs that are at home in each mode, in each colour.
var human = sync.OnceValue(func() map[dressed]Choices[Loop] {
	out := map[dressed]Choices[Loop]{}
	for _, mode := range theory.Modes() {
		var c Choices[Loop]
		sum := 0.0
		for _, row := range corpus.Loops(mode.MinorThird()) {
			var l Loop
			if err := l.UnmarshalText([]byte(row.Bars)); err != nil || !l.is(mode) {
				continue
			}
			c.Items = append(c.Items, l)
			c.Chances = append(c.Chances, row.Share)
			sum += row.Share
		}
		for i := range c.Chances {
			c.Chances[i] /= sum
		}
		for _, colour := range colours {
			in := Choices[Loop]{Chances: c.Chances}
			for _, l := range c.Items {
				in.Items = append(in.Items, l.dress(mode, colour))
			}
			out[dressed{mode, colour}] = in
		}
	}
	return out
})

// Human is the loops of charting songs that are at home in a mode, each as likely as
// it was found, dressed in a colour: those of dorian and mixolydian have what the mode
// is known by. Read it, never change it.
func Human(mode theory.Mode, colour string) Choices[Loop] { return human()[dressed{mode, colour}] }

// is says whether a loop of triads is at home in a mode: all in it in dorian and
// mixolydian, with what they are known by; in major and minor the tonic's third is enough.
func (l Loop) is(mode theory.Mode) bool {
	known, home := false, false
	for _, bar := range l.Bars {
		for _, n := range bar {
			known = known || n.Colour(mode)
			home = home || n.Above == 0
			if n.Above == 0 && (n.Quality == "m") != mode.MinorThird() {
				return false
			}
			if (mode == theory.Dorian || mode == theory.Mixolydian) && !n.In(mode) {
				return false
			}
		}
	}
	return known && (home || mode == theory.Major || mode == theory.Minor)
}

// dress gives triads a colour.
func (l Loop) dress(mode theory.Mode, colour string) Loop {
	if colour == "triads" {
		return l
	}
	out := Loop{Text: l.Text, Bars: make([][]theory.Numeral, len(l.Bars))}
	for i, bar := range l.Bars {
		for _, n := range bar {
			out.Bars[i] = append(out.Bars[i], Dress(n, mode, colour))
		}
	}
	return out
}

// Dress is a triad in a style's colour: its seventh of the mode, or root and fifth alone.
func Dress(n theory.Numeral, mode theory.Mode, colour string) theory.Numeral {
	switch {
	case colour == "power" && (n.Quality == "" || n.Quality == "m"):
		n.Quality = "5"
	case colour == "sevenths" && n.Quality == "m":
		n.Quality = "m7"
	case colour == "sevenths" && n.Quality == "":
		n.Quality = "7"
		if full := (theory.Numeral{Above: n.Above, Quality: "maj7"}); n.Above != 7 && full.Fit(mode) == full {
			n.Quality = "maj7"
		}
	}
	return n
}
