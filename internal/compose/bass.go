package compose

import (
	"math/rand/v2"

	"bandstand/internal/band"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

// bassist writes the bass line of a song.
type bassist struct {
	sc        *score
	robot     band.Robot
	low, high theory.Pitch
	last      int // pitch of the note before
	out       []event
}

// bass follows the style's patterns: the root where the chord changes, tones of the
// chord in between, a way to the next root before it comes.
func (sc *score) bass(kinds map[string]*arrangement) []event {
	low, high := sc.registerOf(song.Bass)
	b := &bassist{sc: sc, robot: sc.robot(song.Bass), low: low, high: high}
	b.last = int(low) + 7
	for i := range sc.sections {
		s := &sc.sections[i]
		if !s.plays(song.Bass) {
			continue
		}
		r := sc.stream("bass/" + s.name)
		a := kinds[s.spec.Name]
		patterns := sc.patterns(song.Bass, s, a)
		for bar := s.start + s.enters(song.Bass); bar < s.end(); bar++ {
			if s.spec.Stop && bar == s.end()-1 && s.bars > 2 {
				b.note(bar*sc.bar, sc.bar/2, b.root(bar*sc.bar), 96)
				continue
			}
			switch p := patterns[bar-s.start]; p.Word {
			case "walk":
				b.walk(r, bar)
			case "kick":
				b.follow(r, a.groove, bar, bar-s.start)
				b.leadOn(r, s, bar)
			default:
				b.pattern(r, p, bar, bar-s.start)
				b.leadOn(r, s, bar)
			}
		}
	}
	return b.out
}

// root is the root of the chord at a step, in the octave nearest to the last note
// but leaning to the lower half of the range.
func (b *bassist) root(step int) int {
	class := int(b.sc.chord(step).Root)
	best, bestCost := -1, 0
	for p := int(b.low); p <= int(b.high); p++ {
		if p%12 != class {
			continue
		}
		cost := 2*distance(p, b.last) + 3*max(0, p-int(b.low)-11+int(2*b.robot.Bend(band.Register)))
		if best < 0 || cost < bestCost {
			best, bestCost = p, cost
		}
	}
	return best
}

func distance(a, b int) int { return max(a-b, b-a) }

func (b *bassist) note(step, length, pitch int, velocity float64) {
	pitch = int(theory.Into(pitch, b.low, b.high))
	b.last = pitch
	b.out = append(b.out, event{at: ticks(step), length: ticks(length), pitch: theory.Pitch(pitch), velocity: velocity})
}

// pattern plays a bar of a pattern; where a chord changes under a held note the
// new root is struck.
func (b *bassist) pattern(r *rand.Rand, p style.Pattern, bar, fromStart int) {
	sc := b.sc
	start := bar * sc.bar
	root := b.root(start)
	for i := 0; i < sc.bar; i++ {
		step := start + i
		letter := p.At(fromStart*sc.bar + i)
		changes := i > 0 && sc.chords[sc.chordIndex(step)].at == step
		if changes {
			root = b.root(step)
			if letter == '-' {
				letter = 'R'
			}
		}
		if letter == '-' || letter == '.' {
			continue
		}
		length := 1
		for i+length < sc.bar && p.At(fromStart*sc.bar+i+length) == '-' {
			length++
		}
		length = min(length, max(1, sc.chordEnd(step)-step))
		pitch, velocity := b.degree(r, letter, step, root)
		if i == 0 {
			velocity += 8
		}
		b.note(step, length, pitch, velocity)
	}
}

// degree is the pitch that a letter of a pattern stands for.
func (b *bassist) degree(r *rand.Rand, letter byte, step, root int) (pitch int, velocity float64) {
	chord := b.sc.chord(step)
	next := b.root(min(b.sc.chordEnd(step), b.sc.bars*b.sc.bar-1))
	tone := func(low, high uint8, otherwise int) int {
		for _, t := range chord.Tones() {
			if t >= low && t <= high {
				return root + int(t)
			}
		}
		return root + otherwise
	}
	switch letter {
	case '3':
		return tone(3, 4, 7), 88
	case '5':
		p := tone(6, 8, 7)
		if p > int(b.high) {
			p -= 12
		}
		return p, 88
	case '6':
		return root + 9, 86
	case '7':
		return tone(10, 11, 10), 86
	case '8':
		return root + 12, 90
	case 'a':
		if next > b.last || next == b.last && chance(r, .5) {
			return next - 1, 84
		}
		return next + 1, 84
	case 's':
		if next >= b.last {
			return next - 2, 84
		}
		return next + 2, 84
	case 'g':
		return root, 46
	}
	return root, 92
}

// leadOn replaces what a bass plays on the last beat of every fourth bar or so by
// two notes that lead to the next root.
func (b *bassist) leadOn(r *rand.Rand, s *section, bar int) {
	sc := b.sc
	p := 0.0
	switch {
	case bar == s.end()-1:
		p = .35
	case (bar-s.start)%4 == 3:
		p = .22
	case (bar-s.start)%2 == 1:
		p = .04
	}
	if bar == sc.bars-1 || !chance(r, p*(.4+1.2*b.robot.Gene(band.Fills))) {
		return
	}
	end := (bar + 1) * sc.bar
	root := b.root(end - 1)
	target := b.root(min(end, sc.bars*sc.bar-1))
	from := ticks(end - 4)
	kept := b.out[:0]
	for _, e := range b.out {
		if e.at >= from {
			continue
		}
		e.length = min(e.length, from-e.at)
		kept = append(kept, e)
	}
	b.out = kept
	near := target - 2
	if root > target {
		near = target + 2
	}
	if !sc.key.InScale(theory.Pitch(near).Class()) {
		near += (target - near) / 2
	}
	if near == root { // already there: come from a semitone below
		near = target - 1
	}
	first := root
	if distance(root, target) > 3 {
		first = near + (near - target)
		if !sc.key.InScale(theory.Pitch(first).Class()) {
			first += (target - near) / max(1, distance(target, near))
		}
	}
	b.note(end-4, 2, first, 88)
	b.note(end-2, 2, near, 90)
}

// follow plays with the kick drum: a root on each of its strokes, held to the next.
func (b *bassist) follow(r *rand.Rand, g *style.Groove, bar, fromStart int) {
	sc := b.sc
	kick, start := g.Drums["kick"], bar*sc.bar
	at := []int{0}
	for i := 1; i < sc.bar; i++ {
		letter := kick.At(fromStart*sc.bar + i)
		if letter == 'X' || letter == 'x' || sc.chords[sc.chordIndex(start+i)].at == start+i {
			at = append(at, i)
		}
	}
	for k, i := range at {
		end := sc.bar
		if k+1 < len(at) {
			end = at[k+1]
		}
		pitch := b.root(start + i)
		if k > 0 && k == len(at)-1 && end-i <= 4 && chance(r, .2+.3*b.robot.Gene(band.Busy)) {
			pitch, _ = b.degree(r, pick(r, []byte("558")), start+i, pitch)
		}
		b.note(start+i, end-i, pitch, 92)
	}
}

// walk plays a note a beat: the root where the chord is new, tones of chord and
// scale on the way, and a semitone or step before the next root.
func (b *bassist) walk(r *rand.Rand, bar int) {
	sc := b.sc
	beat := sc.bar / sc.meter.Beats
	for i := range sc.meter.Beats {
		step := bar*sc.bar + i*beat
		chord := sc.chord(step)
		if i == 0 || sc.chords[sc.chordIndex(step)].at == step {
			b.note(step, beat, b.root(step), 92)
			continue
		}
		left := (sc.chordEnd(step) - step) / beat
		barEnds := i == sc.meter.Beats-1
		target := b.root(min(step+beat, sc.bars*sc.bar-1))
		switch {
		case left == 1 || barEnds:
			pitch := target + pick(r, []int{-1, 1, -1, 2, -2, 7})
			if distance(pitch, b.last) > 7 {
				pitch = target - 1
			}
			b.note(step, beat, pitch, 86)
		default:
			b.note(step, beat, b.along(r, chord), 84)
		}
		if i%2 == 1 && chance(r, .12*2*b.robot.Gene(band.Ornament)) && beat == 4 {
			last := b.out[len(b.out)-1]
			last.at, last.length, last.velocity = last.at+2*style.Step, style.Step, 52
			b.out = append(b.out, last)
		}
	}
}

// along is a chord tone, or a scale tone, a small way from the last note.
func (b *bassist) along(r *rand.Rand, chord theory.Chord) int {
	direction := 1
	if b.last > (int(b.low)+int(b.high))/2+3 || b.last > int(b.low)+6 && chance(r, .4) {
		direction = -1
	}
	for move := 2; move <= 6; move++ {
		p := b.last + direction*move
		class := theory.Pitch(p).Class()
		if chord.Has(class) || move > 2 && chance(r, .3) && b.sc.key.InScale(class) {
			return p
		}
	}
	return int(chord.Root) + 24
}
