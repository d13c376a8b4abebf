package compose

import (
	"bandstand/internal/band"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

// How hard a drummer strikes what its net adds: soft, as ghosts and passing strokes
// are (Groove MIDI: ghosts 45–65).
const (
	ghostStroke = 54
	hatStroke   = 56
	kickStroke  = 74
)

// drum is what a key of the kit is for.
type drum int

const (
	otherDrum drum = iota
	kickDrum
	backbeatDrum // snares, rim and clap
	hatDrum      // what keeps time
	tomDrum
	crashDrum
)

// drumOf sorts the kit's keys.
func drumOf(key theory.Pitch) drum {
	switch key {
	case 36:
		return kickDrum
	case 37, 38, 39, 40:
		return backbeatDrum
	case 42, 44, 46, 51, 53, 54, 59, 70, 82:
		return hatDrum
	case 41, 45, 47, 50:
		return tomDrum
	case 49, 52, 55, 57:
		return crashDrum
	}
	return otherDrum
}

const (
	snareKey   theory.Pitch = 38
	hatKey     theory.Pitch = 42
	openHatKey theory.Pitch = 46
	kickKey    theory.Pitch = 36
)

// isFill says whether the bar that begins at a step is a fill: its toms speak, or
// its snare hardly rests.
func (b *bender) isFill(start int) bool {
	toms, snares := 0, 0
	for _, e := range b.plain[b.from[start]:b.from[start+b.sc.bar]] {
		switch drumOf(e.pitch) {
		case tomDrum:
			toms++
		case backbeatDrum:
			if e.velocity >= 80 {
				snares++
			}
		}
	}
	return toms > 1 || snares > b.hear.beats+1
}

// drumStep bends a step of the drums: ghosts, hats and soft kicks come or go, a ghost
// leads into the backbeat, the hi-hat opens. The kick, the backbeat and fills stay.
func (b *bender) drumStep(m *moment) {
	busy := 0
	for i := range m.here {
		e := &m.here[i]
		d := drumOf(e.pitch)
		if d != hatDrum {
			busy++
		}
		switch d {
		case hatDrum:
			if m.no(band.Play) && !m.on && b.spareSoft() {
				continue
			}
			if m.yes(band.Flourish) && e.pitch == hatKey && !m.on && !b.fill && !b.has(m, openHatKey) {
				e.pitch, e.length, e.velocity = openHatKey, 2*style.Step, e.velocity-4
			}
			m.colour(e, 12, 5)
		case backbeatDrum:
			if e.velocity < 60 && m.no(band.Play) && b.spareSoft() {
				continue
			}
			m.colour(e, 8, 6)
			if m.yes(band.Flourish) && m.on && m.i > 0 && e.velocity >= 84 && !b.fill {
				b.drag(m, *e)
			}
		case kickDrum:
			m.colour(e, 6, 2)
		default:
			m.colour(e, 8, 4)
		}
		b.out = append(b.out, *e)
	}
	if m.yes(band.Play) && busy == 0 && !b.fill {
		b.addStroke(m)
	}
}

// spareSoft takes a soft stroke away while enough are left.
func (b *bender) spareSoft() bool {
	if b.fill || !b.spare() {
		return false
	}
	b.left++
	return true
}

// has says whether a key of the kit is struck at a moment.
func (b *bender) has(m *moment, key theory.Pitch) bool {
	for _, e := range m.here {
		if e.pitch == key {
			return true
		}
	}
	return false
}

// drag is the ghost note that leads into a hard stroke.
func (b *bender) drag(m *moment, e event) {
	before := b.at(m.step - 1)
	for _, x := range before {
		if drumOf(x.pitch) == backbeatDrum {
			return
		}
	}
	e.at, e.length, e.velocity = m.tick-style.Step, style.Step, ghostStroke
	m.colour(&e, 6, 0)
	b.out = append(b.out, e)
}

// addStroke adds what the groove lacks at a moment: a soft kick under the bass, a
// hat, or a ghost note, whichever the bar has the drum for.
func (b *bender) addStroke(m *moment) {
	key, velocity, most := snareKey, float64(ghostStroke), 2
	switch {
	case m.no(band.Degree):
		key, velocity = kickKey, kickStroke
		if !b.hear.bass[m.step] {
			return
		}
	case m.yes(band.Degree):
		key, velocity, most = hatKey, hatStroke, 4
	}
	if !b.open(m, most) || b.has(m, key) || !b.uses(m.bar, key) {
		return
	}
	b.added++
	e := event{at: m.tick, length: style.Step, pitch: key, velocity: velocity}
	m.colour(&e, 8, 5)
	b.out = append(b.out, e)
}

// uses says whether a bar's drums strike a key at all.
func (b *bender) uses(bar int, key theory.Pitch) bool {
	for _, e := range b.plain[b.from[bar*b.sc.bar]:b.from[(bar+1)*b.sc.bar]] {
		if e.pitch == key {
			return true
		}
	}
	return false
}
