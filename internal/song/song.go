// Package song is a song as values: sections, chords, parts and notes, in ticks.
//
// A song stands for itself: it holds every note, so that it sounds the same
// whoever composed it and whatever the composer has become since. Nothing in
// this package is random and nothing in it makes sound.
package song

import (
	"fmt"
	"math"
	"time"

	"bandstand/internal/theory"
)

// Tick is a position or length in time: TicksPerQuarter a quarter note.
type Tick int64

// TicksPerQuarter is the resolution of every song and of the MIDI files.
const TicksPerQuarter Tick = 480

// Meter is a time signature, such as 4/4 or 3/4.
type Meter struct {
	Beats int `json:"beats"` // in a bar
	Unit  int `json:"unit"`  // 4: the beat is a quarter, 8: an eighth
}

// BeatTicks is the length of a beat.
func (m Meter) BeatTicks() Tick { return 4 * TicksPerQuarter / Tick(m.Unit) }

// BarTicks is the length of a bar.
func (m Meter) BarTicks() Tick { return Tick(m.Beats) * m.BeatTicks() }

// Song is a whole song.
type Song struct {
	Title    string     `json:"title"`
	Band     string     `json:"band"`
	Style    string     `json:"style"`
	Seed     uint64     `json:"seed,string"`
	Composer int        `json:"composer"` // version of the composer that made it
	Key      theory.Key `json:"key"`
	Tempo    float64    `json:"tempo"` // quarter notes a minute, one for the whole song
	Meter    Meter      `json:"meter"`
	Swing    float64    `json:"swing"` // for information: the notes are already swung
	Bars     int        `json:"bars"`
	Sections []Section  `json:"sections"` // in order, without gaps, from bar 0 to Bars
	Chords   []Chord    `json:"chords"`   // in order, without gaps
	Parts    []Part     `json:"parts"`
	GainDB   float64    `json:"gain_db"`        // predicted gain that brings the song to the station's loudness
	Reverb   float64    `json:"reverb"`         // size of the room, 0–1
	Fade     int        `json:"fade,omitempty"` // bars at the end over which all fades away; 0: the song ends by itself
}

// Section is a stretch of whole bars with a name such as "verse 1".
type Section struct {
	Name   string  `json:"name"`  // "intro", "verse 1", "chorus 2", "bridge", "outro"
	Label  string  `json:"label"` // the name without its number
	Start  int     `json:"start"` // first bar, from 0
	Bars   int     `json:"bars"`
	Energy float64 `json:"energy"`         // 0–1
	Solo   bool    `json:"solo,omitempty"` // its tune is improvised
}

// Chord is a chord from Start until the next one.
type Chord struct {
	Start Tick         `json:"start"`
	Chord theory.Chord `json:"chord"`
}

// Roles of parts. A song has at most one part of each; MIDI tracks are named by them.
const (
	Lead    = "lead"
	Bass    = "bass"
	Drums   = "drums"
	Chords  = "chords"
	Pad     = "pad"
	Arp     = "arp"
	Counter = "counter"
	Solo    = "solo"
)

// Part is what one robot plays, on one instrument.
type Part struct {
	Role       string  `json:"role"`
	Robot      string  `json:"robot"`
	Instrument string  `json:"instrument"` // for people: "Rhodes piano"
	Program    uint8   `json:"program"`    // General MIDI, from 0; for drums the kit
	Bank       uint8   `json:"bank"`       // SoundFont bank; drums are bank 128 whatever it says
	GainDB     float64 `json:"gain_db"`    // level in the mix
	Pan        float64 `json:"pan"`        // −1 left … 1 right
	Reverb     float64 `json:"reverb"`     // send, 0–1
	Notes      []Note  `json:"notes"`      // by Start, then Pitch
}

// IsDrums says whether the part is a drum kit (MIDI channel 10).
func (p Part) IsDrums() bool { return p.Role == Drums }

// Note is a struck note. Start has swing, feel and humanising already in it.
type Note struct {
	Start    Tick         `json:"t"`
	Length   Tick         `json:"l"` // at least 1
	Pitch    theory.Pitch `json:"p"`
	Velocity uint8        `json:"v"` // 1–127
}

// End is the tick at which the note is released.
func (n Note) End() Tick { return n.Start + n.Length }

// Called is the same song under another title. It shares all else with s, which stays
// as it is: others may be reading it.
func (s *Song) Called(title string) *Song {
	other := *s
	other.Title = title
	return &other
}

// Seconds is the time from the start of the song to a tick.
func (s *Song) Seconds(t Tick) float64 {
	return float64(t) * 60 / (s.Tempo * float64(TicksPerQuarter))
}

// Frame is the frame, at rate frames a second, at which a tick sounds.
func (s *Song) Frame(t Tick, rate int) int64 { return int64(math.Round(s.Seconds(t) * float64(rate))) }

// TickAt is the tick that sounds at a frame.
func (s *Song) TickAt(frame int64, rate int) Tick {
	return Tick(math.Floor(float64(frame) / float64(rate) * s.Tempo * float64(TicksPerQuarter) / 60))
}

// BarStart is the tick at which a bar, counted from 0, starts.
func (s *Song) BarStart(bar int) Tick { return Tick(bar) * s.Meter.BarTicks() }

// Ticks is the length of all bars. Notes may ring a little beyond.
func (s *Song) Ticks() Tick { return s.BarStart(s.Bars) }

// Duration is the length of all bars in time.
func (s *Song) Duration() time.Duration {
	return time.Duration(s.Seconds(s.Ticks()) * float64(time.Second))
}

// Clock is a length in seconds as people read it, to the nearest second: 3:12, or
// 1:02:03. Whoever tells a song's length uses it, so that it is the same everywhere.
func Clock(seconds float64) string {
	n := int(math.Round(max(0, seconds)))
	if n >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", n/3600, n/60%60, n%60)
	}
	return fmt.Sprintf("%d:%02d", n/60, n%60)
}

// FadeSpan is the stretch over which the song fades away; empty where it does not.
func (s *Song) FadeSpan() (from, to Tick) { return s.BarStart(s.Bars - s.Fade), s.Ticks() }

// FadeGain is the gain, 1 to 0, at a place in a fade, 0 to 1: it falls slowly at first, as
// under a hand on a fader.
func FadeGain(x float64) float64 {
	x = max(0, min(1, x))
	return (1 - x) * (1 - x*x/2)
}

// SectionAt is the section that a bar, counted from 0, lies in; the last one beyond the end.
func (s *Song) SectionAt(bar int) Section {
	for _, sec := range s.Sections {
		if bar < sec.Start+sec.Bars {
			return sec
		}
	}
	if n := len(s.Sections); n > 0 {
		return s.Sections[n-1]
	}
	return Section{}
}

// ChordAt is the chord that sounds at a tick.
func (s *Song) ChordAt(t Tick) theory.Chord {
	var c theory.Chord
	for _, ch := range s.Chords {
		if ch.Start > t {
			break
		}
		c = ch.Chord
	}
	return c
}

// Part is the part with a role, or nil.
func (s *Song) Part(role string) *Part {
	for i := range s.Parts {
		if s.Parts[i].Role == role {
			return &s.Parts[i]
		}
	}
	return nil
}
