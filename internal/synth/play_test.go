package synth

import (
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"bandstand/internal/pcm"
	"bandstand/internal/pcm/pcmtest"
	"bandstand/internal/song"
	"bandstand/internal/synth/sf2"
	"bandstand/internal/theory"
)

func TestASpanEndsAtItsFrameWithoutAClick(t *testing.T) {
	f := fontOf(t, toneFile())
	s := single(hit(0, 7680, 69, 127))
	span := Span{From: 960, To: 2880}
	out := play(t, f, s, span)
	if want := s.Frame(span.To, 48000) - s.Frame(span.From, 48000); int64(len(out)/2) != want {
		t.Fatalf("the span has %d frames, want %d", len(out)/2, want)
	}
	if last := math.Abs(float64(out[len(out)-2])); last > 0.01 {
		t.Errorf("the last frame is still %v", last)
	}
	if l := level(out, len(out)/2-960, len(out)/2-480) - level(out, 4800, 9600); math.Abs(l) > 0.1 {
		t.Errorf("20 ms before its end the span is %.1f dB off", l)
	}
}

func TestASpanMayOutlastItsNotes(t *testing.T) {
	out := play(t, fontOf(t, toneFile()), single(hit(0, 480, 69, 127)), Span{To: 7680})
	if len(out)/2 != 384000 {
		t.Fatalf("%d frames, want 384000", len(out)/2)
	}
}

func TestWhatSoundsWhereASpanBegins(t *testing.T) {
	f := fontOf(t, toneFile())
	for name, c := range map[string]struct {
		note   song.Note
		drums  bool
		span   Span
		sounds bool
	}{
		"a beat remains":            {hit(0, 1920, 69, 127), false, Span{From: 1440}, true},
		"less than a beat remains":  {hit(0, 1919, 69, 127), false, Span{From: 1440}, false},
		"a drum":                    {hit(0, 1920, 69, 127), true, Span{From: 480}, false},
		"a little early":            {hit(475, 100, 69, 127), false, Span{From: 480}, true},
		"a drum a little early":     {hit(475, 100, 69, 127), true, Span{From: 480}, true},
		"before the song's start":   {hit(-3, 100, 69, 127), false, Span{}, true},
		"early for what follows":    {hit(955, 100, 69, 127), false, Span{From: 480, To: 960}, false},
		"within the span":           {hit(600, 100, 69, 127), true, Span{From: 480, To: 960}, true},
		"after the span":            {hit(960, 100, 69, 127), true, Span{From: 480, To: 960}, false},
		"silent":                    {hit(480, 100, 69, 0), false, Span{From: 480, To: 960}, false},
		"of a pitch there is not":   {hit(480, 100, 200, 100), false, Span{From: 480, To: 960}, false},
		"longer than the song, too": {hit(-9000, 1<<31, 69, 100), false, Span{From: 480, To: 960}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := single(c.note)
			if c.drums {
				s.Parts[0].Role = song.Drums
			}
			src, err := f.Play(s, c.span)
			if err != nil {
				t.Fatal(err)
			}
			out, err := pcmtest.ReadAll(src, 960, 48000)
			if err != nil {
				t.Fatal(err)
			}
			if peak, _ := pcm.Level(out); (peak > 0) != c.sounds {
				t.Fatalf("the peak is %v, sounding should be %v", peak, c.sounds)
			}
		})
	}
}

func TestNotesOutOfOrderSoundAllTheSame(t *testing.T) {
	f := fontOf(t, toneFile())
	a := play(t, f, single(hit(0, 480, 60, 90), hit(960, 480, 67, 90)), Span{})
	s := single(hit(960, 480, 67, 90), hit(0, 480, 60, 90))
	b := play(t, f, s, Span{})
	if len(a) != len(b) || a[48000] != b[48000] || a[100000] != b[100000] {
		t.Fatal("the order of notes changes the sound")
	}
	if s.Parts[0].Notes[0].Start != 960 {
		t.Fatal("playing a song changed it")
	}
}

func TestTheEndRingsOutAndIsQuiet(t *testing.T) {
	for name, c := range map[string]struct {
		release  int
		min, max float64 // seconds after the last note
	}{
		"short": {-3000, 0, 0.5},
		"long":  {1200, 1, 2.5},
		"cut":   {8000, 5, 5},
	} {
		t.Run(name, func(t *testing.T) {
			f := fontOf(t, toneFile(sf2.Gen{Op: sf2.VolEnvRelease, Amount: amount(c.release)}))
			out := play(t, f, single(hit(0, 960, 69, 127)), Span{})
			if after := float64(len(out)/2)/48000 - 1; after < c.min || after > c.max {
				t.Errorf("it rings for %.3f s", after)
			}
			if last, _ := pcm.Level(out[len(out)-100:]); last > pcm.Amplitude(-55) {
				t.Errorf("it ends at %.1f dB", pcm.Decibels(last))
			}
		})
	}
}

func TestAnEmptySongEndsAtOnce(t *testing.T) {
	if out := play(t, fontOf(t, toneFile()), single(), Span{}); len(out) != 0 {
		t.Fatalf("%d frames of nothing", len(out)/2)
	}
}

// Notes that end, are struck again, or must make way for others leave no click:
// a sum of sines has no corners.
func TestNotesEndWithoutClicks(t *testing.T) {
	f := fontOf(t, toneFile(sf2.Gen{Op: sf2.VolEnvAttack, Amount: amount(-5000)}, sf2.Gen{Op: sf2.VolEnvRelease, Amount: amount(3600)}))
	var notes []song.Note
	for i := range 400 {
		notes = append(notes, hit(song.Tick(i*15), 40, theory.Pitch(45+i*7%12), 60))
	}
	out := play(t, f, single(notes...), Span{})
	worst := 0.0
	for n := 1; n+1 < len(out)/2; n++ {
		worst = max(worst, math.Abs(float64(out[2*n+2]-2*out[2*n]+out[2*n-2])))
	}
	// A sine of 220 Hz and amplitude 0.064 bends by 0.00005 a frame; 96 of them in phase by 0.005.
	if worst > 0.005 {
		t.Fatalf("a corner of %v", worst)
	}
}

func TestNoMoreVoicesThanAllowedAndTheNewestIsHeard(t *testing.T) {
	f := fontOf(t, toneFile(sf2.Gen{Op: sf2.VolEnvRelease, Amount: amount(6000)}))
	var notes []song.Note
	for i := range 127 {
		notes = append(notes, hit(0, 4800, theory.Pitch(i), 40), hit(song.Tick(i), 4800, theory.Pitch(i), 41))
	}
	notes = append(notes, hit(480, 480, 69, 127))
	src, err := f.Play(single(notes...), Span{})
	if err != nil {
		t.Fatal(err)
	}
	p := src.(*player)
	buf := make([]float32, pcm.BlockSamples)
	for range 27 {
		if _, err := p.Read(buf); err != nil {
			t.Fatal(err)
		}
		count := 0
		for i := range p.voices {
			if p.voices[i].active && !p.voices[i].dying {
				count++
			}
		}
		if count > polyphony {
			t.Fatalf("%d voices sound", count)
		}
	}
	heard := false
	for i := range p.voices {
		v := &p.voices[i]
		heard = heard || v.active && !v.dying && v.key == 69 && v.born == p.born
	}
	if !heard {
		t.Fatal("the last and loudest note is not among them")
	}
}

func TestAClosedHiHatSilencesAnOpenOne(t *testing.T) {
	f := fontOf(t, toneFile(sf2.Gen{Op: sf2.ExclusiveClass, Amount: 1}))
	s := single(hit(0, 1920, 46, 127), hit(480, 10, 42, 1))
	s.Parts[0].Role = song.Drums
	out := play(t, f, s, Span{})
	if l := level(out, 36000, 40000) - level(out, 4000, 20000); l > -40 {
		t.Fatalf("the open one still sounds, %.1f dB below what it was", -l)
	}
	s.Parts[0].Role = song.Lead
	s.Parts = append(s.Parts, song.Part{Role: song.Drums, Notes: s.Parts[0].Notes[1:]})
	s.Parts[0].Notes = s.Parts[0].Notes[:1]
	out = play(t, f, s, Span{})
	if l := level(out, 36000, 40000) - level(out, 4000, 20000); l < -1 {
		t.Fatal("one part silences another")
	}
}

func TestImpossibleSongsAreRefused(t *testing.T) {
	f := fontOf(t, toneFile())
	for name, c := range map[string]struct {
		change func(*song.Song)
		span   Span
		says   string
	}{
		"no tempo":       {func(s *song.Song) { s.Tempo = 0 }, Span{}, "tempo"},
		"no number":      {func(s *song.Song) { s.Tempo = math.NaN() }, Span{}, "tempo"},
		"no meter":       {func(s *song.Song) { s.Meter = song.Meter{} }, Span{}, "meter"},
		"16 parts":       {func(s *song.Song) { s.Parts = make([]song.Part, 16) }, Span{}, "16 parts"},
		"backwards":      {func(*song.Song) {}, Span{From: 960, To: 480}, "before it starts"},
		"years":          {func(s *song.Song) { s.Parts[0].Notes[0].Length = 1 << 60 }, Span{}, "years"},
		"years from now": {func(*song.Song) {}, Span{From: 1 << 60}, "years"},
	} {
		t.Run(name, func(t *testing.T) {
			s := single(hit(0, 480, 69, 100))
			c.change(s)
			if _, err := f.Play(s, c.span); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %v, want a sentence with %q", err, c.says)
			}
		})
	}
	s := single(hit(0, 480, 69, 100))
	s.Parts = append(make([]song.Part, 14), s.Parts[0], song.Part{Role: song.Drums})
	if _, err := f.Play(s, Span{}); err != nil {
		t.Fatalf("15 parts and drums: %v", err)
	}
}

func TestOddNumbersOfPartsDoNoHarm(t *testing.T) {
	s := single(hit(0, 480, 69, 100))
	p := &s.Parts[0]
	p.GainDB, p.Pan, p.Reverb, s.Reverb = math.Inf(1), 17, -3, math.NaN()
	for i, v := range play(t, fontOf(t, toneFile()), s, Span{}) {
		if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
			t.Fatalf("sample %d is %v", i, v)
		}
	}
}

func TestMissingProgramsAreReplaced(t *testing.T) {
	f := builtIn(t)
	for _, c := range []struct {
		bank, program int
		want          presetID
	}{
		{0, 0, presetID{0, 0}},
		{5, 24, presetID{0, 24}}, // the same in bank 0
		{0, 127, presetID{0, 0}}, // the piano
		{128, 41, presetID{128, 40}},
		{128, 56, presetID{128, 0}},
	} {
		if f.preset(c.bank, c.program) != f.presets[c.want] {
			t.Errorf("%d:%d is not replaced by %v", c.bank, c.program, c.want)
		}
	}
	only := fontOf(t, func() *sf2.File { f := toneFile(); f.Presets = f.Presets[1:]; return f }())
	if only.preset(0, 5) == nil || only.preset(128, 5) == nil || only.Has(0, 0) || !only.Has(128, 0) {
		t.Error("a font of drums alone is of no use")
	}
}

func TestAPanicInsideBecomesAnError(t *testing.T) {
	src, err := fontOf(t, toneFile()).Play(single(hit(0, 4800, 69, 100)), Span{})
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]float32, pcm.BlockSamples)
	if _, err := src.Read(buf); err != nil {
		t.Fatal(err)
	}
	src.(*player).font = nil
	src.(*player).buses = src.(*player).buses[:0]
	src.(*player).left = nil
	for range 2 {
		if n, err := src.Read(buf); err == nil || errors.Is(err, io.EOF) || n > chunk {
			t.Fatalf("a broken synthesizer gave %d frames and error %v", n, err)
		}
	}
}

func TestReadingAllocatesNothing(t *testing.T) {
	src, err := builtIn(t).Play(dense(), Span{})
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]float32, pcm.BlockSamples)
	if n := testing.AllocsPerRun(100, func() { _, _ = src.Read(buf) }); n != 0 {
		t.Fatalf("%v allocations a read", n)
	}
}

func TestTheRoomIsAsWetAsAsked(t *testing.T) {
	f := fontOf(t, toneFile())
	tail := func(send, size float64) float64 {
		s := single(hit(0, 960, 69, 127))
		s.Parts[0].Reverb, s.Reverb = send, size
		out := play(t, f, s, Span{To: 3840})
		return level(out, 60000, 70000)
	}
	dry, little, much, chamber := tail(0, 1), tail(0.2, 0.6), tail(0.8, 0.6), tail(0.8, 0.2)
	if !math.IsInf(dry, -1) {
		t.Errorf("a dry note rings at %.1f dB", dry)
	}
	close(t, "four times the send, in dB", much-little, 12, 0.1)
	if chamber > much-6 || much > -20 || much < -50 {
		t.Errorf("a hall rings at %.1f dB, a chamber at %.1f dB", much, chamber)
	}
}

func TestTheChorusWidensWhatAsksForIt(t *testing.T) {
	width := func(send int) (side float64) {
		f := fontOf(t, toneFile(sf2.Gen{Op: sf2.ChorusSend, Amount: amount(send)}))
		out := play(t, f, single(hit(0, 3840, 69, 127)), Span{To: 3840})
		for n := 24000; n < 120000; n++ {
			side = max(side, math.Abs(float64(out[2*n]-out[2*n+1])))
		}
		return side
	}
	if dry, wet := width(0), width(800); dry != 0 || wet < 0.03 || wet > 0.3 {
		t.Fatalf("the sides differ by %v without chorus and %v with it", dry, wet)
	}
}
