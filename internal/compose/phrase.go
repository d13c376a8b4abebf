package compose

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"bandstand/internal/band"
	"bandstand/internal/song"
	"bandstand/internal/style"
)

// toneNote is a note of a tune on the way to its pitch. Times are in steps, from
// the start of its unit and then from the start of the song.
type toneNote struct {
	at, length int
	move       int  // scale steps from the note before, as the motif has it
	strong     bool // wants a tone of the chord
	final      bool // ends its phrase
	answer     bool // and the thought with it: comes to rest on the tonic or third
	pitch      int
}

// unit is one phrase: what a letter of a template stands for.
type unit struct {
	notes  []toneNote
	anchor int // scale steps of its first note above the section's middle
	bars   int
}

// tuner makes the tune of one kind of section.
type tuner struct {
	sc      *score
	label   string
	spec    *style.Section
	motif   motif
	palette palette
	density float64
	solo    bool
	hook    bool
	bars    int // of a unit
	take    int // of several versions
	units   map[string]unit
}

// stream is the random numbers of one purpose in one take.
func (t *tuner) stream(name string) *rand.Rand {
	return t.sc.stream(fmt.Sprintf("tune/%s/%d/%s", t.label, t.take, name))
}

func (sc *score) newTuner(s *section, take int) *tuner {
	spec := s.spec
	lead := sc.robot(song.Lead)
	t := &tuner{sc: sc, label: s.tuneName(), spec: spec, density: spec.Density + .12*lead.Bend(band.Busy), solo: spec.Tune == "solo", hook: spec.Tune == "hook",
		bars: sc.style.Melody.Unit, take: take, units: map[string]unit{}}
	cells := sc.style.Melody.Cells
	if t.solo && len(sc.style.Melody.Solo) > 0 {
		cells = sc.style.Melody.Solo
	}
	t.palette = newPalette(t.stream("palette"), cells, sc.bar, 4)
	t.motif = sc.motif(spec.Motif, t.density)
	if t.solo {
		r := t.stream("solo")
		t.motif.hits = t.palette.rhythm(r, sc.notesPerBar(t.density))
		t.motif.moves = contour(r, len(t.motif.hits), sc.style.Melody.Leaps)
	}
	return t
}

// tuneName is what sections with the same tune have in common: their kind, but every
// solo is one of its own.
func (s *section) tuneName() string {
	if s.spec.Tune == "solo" {
		return s.name
	}
	return s.spec.Name
}

// unit is the phrase a letter stands for: the same letter is always the same
// rhythm and line, an apostrophe changes its tail.
func (t *tuner) unit(letter string) unit {
	if u, ok := t.units[letter]; ok {
		return u
	}
	base, primes := letter[:1], len(letter)-1
	r := t.stream(base)
	u := unit{bars: t.bars, anchor: r.IntN(5) - 2}
	m := t.material(base, r)
	bar := t.sc.bar
	sung := t.bars
	if !t.solo {
		sung -= t.sc.style.Melody.Breath
	}
	for b := range sung {
		line := m
		switch {
		case b == sung-1 && t.bars > 1:
			tail := r
			if primes > 0 {
				tail = t.stream(letter)
			}
			if line = t.tail(tail, m, base == "c"); t.solo && base != "c" && chance(tail, .55) {
				line = t.answerBar(tail, m) // a solo runs on
			}
		case b%2 == 1:
			line = t.answerBar(r, m)
		case b > 0:
			line.moves = slices.Clone(m.moves)
			line.moves[0] = 1 - 2*r.IntN(2)
		}
		for i, h := range line.hits {
			u.notes = append(u.notes, toneNote{at: b*bar + h.at, length: h.length, move: line.moves[i]})
		}
	}
	t.finish(r, &u)
	t.units[letter] = u
	return u
}

// material is the bar a letter is made of: the motif itself, turned round, or with
// a rhythm of its own.
func (t *tuner) material(base string, r *rand.Rand) motif {
	m := motif{hits: slices.Clone(t.motif.hits), moves: slices.Clone(t.motif.moves)}
	leaps := t.sc.style.Melody.Leaps
	switch base {
	case "a", "c":
	case "b":
		switch r.IntN(3) {
		case 0: // the same rhythm upside down
			for i := range m.moves {
				m.moves[i] = -m.moves[i]
			}
		case 1: // the same rhythm, a new line
			m.moves = contour(r, len(m.hits), leaps)
		default: // a new rhythm
			m.hits = t.palette.rhythm(r, t.sc.notesPerBar(t.density))
			m.moves = contour(r, len(m.hits), leaps)
		}
	default:
		m.hits = t.palette.rhythm(r, t.sc.notesPerBar(t.density))
		m.moves = contour(r, len(m.hits), leaps)
	}
	return m
}

// answerBar is a bar inside a long phrase that repeats the motif a step away.
func (t *tuner) answerBar(r *rand.Rand, m motif) motif {
	out := motif{hits: slices.Clone(m.hits), moves: slices.Clone(m.moves)}
	out.moves[0] = pick(r, []int{-2, -1, 1, 2})
	if chance(r, .4) {
		last := len(out.moves) - 1
		out.moves[last] = -out.moves[last]
	}
	return out
}

// tail is the last bar of a phrase: it leads to a long note and leaves room to breathe.
func (t *tuner) tail(r *rand.Rand, m motif, closing bool) motif {
	half := (t.sc.meter.Beats + 1) / 2 * t.sc.bar / t.sc.meter.Beats
	if closing && !t.solo {
		half = t.sc.bar / t.sc.meter.Beats * max(1, t.sc.meter.Beats/2-r.IntN(2))
	}
	var out motif
	kind := r.IntN(3)
	if t.hook {
		kind = 0
	}
	switch kind {
	case 0: // the long note at once
		at := pick(r, []int{0, 0, 2})
		out.hits = []hit{{at, t.sc.bar - at}}
		out.moves = []int{pick(r, []int{-1, 1, -2, 2})}
	default: // the motif's beginning, then the long note
		for i, h := range m.hits {
			if h.at < half {
				out.hits = append(out.hits, hit{h.at, min(h.length, half-h.at)})
				out.moves = append(out.moves, m.moves[i])
			}
		}
		out.hits = append(out.hits, hit{half, t.sc.bar - half})
		out.moves = append(out.moves, pick(r, []int{-1, -1, 1, -2}))
		out.moves[0] = pick(r, []int{-1, 1, 0, 2})
	}
	return out
}

// finish marks strong notes, shortens the last one so that the phrase breathes, and
// pushes some strong notes ahead of their beat.
func (t *tuner) finish(r *rand.Rand, u *unit) {
	sc := t.sc
	strongAt := sc.bar / 2
	if sc.meter.Beats%2 == 1 {
		strongAt = sc.bar
	}
	push := sc.style.Melody.Push * (1 + sc.robot(song.Lead).Bend(band.Push))
	for i := range u.notes {
		n := &u.notes[i]
		n.strong = n.at%strongAt == 0 || n.length >= sc.bar/4
		if i > 0 && n.at%strongAt == 0 && u.notes[i-1].at < n.at-2 && chance(r, push) {
			n.at -= 2
			n.length += 2
			u.notes[i-1].length = min(u.notes[i-1].length, n.at-u.notes[i-1].at)
		}
	}
	last := &u.notes[len(u.notes)-1]
	last.final, last.strong = true, true
	rest := 0
	if chance(r, .7) {
		rest = pick(r, []int{2, 4, 4, 6}) * sc.bar / 16
	}
	last.length = max(2, (last.at/sc.bar+1)*sc.bar-last.at-rest)
	if chance(r, sc.style.Melody.Pickup) {
		u.pickup(r)
	}
}

// pickup puts one or two short notes before the phrase's bar.
func (u *unit) pickup(r *rand.Rand) {
	if u.notes[0].at > 1 {
		return
	}
	count := 1 + r.IntN(2)
	direction := 1 - 2*r.IntN(2)
	var lead []toneNote
	for i := range count {
		lead = append(lead, toneNote{at: -2 * (count - i), length: 2, move: direction})
	}
	lead[0].move = 0
	u.notes[0].move = direction
	u.notes = append(lead, u.notes...)
}

// letters is the template of a section, spelt out until its bars are full. The
// first of two rounds ends open, the last closes.
func (t *tuner) letters(bars int) []string {
	template := pick(t.stream("template"), t.spec.Phrases)
	var out []string
	for used := 0; used < bars; used += t.bars {
		out = append(out, template[len(out)%len(template)])
	}
	if n := len(out); n > 1 && n%len(template) != 0 && !strings.HasPrefix(out[n-1], "c") {
		out[n-1] = template[len(template)-1]
	}
	return out
}
