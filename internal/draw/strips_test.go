package draw

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"bandstand/internal/song"
)

func stripped(t *testing.T, s *song.Song, roles ...string) string {
	t.Helper()
	var out bytes.Buffer
	if err := Strips(&out, s, roles...); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestStripsHaveAllPartsAndSections(t *testing.T) {
	s := demo(t)
	svg := stripped(t, s)
	names, texts := parse(t, svg)
	for _, sec := range s.Sections {
		if !slices.ContainsFunc(texts, func(text string) bool { return strings.HasPrefix(text, sec.Name+", ") }) {
			t.Errorf("%s is not there", sec.Name)
		}
	}
	notes := 0
	for _, p := range s.Parts {
		notes += len(p.Notes)
		if !slices.Contains(texts, p.Role) {
			t.Errorf("the %s is not there", p.Role)
		}
	}
	if names["path"] < len(s.Parts)+len(s.Sections) || strings.Count(svg, "M") < notes {
		t.Errorf("%d notes are drawn in %d paths", strings.Count(svg, "M"), names["path"])
	}
	if again := stripped(t, s); again != svg {
		t.Error("the same song gave another drawing")
	}
}

func TestStripsOfSomeParts(t *testing.T) {
	s := demo(t)
	_, texts := parse(t, stripped(t, s, song.Lead))
	if !slices.Contains(texts, song.Lead) || slices.Contains(texts, song.Bass) {
		t.Errorf("the texts are %q", texts)
	}
	s.Parts[0].Robot, s.Sections[0].Name = `<script>"&`, `<b onload='x'>`
	parse(t, stripped(t, s)) // and it is still XML
	s.Tempo = 0
	if err := Strips(&bytes.Buffer{}, s); err == nil {
		t.Error("a song that is not valid is drawn")
	}
}

// TestStripsStayInside wants nothing beyond the picture's edges, even of a song with
// one note and of notes that ring beyond the end.
func TestStripsStayInside(t *testing.T) {
	s := demo(t)
	s.Parts = s.Parts[:1]
	s.Parts[0].Notes = []song.Note{{Start: s.Ticks() - 1, Length: 400, Pitch: 60, Velocity: 1}}
	svg := stripped(t, s)
	long := demo(t)
	last := long.Sections[len(long.Sections)-1]
	for bar := long.Bars; bar < song.MaxBars; bar++ { // hardly wider than a line each
		long.Sections = append(long.Sections, song.Section{Name: last.Name, Label: last.Label, Start: bar, Bars: 1})
	}
	long.Bars = song.MaxBars
	if wide := stripped(t, long); strings.Contains(wide, "h-") && strings.Contains(wide, "--") {
		t.Error("a short section of a long song is less than nothing wide")
	}
	if !strings.Contains(svg, "M2199 ") || strings.Contains(svg, "h20") {
		t.Errorf("the last note is not at the edge:\n%s", svg)
	}
}
