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
	gate      float64
	kicks     []bool // where the kick strikes in the section, by step; nil where it does not play
	joins     []bool // where the bass joins it
	out       []event
}

// bass follows the style's patterns and the kick drum: the root where the chord
// changes, tones of the chord in between, a way to the next root before it comes.
func (sc *score) bass() []event {
	low, high := sc.registerOf(song.Bass)
	b := &bassist{sc: sc, robot: sc.robot(song.Bass), low: low, high: high}
	b.gate = min(1, sc.style.Part(song.Bass).Gate*(1+.06*b.robot.Bend(band.Legato)))
	b.last = int(low) + 7
	for i := range sc.sections {
		s := &sc.sections[i]
		if !s.plays(song.Bass) {
			continue
		}
		r := sc.stream("bass/" + s.name)
		a := sc.kinds[s.spec.Name]
		b.kicks, b.joins = sc.kicks(s, a), sc.joins(s)
		patterns := sc.patterns(song.Bass, s, a)
		chords := sc.patterns(song.Chords, s, a)
		for bar := s.start + s.enters(song.Bass); bar < s.end(); bar++ {
			if s.spec.Stop && bar == s.end()-1 && s.bars > 2 {
				b.note(bar*sc.bar, sc.bar/2, b.root(bar*sc.bar), 96)
				continue
			}
			if s.drumsAlone(bar) {
				if !s.drumsAlone(bar - 1) { // the band stops on the one
					b.note(bar*sc.bar, sc.bar/4, b.root(bar*sc.bar), 92)
				}
				continue
			}
			p := patterns[bar-s.start]
			if p.Word == "riff" && len(chords[bar-s.start].Steps) == 0 {
				p.Word = "kick"
			}
			switch p.Word {
			case "walk":
				b.walk(r, bar)
				continue
			case "kick":
				b.play(r, b.followed(a.groove.Drums["kick"], bar-s.start), bar, bar-s.start)
			case "riff":
				b.play(r, chords[bar-s.start], bar, bar-s.start)
			default:
				b.play(r, p, bar, bar-s.start)
			}
			b.leadOn(r, s, bar)
		}
	}
	return b.out
}

// joins says for each step of two bars whether the bass joins a stroke of the kick there
// that its pattern leaves out: drawn once a family of grooves, so that the line stays a line.
func (sc *score) joins(s *section) []bool {
	r := sc.stream("bass/joins/" + s.spec.Groove)
	out := make([]bool, 2*sc.bar)
	for i := range out {
		out[i] = chance(r, sc.style.Rhythm.Lock)
	}
	return out
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
	b.out = append(b.out, event{at: ticks(step), length: gatedTicks(length, b.gate), pitch: theory.Pitch(pitch), velocity: velocity})
}

// play plays a bar of a pattern.
func (b *bassist) play(r *rand.Rand, p style.Pattern, bar, inSection int) {
	sc := b.sc
	start := bar * sc.bar
	letters := b.letters(p, start, inSection)
	root := b.root(start)
	for i, letter := range letters {
		step := start + i
		if letter == '-' || letter == '.' {
			continue
		}
		if i > 0 && sc.chords[sc.chordIndex(step)].at == step {
			root = b.root(step)
		}
		length := 1
		for i+length < sc.bar && letters[i+length] == '-' {
			length++
		}
		if letter == 'n' {
			b.anticipate(p, step, i, length, inSection)
			continue
		}
		length = min(length, max(1, sc.chordEnd(step)-step))
		pitch, velocity := b.degree(r, letter, step, root)
		if i == 0 {
			velocity += 8
		}
		b.note(step, length, pitch, velocity)
		if letter == 'g' {
			b.out[len(b.out)-1].length = style.Step / 2
		}
	}
}

// letters are a pattern's letters in a bar with what the moment adds: the new root
// where a chord changes under a held note, a root where there is nothing yet to hold,
// and the strokes of the kick that the bass joins.
func (b *bassist) letters(p style.Pattern, start, inSection int) []byte {
	sc := b.sc
	out := make([]byte, sc.bar)
	ahead := false // the note that is held belongs to the chord to come
	for i := range out {
		letter := p.At(inSection*sc.bar + i)
		switch {
		case letter == 'n':
			ahead = true
		case letter != '-':
			ahead = false
		case i == 0 && inSection == 0:
			letter = 'R'
		case i > 0 && !ahead && sc.chords[sc.chordIndex(start+i)].at == start+i:
			letter = 'R'
		}
		out[i] = letter
	}
	for i := 2; i < len(out); i++ {
		at := inSection*sc.bar + i
		if at < len(b.kicks) && b.kicks[at] && b.joins[at%len(b.joins)] && silent(out[i]) && silent(out[i-1]) && (i+1 == len(out) || silent(out[i+1])) {
			out[i] = 'R'
		}
	}
	return out
}

func silent(letter byte) bool { return letter == '-' || letter == '.' }

// anticipate strikes the root of the chord that comes next before it comes, and holds
// it over the bar line as far as the pattern does.
func (b *bassist) anticipate(p style.Pattern, step, i, length, inSection int) {
	sc := b.sc
	for i+length >= sc.bar && length < sc.bar && step+length < sc.bars*sc.bar && p.At(inSection*sc.bar+i+length) == '-' {
		length++
	}
	b.note(step, length, b.root(min(step+4, sc.bars*sc.bar-1)), 92)
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
	case 'x', 'o': // a riff of the chords' part
		return root, 88
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
	case sc.surges(s, bar):
		p = .7
	case bar == s.end()-1:
		p = .35
	case (bar-s.start)%4 == 3:
		p = .22
	case (bar-s.start)%2 == 1:
		p = .06
	}
	if bar == sc.bars-1 || !chance(r, p*(.4+1.2*b.robot.Gene(band.Fills))) {
		return
	}
	end := (bar + 1) * sc.bar
	root := b.root(end - 1)
	target := b.root(min(end, sc.bars*sc.bar-1))
	run := sc.surges(s, bar) && sc.bar >= 8 && chance(r, .5)
	length := 4
	if run {
		length = 8
	}
	from := ticks(end - length)
	kept := b.out[:0]
	for _, e := range b.out {
		if e.at >= from {
			continue
		}
		e.length = min(e.length, from-e.at)
		kept = append(kept, e)
	}
	b.out = kept
	if run {
		b.run(end, target)
		return
	}
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

// run walks up, or down where there is no room, to a root in four eighths, under the
// drums' fill.
func (b *bassist) run(end, target int) {
	step := b.sc.key.NearestStep(target)
	way := -1
	if b.sc.key.StepPitch(step-4) < int(b.low) {
		way = 1
	}
	for i := 4; i > 0; i-- {
		b.note(end-2*i, 2, b.sc.key.StepPitch(step+way*i), 98-3*float64(i))
	}
}

// followed is a line that plays with the kick drum: a root on each of its strokes,
// held to the next. In every fourth bar the last one moves away.
func (b *bassist) followed(kick style.Pattern, inSection int) style.Pattern {
	bar := b.sc.bar
	out := style.Pattern{Steps: make([]byte, beatBars*bar)}
	for i := range out.Steps {
		at := inSection/beatBars*beatBars*bar + i
		struck := kick.At(at) == 'X' || kick.At(at) == 'x'
		if at < len(b.kicks) {
			struck = b.kicks[at]
		}
		out.Steps[i] = '-'
		if struck || i%bar == 0 {
			out.Steps[i] = 'R'
		}
	}
	for i := len(out.Steps) - 1; i > len(out.Steps)-bar/2; i-- {
		if out.Steps[i] == 'R' {
			out.Steps[i] = '5'
			break
		}
	}
	return out
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
