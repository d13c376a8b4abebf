package style

import (
	"fmt"
	"slices"
	"strings"

	"bandstand/internal/song"
)

// Also is a further metre that a style can be played in: what there differs from the
// rest of the file. The chords, the form, the parts and the words are the style's.
type Also struct {
	Time    string     `toml:"meter"` // as the file has it
	Meter   song.Meter `toml:"-"`
	Tempo   Span       `toml:"tempo"` // quarter notes a minute; the style's where it is left out
	Swing   Swing      `toml:"swing"` // where it is left out: the style's in quarters, straight in eighths
	Cells   []Pattern  `toml:"cells"` // as in Melody
	Solo    []Pattern  `toml:"solo"`
	Grooves []Groove   `toml:"groove"` // of every family that the sections name
	Fills   []Drumming `toml:"fills"`
	Hits    []Pattern  `toml:"hits"` // as in Form; without them no song ends in hits

	style *Style // as it is in this metre
}

// buildAlso makes a style of each further metre and checks it.
func (s *Style) buildAlso() (path string, err error) {
	for i := range s.Also {
		a := &s.Also[i]
		path := fmt.Sprintf("also[%d]", i)
		if _, ok := s.In(a.Meter); ok {
			return path + ".meter", fmt.Errorf("%s is there twice", a.Time)
		}
		in := *s
		in.Also = nil
		in.Meter = a.Meter
		if in.lines.has(path+".swing") || a.Meter.Unit == 8 {
			in.Swing = a.Swing
		}
		in.Melody.Cells, in.Melody.Solo = a.Cells, a.Solo
		in.Grooves, in.Fills = a.Grooves, a.Fills
		in.Form.Hits = a.Hits
		if len(a.Hits) == 0 {
			in.Form.Endings = slices.DeleteFunc(slices.Clone(in.Form.Endings), func(e string) bool { return e == "hits" })
		}
		if a.Tempo != (Span{}) {
			in.Tempo = a.Tempo
		}
		in.fillDefaults()
		if field, err := in.check(); err != nil {
			return path + "." + alsoField(field), err
		}
		a.style = &in
	}
	return "", nil
}

// alsoField is where in [[also]] a field of the style stands.
func alsoField(field string) string {
	switch {
	case strings.HasPrefix(field, "melody."), strings.HasPrefix(field, "form.hits"):
		return field[strings.Index(field, ".")+1:]
	case strings.HasPrefix(field, "section"): // a section's groove family that is missing here
		return "groove"
	}
	return field
}

// resolveMeters reads the time signatures.
func (s *Style) resolveMeters() (path string, err error) {
	if s.Time == "" {
		s.Time = "4/4"
	}
	if s.Meter, err = ParseMeter(s.Time); err != nil {
		return "meter", err
	}
	for i := range s.Also {
		a := &s.Also[i]
		if a.Time == "" {
			return fmt.Sprintf("also[%d].meter", i), fmt.Errorf("is missing: write for example meter = \"3/4\"")
		}
		if a.Meter, err = ParseMeter(a.Time); err != nil {
			return fmt.Sprintf("also[%d].meter", i), err
		}
	}
	return "", nil
}

// Meters are the metres it can be played in, its own first.
func (s *Style) Meters() []song.Meter {
	out := []song.Meter{s.Meter}
	for _, a := range s.Also {
		out = append(out, a.Meter)
	}
	return out
}

// In is the style as it is played in a metre, and whether it can be.
func (s *Style) In(m song.Meter) (*Style, bool) {
	if s.Meter == m {
		return s, true
	}
	for _, a := range s.Also {
		if a.Meter == m && a.style != nil {
			return a.style, true
		}
	}
	return nil, false
}

// Nearest is the style as it is played in the metre nearest to one that was asked
// for: two or three in the beat or the bar first, then the length of the bar.
func (s *Style) Nearest(m song.Meter) *Style {
	if in, ok := s.In(m); ok {
		return in
	}
	meters := s.Meters()
	best := slices.MinFunc(meters, func(a, b song.Meter) int { return farness(a, m) - farness(b, m) })
	in, _ := s.In(best)
	return in
}

// farness is how unlike two metres feel, from 0.
func farness(a, b song.Meter) int {
	far := int(a.BarTicks()-b.BarTicks()) * 4 / int(song.TicksPerQuarter)
	if far < 0 {
		far = -far
	}
	if inThree(a) != inThree(b) {
		far += 100
	}
	return far
}

// inThree says whether a metre goes in threes: 3/4, 6/8, 9/8, 12/8.
func inThree(m song.Meter) bool { return m.Beats%3 == 0 }
