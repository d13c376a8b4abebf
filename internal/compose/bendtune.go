package compose

import (
	"bandstand/internal/band"
	"bandstand/internal/style"
)

// tuneStep bends a step of a tune in force, length and time alone: its notes and
// when they begin are the song's, so that what comes again is heard to come again.
// A slide into a note is no note of the tune.
func (b *bender) tuneStep(m *moment) {
	for _, e := range m.here {
		m.colour(&e, 11, 9)
		b.stretch(m, &e, 25, 40)
		if len(m.here) == 1 && m.yes(band.Flourish) && b.slides(m) {
			g := e
			before := b.sc.graced(e.at)
			g.at, g.length, g.pitch, g.velocity = e.at-before, min(55, before-5), e.pitch-1, e.velocity-14
			b.out = append(b.out, g)
		}
		b.out = append(b.out, e)
	}
}

// slides says whether there is time and room to slide into a note: it is long, the
// note before it has sounded for a while, and nobody slides there yet. All of that is
// part of the tune, so that a phrase that comes again slides again.
func (b *bender) slides(m *moment) bool {
	e := m.here[0]
	if e.length < ticks(3) || e.pitch <= b.low {
		return false
	}
	k := b.from[m.step] - 1
	if k < 0 {
		return true
	}
	before := b.plain[k]
	return before.length >= style.Step/2 && before.at <= e.at-graceTicks-ticks(2)
}
