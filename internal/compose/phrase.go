package compose

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

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
	kept       bool // its phrase was heard before, with this note on step
	step       int  // of the scale, once it has its pitch
	pitch      int
}

// unit is one phrase: what a letter of a template stands for.
type unit struct {
	notes  []toneNote
	anchor int // scale steps that it lies above the section's middle
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
	hook    bool
	bars    int    // of a unit
	take    int    // of several versions
	shift   int    // steps that every phrase begins after its bar line
	upbeat  []int  // the moves of the notes that lead to every phrase; empty: none
	shape   string // how the phrases lie to each other
	pushed  []bool // the steps of the bar at which a strong note comes an eighth early
	summit  string // the letter of the line that all before leads up to, or ""
	units   map[string]unit
}

// stream is the random numbers of one purpose in one take.
func (t *tuner) stream(name string) *rand.Rand {
	return t.sc.stream(fmt.Sprintf("tune/%s/%d/%s", t.label, t.take, name))
}

func (sc *score) newTuner(s *section, take int) *tuner {
	spec := s.spec
	t := &tuner{sc: sc, label: s.tuneName(), spec: spec, density: spec.Density, hook: spec.Tune == "hook",
		bars: sc.style.Melody.Unit, take: take, units: map[string]unit{}}
	t.palette = newPalette(t.stream("palette"), sc.style.Melody.Cells, sc.bar, 4)
	t.motif = sc.motif(spec.Motif, t.density)
	t.attack(t.stream("attack"))
	t.pushes(t.stream("push"))
	if p := spec.Phrases.Draw(t.stream("template")); len(p) == 3 && p[0][:1] == p[1][:1] && p[2][:1] != p[0][:1] {
		t.summit = p[2][:1]
	}
	return t
}

// attack draws how all phrases of the section begin: on the bar, after it or with an
// upbeat. In recorded songs only one phrase in six begins on the bar line (RS200,
// phrases.start_position_16); which way it goes is what tells a verse from a chorus,
// so it is drawn once for both.
func (t *tuner) attack(r *rand.Rand) {
	sc := t.sc
	beat := sc.bar / sc.meter.Beats
	peak := t.spec.Name == sc.style.Form.Peak
	late, draw := .34, r.Float64()
	if peak || t.hook {
		late = .15
	}
	shapes := []string{"arch", "fall", "rise", "wave"}
	if peak {
		shapes = []string{"arch", "fall", "fall", "crest"}
	}
	t.shape = pick(r, shapes)
	switch {
	case t.bars > 1 && draw < late:
		t.shift = beat
		if sc.style.Melody.Push > .05 && beat == 4 && chance(r, .5) {
			t.shift = beat / 2
		}
	case draw < late+(1-late)*sc.style.Melody.Pickup*1.4:
		from := pick(r, []int{1, 1, 1, -1, 0})
		for range 1 + r.IntN(3) {
			t.upbeat = append(t.upbeat, from)
		}
	}
}

// pushes draws which strong notes the tune pushes ahead of their beat: where it does in
// one bar it does in all, so that a hook comes back as it was heard.
func (t *tuner) pushes(r *rand.Rand) {
	t.pushed = make([]bool, t.sc.bar)
	for at := range t.pushed {
		t.pushed[at] = at%t.strongAt() == 0 && chance(r, t.sc.style.Melody.Push)
	}
}

// strongAt is the steps from one strong beat of a bar to the next.
func (t *tuner) strongAt() int {
	if t.sc.meter.Beats%2 == 1 {
		return t.sc.bar
	}
	return t.sc.bar / 2
}

// shapes are the heights, in scale steps, at which the phrases of a template lie: a
// section has a line of its own beyond those of its phrases. Letters that are not
// there go their own way.
var shapes = map[string]map[string]int{
	"arch":  {"a": 0, "b": 2, "c": -1, "d": 3},
	"fall":  {"a": 2, "b": 0, "c": -1, "d": 3},
	"rise":  {"a": -1, "b": 1, "c": 1, "d": 2},
	"wave":  {"a": 1, "b": -2, "c": 0, "d": 2},
	"crest": {"a": 0, "b": 1, "c": 3, "d": 2},
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
	anchor, planned := shapes[t.shape][base]
	if !planned {
		anchor = r.IntN(5) - 2
	}
	if base == t.summit { // a line sung twice wants an answer that lies above it
		anchor = 3
	}
	u := unit{bars: t.bars, anchor: anchor}
	m := t.material(base, r)
	bar := t.sc.bar
	sung := t.bars - t.sc.style.Melody.Breath
	for b := range sung {
		line := m
		switch {
		case b == sung-1 && t.bars > 1:
			line = t.tail(r, m, base == "c")
			if primes > 0 {
				line = t.otherTail(letter, line, m, base == "c")
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
		switch r.IntN(4) {
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
	if chance(r, .2) {
		last := len(out.moves) - 1
		out.moves[last] = -out.moves[last]
	}
	return out
}

// tail is the last bar of a phrase: it leads to a long note and leaves room to breathe.
func (t *tuner) tail(r *rand.Rand, m motif, closing bool) motif {
	sc := t.sc
	beat := sc.bar / sc.meter.Beats
	half := (sc.meter.Beats + 1) / 2 * beat
	if closing {
		half = beat * max(1, sc.meter.Beats/2-r.IntN(2))
	}
	kinds := []float64{4, 5, 1}
	if t.spec.Name == sc.style.Form.Peak { // it has more to say
		kinds = []float64{2, 5, 4}
	}
	kind := weighted(r, kinds)
	if t.hook {
		kind = 0
	}
	var out motif
	switch kind {
	case 0: // the long note at once
		at := pick(r, []int{0, 0, 2}) * beat / 4
		out.hits = []hit{{at, sc.bar - at}}
		out.moves = []int{pick(r, []int{-1, 1, -2, 2})}
		return out
	case 2: // nearly the whole motif again before it comes to rest
		half = sc.bar - beat
		if half > 2 && sc.style.Melody.Push > .1 && chance(r, .4) {
			half -= beat / 2
		}
	}
	// the motif's beginning, then the long note
	for i, h := range m.hits {
		if h.at < half {
			out.hits = append(out.hits, hit{h.at, min(h.length, half-h.at)})
			out.moves = append(out.moves, m.moves[i])
		}
	}
	out.hits = append(out.hits, hit{half, sc.bar - half})
	out.moves = append(out.moves, pick(r, []int{-1, -1, 1, -2}))
	out.moves[0] = pick(r, []int{-1, 1, 0, 2})
	return out
}

// otherTail is the tail of a phrase told again: the same but for where it comes to rest,
// as an answer is to its question, or a new one.
func (t *tuner) otherTail(letter string, tail, m motif, closing bool) motif {
	r := t.stream(letter)
	if chance(r, .45) {
		return t.tail(r, m, closing)
	}
	tail.moves = slices.Clone(tail.moves)
	tail.moves[len(tail.moves)-1] += pick(r, []int{-3, -2, -1, 1, 2})
	return tail
}

// finish puts a phrase in its place against the bar, marks strong notes, shortens the
// last one so that the phrase breathes, and pushes some strong notes ahead of their beat.
func (t *tuner) finish(r *rand.Rand, u *unit) {
	sc := t.sc
	strongAt := t.strongAt()
	end := u.bars * sc.bar
	for i := range u.notes {
		n := &u.notes[i]
		n.at = min(n.at+t.shift, end-2)
		n.strong = n.at%strongAt == 0 || n.length >= sc.bar/4
		if i > 0 && n.at%strongAt == 0 && u.notes[i-1].at < n.at-2 && t.pushed[n.at%sc.bar] {
			n.at -= 2
			n.length += 2
			u.notes[i-1].length = min(u.notes[i-1].length, n.at-u.notes[i-1].at)
		}
	}
	last := &u.notes[len(u.notes)-1]
	last.final, last.strong = true, true
	rest := pick(r, []int{0, 0, 2, 2, 4, 6}) * sc.bar / 16
	if sc.bar-last.at%sc.bar > sc.bar/2 && chance(r, .2) { // a long one may leave half a bar to others
		rest = sc.bar / 2
	}
	last.length = max(2, (last.at/sc.bar+1)*sc.bar-last.at-rest)
	u.leadIn(t.upbeat)
}

// leadIn puts an upbeat of eighths before the phrase.
func (u *unit) leadIn(moves []int) {
	if u.notes[0].at > 1 || len(moves) == 0 {
		return
	}
	var lead []toneNote
	for i, move := range moves {
		lead = append(lead, toneNote{at: -2 * (len(moves) - i), length: 2, move: move})
	}
	lead[0].move = 0
	u.notes[0].move = moves[0]
	u.notes = append(lead, u.notes...)
}

// letters is the template of a section, spelt out until its bars are full. The
// first of two rounds ends open, the last closes.
func (t *tuner) letters(bars int) []string {
	template := t.spec.Phrases.Draw(t.stream("template"))
	var out []string
	for used := 0; used < bars; used += t.bars {
		out = append(out, template[len(out)%len(template)])
	}
	if n := len(out); n > 1 && n%len(template) != 0 && !strings.HasPrefix(out[n-1], "c") {
		out[n-1] = template[len(template)-1]
	}
	return out
}
