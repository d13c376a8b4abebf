package measure

import (
	"math/rand/v2"
	"slices"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// What follows makes, of a melody or song, one in which something is destroyed. The
// gates must fail nearly all of these, or they say nothing. The same seed destroys in
// the same way.

// ShuffledBars is the melody with its bars in random order: key, range, density and
// every single bar stay, phrases and form are gone.
func ShuffledBars(m Melody, seed uint64) Melody {
	to := rand.New(rand.NewPCG(seed, 1)).Perm(m.Bars)
	out := Melody{Bars: m.Bars, PerBar: m.PerBar}
	for _, n := range m.Notes {
		if bar := n.At / m.PerBar; bar < m.Bars {
			n.At += (to[bar] - bar) * m.PerBar
			n.Length = min(n.Length, m.PerBar-n.At%m.PerBar)
			out.Notes = append(out.Notes, n)
		}
	}
	slices.SortFunc(out.Notes, func(a, b Note) int { return a.At - b.At })
	return out
}

// ShuffledPitches is the melody's rhythm with its pitches in random order.
func ShuffledPitches(m Melody, seed uint64) Melody {
	out := Melody{Notes: slices.Clone(m.Notes), Bars: m.Bars, PerBar: m.PerBar}
	r := rand.New(rand.NewPCG(seed, 2))
	r.Shuffle(len(out.Notes), func(i, j int) {
		out.Notes[i].Pitch, out.Notes[j].Pitch = out.Notes[j].Pitch, out.Notes[i].Pitch
	})
	return out
}

// Random is as many notes as the melody has, of its lengths, on random sixteenths
// and at random pitches of its range.
func Random(m Melody, seed uint64) Melody {
	out := Melody{Bars: m.Bars, PerBar: m.PerBar}
	r := rand.New(rand.NewPCG(seed, 3))
	low := 127
	for _, n := range m.Notes {
		low = min(low, n.Pitch)
	}
	places := r.Perm(m.Bars * m.PerBar)
	for i, n := range m.Notes[:min(len(m.Notes), len(places))] {
		out.Notes = append(out.Notes, Note{At: places[i], Length: n.Length, Pitch: low + r.IntN(m.Range()+1)})
	}
	slices.SortFunc(out.Notes, func(a, b Note) int { return a.At - b.At })
	for i := range len(out.Notes) - 1 {
		out.Notes[i].Length = min(out.Notes[i].Length, out.Notes[i+1].At-out.Notes[i].At)
	}
	return out
}

// SongShuffledBars is a song with its bars in random order, chords and all; notes are
// cut at the ends of their bars. For the gates that look at a whole song.
func SongShuffledBars(s *song.Song, seed uint64) *song.Song {
	to := rand.New(rand.NewPCG(seed, 1)).Perm(s.Bars)
	bar := s.Meter.BarTicks()
	moved := func(t song.Tick) song.Tick { return t + song.Tick(to[t/bar]-int(t/bar))*bar }
	out := *s
	out.Chords = nil
	for b := range s.Bars {
		out.Chords = append(out.Chords, song.Chord{Start: s.BarStart(to[b]), Chord: s.ChordAt(s.BarStart(b))})
	}
	for _, c := range s.Chords {
		if c.Start%bar != 0 {
			out.Chords = append(out.Chords, song.Chord{Start: moved(c.Start), Chord: c.Chord})
		}
	}
	slices.SortFunc(out.Chords, func(a, b song.Chord) int { return int(a.Start - b.Start) })
	out.Parts = slices.Clone(s.Parts)
	for i, p := range out.Parts {
		notes := make([]song.Note, 0, len(p.Notes))
		for _, n := range p.Notes {
			if n.Start < s.Ticks() {
				n.Length = min(n.Length, bar-n.Start%bar)
				n.Start = moved(n.Start)
				notes = append(notes, n)
			}
		}
		slices.SortStableFunc(notes, func(a, b song.Note) int { return int(a.Start - b.Start) })
		out.Parts[i].Notes = notes
	}
	return &out
}

// SongShuffledPitches is a song in which every part but the drums has its pitches in
// random order.
func SongShuffledPitches(s *song.Song, seed uint64) *song.Song {
	r := rand.New(rand.NewPCG(seed, 2))
	return repitched(s, func(notes []song.Note) {
		r.Shuffle(len(notes), func(i, j int) { notes[i].Pitch, notes[j].Pitch = notes[j].Pitch, notes[i].Pitch })
	})
}

// SongRandom is a song whose parts, but the drums, play at random pitches of their
// range at random times.
func SongRandom(s *song.Song, seed uint64) *song.Song {
	r := rand.New(rand.NewPCG(seed, 3))
	return repitched(s, func(notes []song.Note) {
		low, high := theory.Pitch(127), theory.Pitch(0)
		for _, n := range notes {
			low, high = min(low, n.Pitch), max(high, n.Pitch)
		}
		for i := range notes {
			notes[i].Pitch = low + theory.Pitch(r.IntN(int(high-low)+1))
			notes[i].Start = song.Tick(r.Int64N(int64(max(1, s.Ticks()-notes[i].Length))))
		}
		slices.SortStableFunc(notes, func(a, b song.Note) int { return int(a.Start - b.Start) })
	})
}

// repitched is a copy of a song with the notes of every pitched part changed.
func repitched(s *song.Song, change func([]song.Note)) *song.Song {
	out := *s
	out.Parts = slices.Clone(s.Parts)
	for i, p := range out.Parts {
		if !p.IsDrums() && len(p.Notes) > 0 {
			out.Parts[i].Notes = slices.Clone(p.Notes)
			change(out.Parts[i].Notes)
		}
	}
	return &out
}

// Control is a way to destroy songs.
type Control struct {
	Name string
	Tune func(Melody, uint64) Melody
	Song func(*song.Song, uint64) *song.Song
}

// Controls are the ways to destroy songs that the gates are held against.
func Controls() []Control {
	return []Control{
		{"bars shuffled", ShuffledBars, SongShuffledBars},
		{"pitches shuffled", ShuffledPitches, SongShuffledPitches},
		{"random", Random, SongRandom},
	}
}

// Fools says whether what a control makes of a song still passes the gates of its kind.
func (c Control) Fools(s *song.Song, kind string) bool {
	if kind == Still {
		return Passed(StillGates(c.Song(s, s.Seed))) >= StillNeeded
	}
	return Passed(Gates(c.Tune(Of(s, song.Lead), s.Seed))) >= Needed
}
