package compose

import (
	"math"

	"bandstand/internal/band"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

// hearing is the plain arrangement as all robots hear it, by steps of the song.
type hearing struct {
	sc      *score
	pulse   int            // steps of a beat
	beats   int            // in a bar, the last one perhaps shorter
	tune    []theory.Pitch // what the tune has there, 0 where it rests
	sung    []bool         // a note of it begins
	kick    []bool         // the groove's kick drum
	bass    []bool         // the groove's bass
	changes []bool         // the chord is new
}

// listen takes in the plain arrangement: the tune as it is sung, the groove as the
// style's patterns have it.
func (sc *score) listen() *hearing {
	steps := sc.bars * sc.bar
	h := &hearing{sc: sc, pulse: 4, tune: make([]theory.Pitch, steps), sung: make([]bool, steps), kick: make([]bool, steps),
		bass: make([]bool, steps), changes: make([]bool, steps)}
	if sc.meter.Unit == 8 && sc.meter.Beats%3 == 0 {
		h.pulse = 6
	}
	h.beats = (sc.bar + h.pulse - 1) / h.pulse
	for _, p := range sc.parts {
		if p.role == song.Lead || p.role == song.Solo {
			h.sing(p.events)
		}
	}
	for _, c := range sc.chords {
		if c.at < steps {
			h.changes[c.at] = true
		}
	}
	for i := range sc.sections {
		s := &sc.sections[i]
		a := sc.kinds[s.spec.Name]
		if a == nil {
			continue
		}
		kick, bass := a.beat(s)["kick"], a.pattern(song.Bass)
		for step := range s.bars * sc.bar {
			at := s.start*sc.bar + step
			letter := kick.At(step)
			h.kick[at] = s.plays(song.Drums) && (letter == 'X' || letter == 'x')
			letter = bass.At(step)
			h.bass[at] = s.plays(song.Bass) && len(bass.Steps) > 0 && letter != '.' && letter != '-'
		}
	}
	return h
}

// sing takes in one part of the tune.
func (h *hearing) sing(events []event) {
	for _, e := range events {
		if e.length < style.Step/2 || e.at%style.Step != 0 { // a grace note
			continue
		}
		step := stepOf(e.at)
		for s := step; s < len(h.tune) && ticks(s) < e.at+e.length; s++ {
			h.tune[s] = e.pitch
		}
		if step < len(h.sung) {
			h.sung[step] = true
		}
	}
}

// on says whether a step of a bar is on a beat.
func (h *hearing) on(i int) bool { return i%h.pulse == 0 }

// senses is what a robot hears at a moment.
func (h *hearing) senses(m *moment, b *bender) band.Senses {
	var in band.Senses
	set := func(s band.Sense, is bool) {
		if is {
			in[s] = band.One
		}
	}
	off, beat := m.i%h.pulse, m.i/h.pulse
	set(band.Beat, off == 0)
	set(band.And, off > 0 && off%2 == 0)
	set(band.A, off == h.pulse-1)
	set(band.E, off%2 == 1 && off < h.pulse-1)
	set(band.First, beat == 0)
	set(band.Back, beat%2 == 1 || h.beats == 3 && beat > 0)
	set(band.Last, beat == h.beats-1)
	bar := m.bar - b.section.start
	set(band.Pair, bar%2 == 1)
	set(band.Fourth, bar%4 == 3)
	in[band.Energy] = int8(math.Round(band.One * max(-1, min(1, (b.section.energy-.6)/.25))))
	switch b.section.end() - m.bar {
	case 1:
		in[band.Ends] = band.One
	case 2:
		in[band.Ends] = band.One / 2
	}
	set(band.Starts, bar == 0)
	set(band.Change, h.changes[m.step])
	set(band.Before, h.change(m.step+1) || h.change(m.step+2))
	set(band.SungOn, h.sung[m.step])
	set(band.SungHold, h.tune[m.step] != 0 && !h.sung[m.step])
	set(band.SungRest, h.tune[m.step] == 0)
	set(band.Kick, h.kick[m.step])
	set(band.Own1, b.played[1][m.i])
	set(band.Own2, b.played[2][m.i])
	if len(m.here) > 0 {
		in[band.Own] = band.One
		b.own(&in, m)
	}
	return in
}

// own is what a robot hears of its own note.
func (b *bender) own(in *band.Senses, m *moment) {
	e := m.here[0]
	if e.length >= ticks(b.hear.pulse)*3/4 {
		in[band.Long] = band.One
	}
	if b.role == song.Drums {
		return
	}
	switch chord := b.sc.chord(m.step); (e.pitch.Class() + 12 - chord.Root) % 12 {
	case 0:
		in[band.Tone] = band.One
	case 7:
		in[band.Tone] = band.One / 2
	default:
		in[band.Tone] = -band.One
		if chord.Has(e.pitch.Class()) {
			in[band.Tone] = band.One / 4
		}
	}
	if before := b.before(m.step); before > 0 && e.pitch != before {
		in[band.Rise] = band.One
		if e.pitch < before {
			in[band.Rise] = -band.One
		}
	}
}

// before is the pitch of the plain part's note before a step, or 0.
func (b *bender) before(step int) theory.Pitch {
	for i := b.from[step] - 1; i >= 0; i-- {
		if b.plain[i].length >= style.Step/2 {
			return b.plain[i].pitch
		}
	}
	return 0
}

func (h *hearing) change(step int) bool { return step < len(h.changes) && h.changes[step] }
