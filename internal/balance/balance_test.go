//go:build !race

// Whole songs are rendered here, by one goroutine alone: the race detector has nothing to
// find and would take minutes. make test runs these without it.

package balance_test

import (
	"errors"
	"io"
	"math"
	"testing"

	"bandstand/assets"
	"bandstand/internal/balance"
	"bandstand/internal/compose"
	"bandstand/internal/loudness"
	"bandstand/internal/mix"
	"bandstand/internal/pcm"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/synth"
	"bandstand/internal/theory"
)

func font(t *testing.T) *synth.Font {
	t.Helper()
	f, err := synth.LoadFont(assets.SoundFont())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// heard is the loudness in LUFS, the true peak in dBTP and the mean of what Master makes of a song.
func heard(t *testing.T, f *synth.Font, s *song.Song) (lufs, peak, dc float64) {
	t.Helper()
	src, err := f.Play(s, synth.Span{})
	if err != nil {
		t.Fatal(err)
	}
	src = mix.Master(src, s.GainDB)
	var meter loudness.Meter
	var peaks loudness.PeakMeter
	buf := make([]float32, pcm.BlockSamples)
	sum, frames := 0.0, 0
	for {
		n, err := src.Read(buf)
		meter.Add(buf[:n*pcm.Channels])
		peaks.Add(buf[:n*pcm.Channels])
		for _, v := range buf[:n*pcm.Channels] {
			sum += float64(v)
		}
		if frames += n; errors.Is(err, io.EOF) {
			return meter.Integrated(), peaks.Peak(), sum / float64(max(1, frames))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// What issue 3 asks of every song, here of one short song of each style with a band of
// its own; tools/loudness asks it of many long ones.
func TestSongsComeOutAtTheStationsLoudness(t *testing.T) {
	set, err := style.Load("")
	if err != nil {
		t.Fatal(err)
	}
	c, f := compose.New(set), font(t)
	for i, name := range set.Names() {
		band, err := c.NewBand(name, uint64(i)+77)
		if err != nil {
			t.Fatal(err)
		}
		s, _, err := c.Compose(t.Context(), compose.Brief{Style: name, Seed: uint64(i), Bars: 6, Tempo: 240, Band: &band})
		if err != nil {
			t.Fatal(err)
		}
		lufs, peak, dc := heard(t, f, s)
		if math.Abs(lufs-balance.Target) > 1 || peak > mix.MasterCeiling || math.Abs(dc) >= .001 {
			t.Errorf("%s: %.2f LUFS, true peak %.2f dBTP, offset %.5f at a gain of %.2f dB", name, lufs, peak, dc, s.GainDB)
		}
	}
}

// line is quarter notes on one instrument.
func line(role string, program uint8, gain float64, pitches ...theory.Pitch) *song.Song {
	p := song.Part{Role: role, Program: program, GainDB: gain}
	for i := range song.Tick(8) {
		p.Notes = append(p.Notes, song.Note{Start: i * song.TicksPerQuarter, Length: 430, Pitch: pitches[int(i)%len(pitches)], Velocity: 90})
	}
	return &song.Song{Tempo: 120, Meter: song.Meter{Beats: 4, Unit: 4}, Bars: 2, Parts: []song.Part{p}}
}

// Every instrument that styles may play must be known, and be foreseen as loud as it is.
func TestEveryInstrumentIsForeseen(t *testing.T) {
	f := font(t)
	for _, p := range assets.Presets() {
		s := line(song.Lead, uint8(p.Program), 0, 50, 57, 64, 71)
		if p.Bank == 128 {
			s = line(song.Drums, uint8(p.Program), 0, 36, 42, 38, 46)
		} else if p.Bank > 0 {
			continue // no style asks for them
		}
		s.Tempo = 70 // so that slow pads have time to come up
		if off := loudness.Integrated(balance.Foresee(s).Weighted) - raw(t, f, s); math.Abs(off) > 1.5 {
			t.Errorf("bank %d, program %d (%s) is foreseen %+.2f LU off", p.Bank, p.Program, p.Name, off)
		}
	}
}

func TestALouderMixNeedsLessGain(t *testing.T) {
	soft, loud := balance.Gain(line(song.Lead, 73, 0, 60, 67)), balance.Gain(line(song.Lead, 73, 6, 60, 67))
	if math.Abs(soft-loud-6) > .05 {
		t.Errorf("6 dB more in the mix changed the gain from %.2f to %.2f dB", soft, loud)
	}
}

func TestWhatIsUnknownIsTakenForOrdinary(t *testing.T) {
	known := balance.Gain(line(song.Lead, 73, 0, 60, 67))
	other := line(song.Lead, 73, 0, 60, 67)
	other.Parts[0].Bank = 99
	if got := balance.Gain(other); math.Abs(got-known) > 12 {
		t.Errorf("an unknown preset gets %.2f dB, a flute %.2f", got, known)
	}
	for _, s := range []*song.Song{line(song.Lead, 73, -120, 60), line(song.Drums, 0, 0, 127), {Tempo: 120, Meter: song.Meter{Beats: 4, Unit: 4}, Bars: 4}} {
		if g := balance.Gain(s); math.IsNaN(g) || g < -40 || g > 40 {
			t.Errorf("near-silence gets a gain of %v dB", g)
		}
	}
}

// The balance must hold whatever a band plays on: here every part is rendered alone.
func TestPartsKeepTheirPlaceInTheMix(t *testing.T) {
	windows := map[string][2]float64{ // LU above the lead
		song.Bass: {-6.5, 2}, song.Drums: {-11, 2.5}, song.Chords: {-8, 0}, song.Pad: {-15, -5}, song.Arp: {-11, -2}, song.Counter: {-10, 0},
	}
	set, err := style.Load("")
	if err != nil {
		t.Fatal(err)
	}
	c, f := compose.New(set), font(t)
	for i, name := range []string{"pop", "pop", "jazz", "metal", "disco", "waltz"} {
		band, err := c.NewBand(name, uint64(i)+5)
		if err != nil {
			t.Fatal(err)
		}
		s, _, err := c.Compose(t.Context(), compose.Brief{Style: name, Seed: 3, Bars: 8, Tempo: 200, Band: &band})
		if err != nil {
			t.Fatal(err)
		}
		lufs := map[string]float64{}
		for _, p := range s.Parts {
			alone := *s
			alone.Parts = []song.Part{p}
			lufs[p.Role] = raw(t, f, &alone)
		}
		for _, p := range s.Parts {
			w, ok := windows[p.Role]
			if above := lufs[p.Role] - lufs[song.Lead]; ok && (above < w[0] || above > w[1]) {
				t.Errorf("%s: the %s on %s is %+.1f LU above the lead, want %v", name, p.Role, p.Instrument, above, w)
			}
		}
	}
}

// raw is the loudness of a song before the master chain, in LUFS.
func raw(t *testing.T, f *synth.Font, s *song.Song) float64 {
	t.Helper()
	src, err := f.Play(s, synth.Span{})
	if err != nil {
		t.Fatal(err)
	}
	var meter loudness.Meter
	buf := make([]float32, pcm.BlockSamples)
	for {
		n, err := src.Read(buf)
		meter.Add(buf[:n*pcm.Channels])
		if errors.Is(err, io.EOF) {
			return meter.Integrated()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
