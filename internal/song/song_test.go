package song

import (
	"bytes"
	"flag"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"

	"bandstand/internal/theory"
)

var update = flag.Bool("update", false, "write the golden files anew")

// small is a song of two bars that has a bit of everything.
func small() *Song {
	return &Song{
		Title: "Two Bars", Band: "The Kettles", Style: "pop", Seed: math.MaxUint64, Composer: 1,
		Key: theory.Key{Tonic: 5, Mode: theory.Major}, Tempo: 120, Meter: Meter{Beats: 4, Unit: 4}, Swing: .5, Bars: 2,
		Sections: []Section{{Name: "verse 1", Label: "verse", Start: 0, Bars: 1, Energy: .5}, {Name: "outro", Label: "outro", Start: 1, Bars: 1, Energy: .75}},
		Chords: []Chord{
			{Start: 0, Chord: theory.Chord{Root: 10, Quality: "maj7"}}, {Start: 960, Chord: theory.Chord{Root: 0, Quality: "7"}},
			{Start: 1920, Chord: theory.Chord{Root: 5}},
		},
		Parts: []Part{
			{Role: Lead, Robot: "Ada", Instrument: "flute", Program: 73, GainDB: -1.5, Pan: .25, Reverb: .3, Notes: []Note{
				{Start: 0, Length: 450, Pitch: 70, Velocity: 90}, {Start: 482, Length: 900, Pitch: 72, Velocity: 84}, {Start: 1920, Length: 1920, Pitch: 77, Velocity: 99},
			}},
			{Role: Drums, Robot: "Boom", Instrument: "standard kit", Bank: 128, Notes: []Note{
				{Start: 0, Length: 60, Pitch: 36, Velocity: 110}, {Start: 0, Length: 60, Pitch: 42, Velocity: 70}, {Start: 1915, Length: 60, Pitch: 127, Velocity: 1},
			}},
		},
		GainDB: 9.5, Reverb: .4,
	}
}

func TestTextGolden(t *testing.T) {
	const file = "testdata/small.txt"
	got := small().Text()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the text has changed (run with -update if that is meant):\n%s", got)
	}
}

func TestTimeAndPlace(t *testing.T) {
	s := small()
	if got := s.Seconds(1920); got != 2 {
		t.Errorf("a bar of four at 120 lasts %g s", got)
	}
	if got := s.Frame(960, 48000); got != 48000 {
		t.Errorf("half a bar is at frame %d", got)
	}
	if got := s.TickAt(48000, 48000); got != 960 {
		t.Errorf("frame 48000 is tick %d", got)
	}
	if got := s.ChordAt(1919).Root; got != 0 {
		t.Errorf("before the bar line sounds a chord on %d", got)
	}
	for bar, want := range map[int]string{0: "verse 1", 1: "outro", 9: "outro"} {
		if got := s.SectionAt(bar).Name; got != want {
			t.Errorf("bar %d is in %q, want %q", bar, got, want)
		}
	}
}

func TestCodecKeepsEverything(t *testing.T) {
	want := small()
	data, err := want.MarshalCompressed()
	if err != nil {
		t.Fatal(err)
	}
	got, err := UnmarshalCompressed(data)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("compressed and back:\n%+v\nwant\n%+v", got, want)
	}
	var b bytes.Buffer
	if err := want.Encode(&b); err != nil {
		t.Fatal(err)
	}
	if got, err = Decode(&b); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("encoded and back: %v\n%+v", err, got)
	}
	again, err := got.MarshalCompressed()
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("the same song gave other bytes, %v", err)
	}
}

func TestValidateFindsWhatIsWrong(t *testing.T) {
	for _, test := range []struct {
		want  string
		spoil func(*Song)
	}{
		{"tempo", func(s *Song) { s.Tempo = math.NaN() }},
		{"tempo", func(s *Song) { s.Tempo = 0 }},
		{"bars", func(s *Song) { s.Bars = 0 }},
		{"bars", func(s *Song) { s.Bars = 1 << 40 }},
		{"beats", func(s *Song) { s.Meter.Beats = 0 }},
		{"1/3", func(s *Song) { s.Meter.Unit = 3 }},
		{"gain", func(s *Song) { s.GainDB = math.Inf(1) }},
		{"swing", func(s *Song) { s.Reverb = -1 }},
		{"key", func(s *Song) { s.Key.Mode = "locrian" }},
		{"sections cover", func(s *Song) { s.Sections = s.Sections[:1] }},
		{"comes next", func(s *Song) { s.Sections[1].Start = 0 }},
		{"no name", func(s *Song) { s.Sections[0].Name = "" }},
		{"energy", func(s *Song) { s.Sections[0].Energy = 2 }},
		{"chords do not begin", func(s *Song) { s.Chords = nil }},
		{"out of order", func(s *Song) { s.Chords[1].Start = 0 }},
		{"unknown", func(s *Song) { s.Chords[1].Chord.Quality = "majestic" }},
		{"parts", func(s *Song) { s.Parts = nil }},
		{"twice", func(s *Song) { s.Parts[1].Role = Lead }},
		{"program", func(s *Song) { s.Parts[0].Program = 128 }},
		{"pan", func(s *Song) { s.Parts[0].Pan = 1.5 }},
		{"pitch", func(s *Song) { s.Parts[0].Notes[0].Pitch = 128 }},
		{"velocity", func(s *Song) { s.Parts[0].Notes[0].Velocity = 0 }},
		{"outside", func(s *Song) { s.Parts[0].Notes[0].Start = -1 }},
		{"outside", func(s *Song) { s.Parts[0].Notes[2].Length = 1 << 62 }},
		{"outside", func(s *Song) { s.Parts[0].Notes[2].Start = 3840 }},
		{"order", func(s *Song) { s.Parts[1].Notes[1].Pitch = 30 }},
		{"no note", func(s *Song) { s.Parts[0].Notes, s.Parts[1].Notes = nil, nil }},
		{"400 bytes", func(s *Song) { s.Title = strings.Repeat("x", 500) }},
	} {
		s := small()
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
		test.spoil(s)
		if err := s.Validate(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("want an error about %q, got %v", test.want, err)
		}
	}
}

func TestBombsAreRefused(t *testing.T) {
	s := *small()
	s.Title = strings.Repeat("bomb", MaxEncoded/4+1)
	data, err := s.MarshalCompressed()
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > 1<<20 {
		t.Fatalf("the bomb has %d bytes", len(data))
	}
	if _, err := UnmarshalCompressed(data); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("a bomb gave %v", err)
	}
}

func FuzzUnmarshalCompressed(f *testing.F) {
	data, err := small().MarshalCompressed()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(data[:len(data)/2])
	f.Add([]byte(nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := UnmarshalCompressed(data); err == nil {
			checkUsable(t, s)
		}
	})
}

func FuzzDecode(f *testing.F) {
	var b bytes.Buffer
	if err := small().Encode(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(`{"bars":1,"parts":[{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := Decode(bytes.NewReader(data)); err == nil {
			checkUsable(t, s)
		}
	})
}

// checkUsable uses a song that was accepted the way others do.
func checkUsable(t *testing.T, s *Song) {
	if s.Text() == "" || s.Duration() <= 0 {
		t.Errorf("an accepted song has no text or no length")
	}
	data, err := s.MarshalCompressed()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := UnmarshalCompressed(data); err != nil {
		t.Errorf("an accepted song is refused the second time: %v", err)
	}
}
