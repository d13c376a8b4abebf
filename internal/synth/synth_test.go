package synth

import (
	"testing"

	"bandstand/assets"
	"bandstand/internal/pcm"
	"bandstand/internal/pcm/pcmtest"
	"bandstand/internal/song"
)

func builtIn(tb testing.TB) *Font {
	tb.Helper()
	f, err := LoadFont(assets.SoundFont())
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

func tune() *song.Song {
	s := &song.Song{Tempo: 120, Meter: song.Meter{Beats: 4, Unit: 4}, Bars: 2, Reverb: 0.5}
	p := song.Part{Role: song.Lead, Program: 0, Reverb: 0.5}
	d := song.Part{Role: song.Drums}
	for i := range 8 {
		p.Notes = append(p.Notes, song.Note{Start: song.Tick(i) * 480, Length: 400, Pitch: 60, Velocity: 90})
		d.Notes = append(d.Notes, song.Note{Start: song.Tick(i) * 480, Length: 100, Pitch: 36, Velocity: 90})
	}
	s.Parts = []song.Part{p, d}
	return s
}

func TestPlayKeepsTheContract(t *testing.T) {
	f, err := LoadFont(assets.SoundFont())
	if err != nil {
		t.Fatal(err)
	}
	open := func() pcm.Source {
		src, err := f.Play(tune(), Span{})
		if err != nil {
			t.Fatal(err)
		}
		return src
	}
	pcmtest.CheckSource(t, open, 48000*20)
	all, _ := pcmtest.ReadAll(open(), 960, 48000*20)
	peak, rms := pcm.Level(all)
	t.Log(len(all)/96000, peak, rms)
	if peak < 0.05 {
		t.Fatal("silent")
	}
}
