package synth

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bandstand/assets"
	"bandstand/internal/pcm"
	"bandstand/internal/pcm/pcmtest"
	"bandstand/internal/song"
	"bandstand/internal/synth/sf2"
	"bandstand/internal/theory"
)

func TestABadFontIsAClearSentence(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var good bytes.Buffer
	if err := toneFile().Write(&good); err != nil {
		t.Fatal(err)
	}
	mute := toneFile()
	mute.Presets[0].Zones, mute.Presets[1].Zones = nil, nil
	var silent bytes.Buffer
	if err := mute.Write(&silent); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ path, says string }{
		"missing":      {filepath.Join(dir, "none.sf2"), "no such file"},
		"a folder":     {dir, "not a file"},
		"empty":        {write("empty.sf2", nil), "it is empty"},
		"a JPEG":       {write("cat.jpg", append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF"), make([]byte, 5000)...)), "not a SoundFont 2 file: it is a JPEG picture"},
		"cut short":    {write("cut.sf2", good.Bytes()[:good.Len()/2]), "cut short"},
		"no presets":   {write("mute.sf2", silent.Bytes()), "no preset that sounds"},
		"built-in cut": {write("half.sf2", assets.SoundFont()[:1<<20]), "cut short"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := OpenFont(c.path)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %v, want a sentence with %q", err, c.says)
			}
			if strings.Contains(err.Error(), "\n") || len(err.Error()) > 400 {
				t.Fatalf("not one sentence: %v", err)
			}
		})
	}
	if f, err := OpenFont(write("good.sf2", good.Bytes())); err != nil || !f.Has(0, 0) || f.Has(0, 1) {
		t.Fatalf("a good font: %v", err)
	}
}

func TestLoadingCopiesNoSound(t *testing.T) {
	f := builtIn(t)
	if allocated := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			builtIn(b)
		}
	}).AllocedBytesPerOp(); allocated > 3<<20 {
		t.Errorf("loading the built-in font takes %d bytes", allocated)
	}
	if len(f.samples) == 0 || len(f.data) < 20<<20 {
		t.Errorf("%d samples in %d bytes", len(f.samples), len(f.data))
	}
}

// Every instrument must be heard, in the middle, and without an offset that eats the headroom.
func TestEveryPresetSounds(t *testing.T) {
	f := builtIn(t)
	for _, p := range assets.Presets() {
		s := &song.Song{Tempo: 120, Meter: song.Meter{Beats: 4, Unit: 4}}
		part := song.Part{Role: song.Lead, Bank: uint8(p.Bank), Program: uint8(p.Program)}
		keys := []theory.Pitch{40, 60, 76}
		if p.Bank == 128 {
			part.Role, keys = song.Drums, []theory.Pitch{36, 38, 42, 49}
		}
		for i, k := range keys {
			part.Notes = append(part.Notes, hit(song.Tick(i)*960, 900, k, 100))
		}
		s.Parts = []song.Part{part}
		out := play(t, f, s, Span{})
		for i := range keys {
			n := i * 48000
			if l := level(out, n, n+24000); l < -50 || l > -8 {
				t.Errorf("%d:%d %s: key %d has %.1f dB", p.Bank, p.Program, p.Name, keys[i], l)
			}
		}
		var sum [2]float64
		for i, v := range out {
			sum[i%2] += float64(v)
		}
		for _, v := range sum {
			if dc := math.Abs(v) / float64(len(out)/2); dc > 0.01 {
				t.Errorf("%d:%d %s has an offset of %.4f", p.Bank, p.Program, p.Name, dc)
			}
		}
	}
}

func TestStereoPairsAreOneVoice(t *testing.T) {
	f := builtIn(t)
	for _, c := range []struct {
		bank, program, key int
		stereo             bool
	}{
		{0, 0, 60, true},    // a grand piano
		{128, 0, 42, true},  // a hi-hat
		{128, 0, 38, false}, // a snare whose sides are one recording
		{0, 33, 40, false},  // a bass recorded in mono
	} {
		src, err := f.Play(func() *song.Song {
			s := single(hit(0, 480, theory.Pitch(c.key), 100))
			s.Parts[0].Bank, s.Parts[0].Program = uint8(c.bank), uint8(c.program)
			if c.bank == 128 {
				s.Parts[0].Role = song.Drums
			}
			return s
		}(), Span{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := src.Read(make([]float32, 200)); err != nil {
			t.Fatal(err)
		}
		voices, stereo := 0, false
		for _, v := range src.(*player).voices {
			if v.active {
				voices++
				stereo = v.wave.stereo
			}
		}
		if voices != 1 || stereo != c.stereo {
			t.Errorf("key %d of %d:%d sounds with %d voices, stereo %v", c.key, c.bank, c.program, voices, stereo)
		}
	}
}

// A font with loops and offsets beyond all bounds is played as far as it goes.
func TestSillyNumbersInAFont(t *testing.T) {
	for _, op := range []sf2.Op{
		sf2.StartOffset, sf2.EndOffset, sf2.LoopStartOffset, sf2.LoopEndOffset, sf2.StartCoarse, sf2.EndCoarse,
		sf2.LoopStartCoarse, sf2.LoopEndCoarse, sf2.CoarseTune, sf2.FineTune, sf2.ScaleTuning, sf2.RootKey, sf2.FixedKey,
		sf2.FixedVelocity, sf2.FilterCutoff, sf2.FilterQ, sf2.ModEnvToPitch, sf2.ModLFOToPitch, sf2.ModEnvToCutoff,
		sf2.ModLFORate, sf2.VibLFORate, sf2.VolEnvAttack, sf2.VolEnvHold, sf2.VolEnvDecay, sf2.VolEnvSustain, sf2.VolEnvRelease,
		sf2.KeyToVolEnvHold, sf2.Attenuation, sf2.Pan, sf2.ModLFOToVolume, sf2.VolEnvDelay, sf2.ModEnvSustain,
	} {
		for _, v := range []int{-32768, -12000, -1, 1, 100, 32767} {
			file := toneFile(sf2.Gen{Op: op, Amount: amount(v)})
			src, err := fontOf(t, file).Play(single(hit(0, 480, 20, 127), hit(240, 240, 127, 127)), Span{To: 1440})
			if err != nil {
				t.Fatal(err)
			}
			out, err := pcmtest.ReadAll(src, 960, 1<<20)
			if err != nil {
				t.Fatalf("generator %d of %d: %v", op, v, err)
			}
			for i, x := range out {
				if f := float64(x); math.IsNaN(f) || math.Abs(f) > 100 {
					t.Fatalf("generator %d of %d: sample %d is %v", op, v, i, x)
				}
			}
		}
	}
}

func FuzzLoadFont(f *testing.F) {
	for _, file := range []*sf2.File{
		toneFile(),
		toneFile(sf2.Gen{Op: sf2.LoopEndOffset, Amount: amount(-1500)}, sf2.Gen{Op: sf2.SampleModes, Amount: 3}),
		toneFile(sf2.Gen{Op: sf2.FixedKey, Amount: 127}, sf2.Gen{Op: sf2.FilterQ, Amount: 900}, sf2.Gen{Op: sf2.FilterCutoff, Amount: 5000}),
	} {
		file.Instruments[0].Zones[0].Mods = []sf2.Mod{{Source: 0x0502, Dest: sf2.FilterCutoff, Amount: -1000, AmountSource: 0x0d02}}
		// A short recording keeps the fuzzer quick.
		file.Data, file.Samples[0].End, file.Samples[0].LoopStart, file.Samples[0].LoopEnd = file.Data[:2*(150+46)], 150, 10, 110
		var b bytes.Buffer
		if err := file.Write(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add([]byte("\xff\xd8\xff\xe0"))
	buf := make([]float32, pcm.BlockSamples)
	f.Fuzz(func(t *testing.T, data []byte) {
		font, err := LoadFont(data)
		if err != nil {
			return
		}
		s := single(hit(0, 100, 60, 100), hit(0, 480, 127, 127), hit(100, 480, 0, 1))
		s.Parts = append(s.Parts, song.Part{Role: song.Drums, Notes: s.Parts[0].Notes})
		src, err := font.Play(s, Span{})
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			n, err := src.Read(buf)
			for _, v := range buf[:2*n] {
				if v != v {
					t.Fatal("not a number")
				}
			}
			if err != nil {
				if n < 960 && strings.Contains(err.Error(), "synthesizer failed") {
					t.Fatal(err)
				}
				return
			}
		}
	})
}
