package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"bandstand/internal/measure"
	"bandstand/internal/song"
)

// notes is how two performances differ as notes: medians or means over the parts that
// both have, without the tune where it says so.
type notes struct {
	onsets  float64 // share of onsets (part, sixteenth) that only one of them has; without lead and solo
	pitches float64 // the same of (part, sixteenth, pitch)
	force   float64 // mean difference of the mean velocity at each step of the bar, of 127
	place   float64 // the same of the time off the grid, ms
	sounds  float64 // share of parts on another instrument
	tune    float64 // share of the lead's notes (sixteenth, pitch class, relative to each other) that both have
}

type stroke struct{ step, pitch int }

// sixteenth is the step of a note, and how far it is from there in ticks.
func sixteenth(n song.Note) (step int, off float64) {
	const size = song.TicksPerQuarter / 4
	step = int((n.Start + size/2) / size)
	return step, float64(n.Start - song.Tick(step)*size)
}

// compare measures two songs of one brief.
func compare(a, b *song.Song) notes {
	var out notes
	var onset, pitch dice
	parts, forced := 0.0, 0.0
	for i := range a.Parts {
		p, q := &a.Parts[i], b.Part(a.Parts[i].Role)
		if q == nil {
			continue
		}
		parts++
		if p.Program != q.Program || p.Bank != q.Bank {
			out.sounds++
		}
		force, place, n := profiles(a, p, q)
		out.force, out.place, forced = out.force+force*n, out.place+place*n, forced+n
		if p.Role == song.Lead || p.Role == song.Solo {
			continue
		}
		onset.add(strokes(p, false), strokes(q, false))
		pitch.add(strokes(p, true), strokes(q, true))
	}
	out.onsets, out.pitches = 1-onset.share(), 1-pitch.share()
	out.force, out.place, out.sounds = out.force/max(1, forced), out.place/max(1, forced), out.sounds/max(1, parts)
	var tune dice
	tune.add(tuneOfSong(a), tuneOfSong(b))
	out.tune = tune.share()
	return out
}

// strokes is the set of a part's onsets, with their pitches or without.
func strokes(p *song.Part, pitches bool) map[stroke]bool {
	out := map[stroke]bool{}
	for _, n := range p.Notes {
		step, _ := sixteenth(n)
		s := stroke{step: step}
		if pitches || p.IsDrums() {
			s.pitch = int(n.Pitch)
		}
		out[s] = true
	}
	return out
}

// tuneOfSong is the set of the lead's notes by pitch class: an octave does not make
// another tune.
func tuneOfSong(s *song.Song) map[stroke]bool {
	out := map[stroke]bool{}
	for _, n := range measure.Of(s, song.Lead).Notes {
		out[stroke{n.At, n.Pitch % 12}] = true
	}
	return out
}

// dice adds up overlaps of sets: 2·both/(a+b).
type dice struct{ both, all int }

func (d *dice) add(a, b map[stroke]bool) {
	for s := range a {
		if b[s] {
			d.both++
		}
	}
	d.all += len(a) + len(b)
}

func (d *dice) share() float64 {
	if d.all == 0 {
		return 1
	}
	return 2 * float64(d.both) / float64(d.all)
}

// profiles is how the mean force and place at each step of the bar differ, weighted
// by how often both play there, and how many steps that are.
func profiles(s *song.Song, p, q *song.Part) (force, place, n float64) {
	bar := int(s.Meter.BarTicks() / (song.TicksPerQuarter / 4))
	ms := 60000 / s.Tempo / float64(song.TicksPerQuarter)
	a, b := profile(p, bar), profile(q, bar)
	for i := range bar {
		if a[i][2] < 4 || b[i][2] < 4 {
			continue
		}
		force += math.Abs(a[i][0]/a[i][2] - b[i][0]/b[i][2])
		place += ms * math.Abs(a[i][1]/a[i][2]-b[i][1]/b[i][2])
		n++
	}
	return force / max(1, n), place / max(1, n), n
}

// profile is the sums of velocity and of ticks off the grid, and the count, by step.
func profile(p *song.Part, bar int) [][3]float64 {
	out := make([][3]float64, bar)
	for _, n := range p.Notes {
		step, off := sixteenth(n)
		sum := &out[step%bar]
		sum[0] += float64(n.Velocity)
		sum[1] += off
		sum[2]++
	}
	return out
}

// again is a song played once more by the same band: other noise on force and time, as
// human as the style says. The sizes are those of compose/perform.go.
func again(s *song.Song, human float64) *song.Song {
	r := rand.New(rand.NewPCG(1, 1))
	out := *s
	out.Parts = slices.Clone(s.Parts)
	ms := s.Tempo * float64(song.TicksPerQuarter) / 60000
	for i := range out.Parts {
		p := &out.Parts[i]
		p.Notes = slices.Clone(p.Notes)
		sd, force := 5.5*human, 7*(.25+.75*human)
		if p.IsDrums() {
			sd = 4 * human
		}
		velocity, time := 0.0, 0.0
		const lag = .36
		fresh := math.Sqrt(2 * (1 - lag*lag))
		last := song.Tick(-1)
		for k := range p.Notes {
			n := &p.Notes[k]
			if n.Start-last > 20 {
				velocity = lag*velocity + fresh*force*r.NormFloat64()
				time = lag*time + fresh*sd*r.NormFloat64()
				last = n.Start
			}
			n.Velocity = uint8(min(127, max(1, float64(n.Velocity)+velocity)))
			n.Start = max(0, n.Start+song.Tick(math.Round(time*ms)))
		}
		slices.SortStableFunc(p.Notes, func(a, b song.Note) int { return int(a.Start - b.Start) })
	}
	return &out
}

// onInstrumentsOf is a song on another band's instruments and levels.
func onInstrumentsOf(s, other *song.Song) *song.Song {
	out := *s
	out.Parts = slices.Clone(s.Parts)
	for i := range out.Parts {
		p := &out.Parts[i]
		if o := other.Part(p.Role); o != nil {
			p.Program, p.Bank, p.GainDB, p.Pan, p.Reverb = o.Program, o.Bank, o.GainDB, o.Pan, o.Reverb
		}
	}
	out.GainDB = other.GainDB
	return &out
}
