package draw

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

func demo(t testing.TB) *song.Song {
	t.Helper()
	f, err := os.Open("../midi/testdata/song.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := song.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func drawn(t testing.TB, s *song.Song) string {
	t.Helper()
	var out bytes.Buffer
	if err := SVG(&out, s); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// parse reads a drawing strictly: its elements' names, and all text in it.
func parse(t *testing.T, svg string) (names map[string]int, texts []string) {
	t.Helper()
	names = map[string]int{}
	dec := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return names, texts
		}
		if err != nil {
			t.Fatalf("not XML: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			names[token.Name.Local]++
		case xml.CharData:
			if text := strings.TrimSpace(string(token)); text != "" {
				texts = append(texts, text)
			}
		}
	}
}

func TestEverythingIsOnThePicture(t *testing.T) {
	s := demo(t)
	svg := drawn(t, s)
	_, texts := parse(t, svg)
	all := "\n" + strings.Join(texts, "\n") + "\n"
	want := []string{s.Title, "The Copper Kettles · pop · in Am · 117.3 BPM · 4/4 · 0:37 · seed 18446744073709551615",
		"Am7", "E7#9", "kick", "snare", "hat", "C3", "C4", "1", "5", "17"}
	for _, sec := range s.Sections {
		want = append(want, sec.Name)
	}
	for _, p := range s.Parts {
		want = append(want, fmt.Sprintf("%s: %s (%s)", p.Robot, p.Instrument, p.Role))
	}
	for _, text := range want {
		if !strings.Contains(all, "\n"+text+"\n") {
			t.Errorf("%q is not there", text)
		}
	}
	notes := 0
	for _, p := range s.Parts {
		notes += len(p.Notes)
	}
	if got := strings.Count(svg, "z"+"M") + strings.Count(svg, `d="M`) - strings.Count(svg, "stroke="); got != notes {
		t.Errorf("%d notes are drawn, the song has %d", got, notes)
	}
}

func TestForeignNamesAreEscaped(t *testing.T) {
	s := demo(t)
	s.Title = `</text><script>alert("1")</script>&amp;` + "\x00\xff"
	s.Band = `"><image href="http://x"/>`
	s.Parts[0].Robot, s.Parts[0].Instrument = "<b>", "]]>"
	s.Sections[1].Name, s.Sections[1].Label = "<a>&", "<a>"
	names, texts := parse(t, drawn(t, s))
	for name := range names {
		if !slices.Contains([]string{"svg", "title", "rect", "text", "path", "g"}, name) {
			t.Errorf("there is a <%s>", name)
		}
	}
	if all := strings.Join(texts, "\n"); !strings.Contains(all, `</text><script>alert("1")</script>&amp;`) {
		t.Errorf("the title is lost in\n%s", all)
	}
}

func TestThePictureIsRepeatable(t *testing.T) {
	first, second := drawn(t, demo(t)), drawn(t, demo(t))
	if first != second {
		t.Error("it differs")
	}
}

func TestOddSongs(t *testing.T) {
	drumsOnly := demo(t)
	drumsOnly.Parts = []song.Part{*drumsOnly.Part(song.Drums)}
	noDrums := demo(t)
	noDrums.Parts = noDrums.Parts[:1]
	long := demo(t)
	long.Bars = song.MaxBars
	long.Sections = []song.Section{{Name: "all", Label: "all", Bars: song.MaxBars}}
	edges := demo(t)
	edges.Parts = []song.Part{{Role: song.Lead, Notes: []song.Note{{Length: 1, Pitch: 0, Velocity: 1}, {Start: 5, Length: 40000, Pitch: 127, Velocity: 127}}}}
	waltz := demo(t)
	waltz.Meter.Beats, waltz.Bars = 3, 24
	waltz.Sections = []song.Section{{Name: "verse 1", Label: "verse", Bars: 24}}
	for name, s := range map[string]*song.Song{"drums alone": drumsOnly, "no drums": noDrums, "2,000 bars": long, "extremes": edges, "3/4": waltz} {
		svg := drawn(t, s)
		parse(t, svg)
		for _, bad := range []string{"NaN", "Inf", "=\"-", "h--"} {
			if strings.Contains(svg, bad) {
				t.Errorf("%s: the picture holds %s", name, bad)
			}
		}
	}
	if err := SVG(io.Discard, &song.Song{}); err == nil {
		t.Error("an empty song was drawn")
	}
}

func TestColoursBelongToNamesAndCanBeToldApart(t *testing.T) {
	s := demo(t)
	first := Colours(s.Parts)[0]
	if again := Colours(s.Parts[:1])[0]; again != first {
		t.Errorf("the first robot's colour is %s, alone %s", first, again)
	}
	var parts []song.Part
	for range song.MaxParts {
		parts = append(parts, song.Part{Robot: "Twin"})
	}
	seen := map[string]bool{}
	for _, c := range Colours(parts) {
		if seen[c] {
			t.Errorf("%s is there twice", c)
		}
		seen[c] = true
	}
	if c := colour(hue("Clank")); len(c) != 7 || c[0] != '#' {
		t.Errorf("%q is no colour", c)
	}
}

func TestDrumLanesAreInOrder(t *testing.T) {
	p := &picture{song: demo(t)}
	p.measure()
	kick, snare, hat := p.drumRowTop(36), p.drumRowTop(38), p.drumRowTop(theory.Pitch(42))
	if !(hat < snare && snare < kick && kick < p.bottom) {
		t.Errorf("kick at %g, snare at %g, hat at %g, bottom at %g", kick, snare, hat, p.bottom)
	}
}

func BenchmarkSVG(b *testing.B) {
	s := demo(b)
	for b.Loop() {
		if err := SVG(io.Discard, s); err != nil {
			b.Fatal(err)
		}
	}
}
