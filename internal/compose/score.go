package compose

import (
	"fmt"

	"bandstand/internal/band"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

// score is a song in the making, in the order in which it is settled. Until it is
// performed, time is counted in steps (sixteenths) on a straight grid.
type score struct {
	terms
	form
	harmony
	fitters map[*section]*fitter
	tune    []toneNote              // lead and solo together, for those who listen to them
	kinds   map[string]*arrangement // by kind of section
	touch   *touch                  // how the drummer strikes
	parts   []part
	remarks []string
}

// terms are what holds for the whole song.
type terms struct {
	style           *style.Style
	band            band.Band
	seed            uint64
	key             theory.Key
	tempo           float64
	swing8, swing16 float64
	meter           song.Meter
	bar             int // steps in a bar
}

// form is the sections and how the song ends.
type form struct {
	bars     int
	sections []section
	ending   string // one of the style's endings
	hits     []hit  // the last rhythm of an ending with hits
	fade     int    // bars over which it fades away
}

// harmony is the chords.
type harmony struct {
	chords []chordAt
	masks  []uint16 // the pitch classes of each chord, a bit each
	atStep []int32  // the index of the chord of each step
	scale  uint16   // the pitch classes of the key
}

// section is one section of the song.
type section struct {
	spec   *style.Section
	name   string // "verse 2"
	start  int    // bar
	bars   int
	nth    int  // how many of its kind came before
	final  bool // the last of its kind
	energy float64
	lift   int // semitones above the song's key

	joins   string // a role that plays besides those of the style's table
	drumsIn int    // bar of the section at which the drums come in
}

func (s section) end() int { return s.start + s.bars }

// chordAt is a chord from a step on.
type chordAt struct {
	at    int
	chord theory.Chord
}

// part is what one robot plays, before it is performed.
type part struct {
	role   string
	events []event
}

// event is a stroke on the straight grid.
type event struct {
	at, length song.Tick
	pitch      theory.Pitch
	velocity   float64 // 1–127, before energy and humanising
	late       float64 // ms behind the player's feel, as its net bends it
}

func (sc *score) remark(format string, args ...any) {
	sc.remarks = append(sc.remarks, fmt.Sprintf(format, args...))
}

// robot is who plays a role.
func (sc *score) robot(role string) band.Robot {
	r, _ := sc.band.Robot(role)
	return r
}

// chordIndex is the index of the chord that sounds at a step.
func (sc *score) chordIndex(step int) int {
	return int(sc.atStep[max(0, min(step, len(sc.atStep)-1))])
}

func (sc *score) chord(step int) theory.Chord { return sc.chords[sc.chordIndex(step)].chord }

// chordEnd is the step at which the chord of a step gives way to the next one.
func (sc *score) chordEnd(step int) int {
	if i := sc.chordIndex(step) + 1; i < len(sc.chords) {
		return sc.chords[i].at
	}
	return sc.bars * sc.bar
}

// sectionAt is the section of a bar.
func (sc *score) sectionAt(bar int) *section {
	for i := range sc.sections {
		if bar < sc.sections[i].end() {
			return &sc.sections[i]
		}
	}
	return &sc.sections[len(sc.sections)-1]
}

// plays says whether a role plays in a section.
func (s section) plays(role string) bool {
	layers := s.spec.Layers
	if s.nth > 0 {
		layers = s.spec.Later
	}
	for _, l := range layers {
		if l == role {
			return true
		}
	}
	return s.joins == role
}

// enters is the bar of the section at which a role begins to play: 0 but in
// sections whose roles enter one after another.
func (s section) enters(role string) int {
	if role == song.Drums && s.drumsIn > 0 {
		return s.drumsIn
	}
	if !s.spec.Staged || s.nth > 0 || s.bars < 4 {
		return 0
	}
	layers := s.spec.Layers
	for i, l := range layers {
		if l == role {
			return i * s.bars / len(layers) / 2 * 2
		}
	}
	return 0
}

func ticks(steps int) song.Tick { return song.Tick(steps) * style.Step }
