package compose

import (
	"slices"

	"bandstand/internal/band"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

// bendParts lets every robot's net bend what the plain arrangement has it play. It
// draws nothing by chance: a net hears a step and always wishes the same there, so
// that bars that are alike stay alike and a groove stays a groove. All robots hear
// the plain arrangement, not each other's bending: another drummer leaves the bass
// alone. A net of zeros changes nothing.
//
// What a net may never do: touch the first note of the song or its last bar, play
// outside the instrument's range, take the one, the backbeat or a new chord's root
// away, loosen the bass from the kick, give the tune other notes or other times, or
// add a note that clashes with the tune on a beat.
func (sc *score) bendParts() {
	h := sc.listen()
	for i := range sc.parts {
		p := &sc.parts[i]
		if len(p.events) > 0 {
			p.events = sc.bend(h, p)
		}
	}
}

// bender bends one part.
type bender struct {
	sc        *score
	hear      *hearing
	role      string
	net       band.Net
	low, high theory.Pitch
	top       theory.Pitch // highest note of an opened chord
	plain     []event      // by time and pitch
	from      []int        // the index in plain of the first event at or after each step
	out       []event
	played    [][]bool // in this bar and the two before: the steps at which it played
	known     map[band.Senses]band.Wishes
	moved     []bool // strokes that were anticipated, by step
	section   *section
	strokes   int // of this bar in the plain arrangement
	left      int // of them left out
	added     int
	fill      bool // the bar has a drum fill
	free      bool // the bass may add notes without the kick: its lock stays
	tuneful   bool // the part is a tune: it is struck where it is written
	last      theory.Pitch
	scratch   []event
}

// moment is one step of a bar as a robot meets it.
type moment struct {
	bar, i, step int
	tick         song.Tick
	here         []event // what the plain arrangement has there
	wish         band.Wishes
	on           bool // the step is on a beat
	strong       bool // the bar begins or the chord is new
}

// bend is the events of a part as its robot plays them.
func (sc *score) bend(h *hearing, p *part) []event {
	b := &bender{sc: sc, hear: h, role: p.role, net: sc.robot(p.role).Net, plain: slices.Clone(p.events), known: map[band.Senses]band.Wishes{}}
	if p.role != song.Drums {
		b.low, b.high = sc.registerOf(p.role)
		b.top = sc.newVoicings(p.role).high
	}
	slices.SortStableFunc(b.plain, func(x, y event) int {
		if x.at != y.at {
			return int(x.at - y.at)
		}
		return int(x.pitch) - int(y.pitch)
	})
	steps := sc.bars * sc.bar
	b.from = make([]int, steps+1)
	at := 0
	for step := range b.from {
		for at < len(b.plain) && b.plain[at].at < ticks(step) {
			at++
		}
		b.from[step] = at
	}
	b.moved = make([]bool, steps+1)
	b.out = make([]event, 0, len(b.plain)+len(b.plain)/8)
	b.tuneful = p.role == song.Lead || p.role == song.Solo || p.role == song.Counter && sc.style.Part(song.Counter).Voices <= 1
	b.free = p.role == song.Bass && b.loose()
	for bar := range sc.bars - 1 {
		b.bar(bar)
	}
	return append(b.out, b.plain[b.from[(sc.bars-1)*sc.bar]:]...)
}

// at is the plain events at a step, exactly.
func (b *bender) at(step int) []event {
	if step+1 >= len(b.from) {
		return nil
	}
	list := b.plain[b.from[step]:b.from[step+1]]
	for i, e := range list {
		if e.at != ticks(step) {
			return list[:i]
		}
	}
	return list
}

// bar bends one bar.
func (b *bender) bar(bar int) {
	sc := b.sc
	start := bar * sc.bar
	if s := sc.sectionAt(bar); s != b.section {
		b.section, b.played = s, [][]bool{make([]bool, sc.bar), make([]bool, sc.bar), make([]bool, sc.bar)}
	} else {
		b.played[0], b.played[1], b.played[2] = b.played[2], b.played[0], b.played[1]
		clear(b.played[0])
	}
	b.strokes, b.left, b.added = b.strokesOf(bar), 0, 0
	if b.strokes == 0 { // who rests, rests
		b.out = append(b.out, b.plain[b.from[start]:b.from[start+sc.bar]]...)
		return
	}
	b.fill = b.role == song.Drums && b.isFill(start)
	for i := range sc.bar {
		step := start + i
		m := moment{bar: bar, i: i, step: step, tick: ticks(step), here: b.at(step)}
		exact := len(m.here)
		before := len(b.out)
		if step == 0 {
			b.out = append(b.out, m.here...)
		} else {
			b.scratch = append(b.scratch[:0], m.here...)
			m.here = b.scratch
			m.on = b.hear.on(i)
			m.strong = i == 0 || b.hear.changes[step]
			if exact > 0 || !b.tuneful {
				m.wish = b.ask(&m)
				b.step(&m)
			}
		}
		b.played[0][i] = len(b.out) > before
		if k := len(b.out); k > before {
			b.last = b.out[k-1].pitch
		}
		b.out = append(b.out, b.plain[b.from[step]+exact:b.from[step+1]]...) // what lies off the grid
	}
}

// strokesOf is how many steps of a bar the part strikes on in the plain arrangement,
// without those that came early.
func (b *bender) strokesOf(bar int) int {
	n := 0
	for step := bar * b.sc.bar; step < (bar+1)*b.sc.bar; step++ {
		if len(b.at(step)) > 0 && !b.moved[step] {
			n++
		}
	}
	return n
}

// step bends one step as the role does.
func (b *bender) step(m *moment) {
	switch {
	case b.role == song.Drums:
		b.drumStep(m)
	case b.role == song.Bass:
		b.bassStep(m)
	case b.role == song.Arp:
		b.arpStep(m)
	case b.tuneful:
		b.tuneStep(m)
	default:
		b.chordStep(m)
	}
}

// ask is what the robot wishes at a moment.
func (b *bender) ask(m *moment) band.Wishes {
	in := b.hear.senses(m, b)
	wish, ok := b.known[in]
	if !ok {
		wish = b.net.Ask(&in)
		b.known[in] = wish
	}
	return wish
}

// yes says whether a wish is strong enough to be obeyed, and no whether its opposite is.
func (m *moment) yes(w band.Wish) bool { return m.wish[w] >= band.Yes }
func (m *moment) no(w band.Wish) bool  { return m.wish[w] <= -band.Yes }

// part of a whole amount that a wish asks for.
func (m *moment) share(w band.Wish, most int) int { return m.wish[w] * most / band.Full }

// softest and hardest are how far a net may push the velocity of a stroke.
const softest, hardest = 24, 122

// colour gives a stroke its force and its place in time: at most so many steps of
// velocity and milliseconds.
func (m *moment) colour(e *event, velocity, ms int) {
	v := e.velocity + float64(m.share(band.Accent, velocity))
	e.velocity = min(max(v, min(e.velocity, softest)), max(e.velocity, hardest))
	e.late += float64(m.share(band.Late, 10*ms)) / 10
}

// stretch makes a note longer, as far as the next stroke of the part, or shorter;
// at most by so many hundredths.
func (b *bender) stretch(m *moment, e *event, longer, shorter int) {
	most := longer
	if m.wish[band.Length] < 0 {
		most = shorter
	}
	length := e.length + e.length*song.Tick(m.share(band.Length, most))/100
	if length > e.length {
		length = max(e.length, min(length, b.room(m.step)))
	}
	e.length = max(min(e.length, 60), length)
}

// room is the time from a step to the part's next stroke.
func (b *bender) room(step int) song.Tick {
	if next := b.from[step+1]; next < len(b.plain) {
		return b.plain[next].at - ticks(step)
	}
	return ticks(b.sc.bar)
}

// spare says whether one more stroke of the bar may be left out: of three or more
// a quarter, at least one.
func (b *bender) spare() bool { return b.strokes >= 3 && b.left < max(1, b.strokes/4) }

// open says whether a stroke may be added: up to most in a bar, not where the
// arrangement stops for a fill.
func (b *bender) open(m *moment, most int) bool {
	s := b.section
	if s.spec.Stop && m.bar == s.end()-1 && m.i >= b.sc.bar/2 {
		return false
	}
	return b.added < most
}

// cut ends the notes that sound when something new is struck.
func (b *bender) cut(at song.Tick) {
	for i := len(b.out) - 1; i >= 0 && b.out[i].at > at-ticks(2*b.sc.bar); i-- {
		if e := &b.out[i]; e.at < at && e.at+e.length > at {
			e.length = at - e.at
		}
	}
}

// bites says whether a pitch is a semitone, in any octave, from what the tune has
// at a step.
func (b *bender) bites(pitch theory.Pitch, step int) bool {
	tune := b.hear.tune[step]
	if tune == 0 {
		return false
	}
	d := (int(pitch) - int(tune) + 120) % 12
	return d == 1 || d == 11
}

// within says whether a pitch lies in the instrument's range.
func (b *bender) within(pitch int) bool { return pitch >= int(b.low) && pitch <= int(b.high) }

// stepOf is the step of a tick, for what begins on the grid.
func stepOf(t song.Tick) int { return int(t / style.Step) }
