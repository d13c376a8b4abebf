package balance

import (
	"testing"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

func BenchmarkGain(b *testing.B) {
	s := dense()
	for b.Loop() {
		Gain(s)
	}
}

func dense() *song.Song {
	s := &song.Song{Tempo: 120, Meter: song.Meter{Beats: 4, Unit: 4}, Bars: 96, Reverb: .5}
	for i, role := range []string{song.Lead, song.Bass, song.Chords, song.Pad, song.Arp, song.Drums} {
		p := song.Part{Role: role, Program: []uint8{65, 33, 0, 48, 12, 0}[i], Reverb: .3}
		for t := song.Tick(0); t < s.Ticks(); t += 240 {
			pitch := 60
			if role == song.Drums {
				pitch = 42
			}
			p.Notes = append(p.Notes, song.Note{Start: t, Length: 220, Pitch: theory.Pitch(pitch), Velocity: 90})
		}
		s.Parts = append(s.Parts, p)
	}
	return s
}
