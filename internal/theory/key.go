package theory

import (
	"fmt"
	"strings"
)

// Mode is one of the modes a song can be in.
type Mode string

// The modes.
const (
	Major      Mode = "major"
	Minor      Mode = "minor"
	Dorian     Mode = "dorian"
	Mixolydian Mode = "mixolydian"
)

// AnyMode stands in a wish for a key whose tonic alone is given. It is no mode of a song.
const AnyMode Mode = "any"

var modeSteps = map[Mode][7]uint8{
	Major:      {0, 2, 4, 5, 7, 9, 11},
	Minor:      {0, 2, 3, 5, 7, 8, 10},
	Dorian:     {0, 2, 3, 5, 7, 9, 10},
	Mixolydian: {0, 2, 4, 5, 7, 9, 10},
}

// Steps are the mode's seven scale degrees in semitones above the tonic.
func (m Mode) Steps() [7]uint8 { return modeSteps[m] }

// Modes are all modes, in a fixed order.
func Modes() []Mode { return []Mode{Major, Minor, Dorian, Mixolydian} }

// Known says whether a mode is one of Modes.
func (m Mode) Known() bool { _, ok := modeSteps[m]; return ok }

// MinorThird says whether the mode's third is minor.
func (m Mode) MinorThird() bool { return m == Minor || m == Dorian }

// Key is a tonic and a mode. Its zero value is no key.
type Key struct {
	Tonic PitchClass `json:"tonic"`
	Mode  Mode       `json:"mode"`
}

var (
	sharpNames = [12]string{"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"}
	flatNames  = [12]string{"C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"}
	letters    = map[byte]int{'c': 0, 'd': 2, 'e': 4, 'f': 5, 'g': 7, 'a': 9, 'b': 11}
)

// signature is the number of sharps (positive) or flats (negative) of the major
// key on a class; the enharmonic key with fewer signs is meant, Gb for six.
var signature = [12]int{0, -5, 2, -3, 4, -1, -6, 1, -4, 3, -2, 5}

// Signature is the key signature: sharps positive, flats negative.
func (k Key) Signature() int {
	major := k.Tonic
	switch k.Mode {
	case Minor:
		major = (k.Tonic + 3) % 12
	case Dorian:
		major = (k.Tonic + 10) % 12
	case Mixolydian:
		major = (k.Tonic + 5) % 12
	}
	return signature[major]
}

// Spell is the name of a pitch class in the key: flats in flat keys, else sharps.
func (k Key) Spell(c PitchClass) string {
	if k.Signature() < 0 {
		return flatNames[c%12]
	}
	return sharpNames[c%12]
}

// String is the key as an order writes it and ParseKey reads it: "C", "Am",
// "D dorian", "G mixolydian".
func (k Key) String() string {
	name := k.Spell(k.Tonic)
	switch k.Mode {
	case Major, "":
		return name
	case Minor:
		return name + "m"
	}
	return name + " " + string(k.Mode)
}

// ParseWish reads a key as an order asks for it: as ParseKey does, but a tonic alone,
// such as "E", leaves the mode open (AnyMode). Its error is a sentence for people.
func ParseWish(s string) (Key, error) {
	k, err := ParseKey(s)
	letters := strings.TrimLeft(strings.ToLower(strings.TrimSpace(s)), "abcdefg")
	if err == nil && k.Mode == Major && strings.Trim(letters, "#♯♭") == "" {
		k.Mode = AnyMode
	}
	return k, err
}

// ParseKey reads "C", "F#", "Bb", "Am", "Ebm", "C minor", "d-dorian", "gmixolydian".
// The letter may be small. Its error is a sentence for people.
func ParseKey(s string) (Key, error) {
	bad := fmt.Errorf("%q is not a key: write a letter A to G, with # or b if needed, then m for minor, maj or another mode, such as C, F#, Bb, Am, Ebmaj or Ddorian", s)
	rest := strings.ToLower(strings.TrimSpace(s))
	if rest == "" {
		return Key{}, bad
	}
	tonic, ok := letters[rest[0]]
	if !ok {
		return Key{}, bad
	}
	rest = rest[1:]
	switch {
	case strings.HasPrefix(rest, "#"), strings.HasPrefix(rest, "♯"):
		tonic++
		rest = strings.TrimPrefix(strings.TrimPrefix(rest, "♯"), "#")
	case strings.HasPrefix(rest, "b"), strings.HasPrefix(rest, "♭"):
		tonic--
		rest = strings.TrimPrefix(strings.TrimPrefix(rest, "♭"), "b")
	}
	mode, ok := map[string]Mode{
		"": Major, "maj": Major, "major": Major, "m": Minor, "min": Minor, "minor": Minor,
		"dor": Dorian, "dorian": Dorian, "mix": Mixolydian, "mixolydian": Mixolydian,
	}[strings.Trim(rest, " -_")]
	if !ok {
		return Key{}, bad
	}
	return Key{Tonic: PitchClass((tonic + 12) % 12), Mode: mode}, nil
}
