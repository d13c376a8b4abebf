package compose

import (
	"slices"

	"bandstand/internal/band"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

// chordStep bends a step of a part that plays chords: strokes are left out, added or
// come an eighth early; voicings thin out or open.
func (b *bender) chordStep(m *moment) {
	if b.moved[m.step] {
		return
	}
	if len(m.here) == 0 {
		if !b.anticipate(m) && m.yes(band.Play) {
			b.again(m)
		}
		return
	}
	if m.no(band.Play) && !m.strong && b.spare() {
		b.left++
		return
	}
	for _, e := range b.voiced(m) {
		m.colour(&e, 11, 8)
		b.stretch(m, &e, 30, 50)
		b.out = append(b.out, e)
	}
}

// voiced is a chord as the robot voices it: without its lowest note, or with it an
// octave up where that stays below the tune and clear of it.
func (b *bender) voiced(m *moment) []event {
	n := len(m.here)
	switch {
	case n < 3:
	case m.no(band.Degree):
		return m.here[1:]
	case m.yes(band.Degree):
		up := m.here[0].pitch + 12
		tune := b.hear.tune[m.step]
		taken := slices.ContainsFunc(m.here, func(e event) bool { return e.pitch == up })
		if up <= b.top && !taken && (tune == 0 || up+2 < tune) && !b.bites(up, m.step) {
			m.here[0].pitch = up
		}
	}
	return m.here
}

// anticipate strikes the chord of the beat after the next sixteenth already now.
func (b *bender) anticipate(m *moment) bool {
	next := m.step + 2
	if !m.yes(band.Flourish) || b.role == song.Pad || !b.hear.on(next%b.sc.bar) || len(b.at(m.step+1)) > 0 || next/b.sc.bar >= min(b.sc.bars-1, b.section.end()) {
		return false
	}
	chord := b.at(next)
	if len(chord) == 0 || m.i == 0 || !b.open(m, b.sc.bar) || next/b.sc.bar > m.bar && b.strokesOf(next/b.sc.bar) < 2 {
		return false
	}
	b.moved[next] = true
	b.cut(m.tick)
	for _, e := range chord {
		e.at, e.length, e.velocity = m.tick, e.length+2*style.Step, e.velocity+4
		m.colour(&e, 11, 8)
		b.out = append(b.out, e)
	}
	return true
}

// again strikes the last chord once more, softly, where it still is the chord.
func (b *bender) again(m *moment) {
	most := 2
	if b.role == song.Pad {
		most = 1
	}
	k := len(b.out) - 1
	if k < 0 || !b.open(m, most) || len(b.at(m.step-1)) > 0 || len(b.at(m.step+1)) > 0 {
		return
	}
	at := b.out[k].at
	if at <= m.tick-ticks(b.sc.bar) || at > m.tick-ticks(2) || b.sc.chordIndex(stepOf(at)) != b.sc.chordIndex(m.step) {
		return
	}
	length := ticks(1)
	if b.role == song.Pad {
		length = min(b.room(m.step), ticks(b.sc.chordEnd(m.step)-m.step))
	}
	first := k
	for first > 0 && b.out[first-1].at == at {
		first--
	}
	strokes := slices.Clone(b.out[first : k+1])
	if slices.ContainsFunc(strokes, func(e event) bool { return m.on && b.bites(e.pitch, m.step) }) {
		return
	}
	b.added++
	b.cut(m.tick)
	for _, e := range strokes {
		e.at, e.length, e.late = m.tick, length, 0
		e.velocity = min(e.velocity-6, 70)
		m.colour(&e, 11, 8)
		b.out = append(b.out, e)
	}
}

// arpStep bends a step of a broken chord: notes are left out, added, or taken from
// another string.
func (b *bender) arpStep(m *moment) {
	if len(m.here) == 0 {
		if m.yes(band.Play) && len(b.out) > 0 && b.open(m, 2) && b.sc.chordIndex(m.step) == b.sc.chordIndex(m.step-1) && !b.bitesOnBeat(m, b.last) {
			b.added++
			e := event{at: m.tick, length: min(b.room(m.step), ticks(2)) * 8 / 10, pitch: b.last, velocity: 66}
			m.colour(&e, 9, 6)
			b.out = append(b.out, e)
		}
		return
	}
	if len(m.here) > 1 {
		b.chordStep(m)
		return
	}
	if m.no(band.Play) && !m.strong && b.spare() {
		b.left++
		return
	}
	e := m.here[0]
	if !m.strong && (m.yes(band.Degree) || m.no(band.Degree)) {
		if p := b.string(e.pitch, m); !b.bitesOnBeat(m, p) {
			e.pitch = p
		}
	}
	m.colour(&e, 10, 6)
	b.stretch(m, &e, 60, 50)
	b.out = append(b.out, e)
}

func (b *bender) bitesOnBeat(m *moment, p theory.Pitch) bool { return m.on && b.bites(p, m.step) }

// string is the next note, up or down, among those that the bar's chord is broken into.
func (b *bender) string(p theory.Pitch, m *moment) theory.Pitch {
	best := p
	chord := b.sc.chordIndex(m.step)
	for step := m.bar * b.sc.bar; step < (m.bar+1)*b.sc.bar; step++ {
		if b.sc.chordIndex(step) != chord {
			continue
		}
		for _, e := range b.at(step) {
			q := e.pitch
			if m.yes(band.Degree) && q > p && (best == p || q < best) || m.no(band.Degree) && q < p && (best == p || q > best) {
				best = q
			}
		}
	}
	return best
}
