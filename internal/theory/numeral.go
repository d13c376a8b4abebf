package theory

import (
	"fmt"
	"strings"
)

// Numeral is a chord relative to a tonic, whatever the mode: semitones above the
// tonic and a quality.
type Numeral struct {
	Above   uint8 // 0–11
	Quality string
}

// Chord is the numeral's chord over a tonic.
func (n Numeral) Chord(tonic PitchClass) Chord {
	return Chord{Root: (tonic + PitchClass(n.Above)) % 12, Quality: n.Quality}
}

var romans = []struct {
	name  string
	above int
}{
	{"VII", 11}, {"VI", 9}, {"IV", 5}, {"V", 7}, {"III", 4}, {"II", 2}, {"I", 0},
}

// ParseNumeral reads "I", "bVII", "ii7", "V7/ii", "Imaj7", "vii dim". Numerals count
// from the major scale whatever the mode, so the minor chords of A minor are
// i, bVI, bIII. Small numerals are minor: "ii7" is a minor seventh. "V7/ii" is
// the dominant of ii.
func ParseNumeral(s string) (Numeral, error) {
	text, of, applied := strings.Cut(s, "/")
	n, err := parsePlainNumeral(text)
	if err != nil || !applied {
		return n, err
	}
	target, err := parsePlainNumeral(of)
	if err != nil {
		return Numeral{}, err
	}
	n.Above = (n.Above + target.Above) % 12
	return n, nil
}

func parsePlainNumeral(s string) (Numeral, error) {
	rest, shift := strings.TrimSpace(s), 0
	for len(rest) > 0 && (rest[0] == 'b' || rest[0] == '#') {
		if rest[0] == 'b' {
			shift--
		} else {
			shift++
		}
		rest = rest[1:]
	}
	for _, r := range romans {
		lower := strings.HasPrefix(rest, strings.ToLower(r.name))
		if !lower && !strings.HasPrefix(rest, r.name) {
			continue
		}
		quality := strings.TrimSpace(rest[len(r.name):])
		if lower {
			quality = minorOf(quality)
		}
		if quality == "o" || quality == "°" {
			quality = "dim"
		}
		if Qualities[quality] == nil {
			return Numeral{}, fmt.Errorf("%q ends in %q, which is no kind of chord", s, quality)
		}
		return Numeral{Above: uint8(((r.above+shift)%12 + 12) % 12), Quality: quality}, nil
	}
	return Numeral{}, fmt.Errorf("%q is not a roman numeral such as I, vi, bVII or ii7", s)
}

// minorOf is the suffix of a small numeral, with the m it implies.
func minorOf(quality string) string {
	switch quality {
	case "", "6", "7", "9", "7b5":
		return "m" + quality
	}
	return quality
}

// ParseChord reads a chord symbol such as "Am7", "Bb", "F#dim" or "Csus4".
func ParseChord(s string) (Chord, error) {
	bad := func() (Chord, error) {
		return Chord{}, fmt.Errorf("%q is not a chord such as C, Am7 or Bbmaj7", s)
	}
	if s == "" {
		return bad()
	}
	letter, ok := letters[s[0]|0x20]
	if !ok || s[0] < 'A' || s[0] > 'G' {
		return bad()
	}
	quality := s[1:]
	switch {
	case strings.HasPrefix(quality, "#"):
		letter, quality = letter+1, quality[1:]
	case strings.HasPrefix(quality, "b"):
		letter, quality = letter+11, quality[1:]
	}
	if Qualities[quality] == nil {
		return bad()
	}
	return Chord{Root: PitchClass(letter % 12), Quality: quality}, nil
}
