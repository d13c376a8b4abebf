// Package style is what makes a style of music: data files that say everything
// about it, from the tempo and the form to the drum patterns and the words of its
// titles. The built-in styles are embedded; users add their own as files of the
// same form. A style that loads is whole: every name it uses exists, every range
// has something in it, and the composer needs no further checks. The package
// decides nothing by chance and composes nothing.
package style

import (
	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// Style is one style. It is shared by all who ask for it: read it, never change it.
type Style struct {
	Name  string `toml:"-"`     // the file's name without .toml
	About string `toml:"about"` // one line for the list of styles

	// Aliases are other names that orders may use for it.
	Aliases []string `toml:"aliases"`

	// StartsStruck says that the first note of a song is struck clearly, by drums or
	// another instrument with a fast attack, not faded in.
	StartsStruck bool `toml:"starts_struck"`

	// Gates says what its songs are judged by (package measure): "sung", a melody that
	// could be sung, or "still", slow music without one.
	Gates string `toml:"gates"`

	Time   string     `toml:"meter"` // as the file has it, such as "4/4"
	Meter  song.Meter `toml:"-"`
	Tempo  Span       `toml:"tempo"`  // quarter notes a minute at which it is happiest
	Swing  Swing      `toml:"swing"`  // how uneven the beat is divided
	Modes  Modes      `toml:"modes"`  // weights
	Reverb float64    `toml:"reverb"` // size of the room, 0–1
	Rhythm Rhythm     `toml:"rhythm"`
	// Feel is how late (early where negative) a role plays, in milliseconds.
	Feel map[string]float64 `toml:"feel"`

	Form     Form       `toml:"form"`
	Harmony  Harmony    `toml:"harmony"`
	Melody   Melody     `toml:"melody"`
	Ending   ByMode     `toml:"ending"` // chords of the last bars; the last one rings out
	Sections []Section  `toml:"section"`
	Grooves  []Groove   `toml:"groove"`
	Fills    []Drumming `toml:"fills"` // patterns of one bar or less that end at a bar line
	Parts    []Part     `toml:"part"`
	Words    Words      `toml:"words"`
	Also     []Also     `toml:"also"` // further metres

	lines lines
	own   bool // from a file of the user's
}

// Rhythm is how the band keeps time together.
type Rhythm struct {
	// Drummer is the family of recorded drummers (package corpus) whose touch and sense
	// of time the drums have; empty: a machine's.
	Drummer string  `toml:"drummer"`
	Human   float64 `toml:"human"` // 0 a machine, dead on the grid … 1 people
	Vary    float64 `toml:"vary"`  // 0 each bar of a beat is the same … 1 none is quite
	Lock    float64 `toml:"lock"`  // chance that the bass joins a stroke of the kick that its pattern leaves out
}

// Span is a range, low to high.
type Span [2]float64

// Swing is the share of the first of two notes in their pair: .5 is straight,
// .667 a triplet. A song draws from the range.
type Swing struct {
	Eighths    Span `toml:"eighths"`
	Sixteenths Span `toml:"sixteenths"`
}

// Modes are the weights of the modes.
type Modes struct {
	Major      float64 `toml:"major"`
	Minor      float64 `toml:"minor"`
	Dorian     float64 `toml:"dorian"`
	Mixolydian float64 `toml:"mixolydian"`
}

// Weight is the weight of one mode.
func (m Modes) Weight(mode theory.Mode) float64 {
	switch mode {
	case theory.Major:
		return m.Major
	case theory.Minor:
		return m.Minor
	case theory.Dorian:
		return m.Dorian
	case theory.Mixolydian:
		return m.Mixolydian
	}
	return 0
}

// Form is how sections follow each other.
type Form struct {
	Seconds Span          `toml:"seconds"` // how long a song usually lasts
	Plans   Choices[Plan] `toml:"plans"`
	Cycle   Plan          `toml:"cycle"` // what repeats where a song must be longer
	Lift    float64       `toml:"lift"`  // chance that the last Peak section rises by a tone
	Peak    string        `toml:"peak"`  // the section that all leads up to, such as "chorus"

	// Endings are the ways in which songs end, each as likely as the others: "ring" (a
	// chord that rings out), "stop" (one that is cut short), "hits" (a rhythm that all
	// strike together, one of Hits) or "fade".
	Endings []string  `toml:"endings"`
	Hits    []Pattern `toml:"hits"` // a bar each: x strike, - hold, . rest
}

// Melody is how tunes of the style go.
type Melody struct {
	Cells    []Pattern `toml:"cells"`    // rhythms of a bar or half a bar: x note, - hold, . rest
	Solo     []Pattern `toml:"solo"`     // the same for solos
	Unit     int       `toml:"unit"`     // bars of a phrase: 1, 2 or 4
	Breath   int       `toml:"breath"`   // bars at the end of each phrase that are left to others
	Leaps    float64   `toml:"leaps"`    // share of wide intervals in a motif, 0–1
	Scale    string    `toml:"scale"`    // "full", "pentatonic" or "blues": notes preferred
	Approach float64   `toml:"approach"` // chance of a chromatic note before a strong one
	Pickup   float64   `toml:"pickup"`   // chance that a phrase begins before its bar
	Ornament float64   `toml:"ornament"` // chance of grace notes
	Push     float64   `toml:"push"`     // chance that a strong note comes an eighth early
	Gate     float64   `toml:"gate"`     // share of a note's time that it sounds
	Reach    float64   `toml:"reach"`    // how freely it ranges around its middle: 1 as songs do, 2 twice as far
	Climb    float64   `toml:"climb"`    // semitones from the verse up to the peak section
}

// Section is a kind of section.
type Section struct {
	Name    string          `toml:"name"`
	Bars    []int           `toml:"bars"`    // possible lengths, the favourite first
	Energy  float64         `toml:"energy"`  // 0–1
	Tune    string          `toml:"tune"`    // "sing", "solo", "hook" (sparse) or "none"
	Like    string          `toml:"like"`    // takes chords from this section instead of its own loops
	Motif   int             `toml:"motif"`   // which of the song's motifs its tune is made of, from 1
	Height  float64         `toml:"height"`  // 0–1: how far up towards the climb the tune lies
	Density float64         `toml:"density"` // 0–1: few to many notes a bar
	Phrases Choices[Phrase] `toml:"phrases"` // templates of a tune
	Groove  string          `toml:"groove"`  // family of grooves
	Layers  []string        `toml:"layers"`  // roles that play
	Later   []string        `toml:"later"`   // roles that play from its second time on; empty: as Layers
	Staged  bool            `toml:"staged"`  // the roles enter one after another
	Stop    bool            `toml:"stop"`    // its last bar is left to a fill
	Trade   int             `toml:"trade"`   // bars after which the soloist and the drums, alone, take turns; 0: never
	Loops   ByMode          `toml:"loops"`   // chords
	Turn    ByMode          `toml:"turn"`    // chords of the last bar, leading on; empty: the loop's own
}

// ByMode is chords for songs in major and minor modes: dorian takes the minor ones
// and mixolydian the major ones where they have none of their own.
type ByMode struct {
	Major      Choices[Loop] `toml:"major"`
	Minor      Choices[Loop] `toml:"minor"`
	Dorian     Choices[Loop] `toml:"dorian"`
	Mixolydian Choices[Loop] `toml:"mixolydian"`
}

// For is the loops of a mode; another mode's where it has none.
func (b ByMode) For(mode theory.Mode) Choices[Loop] {
	order := []Choices[Loop]{b.Major, b.Mixolydian, b.Minor, b.Dorian}
	switch mode {
	case theory.Minor:
		order = []Choices[Loop]{b.Minor, b.Dorian, b.Major, b.Mixolydian}
	case theory.Dorian:
		order = []Choices[Loop]{b.Dorian, b.Minor, b.Mixolydian, b.Major}
	case theory.Mixolydian:
		order = []Choices[Loop]{b.Mixolydian, b.Major, b.Dorian, b.Minor}
	}
	for _, loops := range order {
		if len(loops.Items) > 0 {
			return loops
		}
	}
	return Choices[Loop]{}
}

// Groove is what the rhythm section plays together. Grooves of one family are
// alternatives: a song takes one of them.
type Groove struct {
	Family  string    `toml:"family"`
	Chance  float64   `toml:"chance"` // of being the one of its family; 0 in all: all alike
	Drums   Drumming  `toml:"drums"`
	Bass    []Pattern `toml:"bass"`
	Chords  []Pattern `toml:"chords"`
	Pad     []Pattern `toml:"pad"`
	Arp     []Pattern `toml:"arp"`
	Counter []Pattern `toml:"counter"`
}

// Part is a role's instruments, register and place in the mix.
type Part struct {
	Role        string       `toml:"role"`
	Range       [2]int       `toml:"range"`    // lowest and highest pitch
	Gain        float64      `toml:"gain"`     // how loud it is while it plays, in LU: the lead is near 0
	Pan         float64      `toml:"pan"`      // −1 left … 1 right
	Reverb      float64      `toml:"reverb"`   // send, 0–1
	Voices      int          `toml:"voices"`   // notes of a chord
	Voicing     string       `toml:"voicing"`  // "close" (led by least movement) or "power" (root, fifth, octave)
	Strum       float64      `toml:"strum"`    // ms from one note of a chord to the next
	Gate        float64      `toml:"gate"`     // share of a note's time that it sounds
	Restless    float64      `toml:"restless"` // chance that two bars take another pattern of the groove
	Answers     bool         `toml:"answers"`  // of a counter part: plays in the rests of the tune
	Instruments []Instrument `toml:"instruments"`
}

// Instrument is a sound.
type Instrument struct {
	Name    string  `toml:"name"` // for people; names the preset where the file has no program
	Preset  *int    `toml:"program"`
	Program int     `toml:"-"` // General MIDI, from 0; for drums the kit
	Bank    int     `toml:"bank"`
	Gain    float64 `toml:"gain"`  // LU, added to the part's
	Range   [2]int  `toml:"range"` // the part's where it is 0, 0
}

// Words are for titles. In Titles, {noun}, {adjective}, {verb} and {place} stand
// for one of the lists.
type Words struct {
	Titles     []string `toml:"titles"`
	Nouns      []string `toml:"nouns"`
	Adjectives []string `toml:"adjectives"`
	Verbs      []string `toml:"verbs"`
	Places     []string `toml:"places"`
}

// Section is the section of a name, or nil.
func (s *Style) Section(name string) *Section {
	for i := range s.Sections {
		if s.Sections[i].Name == name {
			return &s.Sections[i]
		}
	}
	return nil
}

// Part is the part of a role, or nil.
func (s *Style) Part(role string) *Part {
	for i := range s.Parts {
		if s.Parts[i].Role == role {
			return &s.Parts[i]
		}
	}
	return nil
}

// Family is the grooves of a family, in the order of the file.
func (s *Style) Family(name string) []*Groove {
	var out []*Groove
	for i := range s.Grooves {
		if s.Grooves[i].Family == name {
			out = append(out, &s.Grooves[i])
		}
	}
	return out
}

// Roles are the roles that the style has parts for, in the order of the file.
func (s *Style) Roles() []string {
	out := make([]string, len(s.Parts))
	for i, p := range s.Parts {
		out[i] = p.Role
	}
	return out
}

// StepsPerBar is the number of sixteenths in a bar.
func (s *Style) StepsPerBar() int { return int(s.Meter.BarTicks() / Step) }

// Step is the length of a step of a pattern: a sixteenth.
const Step = song.TicksPerQuarter / 4
