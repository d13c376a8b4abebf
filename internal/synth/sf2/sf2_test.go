package sf2_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"reflect"
	"strings"
	"testing"

	"bandstand/internal/synth/sf2"
)

// small is a font with two presets that share an instrument with a global zone.
func small() *sf2.File {
	f := &sf2.File{
		Info: []sf2.Chunk{{ID: "ifil", Data: []byte{2, 0, 1, 0}}, {ID: "INAM", Data: []byte("small\x00")}},
		Presets: []sf2.Preset{
			{Name: "One", Program: 0, Bank: 0, Zones: []sf2.Zone{
				{Gens: []sf2.Gen{{Op: sf2.Attenuation, Amount: 10}}},
				{Gens: []sf2.Gen{{Op: sf2.KeyRange, Amount: 127 << 8}, {Op: sf2.InstrumentID, Amount: 0}}},
			}},
			{Name: "Kit", Program: 0, Bank: 128, Zones: []sf2.Zone{{Gens: []sf2.Gen{{Op: sf2.InstrumentID, Amount: 0}}}}},
		},
		Instruments: []sf2.Instrument{{Name: "Tone", Zones: []sf2.Zone{
			{Gens: []sf2.Gen{{Op: sf2.SampleModes, Amount: 1}}, Mods: []sf2.Mod{{Source: 258, Dest: sf2.FilterCutoff, AmountSource: 3330}}},
			{Gens: []sf2.Gen{{Op: sf2.Pan, Amount: 0xfe0c}, {Op: sf2.SampleID, Amount: 0}}},
		}}},
		Samples: []sf2.Sample{{Name: "Wave", End: 100, LoopStart: 10, LoopEnd: 90, Rate: 44100, Key: 60, Correction: -3, Type: sf2.TypeMono}},
		Data:    make([]byte, 2*146),
	}
	for i := range 100 {
		binary.LittleEndian.PutUint16(f.Data[2*i:], uint16(int16(i*100)))
	}
	return f
}

func written(t testing.TB, f *sf2.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	want := small()
	got, err := sf2.Parse(written(t, want))
	if err != nil {
		t.Fatal(err)
	}
	for i := range got.Instruments[0].Zones {
		if len(got.Instruments[0].Zones[i].Mods) == 0 {
			got.Instruments[0].Zones[i].Mods = nil
		}
	}
	for i := range got.Presets {
		for j := range got.Presets[i].Zones {
			got.Presets[i].Zones[j].Mods = nil
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got\n%+v\nwant\n%+v", got, want)
	}
	if got.Frame(7) != 700 || got.Samples[0].Frames() != 100 {
		t.Fatalf("frame 7 is %d, the sample has %d frames", got.Frame(7), got.Samples[0].Frames())
	}
}

func TestParseKeepsTheDataWithoutCopying(t *testing.T) {
	data := written(t, small())
	f, err := sf2.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(data, []byte("smpl")) + 8
	if &f.Data[0] != &data[at] {
		t.Fatal("the sound data was copied")
	}
}

func TestSetPutsGeneratorsWhereTheFormatWantsThem(t *testing.T) {
	z := sf2.Zone{Gens: []sf2.Gen{{Op: sf2.Pan, Amount: 1}, {Op: sf2.SampleID, Amount: 2}}}
	z.Set(sf2.FineTune, 3)
	z.Set(sf2.VelRange, 4)
	z.Set(sf2.KeyRange, 5)
	z.Set(sf2.Pan, 6)
	want := []sf2.Gen{{sf2.KeyRange, 5}, {sf2.VelRange, 4}, {sf2.Pan, 6}, {sf2.FineTune, 3}, {sf2.SampleID, 2}}
	if !reflect.DeepEqual(z.Gens, want) {
		t.Fatalf("got %v, want %v", z.Gens, want)
	}
	if low, high := z.Range(sf2.KeyRange); low != 5 || high != 0 {
		t.Fatalf("the range is %d to %d", low, high)
	}
}

func TestParseRefusesWhatIsNoFont(t *testing.T) {
	good := written(t, small())
	// patch is the font with four bytes changed, some way after the first mark.
	patch := func(mark string, offset int, value uint32) []byte {
		b := bytes.Clone(good)
		binary.LittleEndian.PutUint32(b[bytes.Index(b, []byte(mark))+offset:], value)
		return b
	}
	broken := func(change func(*sf2.File)) []byte {
		f := small()
		change(f)
		return written(t, f)
	}
	for name, c := range map[string]struct {
		data []byte
		not  bool   // is not a SoundFont at all
		says string // part of the sentence
	}{
		"nothing":              {nil, true, "empty"},
		"a few bytes":          {[]byte("RIFF"), true, "only 4 bytes"},
		"a JPEG":               {append([]byte("\xff\xd8\xff\xe0"), make([]byte, 100)...), true, "JPEG"},
		"a wave file":          {[]byte("RIFF\x24\x00\x00\x00WAVEfmt "), true, `"WAVE"`},
		"zeros":                {make([]byte, 1000), true, "does not begin"},
		"cut short":            {good[:len(good)-100], false, "cut short"},
		"a huge size":          {patch("RIFF", 4, 0xffffffff), false, "cut short"},
		"a huge chunk":         {patch("smpl", 4, 0x7fffffff), false, "smpl"},
		"an odd table":         {patch("shdr", 4, 45), false, "shdr"},
		"no presets":           {broken(func(f *sf2.File) { f.Presets = nil }), false, "phdr"},
		"no sound":             {broken(func(f *sf2.File) { f.Data, f.Samples[0].End = nil, 0 }), false, "no sound"},
		"a sample outside":     {broken(func(f *sf2.File) { f.Samples[0].End = 1 << 30 }), false, "Wave"},
		"a sample backwards":   {broken(func(f *sf2.File) { f.Samples[0].Start = 101 }), false, "Wave"},
		"no such sample":       {broken(func(f *sf2.File) { f.Instruments[0].Zones[1].Gens[1].Amount = 1 }), false, "number 1 of 1"},
		"no such instrument":   {broken(func(f *sf2.File) { f.Presets[1].Zones[0].Gens[0].Amount = 9 }), false, "number 9 of 1"},
		"a zone too many":      {patch("inst", 8+20, 77), false, "zones"},
		"bags in disorder":     {patch("ibag", 8+4, 0x00000009), false, "generators"},
		"a compressed font":    {broken(func(f *sf2.File) { f.Samples[0].Type |= 0x10 }), true, "compressed"},
		"a preset's bags gone": {patch("phdr", 8+24, 0x0000ffff), false, "zones"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sf2.Parse(c.data)
			if err == nil || errors.Is(err, sf2.ErrNotSF2) != c.not || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %v; want it to mention %q", err, c.says)
			}
		})
	}
}

func TestWriteRefusesMoreThanTheFormatCanNumber(t *testing.T) {
	f := small()
	for range 70000 {
		f.Instruments[0].Zones = append(f.Instruments[0].Zones, f.Instruments[0].Zones[1])
	}
	if err := f.Write(&bytes.Buffer{}); err == nil {
		t.Fatal("70,000 zones were written")
	}
}

func FuzzParse(f *testing.F) {
	good := written(f, small())
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add([]byte("RIFF\x04\x00\x00\x00sfbk"))
	f.Fuzz(func(t *testing.T, data []byte) {
		font, err := sf2.Parse(data)
		if err != nil {
			return
		}
		frames := len(font.Data) / 2
		for _, s := range font.Samples {
			if s.Start > s.End || int(s.End) > frames {
				t.Fatalf("sample %+v in %d frames", s, frames)
			}
		}
		for _, in := range font.Instruments {
			for _, z := range in.Zones {
				if id, ok := z.Get(sf2.SampleID); ok && int(id) >= len(font.Samples) {
					t.Fatalf("sample %d of %d", id, len(font.Samples))
				}
			}
		}
		for _, p := range font.Presets {
			for _, z := range p.Zones {
				if id, ok := z.Get(sf2.InstrumentID); ok && int(id) >= len(font.Instruments) {
					t.Fatalf("instrument %d of %d", id, len(font.Instruments))
				}
			}
		}
	})
}
