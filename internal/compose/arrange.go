package compose

import (
	"math/rand/v2"
	"slices"

	"bandstand/internal/band"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

// arrangement is what the rhythm section plays in one kind of section: one
// alternative of everything the style offers, chosen once.
type arrangement struct {
	groove                          *style.Groove
	first, later                    style.Drumming // what the drums play, the first time and later
	bass, chords, pad, arp, counter style.Pattern
}

// arrange writes all parts.
func (sc *score) arrange() {
	sc.touch = sc.newTouch()
	lead, solo := sc.sing()
	sc.tune = merge(lead, solo)
	sc.kinds = map[string]*arrangement{}
	for i := range sc.style.Sections {
		spec := &sc.style.Sections[i]
		sc.kinds[spec.Name] = sc.chooseGroove(spec)
	}
	sc.layer()
	for _, spec := range sc.style.Parts {
		var events []event
		switch spec.Role {
		case song.Lead:
			events = sc.melody(song.Lead, lead)
		case song.Solo:
			events = sc.melody(song.Solo, solo)
		case song.Drums:
			events = sc.drums()
		case song.Bass:
			events = sc.bass()
		case song.Counter:
			events = sc.counter(lead)
		default:
			events = sc.comp(spec.Role)
		}
		sc.parts = append(sc.parts, part{role: spec.Role, events: events})
	}
	sc.ringOut()
	sc.strikeFirst()
}

// merge is two melodies that take turns as one.
func merge(a, b []toneNote) []toneNote {
	out := append(append([]toneNote(nil), a...), b...)
	slices.SortStableFunc(out, func(x, y toneNote) int { return x.at - y.at })
	return out
}

// chooseGroove draws the groove of a kind of section and, of its alternatives, what
// each role plays.
func (sc *score) chooseGroove(spec *style.Section) *arrangement {
	// Kinds that share a family share the groove: the song's vocabulary stays small.
	family := sc.style.Family(spec.Groove)
	a := &arrangement{groove: style.DrawGroove(sc.stream("groove/"+spec.Groove), family)}
	a.first, a.later = sc.beat(spec.Groove, a.groove, false), sc.beat(spec.Groove, a.groove, true)
	a.bass = sc.chooseBass(spec.Groove, a)
	a.chords = choosePattern(sc.stream("chords/"+spec.Groove), a.groove.Chords)
	a.pad = choosePattern(sc.stream("pad/"+spec.Groove), a.groove.Pad)
	a.arp = choosePattern(sc.stream("arp/"+spec.Groove), a.groove.Arp)
	a.counter = choosePattern(sc.stream("counter/"+spec.Groove), a.groove.Counter)
	a.thinOut(spec, sc.bar)
	return a
}

// beat is what the drums play in a section.
func (a *arrangement) beat(s *section) style.Drumming {
	if s.nth > 0 {
		return a.later
	}
	return a.first
}

func choosePattern(r *rand.Rand, list []style.Pattern) style.Pattern {
	if len(list) == 0 {
		return style.Pattern{}
	}
	return pick(r, list)
}

// instrument is what a robot plays: the same one in every song of its style. Bands
// of neighbouring seeds, as the house bands are, take turns; each time round anew, so
// that few bands have all their instruments in common.
func (sc *score) instrument(role string) style.Instrument {
	list := sc.style.Part(role).Instruments
	n := uint64(len(list))
	order := stream(sc.band.Seed/n, "instrument/"+sc.style.Name+"/"+role).Perm(len(list))
	return list[order[sc.band.Seed%n]]
}

// melody turns a tune's notes into events: louder on strong notes and towards the
// top, shortened to breathe, with grace notes where the style and the robot like them.
func (sc *score) melody(role string, notes []toneNote) []event {
	robot := sc.robot(role)
	r := sc.stream(role + "/surface")
	low, high := sc.registerOf(role)
	gate := min(1, sc.style.Melody.Gate*(1+.08*robot.Bend(band.Legato)))
	grace := sc.style.Melody.Ornament * 2 * robot.Gene(band.Ornament)
	var out []event
	swell := hairpins(notes)
	for i, n := range notes {
		e := event{at: ticks(n.at), length: max(60, song.Tick(float64(ticks(n.length))*gate)), pitch: sc.reachable(n, low, high)}
		e.velocity = 84 + swell[i]
		switch {
		case n.at%sc.bar == 0:
			e.velocity += 10
		case n.at%4 == 0:
			e.velocity += 5
		case n.at%2 == 1:
			e.velocity -= 6
		}
		if n.length >= 4 {
			e.velocity += 4
		}
		if i > 0 {
			e.velocity += .6 * float64(max(-6, min(6, n.pitch-notes[i-1].pitch)))
		}
		free := i == 0 || notes[i-1].at+notes[i-1].length <= n.at || notes[i-1].length > 2
		if n.strong && i > 0 && free && n.length >= 4 && chance(r, grace) {
			if g := sc.grace(r, e); g.pitch >= low && g.pitch < e.pitch { // below 0 there is nothing
				out = append(out, g)
			}
		}
		out = append(out, e)
	}
	return out
}

// reachable is the pitch of a note of a tune as an instrument has it: where the tune goes
// a little beyond it, the nearest note that fits takes its place. An octave away it
// would be a leap that nobody wrote.
func (sc *score) reachable(n toneNote, low, high theory.Pitch) theory.Pitch {
	edge, way := int(low), 1
	switch {
	case n.pitch > int(high):
		edge, way = int(high), -1
	case n.pitch >= int(low):
		return theory.Pitch(n.pitch)
	}
	if distance(n.pitch, edge) > beyond {
		return theory.Into(n.pitch, low, high)
	}
	i := sc.chordIndex(n.at)
	for p := edge; distance(p, edge) < 8; p += way {
		class := theory.Pitch(p).Class()
		if sc.masks[i]&(1<<class) != 0 || !n.strong && !n.final && sc.key.InScale(class) {
			return theory.Pitch(p)
		}
	}
	return theory.Into(n.pitch, low, high)
}

// hairpins are how much louder each note is for its place in its phrase: phrases swell
// towards two thirds of their way and sink to their last note.
func hairpins(notes []toneNote) []float64 {
	out := make([]float64, len(notes))
	for first, i := 0, 0; i < len(notes); i++ {
		if !notes[i].final && i+1 < len(notes) {
			continue
		}
		start, end := notes[first].at, max(notes[first].at+1, notes[i].at)
		for k := first; k <= i; k++ {
			x := float64(notes[k].at-start) / float64(end-start)
			if x < .65 {
				out[k] = -3 + 8*x/.65
			} else {
				out[k] = 5 - 8*(x-.65)/.35
			}
		}
		first = i + 1
	}
	return out
}

// grace is a short note that slides into another from below or above.
func (sc *score) grace(r *rand.Rand, e event) event {
	step := sc.key.NearestStep(int(e.pitch))
	g := e
	if p := sc.key.StepPitch(step - 1); p < int(e.pitch) && (sc.style.Melody.Scale != "blues" || chance(r, .3)) {
		g.pitch = theory.Pitch(p)
	} else {
		g.pitch = e.pitch - 1
	}
	before := sc.graced(e.at)
	g.length, g.at = min(55, before-5), max(0, e.at-before)
	g.velocity -= 14
	return g
}

// strikeFirst makes sure that the song begins on its first tick, and clearly where
// its style says so.
func (sc *score) strikeFirst() {
	struck := []string{song.Drums, song.Bass, song.Chords, song.Arp, song.Lead}
	if !sc.style.StartsStruck {
		struck = append(struck, song.Pad, song.Counter)
	}
	first := -1
	var loudest *event
	for _, role := range struck {
		for i := range sc.parts {
			p := &sc.parts[i]
			if p.role != role {
				continue
			}
			if first < 0 && role == song.Chords {
				first = i
			}
			for j := range p.events {
				if e := &p.events[j]; e.at == 0 && (loudest == nil || e.velocity > loudest.velocity) {
					loudest = e
				}
			}
		}
	}
	if loudest == nil {
		p := &sc.parts[first]
		low, high := sc.registerOf(p.role)
		for _, pitch := range theory.Voicing(nil, sc.chord(0), low, high, 3, 0) {
			p.events = append([]event{{at: 0, length: ticks(sc.bar), pitch: pitch, velocity: 96}}, p.events...)
		}
		return
	}
	if sc.style.StartsStruck {
		loudest.velocity = max(loudest.velocity, 112)
	}
}
