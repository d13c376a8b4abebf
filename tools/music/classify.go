package main

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"bandstand/internal/measure"
	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// classifierFigures tell how well the styles can be told apart by simple features,
// each song by its nearest other song (leave one out).
func (b *batch) classifierFigures() []figure {
	if len(b.styles) < 2 {
		return nil
	}
	var out []figure
	for _, kind := range []struct {
		what    string
		feature func(*piece) []float64
		gated   bool
	}{
		{"styles told apart by notes, tempo and metre", notesFeatures, true},
		{"the same, without tempo, metre and swing", func(p *piece) []float64 { return notesFeatures(p)[timeFeatures:] }, false},
	} {
		all := make([][]float64, len(b.pieces))
		for i, p := range b.pieces {
			all[i] = kind.feature(p)
		}
		standardise(all)
		right, mistaken := 0, map[string]int{}
		for i, p := range b.pieces {
			if q := b.pieces[nearest(all, i)]; q.style == p.style {
				right++
			} else {
				mistaken[p.style.Name+" for "+q.style.Name]++
			}
		}
		x := float64(right) / float64(len(b.pieces))
		f := figure{what: kind.what, got: percent(x), want: "≥ 85 %", met: x >= .85,
			how: fmt.Sprintf("nearest neighbour, leave one out, %d features, no instruments; mistaken: %s", len(all[0]), most(mistaken, 4))}
		if !kind.gated {
			f.want, f.met = "–", true
		}
		out = append(out, f)
	}
	return out
}

// most names the most frequent of some counted things.
func most(count map[string]int, n int) string {
	var names []string
	for name := range count {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool {
		if count[names[i]] != count[names[j]] {
			return count[names[i]] > count[names[j]]
		}
		return names[i] < names[j]
	})
	text := ""
	for i, name := range names[:min(n, len(names))] {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%s %d×", name, count[name])
	}
	if text == "" {
		return "none"
	}
	return text
}

// standardise gives every feature mean 0 and deviation 1 over all songs; what is the
// same in all of them becomes 0.
func standardise(all [][]float64) {
	n := float64(len(all))
	for k := range all[0] {
		sum, squares := 0.0, 0.0
		for _, f := range all {
			sum, squares = sum+f[k], squares+f[k]*f[k]
		}
		mean := sum / n
		sd := math.Sqrt(max(0, squares/n-mean*mean))
		for _, f := range all {
			if f[k] -= mean; sd > 1e-9 {
				f[k] /= sd
			} else {
				f[k] = 0
			}
		}
	}
}

// nearest is the other song whose features are nearest to those of song i.
func nearest(all [][]float64, i int) int {
	best, distance := -1, math.Inf(1)
	for j, f := range all {
		d := 0.0
		for k, x := range f {
			d += (x - all[i][k]) * (x - all[i][k])
		}
		if j != i && d < distance {
			best, distance = j, d
		}
	}
	return best
}

// timeFeatures is how many of notesFeatures are of tempo, metre and swing.
const timeFeatures = 3

// voices of the drums whose places in the bar are features.
var voices = [][]theory.Pitch{{35, 36}, {37, 38, 39, 40}, {42, 44, 46}, {51, 53, 59}}

// notesFeatures are simple features of a song: tempo, metre, swing; how often each
// drum voice is struck on each eighth of the bar; how many notes each role plays a
// second, how high and how long; where the bass plays; what the chords are.
func notesFeatures(p *piece) []float64 {
	s := p.Song
	f := []float64{math.Log2(s.Tempo), float64(s.Meter.Beats) / float64(s.Meter.Unit), s.Swing}
	bars, perBar := float64(s.Bars), int(s.Meter.BarTicks()/(song.TicksPerQuarter/4))
	place := func(at int) int { return at % perBar * 8 / perBar }
	strokes := measure.Strokes(s)
	for _, keys := range voices {
		var hits [8]float64
		for _, x := range strokes {
			if slices.Contains(keys, x.Key) {
				hits[place(x.At)] += 1 / bars
			}
		}
		f = append(f, hits[:]...)
	}
	seconds := s.Seconds(s.Ticks())
	for _, role := range []string{song.Lead, song.Bass, song.Drums, song.Chords, song.Pad, song.Arp, song.Counter, song.Solo} {
		n, pitch, length := 0.0, 0.0, 0.0
		if part := s.Part(role); part != nil {
			for _, note := range part.Notes {
				n++
				pitch += float64(note.Pitch)
				length += s.Seconds(note.Length)
			}
		}
		f = append(f, n/seconds, pitch/max(1, n), length/max(1, n))
	}
	var bass [8]float64
	for _, n := range measure.Of(s, song.Bass).Notes {
		bass[place(n.At)] += 1 / bars
	}
	f = append(f, bass[:]...)
	minor, rich, changes, kinds := 0.0, 0.0, 0.0, map[theory.Chord]bool{}
	for i, c := range s.Chords {
		kinds[c.Chord] = true
		if tones := c.Chord.Tones(); len(tones) > 1 && tones[1] == 3 {
			minor++
		}
		if len(c.Chord.Tones()) > 3 {
			rich++
		}
		if i > 0 && c.Chord != s.Chords[i-1].Chord {
			changes++
		}
	}
	n := float64(max(1, len(s.Chords)))
	return append(f, minor/n, rich/n, changes/bars, float64(len(kinds)), p.Tune.MeanInterval(), p.Tune.PerBarSung(), p.Tune.Sounding())
}
