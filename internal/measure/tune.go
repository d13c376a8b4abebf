package measure

import (
	"math"
	"slices"

	"bandstand/internal/song"
)

// Steps is the share (0–1) of intervals of at most two semitones: unisons and steps.
func (m Melody) Steps() float64 { return m.intervals(0, 2) }

// BeyondOctave is the share (0–1) of intervals of more than twelve semitones.
func (m Melody) BeyondOctave() float64 { return m.intervals(13, 127) }

// intervals is the share of intervals of low to high semitones, both included.
func (m Melody) intervals(low, high int) float64 {
	n := 0
	for i := 1; i < len(m.Notes); i++ {
		if d := abs(m.Notes[i].Pitch - m.Notes[i-1].Pitch); d >= low && d <= high {
			n++
		}
	}
	return float64(n) / float64(max(1, len(m.Notes)-1))
}

// diatonic is the major scale, a bit a semitone above its tonic.
const diatonic = 1<<0 | 1<<2 | 1<<4 | 1<<5 | 1<<7 | 1<<9 | 1<<11

// ScaleConsistency is the share (0–1) of notes that belong to the diatonic scale
// that fits best, whatever key the song claims to be in. After Mogren, "C-RNN-GAN"
// (2016), with the twelve diatonic scales as the standard ones.
func (m Melody) ScaleConsistency() float64 {
	best := 0
	for tonic := range 12 {
		n := 0
		for _, note := range m.Notes {
			n += diatonic >> ((note.Pitch - tonic + 132) % 12) & 1
		}
		best = max(best, n)
	}
	return float64(best) / float64(max(1, len(m.Notes)))
}

// PitchEntropy is the entropy of the melody's pitch classes by number of notes, in
// bits: 0 for one class alone, log2(12) = 3.58 for all twelve alike. After Wu and
// Yang, "The Jazz Transformer on the Front Line" (2020), over the whole song.
func (m Melody) PitchEntropy() float64 {
	var count [12]int
	for _, n := range m.Notes {
		count[n.Pitch%12]++
	}
	bits := 0.0
	for _, c := range count {
		if c > 0 {
			p := float64(c) / float64(len(m.Notes))
			bits -= p * math.Log2(p)
		}
	}
	return bits
}

// rest is how far apart, in sixteenths, the onsets of notes are between which a
// phrase ends: the rule by which RS200's phrases were found (corpus/README.md).
const rest = 8

// PhraseEnds is how long the last note of a phrase is, on average, in mean lengths
// of a note. A phrase ends where the next onset is at least half a bar of 4/4 away.
// False where there are fewer than two phrases.
func (m Melody) PhraseEnds() (times float64, ok bool) {
	all, last, ends := 0, 0, 0
	for i, n := range m.Notes {
		all += n.Length
		if i+1 == len(m.Notes) || m.Notes[i+1].At-n.At >= rest {
			last += n.Length
			ends++
		}
	}
	if ends < 2 || ends == len(m.Notes) {
		return 0, false
	}
	return float64(last) / float64(ends) / (float64(all) / float64(len(m.Notes))), true
}

// ChordTones is the share (0–1) of notes struck on the strong beats (see strong)
// that belong to the triad that sounds there: root, fifth, and third or what is
// suspended in its place. Sevenths and ninths do not count, as in the measured
// corpora. False where no note is on a strong beat.
func ChordTones(s *song.Song, m Melody) (share float64, ok bool) {
	all, inside := 0, 0
	for _, n := range m.Notes {
		if n.At%strong(s.Meter, m.PerBar) != 0 {
			continue
		}
		all++
		chord := s.ChordAt(song.Tick(n.At) * song.TicksPerQuarter / 4)
		above := (n.Pitch - int(chord.Root) + 132) % 12
		if triad(chord.Tones())>>above&1 == 1 {
			inside++
		}
	}
	return float64(inside) / float64(max(1, all)), all > 0
}

// strong is the distance of strong beats in sixteenths: beats 1 and 3 of 4/4, 1 and
// 4 of 6/8, 1 and 3 of the four of 12/8; in three, five or seven only the first.
func strong(meter song.Meter, perBar int) int {
	if meter.Beats%2 == 0 {
		return max(1, perBar/2)
	}
	return max(1, perBar)
}

// triad is the root, third and fifth among a chord's tones, a bit each. The fifth
// of a chord that leaves it out (a 13) counts; a suspended chord has its second or
// fourth for a third, and a power chord leaves open which third is meant: both count.
func triad(tones []uint8) int {
	mask := 1
	has := func(classes ...uint8) bool {
		for _, t := range tones {
			if slices.Contains(classes, t) {
				mask |= 1 << t
				return true
			}
		}
		return false
	}
	if !has(6, 7, 8) {
		mask |= 1 << 7
	}
	if !has(3, 4) && !has(2, 5) {
		mask |= 1<<3 | 1<<4
	}
	return mask
}
