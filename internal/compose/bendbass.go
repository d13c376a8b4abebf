package compose

import (
	"bandstand/internal/band"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

// lockWanted is the share of a bass's onsets that fall on the kick in a band that is
// locked (MUSIC.md: ≥ 70 %), with room for a few more notes beside it.
const lockWanted = .8

// loose says whether the bass may strike beside the kick without the band falling
// apart: it is locked by a wide margin, or the style does not lock at all.
func (b *bender) loose() bool {
	on, all := 0, 0
	for step, kick := range b.hear.kick {
		if len(b.at(step)) > 0 {
			all++
			if kick {
				on++
			}
		}
	}
	share := float64(on) / float64(max(1, all))
	return share >= lockWanted || share < .6
}

// bassStep bends a step of the bass: weak notes come or go with the kick, octaves and
// fifths, ways to the next root. Where the bar begins or the chord changes the plain
// note stays.
func (b *bender) bassStep(m *moment) {
	if len(m.here) == 0 {
		switch {
		case b.approach(m):
		case m.yes(band.Play) && b.hear.kick[m.step] && b.open(m, 2):
			b.strikeRoot(m, 84)
		case m.yes(band.Play) && b.free && (m.bar-b.section.start)%2 == 1 && m.i >= b.sc.bar-b.hear.pulse && m.i%2 == 0 && b.open(m, 1):
			b.strikeRoot(m, 80)
		}
		return
	}
	if len(m.here) > 1 { // not one line: leave it
		b.out = append(b.out, m.here...)
		return
	}
	e := &m.here[0]
	chord := b.sc.chord(m.step)
	if !m.strong {
		if m.no(band.Play) && !m.on && !b.hear.kick[m.step] && b.spare() {
			b.left++
			return
		}
		switch root := e.pitch.Class() == chord.Root; {
		case m.yes(band.Flourish) && b.leads(m):
			e.pitch = b.towards(m.step + 2)
		case root && m.yes(band.Degree):
			e.pitch = b.octave(e.pitch)
		case root && m.no(band.Degree):
			e.pitch = b.fifth(e.pitch, chord, m)
		}
	}
	m.colour(e, 9, 6)
	b.stretch(m, e, 30, 45)
	b.out = append(b.out, *e)
}

// leads says whether the chord changes in an eighth and the bass will be there.
func (b *bender) leads(m *moment) bool {
	return b.hear.change(m.step+2) && len(b.at(m.step+2)) > 0 && b.sc.chord(m.step+2).Root != b.sc.chord(m.step).Root
}

// approach adds a note that leads to the next chord's root: in every other bar, or
// where the kick strikes it too.
func (b *bender) approach(m *moment) bool {
	if !m.yes(band.Flourish) || !b.leads(m) || len(b.at(m.step+1)) > 0 || !b.open(m, 1) {
		return false
	}
	if !b.hear.kick[m.step] && (!b.free || (m.bar-b.section.start)%2 == 0) {
		return false
	}
	b.added++
	b.cut(m.tick)
	e := event{at: m.tick, length: 2 * style.Step, pitch: b.towards(m.step + 2), velocity: 80}
	m.colour(&e, 9, 6)
	b.out = append(b.out, e)
	return true
}

// towards is a step of the scale from the root that the bass will strike at a step,
// a semitone where the scale has none, on the side that it comes from.
func (b *bender) towards(step int) theory.Pitch {
	target := int(b.at(step)[0].pitch)
	side := 1
	if int(b.last) < target {
		side = -1
	}
	for _, move := range [3]int{2 * side, side, -side} {
		p := target + move
		if b.within(p) && (b.sc.key.InScale(theory.Pitch(p).Class()) || move != 2*side) {
			return theory.Pitch(p)
		}
	}
	return theory.Pitch(target)
}

// strikeRoot adds a short root.
func (b *bender) strikeRoot(m *moment, velocity float64) {
	best, class := -1, b.sc.chord(m.step).Root
	for p := int(b.low); p <= int(b.high); p++ {
		if theory.Pitch(p).Class() == class && (best < 0 || distance(p, int(b.last)) < distance(best, int(b.last))) {
			best = p
		}
	}
	if best < 0 {
		return
	}
	b.added++
	b.cut(m.tick)
	e := event{at: m.tick, length: min(2*style.Step, b.room(m.step)) * 9 / 10, pitch: theory.Pitch(best), velocity: velocity}
	m.colour(&e, 9, 6)
	b.out = append(b.out, e)
}

// octave is the note an octave up, or down where the instrument ends.
func (b *bender) octave(p theory.Pitch) theory.Pitch {
	for _, move := range [2]int{12, -12} {
		if q := int(p) + move; b.within(q) {
			return theory.Pitch(q)
		}
	}
	return p
}

// fifth is the chord's fifth below a root, or above where the instrument ends; the
// root where it would bite the tune on a beat.
func (b *bender) fifth(root theory.Pitch, chord theory.Chord, m *moment) theory.Pitch {
	for _, t := range chord.Tones() {
		if t < 6 || t > 8 {
			continue
		}
		for _, move := range [2]int{int(t) - 12, int(t)} {
			if q := int(root) + move; b.within(q) && (!m.on || !b.bites(theory.Pitch(q), m.step)) {
				return theory.Pitch(q)
			}
		}
	}
	return root
}

// A bass's onsets on the groove's kick, and all of them: for those who measure.
func (h *hearing) lock(events []event) (on, all int) {
	var last song.Tick = -1
	for _, e := range events {
		if e.at == last || e.at%style.Step != 0 || stepOf(e.at) >= len(h.kick) {
			continue
		}
		last = e.at
		all++
		if h.kick[stepOf(e.at)] {
			on++
		}
	}
	return on, all
}
