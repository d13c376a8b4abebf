// Package measure measures songs by what human music is measured by: how much of a
// melody comes again, at which distance, and how it moves. It is pure and judges
// nothing by taste: a song that passes is not noise, and that is all it says.
//
// The ranges are those of 908 aligned pop melodies, from the 5th to the 95th
// percentile; each function says what it measures exactly.
package measure

import (
	"math"
	"slices"

	"bandstand/internal/song"
)

// Note is a note of a melody on the straight grid of sixteenths.
type Note struct {
	At     int // sixteenths from the start of the song
	Length int // sixteenths, at least 1
	Pitch  int
}

// Melody is a melody on its grid.
type Melody struct {
	Notes  []Note // by time, one at a time
	Bars   int
	PerBar int // sixteenths in a bar
}

// Of is the melody of a part: swing and feel are taken out by taking the player's
// habit of being late (see lateness) off every note and moving it to the nearest
// sixteenth. Grace notes are left out; of notes that fall together the highest stays.
// What a lead improvises is left out too: the human melodies that songs are held
// against are what was sung.
func Of(s *song.Song, role string) Melody {
	m := Melody{Bars: s.Bars, PerBar: perBar(s)}
	p := s.Part(role)
	if p == nil {
		return m
	}
	late := lateness(p.Notes, s.Swing)
	for i, n := range p.Notes {
		if grace(s, p.Notes[i:]) || role == song.Lead && s.SectionAt(int(n.Start/s.Meter.BarTicks())).Solo {
			continue
		}
		at := grid(n.Start-late, s.Swing)
		note := Note{At: at, Length: max(1, grid(n.End()-late, s.Swing)-at), Pitch: int(n.Pitch)}
		if k := len(m.Notes) - 1; k >= 0 && m.Notes[k].At >= at {
			m.Notes[k].Pitch = max(m.Notes[k].Pitch, note.Pitch)
			continue
		}
		m.Notes = append(m.Notes, note)
	}
	return m
}

const sixteenth = song.TicksPerQuarter / 4

// longestGrace is how long before its note a grace note may begin, in seconds. A
// swung sixteenth of a slow song comes later than that.
const longestGrace = .110

// grace says whether the first of some notes is a grace note to the next: it begins
// less than longestGrace and three quarters of the shortest (swung) sixteenth before
// that one, and is no longer than a short note. A note that is merely short is none.
func grace(s *song.Song, notes []song.Note) bool {
	if len(notes) < 2 || notes[1].Start == notes[0].Start {
		return false
	}
	shortest := float64(sixteenth) * min(1, 2*(1-max(.5, s.Swing)))
	before := notes[1].Start - notes[0].Start
	return notes[0].Length < sixteenth*2/3 && float64(before) < .75*shortest && s.Seconds(before) < longestGrace
}

// perBar is the number of sixteenths in a bar.
func perBar(s *song.Song) int { return int(s.Meter.BarTicks() / sixteenth) }

// lateness is how far behind the (swung) grid a player is as a rule: the median over
// the notes, looked for twice, since those of a player who is far behind in a fast
// song lie nearer to the wrong sixteenth at first. The ear hears a phrase that is
// laid back as the same phrase.
func lateness(notes []song.Note, swing float64) song.Tick {
	if len(notes) == 0 {
		return 0
	}
	var late song.Tick
	offsets := make([]song.Tick, len(notes))
	for range 2 {
		for i, n := range notes {
			offsets[i] = n.Start - late - swung(grid(n.Start-late, swing), swing)
		}
		slices.Sort(offsets)
		late += offsets[len(offsets)/2]
	}
	return late
}

// grid is the sixteenth nearest to a tick once the swing of its beat is undone.
func grid(t song.Tick, swing float64) int {
	t = max(0, t)
	beat, x := t/song.TicksPerQuarter, float64(t%song.TicksPerQuarter)/float64(song.TicksPerQuarter)
	if swing > .5 && swing < 1 {
		if x < swing {
			x *= .5 / swing
		} else {
			x = .5 + (x-swing)*.5/(1-swing)
		}
	}
	return int(beat)*4 + int(math.Round(4*x))
}

// Recurrence is the share of runs of n notes that occur at least twice, anywhere
// in the melody and at any pitch: runs are compared by their intervals and the
// times between onsets. 0 where the melody is shorter than n notes.
func (m Melody) Recurrence(n int) float64 {
	return twice(m.runs(n))
}

// twice is the share of keys that are there at least twice; it sorts them.
func twice(keys []uint64) float64 {
	slices.Sort(keys)
	again := 0
	for i, key := range keys {
		if i > 0 && keys[i-1] == key || i+1 < len(keys) && keys[i+1] == key {
			again++
		}
	}
	return float64(again) / float64(max(1, len(keys)))
}

// MeanInterval is the mean size of the interval from note to note, in semitones.
func (m Melody) MeanInterval() float64 {
	sum := 0
	for i := 1; i < len(m.Notes); i++ {
		sum += abs(m.Notes[i].Pitch - m.Notes[i-1].Pitch)
	}
	return float64(sum) / float64(max(1, len(m.Notes)-1))
}

// Leaps is the share of intervals of five semitones or more.
func (m Melody) Leaps() float64 {
	leaps := 0
	for i := 1; i < len(m.Notes); i++ {
		if abs(m.Notes[i].Pitch-m.Notes[i-1].Pitch) >= 5 {
			leaps++
		}
	}
	return float64(leaps) / float64(max(1, len(m.Notes)-1))
}

// BarsAgain is the share of bars with notes that are equal, in onsets and pitches,
// to an earlier bar.
func (m Melody) BarsAgain() float64 {
	seen, again, sung := map[string]bool{}, 0, 0
	for _, bar := range m.byBar() {
		if len(bar) == 0 {
			continue
		}
		sung++
		key := make([]byte, 0, 2*len(bar))
		for _, n := range bar {
			key = append(key, byte(n.At%m.PerBar), byte(n.Pitch))
		}
		if seen[string(key)] {
			again++
		}
		seen[string(key)] = true
	}
	return float64(again) / float64(max(1, sung))
}

// byBar sorts the notes into bars by onset.
func (m Melody) byBar() [][]Note {
	out := make([][]Note, m.Bars)
	for _, n := range m.Notes {
		if b := n.At / m.PerBar; b < m.Bars {
			out[b] = append(out[b], n)
		}
	}
	return out
}

// Sounding is the share of the song's time in which the melody sounds.
func (m Melody) Sounding() float64 {
	sum := 0
	for _, n := range m.Notes {
		sum += n.Length
	}
	return float64(sum) / float64(max(1, m.Bars*m.PerBar))
}

// Range is the distance from the lowest to the highest note in semitones.
func (m Melody) Range() int {
	low, high := 127, 0
	for _, n := range m.Notes {
		low, high = min(low, n.Pitch), max(high, n.Pitch)
	}
	return max(0, high-low)
}

// PerBarSung is the mean number of notes in bars that have any.
func (m Melody) PerBarSung() float64 {
	sung := 0
	for _, bar := range m.byBar() {
		if len(bar) > 0 {
			sung++
		}
	}
	return float64(len(m.Notes)) / float64(max(1, sung))
}

func abs(x int) int {
	if x < 0 {
		return -x
	}
	return x
}
