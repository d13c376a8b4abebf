package assets_test

import (
	"testing"

	"bandstand/assets"
	"bandstand/internal/synth"
	"bandstand/internal/synth/sf2"
)

func TestTheFontIsSmallAndLoads(t *testing.T) {
	if n := len(assets.SoundFont()); n > 24_000_000 {
		t.Errorf("the font has %d bytes, more than 24 MB", n)
	}
	if _, err := synth.LoadFont(assets.SoundFont()); err != nil {
		t.Fatal(err)
	}
}

func TestTheListIsWhatTheFontHas(t *testing.T) {
	file, err := sf2.Parse(assets.SoundFont())
	if err != nil {
		t.Fatal(err)
	}
	list := assets.Presets()
	if len(list) != len(file.Presets) {
		t.Fatalf("%d presets are listed, the font has %d; run go generate ./assets", len(list), len(file.Presets))
	}
	for i, p := range file.Presets {
		if want := (assets.Preset{Bank: int(p.Bank), Program: int(p.Program), Name: p.Name}); list[i] != want {
			t.Errorf("number %d is listed as %v, the font has %v", i, list[i], want)
		}
		if !assets.HasPreset(int(p.Bank), int(p.Program)) {
			t.Errorf("%d:%d is said to be missing", p.Bank, p.Program)
		}
	}
	if assets.HasPreset(0, 127) {
		t.Error("a gun shot is said to be there")
	}
}

// What styles were promised.
func TestTheFontHasWhatStylesNeed(t *testing.T) {
	for bank, programs := range map[int][]int{
		128: {0, 8, 16, 24, 25, 32, 40},
		0: {
			0, 1, 3, 4, 5, 7, 11, 12, 16, 17, 18, 21, 22, 24, 25, 26, 27, 28, 29, 30, 32, 33, 34, 35, 36, 38, 39, 40, 45, 48, 50,
			52, 53, 56, 59, 61, 62, 64, 65, 66, 71, 73, 80, 81, 88, 89, 90, 91, 95, 105, 110,
		},
	} {
		for _, p := range programs {
			if !assets.HasPreset(bank, p) {
				t.Errorf("the font has no preset %d:%d", bank, p)
			}
		}
	}
}

// Every sample must be followed by the silence that the format asks for, and
// lie within its loop's bounds.
func TestTheSamplesAreWhereTheFormatWantsThem(t *testing.T) {
	file, err := sf2.Parse(assets.SoundFont())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range file.Samples {
		if int(s.End)+46 > len(file.Data)/2 {
			t.Fatalf("%s ends %d frames before the end of the data", s.Name, len(file.Data)/2-int(s.End))
		}
		for i := range 46 {
			if file.Frame(int(s.End)+i) != 0 {
				t.Fatalf("%s is not followed by silence", s.Name)
			}
		}
		if s.LoopStart < s.Start || s.LoopEnd < s.LoopStart || s.LoopEnd > s.End || s.Rate < 8000 {
			t.Errorf("%s at %d–%d has a loop at %d–%d and a rate of %d Hz", s.Name, s.Start, s.End, s.LoopStart, s.LoopEnd, s.Rate)
		}
	}
}
