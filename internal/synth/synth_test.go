package synth

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"bandstand/assets"
	"bandstand/internal/pcm"
	"bandstand/internal/pcm/pcmtest"
	"bandstand/internal/song"
	"bandstand/internal/synth/sf2"
	"bandstand/internal/theory"
)

func builtIn(tb testing.TB) *Font {
	tb.Helper()
	f, err := LoadFont(assets.SoundFont())
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// gens is generators in the order they are written.
type gens []sf2.Gen

func amount(v int) uint16 { return uint16(int16(v)) }

// toneFile is a font of one looped sine at key 69, exactly 440 Hz as far as the
// rate allows, with a fast envelope, as preset 0:0 and as drum kit; more
// generators go into its instrument.
func toneFile(more ...sf2.Gen) *sf2.File {
	const period, turns = 100, 20 // of 44,000 Hz
	f := &sf2.File{
		Info:    []sf2.Chunk{{ID: "ifil", Data: []byte{2, 0, 1, 0}}},
		Samples: []sf2.Sample{{Name: "Sine", End: period * turns, LoopStart: period, LoopEnd: period * (turns - 1), Rate: 44000, Key: 69, Type: sf2.TypeMono}},
	}
	for i := range period*turns + 46 {
		v := 0.0
		if i < period*turns {
			v = 30000 * math.Sin(2*math.Pi*float64(i)/period)
		}
		f.Data = binary.LittleEndian.AppendUint16(f.Data, uint16(int16(math.Round(v))))
	}
	zone := gens{{Op: sf2.SampleModes, Amount: 1}, {Op: sf2.VolEnvRelease, Amount: amount(-3000)}}
	zone = append(append(zone, more...), sf2.Gen{Op: sf2.SampleID})
	f.Instruments = []sf2.Instrument{{Name: "Tone", Zones: []sf2.Zone{{Gens: zone}}}}
	play := []sf2.Zone{{Gens: gens{{Op: sf2.InstrumentID}}}}
	f.Presets = []sf2.Preset{{Name: "Tone", Zones: play}, {Name: "Kit", Bank: 128, Zones: play}}
	return f
}

func fontOf(tb testing.TB, file *sf2.File) *Font {
	tb.Helper()
	var b bytes.Buffer
	if err := file.Write(&b); err != nil {
		tb.Fatal(err)
	}
	f, err := LoadFont(b.Bytes())
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// single is a song of one part with the given notes; a quarter lasts 24,000 frames.
func single(notes ...song.Note) *song.Song {
	return &song.Song{
		Tempo: 120, Meter: song.Meter{Beats: 4, Unit: 4}, Bars: 4,
		Parts: []song.Part{{Role: song.Lead, Notes: notes}},
	}
}

func hit(start, length song.Tick, pitch theory.Pitch, velocity uint8) song.Note {
	return song.Note{Start: start, Length: length, Pitch: pitch, Velocity: velocity}
}

func play(tb testing.TB, f *Font, s *song.Song, span Span) []float32 {
	tb.Helper()
	src, err := f.Play(s, span)
	if err != nil {
		tb.Fatal(err)
	}
	out, err := pcmtest.ReadAll(src, pcm.BlockFrames, 1<<26)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// level is the level in dB of frames from–to.
func level(samples []float32, from, to int) float64 {
	_, rms := pcm.Level(samples[2*from : 2*to])
	return pcm.Decibels(rms)
}

func close(tb testing.TB, what string, got, want, tolerance float64) {
	tb.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		tb.Errorf("%s is %.3f, want %.3f ± %.3f", what, got, want, tolerance)
	}
}

func TestPlayKeepsTheContract(t *testing.T) {
	f := builtIn(t)
	s := dense()
	for i := range s.Parts {
		s.Parts[i].Notes = slices.DeleteFunc(s.Parts[i].Notes, func(n song.Note) bool { return n.End() > s.BarStart(1)+480 })
	}
	for name, span := range map[string]Span{
		"whole":             {},
		"from the second":   {From: s.BarStart(1)},
		"two beats":         {From: 480, To: 1440},
		"between its notes": {From: 1077, To: 1501},
		"beyond its end":    {From: s.BarStart(80)},
	} {
		t.Run(name, func(t *testing.T) {
			pcmtest.CheckSource(t, func() pcm.Source {
				src, err := f.Play(s, span)
				if err != nil {
					t.Fatal(err)
				}
				return src
			}, 1<<24)
		})
	}
}

func TestTheSameSongGivesTheSameSamples(t *testing.T) {
	s := dense()
	span := Span{From: s.BarStart(2), To: s.BarStart(4)}
	a, b := play(t, builtIn(t), s, span), play(t, builtIn(t), s, span)
	for i := range a {
		if math.Float32bits(a[i]) != math.Float32bits(b[i]) {
			t.Fatalf("sample %d is %v, then %v", i, a[i], b[i])
		}
	}
	if level(a, 0, len(a)/2) < -30 {
		t.Fatalf("the song has only %.1f dB", level(a, 0, len(a)/2))
	}
}

func TestNotesBeginAtTheirFrame(t *testing.T) {
	f := fontOf(t, toneFile())
	for _, tick := range []song.Tick{0, 1, 77, 480, 1003} {
		s := single(hit(tick, 480, 69, 127))
		out := play(t, f, s, Span{})
		want := int(s.Frame(tick, 48000))
		for n := range out[:2*want] {
			if out[n] != 0 {
				t.Fatalf("a note at frame %d sounds at frame %d", want, n/2)
			}
		}
		if out[2*want+2] == 0 && out[2*want+4] == 0 {
			t.Errorf("a note at frame %d is late", want)
		}
	}
}

func TestPitchIsExact(t *testing.T) {
	f := fontOf(t, toneFile())
	for _, pitch := range []theory.Pitch{33, 57, 69, 76, 93} {
		out := play(t, f, single(hit(0, 1920, pitch, 100)), Span{})
		crossings, first, last := 0, 0.0, 0.0
		for n := 2000; n < 90000; n++ {
			a, b := float64(out[2*n]), float64(out[2*n+2])
			if a < 0 && b >= 0 {
				last = float64(n) + a/(a-b)
				if crossings == 0 {
					first = last
				}
				crossings++
			}
		}
		hz := float64(crossings-1) * 48000 / (last - first)
		close(t, "the pitch in cents", 1200*math.Log2(hz/440), 100*float64(int(pitch)-69), 0.1)
	}
}

func TestVelocityGainAndPan(t *testing.T) {
	f := fontOf(t, toneFile())
	at := func(velocity uint8, gain, pan float64) (left, right float64) {
		s := single(hit(0, 960, 69, velocity))
		s.Parts[0].GainDB, s.Parts[0].Pan = gain, pan
		out := play(t, f, s, Span{})
		var l, r []float32
		for n := 2000; n < 20000; n++ {
			l, r = append(l, out[2*n]), append(r, out[2*n+1])
		}
		_, lr := pcm.Level(l)
		_, rr := pcm.Level(r)
		return pcm.Decibels(lr), pcm.Decibels(rr)
	}
	full, right := at(127, 0, 0)
	close(t, "the right side of a middle note", right, full, 0.01)
	close(t, "a full note", full, pcm.Decibels(fullScale*30000/32768/2), 0.1)
	for _, v := range []uint8{1, 20, 64, 100} {
		l, _ := at(v, 0, 0)
		close(t, "velocity", l-full, 40*math.Log10(float64(v)/127), 0.1)
	}
	l, _ := at(127, -12, 0)
	close(t, "a part at −12 dB", l-full, -12, 0.01)
	l, r := at(127, 0, -1)
	close(t, "the left side of a note on the left", l-full, 3.01, 0.02)
	if r > -100 {
		t.Errorf("a note on the left is heard on the right at %.1f dB", r)
	}
	if _, r = at(127, 0, 1); r-full < 3 {
		t.Errorf("a note on the right is %.1f dB there", r-full)
	}
}

func TestTheEnvelopeDoesWhatTheFontSays(t *testing.T) {
	f := fontOf(t, toneFile(
		sf2.Gen{Op: sf2.VolEnvAttack, Amount: amount(-1200)}, // half a second
		sf2.Gen{Op: sf2.VolEnvHold, Amount: amount(-1200)},   // half a second
		sf2.Gen{Op: sf2.VolEnvDecay, Amount: amount(1200)},   // two seconds for all
		sf2.Gen{Op: sf2.VolEnvSustain, Amount: amount(240)},  // −24 dB: half a second down
		sf2.Gen{Op: sf2.VolEnvRelease, Amount: amount(0)},    // a second for all
	))
	out := play(t, f, single(hit(0, 4*960, 69, 127)), Span{})
	full := pcm.Decibels(fullScale * 30000 / 32768 / 2)
	at := func(seconds float64) float64 { n := int(seconds * 48000); return level(out, n-480, n+480) - full }
	close(t, "the attack's middle", at(0.25), -6, 0.3)
	close(t, "the hold", at(0.75), 0, 0.1)
	close(t, "the decay's middle", at(1.25), -12, 0.3)
	close(t, "the sustain", at(3), -24, 0.2)
	close(t, "a quarter second after the end", at(4.25), -24-24, 0.5)
	if end := float64(len(out)) / 2 / 48000; end < 4.4 || end > 5.1 {
		t.Errorf("the song ends after %.2f s", end)
	}
}
