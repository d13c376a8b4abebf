package balance

import (
	"math"

	"bandstand/internal/loudness"
	"bandstand/internal/mix"
	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// Target is the integrated loudness that every song is brought to, in LUFS.
const Target = -14.0

// What a song's gain may be, in dB.
const lowestGain, highestGain = -40.0, 36.0

// Gain is the gain in dB that brings a song, through the station's master chain, to
// Target: the energy of its notes is added up cell by cell, with what its room adds, and the
// master chain is followed along it.
func Gain(s *song.Song) float64 { return Foresee(s).Gain() }

// Gain is the gain in dB that brings the sound of a sketch, through the master chain, to Target.
func (s Sketch) Gain() float64 {
	f := mix.NewForecast(s.Plain, s.Peak)
	turned := make([]float32, len(s.Weighted))
	out := make([]float32, len(s.Weighted))
	// Most songs are turned down by some 2 dB in the end, and of a decibel more the chain
	// keeps about four tenths; from the second step on the last one says how much.
	gain, slope := Target-loudness.Integrated(s.Weighted)+3, .6
	was, before := 0.0, 0.0
	for step := range 5 {
		now := s.mastered(f, gain, turned, out)
		if math.Abs(Target-now) < .02 {
			break
		}
		if step > 0 && math.Abs(gain-before) > .01 {
			slope = max(.25, min(1, (now-was)/(gain-before)))
		}
		was, before = now, gain
		gain += max(-8, min(8, (Target-now)/slope))
	}
	return rounded(max(lowestGain, min(highestGain, gain)))
}

// mastered is the loudness, in LUFS, of the sketch through the master chain at a gain.
func (s Sketch) mastered(f *mix.Forecast, gain float64, turned, out []float32) float64 {
	f.Turn(gain, turned)
	for i, e := range s.Weighted {
		out[i] = e * turned[i]
	}
	return loudness.Integrated(out) + gain
}

// Foresee is what a song's notes give, all parts and the room together.
func Foresee(s *song.Song) Sketch {
	m := newMixer(s)
	for i := range s.Parts {
		m.hear(&s.Parts[i])
		m.add(s.Parts[i].GainDB)
	}
	return m.done()
}

// Mix brings every part to its level, and the song to Target: it sets all their GainDB. A
// level is how loud the part shall be while it plays, in LU above the nominal loudness:
// so that whatever instrument plays it, high or low, dense or sparse, it keeps its place in the mix.
func Mix(s *song.Song, levels []float64) {
	m := newMixer(s)
	for i := range s.Parts {
		p := &s.Parts[i]
		gain := levels[i] + nominal - m.hear(p)
		if p.IsDrums() {
			gain = min(gain, levels[i]+nominal-beat(int(p.Program))+drumsBend)
		}
		p.GainDB = rounded(max(lowestPart, min(highestPart, gain)))
		m.add(p.GainDB)
	}
	s.GainDB = m.done().Gain()
}

const (
	// nominal is the loudness, in LUFS, of a part of level 0 before the song's own gain.
	nominal = -30.0
	// What a part's gain may be, in dB.
	lowestPart, highestPart = -40.0, 20.0
	// drumsBend is by how many dB at most a kit is turned up for playing less than a
	// beat: a lone cymbal is not to be as loud as one.
	drumsBend = 4.0
)

// mixer adds up the parts of a song.
type mixer struct {
	song             *song.Song
	whole, sent, own Sketch
	back             float64 // of the energy of own, what comes back from the room
}

func newMixer(s *song.Song) *mixer {
	cells := cellsOf(s)
	return &mixer{song: s, whole: newSketch(cells), sent: newSketch(cells), own: newSketch(cells)}
}

// hear takes a part in hand; it returns its loudness in LUFS at a gain of 0 dB, with its room.
func (m *mixer) hear(p *song.Part) float64 {
	m.own.clear()
	room := m.own.add(m.song, p)
	send := sendScale * p.Reverb * m.song.Reverb
	m.back = send * send * room * echoes(m.song.Reverb) / echoes(middleRoom)
	return loudness.Integrated(m.own.Weighted) + 10*math.Log10(1+m.back)
}

// add puts the part in hand into the mix.
func (m *mixer) add(gainDB float64) {
	gain := ratio(float32(gainDB))
	back := float32(m.back) * gain
	for c, e := range m.own.Weighted {
		if e > 0 {
			m.whole.Weighted[c] += gain * e
			m.whole.Plain[c] += gain * m.own.Plain[c]
			m.whole.Peak[c] += peaksMeet * gain * m.own.Peak[c]
			m.sent.Weighted[c] += back * e
			m.sent.Plain[c] += back * m.own.Plain[c]
		}
	}
}

// done is the whole, with the room.
func (m *mixer) done() Sketch {
	m.whole.echo(m.sent, m.song.Reverb)
	m.whole.fade(m.song)
	return m.whole
}

// fade is the song's own.
func (s Sketch) fade(of *song.Song) {
	if of.Fade <= 0 {
		return
	}
	from, to := of.FadeSpan()
	first, last := of.Seconds(from)/loudness.CellSeconds, of.Seconds(to)/loudness.CellSeconds
	for c := max(0, int(first)); c < len(s.Weighted); c++ {
		g := float32(song.FadeGain((float64(c) + .5 - first) / (last - first)))
		s.Weighted[c] *= g * g
		s.Plain[c] *= g * g
		s.Peak[c] *= g * g
	}
}

// beat is the loudness, in LUFS, of a drum kit: of a plain rock beat at 120 BPM.
func beat(kit int) float64 {
	p := song.Part{Role: song.Drums, Program: uint8(kit)}
	for i := range song.Tick(16) {
		strike := func(key theory.Pitch) {
			p.Notes = append(p.Notes, song.Note{Start: i * song.TicksPerQuarter / 2, Length: 120, Pitch: key, Velocity: MiddleVelocity})
		}
		strike(42)
		switch i % 4 {
		case 0:
			strike(36)
		case 2:
			strike(38)
		}
	}
	s := &song.Song{Tempo: 120, Meter: song.Meter{Beats: 4, Unit: 4}, Bars: 2}
	return newMixer(s).hear(&p)
}

const (
	sendScale  = 2.2 // of synth: what a part's and a song's reverb of 1 send
	middleRoom = .5  // the size of the room that the table was measured in
	// peaksMeet is by how much the peaks of a song are higher than their energies add
	// up to, since now and then they meet: the median of 54 rendered songs of 18 styles.
	peaksMeet = 1.45
	// roomCrest is the peak of a room's noise over its energy.
	roomCrest = 6
)

// echoes is how often a sound goes round in a room of a size before it has died
// away, up to a constant: synth's decay over its delays.
func echoes(size float64) float64 { return (.5 + 2*size) / (.7 + .5*size) }

// echo adds what comes back from the room: it arrives late and dies away.
func (s Sketch) echo(sent Sketch, size float64) {
	const floor = 1e-14
	keep := float32(math.Exp(-loudness.CellSeconds * 2 * math.Log(1000) / (.5 + 2*size)))
	late := 3
	weighted, plain := float32(0), float32(0)
	for c := range s.Weighted {
		if c >= late {
			weighted = keep*weighted + (1-keep)*sent.Weighted[c-late]
			plain = keep*plain + (1-keep)*sent.Plain[c-late]
		}
		if weighted > floor {
			s.Weighted[c] += weighted
			s.Plain[c] += plain
			s.Peak[c] += roomCrest * plain
		}
	}
}

func rounded(x float64) float64 { return math.Round(100*x) / 100 }

// Mastered is the loudness, in LUFS, of the sketch's sound through the master chain at a gain in dB.
func (s Sketch) Mastered(gain float64) float64 {
	n := len(s.Weighted)
	return s.mastered(mix.NewForecast(s.Plain, s.Peak), gain, make([]float32, n), make([]float32, n))
}
