package measure

import (
	"math"
	"slices"

	"bandstand/internal/song"
)

// StillNeeded is how many of the StillGates a song must pass.
const StillNeeded = 8

// StillGates are the gates of slow music without a sung melody, such as ambient:
// they look at the whole band, since the lead is but a colour in it. No corpus of such
// music was measured. The ranges are what makes it what it is, as its makers say
// (Eno's notes to "Music for Airports", 1978: as ignorable as it is interesting):
// slow and even change, much room, few events, no harshness, and chords that come
// again without standing still. They are set so that what is left of such songs when
// bars or pitches are shuffled fails.
func StillGates(s *song.Song) []Gate {
	return []Gate{
		{"seconds a chord", chordSeconds(s), 3, 20},
		{"onsets a second", onsets(s), .3, 4},
		{"register", register(s), 30, 60},
		{"fit to chords", chordFit(s), .85, 1},
		{"consonance", consonance(s), .93, 1},
		{"sounding", covered(s), .97, 1},
		{"chords again", chordsAgain(s), .40, .98},
		{"structure", bandStructure(s), .30, .65},
		{"change of level", levelChange(s), 0, 1.5},
	}
}

// chordSeconds is how long a chord lasts on average, in seconds.
func chordSeconds(s *song.Song) float64 {
	changes := 0
	for i, c := range s.Chords {
		if i == 0 || c.Chord != s.Chords[i-1].Chord {
			changes++
		}
	}
	return s.Seconds(s.Ticks()) / float64(max(1, changes))
}

// onsets is the number of notes that begin in a second, of all parts; notes of a
// chord, within a sixteenth in a part, are one.
func onsets(s *song.Song) float64 {
	n := 0
	for _, p := range s.Parts {
		last := -song.TicksPerQuarter
		for _, note := range p.Notes {
			if note.Start-last >= song.TicksPerQuarter/4 {
				n++
				last = note.Start
			}
		}
	}
	return float64(n) / max(1, s.Seconds(s.Ticks()))
}

// pitched calls yield with every note that is not of the drums.
func pitched(s *song.Song, yield func(n song.Note)) {
	for _, p := range s.Parts {
		if !p.IsDrums() {
			for _, n := range p.Notes {
				yield(n)
			}
		}
	}
}

// register is the distance, in semitones, between the pitches below which 5 % and
// 95 % of all sounding time lie.
func register(s *song.Song) float64 {
	var time [128]song.Tick
	var all song.Tick
	pitched(s, func(n song.Note) { time[n.Pitch] += n.Length; all += n.Length })
	low, high := 0, 0
	var sum song.Tick
	for pitch, t := range time {
		if sum*20 < all {
			low = pitch
		}
		if sum*20 < 19*all {
			high = pitch
		}
		sum += t
	}
	return float64(high - low)
}

// chordFit is the share (0–1) of sounding time in which notes belong to the chord
// that sounded when they began, all its tones.
func chordFit(s *song.Song) float64 {
	var inside, all song.Tick
	pitched(s, func(n song.Note) {
		all += n.Length
		// A note that is struck a little before its bar belongs to the bar.
		if s.ChordAt(n.Start + song.TicksPerQuarter/8).Has(n.Pitch.Class()) {
			inside += n.Length
		}
	})
	return float64(inside) / float64(max(1, all))
}

// sounding are the pitches that sound in the middle of every sixteenth, each once.
func sounding(s *song.Song) [][]int {
	const step = song.TicksPerQuarter / 4
	out := make([][]int, int(s.Ticks()/step))
	pitched(s, func(n song.Note) {
		for at := max(0, (n.Start+step/2-1)/step); at < song.Tick(len(out)) && at*step+step/2 < n.End(); at++ {
			if !slices.Contains(out[at], int(n.Pitch)) {
				out[at] = append(out[at], int(n.Pitch))
			}
		}
	})
	return out
}

// consonance is the share (0–1) of all pairs of pitches that sound together which are
// neither a semitone (or that and octaves: 1, 13, 25) nor a tritone: the intervals
// that beat and pull. Whole tones and major sevenths are what slow chords are coloured
// with. Of random pairs 10 in 12 are consonant.
func consonance(s *song.Song) float64 {
	pairs, soft := 0, 0
	for _, pitches := range sounding(s) {
		for i, a := range pitches {
			for _, b := range pitches[:i] {
				pairs++
				if d := abs(a-b) % 12; d != 1 && d != 6 {
					soft++
				}
			}
		}
	}
	return float64(soft) / float64(max(1, pairs))
}

// covered is the share (0–1) of sixteenths in which something sounds.
func covered(s *song.Song) float64 {
	n := 0
	steps := sounding(s)
	for _, pitches := range steps {
		if len(pitches) > 0 {
			n++
		}
	}
	return float64(n) / float64(max(1, len(steps)))
}

// chordsAgain is the share (0–1) of runs of four chords that occur at least twice.
func chordsAgain(s *song.Song) float64 {
	const run = 4
	var changes []uint64
	for i, c := range s.Chords {
		if i == 0 || c.Chord != s.Chords[i-1].Chord {
			changes = append(changes, uint64(c.Chord.Root)<<16|uint64(c.Chord.Mask()))
		}
	}
	var keys []uint64
	for i := 0; i+run <= len(changes); i++ {
		h := uint64(run)
		for _, c := range changes[i : i+run] {
			h = mixed(h ^ c)
		}
		keys = append(keys, h)
	}
	return twice(keys)
}

// bandStructure is the Structure, from four bars on, of all that is not drums.
func bandStructure(s *song.Song) float64 {
	m := Melody{Bars: s.Bars, PerBar: perBar(s)}
	for _, p := range s.Parts {
		if p.IsDrums() {
			continue
		}
		late := lateness(p.Notes, s.Swing)
		for _, n := range p.Notes {
			m.Notes = append(m.Notes, Note{At: grid(n.Start-late, s.Swing), Length: 1, Pitch: int(n.Pitch)})
		}
	}
	return m.Structure(4, s.Bars)
}

// levelChange is the median change of written level (see energy) from a bar to the
// next, in dB.
func levelChange(s *song.Song) float64 {
	level := make([]float64, s.Bars)
	for _, p := range s.Parts {
		for _, n := range p.Notes {
			// A held note sounds in all its bars, each its share.
			whole := energy(s, p, n) / float64(n.Length)
			for bar := int(n.Start / s.Meter.BarTicks()); bar < s.Bars && s.BarStart(bar) < n.End(); bar++ {
				level[bar] += whole * float64(min(n.End(), s.BarStart(bar+1))-max(n.Start, s.BarStart(bar)))
			}
		}
	}
	var steps []float64
	for i := 1; i < len(level); i++ {
		if level[i] > 0 && level[i-1] > 0 {
			steps = append(steps, math.Abs(10*math.Log10(level[i]/level[i-1])))
		}
	}
	if len(steps) == 0 {
		return 0
	}
	slices.Sort(steps)
	return steps[len(steps)/2]
}
