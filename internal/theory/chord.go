package theory

// Chord is a root and a quality, such as A and "m7".
type Chord struct {
	Root    PitchClass `json:"root"`
	Quality string     `json:"quality"` // a key of Qualities; "" is a major triad
}

// Qualities are the chord tones in semitones above the root, by the suffix that
// chord symbols use.
var Qualities = map[string][]uint8{
	"":      {0, 4, 7},
	"m":     {0, 3, 7},
	"dim":   {0, 3, 6},
	"aug":   {0, 4, 8},
	"sus4":  {0, 5, 7},
	"sus2":  {0, 2, 7},
	"5":     {0, 7},
	"6":     {0, 4, 7, 9},
	"m6":    {0, 3, 7, 9},
	"7":     {0, 4, 7, 10},
	"maj7":  {0, 4, 7, 11},
	"m7":    {0, 3, 7, 10},
	"m7b5":  {0, 3, 6, 10},
	"dim7":  {0, 3, 6, 9},
	"7sus4": {0, 5, 7, 10},
	"9":     {0, 4, 7, 10, 14},
	"maj9":  {0, 4, 7, 11, 14},
	"m9":    {0, 3, 7, 10, 14},
	"add9":  {0, 4, 7, 14},
	"13":    {0, 4, 10, 14, 21},
	"7#9":   {0, 4, 7, 10, 15},
}

// Tones are the chord's tones in semitones above its root.
func (c Chord) Tones() []uint8 { return Qualities[c.Quality] }

// Has says whether a pitch class is one of the chord's tones.
func (c Chord) Has(p PitchClass) bool {
	for _, t := range c.Tones() {
		if (uint8(c.Root)+t)%12 == uint8(p) {
			return true
		}
	}
	return false
}

// Mask is the chord's pitch classes, a bit each: bit 0 is C.
func (c Chord) Mask() uint16 {
	var m uint16
	for _, t := range c.Tones() {
		m |= 1 << ((uint8(c.Root) + t) % 12)
	}
	return m
}

// Name is the chord symbol, spelt for a key: "Am7", "Bb", "F#dim".
func (c Chord) Name(k Key) string { return k.Spell(c.Root) + c.Quality }
