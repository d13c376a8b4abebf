package song

import (
	"fmt"
	"math"

	"bandstand/internal/theory"
)

// Limits of what a song may be. They are wide: they tell songs from garbage.
const (
	MaxBars  = 2000
	MaxNotes = 400_000 // in all parts together
	MaxParts = 15      // MIDI channels but the drums'
	MinTempo = 20.0
	MaxTempo = 400.0
	// RingBars is how many bars the last notes may ring beyond the last bar.
	RingBars = 4
)

// Validate says what is wrong with a song that came from elsewhere, or nil. A
// valid song can be rendered, drawn and written without further checks: sections
// and chords cover all bars, notes are in order and in bounds, every number is finite.
func (s *Song) Validate() error {
	for _, check := range []func() error{s.validateHead, s.validateSections, s.validateChords, s.validateParts} {
		if err := check(); err != nil {
			return fmt.Errorf("song %q: %w", clip(s.Title), err)
		}
	}
	return nil
}

func (s *Song) validateHead() error {
	switch {
	case len(s.Title) > 400 || len(s.Band) > 400 || len(s.Style) > 400:
		return fmt.Errorf("title, band or style is longer than 400 bytes")
	case !within(s.Tempo, MinTempo, MaxTempo):
		return fmt.Errorf("tempo %g is outside %g to %g", s.Tempo, MinTempo, MaxTempo)
	case s.Bars < 1 || s.Bars > MaxBars:
		return fmt.Errorf("%d bars, outside 1 to %d", s.Bars, MaxBars)
	case s.Meter.Beats < 1 || s.Meter.Beats > 16:
		return fmt.Errorf("%d beats in a bar, outside 1 to 16", s.Meter.Beats)
	case s.Meter.Unit != 2 && s.Meter.Unit != 4 && s.Meter.Unit != 8 && s.Meter.Unit != 16:
		return fmt.Errorf("a beat is a 1/%d note: must be 2, 4, 8 or 16", s.Meter.Unit)
	case !within(s.Swing, 0, 1), !within(s.Reverb, 0, 1):
		return fmt.Errorf("swing %g and reverb %g must be 0 to 1", s.Swing, s.Reverb)
	case !within(s.GainDB, -60, 40):
		return fmt.Errorf("gain %g dB is outside -60 to 40", s.GainDB)
	case s.Fade < 0 || s.Fade > s.Bars:
		return fmt.Errorf("fades over %d of %d bars", s.Fade, s.Bars)
	case s.Key.Tonic > 11 || !s.Key.Mode.Known():
		return fmt.Errorf("unknown key: tonic %d, mode %q", s.Key.Tonic, clip(string(s.Key.Mode)))
	}
	return nil
}

func (s *Song) validateSections() error {
	bar := 0
	for i, sec := range s.Sections {
		switch {
		case sec.Name == "" || sec.Label == "" || len(sec.Name) > 100 || len(sec.Label) > 100:
			return fmt.Errorf("section %d has no name or too long a one", i+1)
		case sec.Start != bar || sec.Bars < 1 || sec.Bars > s.Bars:
			return fmt.Errorf("section %q starts at bar %d with %d bars, but bar %d comes next", sec.Name, sec.Start, sec.Bars, bar)
		case !within(sec.Energy, 0, 1):
			return fmt.Errorf("section %q has energy %g, outside 0 to 1", sec.Name, sec.Energy)
		}
		bar += sec.Bars
	}
	if bar != s.Bars {
		return fmt.Errorf("sections cover %d of %d bars", bar, s.Bars)
	}
	return nil
}

func (s *Song) validateChords() error {
	if len(s.Chords) == 0 || s.Chords[0].Start != 0 {
		return fmt.Errorf("chords do not begin at the start")
	}
	for i, c := range s.Chords {
		if i > 0 && c.Start <= s.Chords[i-1].Start || c.Start >= s.Ticks() {
			return fmt.Errorf("chord %d at tick %d is out of order or beyond the end", i+1, c.Start)
		}
		if c.Chord.Root > 11 || theory.Qualities[c.Chord.Quality] == nil {
			return fmt.Errorf("chord %d is unknown: root %d, quality %q", i+1, c.Chord.Root, clip(c.Chord.Quality))
		}
	}
	return nil
}

func (s *Song) validateParts() error {
	if len(s.Parts) == 0 || len(s.Parts) > MaxParts {
		return fmt.Errorf("%d parts, outside 1 to %d", len(s.Parts), MaxParts)
	}
	roles, notes := map[string]bool{}, 0
	for _, p := range s.Parts {
		if p.Role == "" || len(p.Role) > 100 || roles[p.Role] {
			return fmt.Errorf("a part's role, %q, is missing, too long or there twice", clip(p.Role))
		}
		roles[p.Role] = true
		if notes += len(p.Notes); notes > MaxNotes {
			return fmt.Errorf("more than %d notes", MaxNotes)
		}
		if err := s.validatePart(p); err != nil {
			return fmt.Errorf("part %s: %w", p.Role, err)
		}
	}
	if notes == 0 {
		return fmt.Errorf("no note at all")
	}
	return nil
}

func (s *Song) validatePart(p Part) error {
	switch {
	case len(p.Robot) > 400 || len(p.Instrument) > 400:
		return fmt.Errorf("names are longer than 400 bytes")
	case p.Program > 127 || p.Bank > 128:
		return fmt.Errorf("program %d of bank %d does not exist", p.Program, p.Bank)
	case !within(p.GainDB, -60, 24), !within(p.Pan, -1, 1), !within(p.Reverb, 0, 1):
		return fmt.Errorf("gain %g dB, pan %g or reverb %g is out of range", p.GainDB, p.Pan, p.Reverb)
	}
	end := s.Ticks() + RingBars*s.Meter.BarTicks()
	for i, n := range p.Notes {
		switch {
		case n.Pitch > 127 || n.Velocity < 1 || n.Velocity > 127:
			return fmt.Errorf("note %d has pitch %d and velocity %d, outside 0–127 and 1–127", i+1, n.Pitch, n.Velocity)
		case n.Start < 0 || n.Start >= s.Ticks() || n.Length < 1 || n.Length > end-n.Start:
			return fmt.Errorf("note %d, from tick %d for %d, is outside the song's %d", i+1, n.Start, n.Length, s.Ticks())
		case i > 0 && Earlier(n, p.Notes[i-1]):
			return fmt.Errorf("note %d at tick %d is out of order", i+1, n.Start)
		}
	}
	return nil
}

// Earlier is the order of notes in a part: by start, then pitch.
func Earlier(a, b Note) bool {
	if a.Start != b.Start {
		return a.Start < b.Start
	}
	return a.Pitch < b.Pitch
}

// within is false for NaN, too.
func within(x, low, high float64) bool { return x >= low && x <= high && !math.IsInf(x, 0) }

func clip(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}
