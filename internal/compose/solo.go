package compose

import (
	"math"
	"math/rand/v2"

	"bandstand/internal/band"
	"bandstand/internal/theory"
)

// soloist improvises over the chords of one section: in phrases with rests between
// them, each note wanted as a tone of the chord, a colour or a way to the next, along
// lines that rise and fall (the categories and slopes of Impro-Visor: Keller and
// Morrison, "A Grammatical Approach to Automatic Improvisation", SMC 2007), and with
// licks that come again, moved to where the chords have gone.
type soloist struct {
	sc        *score
	s         *section
	r         *rand.Rand
	robot     band.Robot
	palette   palette
	low, high int
	middle    float64
	licks     [][]wish // what was played, to be taken up again
}

// wish is a note of a solo before it has its pitch.
type wish struct {
	at, length int // steps; at from the section's start
	slope      int // 1 up, −1 down, 0 either way
	wide       bool
}

// improvise is the tune of a solo section, its times from the song's start, its pitches
// as they sound.
func (t *tune) improvise(s *section, role string) []toneNote {
	sc := t.sc
	low, high := sc.registerOf(role)
	cells := sc.style.Melody.Solo
	if len(cells) == 0 {
		cells = sc.style.Melody.Cells
	}
	r := sc.stream("solo/" + s.name)
	p := &soloist{sc: sc, s: s, r: r, robot: sc.robot(role), palette: newPalette(r, cells, sc.bar, 6),
		low: int(low) + 1, high: int(high) - 1, middle: float64(low) + .41*float64(high-low) + 3*sc.robot(role).Bend(band.Register) + 3}
	var out []toneNote
	for at := p.rest(0); at < s.bars*sc.bar-sc.bar/2; {
		turn := (s.turnEnd(s.start+at/sc.bar) - s.start) * sc.bar
		if s.drumsAlone(s.start+at/sc.bar) || turn-at < sc.bar/2 {
			at = turn
			continue
		}
		line, end := p.phrase(at)
		out = append(out, p.sing(line)...)
		at = end + p.rest(end)
	}
	return out
}

// arc is how far the solo has built up at a step: it begins low and easy, is at its
// height after three quarters and comes back.
func (p *soloist) arc(at int) float64 {
	x := float64(at) / float64(p.s.bars*p.sc.bar)
	if x > .78 {
		return 1 - 1.8*(x-.78)
	}
	return x / .78
}

// rest is the pause before the next phrase, in steps: longer at the beginning.
func (p *soloist) rest(at int) int {
	beat := p.sc.bar / p.sc.meter.Beats
	if at == 0 {
		return pick(p.r, []int{0, 2, beat, beat + 2})
	}
	pause := pick(p.r, []int{2, beat, beat + 2, 2 * beat, 3 * beat})
	pause = int(float64(pause) * (1.5 - .8*p.arc(at)) * (1.2 - .4*p.robot.Gene(band.Busy)))
	return max(2, pause/2*2) + at%2
}

// phrase plans the notes of a phrase of one to three bars that begins at a step. It
// returns where it ends.
func (p *soloist) phrase(at int) ([]wish, int) {
	bar := p.sc.bar
	length := bar * (1 + weighted(p.r, []float64{4, 5 + 3*p.arc(at), 1 + 3*p.arc(at)}))
	last := (p.s.turnEnd(p.s.start+at/bar) - p.s.start) * bar
	end := min(last, (at/bar)*bar+length)
	if end-at < bar/2 {
		end = min(last, end+bar)
	}
	if len(p.licks) > 0 && chance(p.r, .42-.2*p.robot.Bend(band.Variety)) {
		if line := moveLick(p.licks[len(p.licks)-1-p.r.IntN(min(2, len(p.licks)))], at, end, bar/p.sc.meter.Beats); len(line) > 2 {
			p.licks = append(p.licks, line)
			return line, lineEnd(line)
		}
	}
	line := p.rhythm(at, end)
	p.slopes(line)
	p.licks = append(p.licks, line)
	return line, lineEnd(line)
}

func lineEnd(line []wish) int {
	last := line[len(line)-1]
	return last.at + last.length
}

// moveLick is a lick played again from another step, as far as it fits.
func moveLick(lick []wish, at, end, beat int) []wish {
	var out []wish
	by := (at - lick[0].at + beat - 1) / beat * beat // it keeps its place against the beat
	for _, w := range lick {
		w.at += by
		if w.at >= end-1 {
			break
		}
		w.length = min(w.length, end-w.at)
		out = append(out, w)
	}
	return out
}

// rhythm fills a stretch with the style's solo cells; the last note is held.
func (p *soloist) rhythm(at, end int) []wish {
	bar := p.sc.bar
	want := p.sc.notesPerBar(p.s.spec.Density*(.72+.38*p.arc(at)) + .12*p.robot.Bend(band.Busy))
	var out []wish
	for from := at / bar * bar; from < end; from += bar {
		for _, h := range p.palette.rhythm(p.r, want) {
			if step := from + h.at; step >= at && step < end-1 {
				out = append(out, wish{at: step, length: h.length})
			}
		}
	}
	landing := end - pick(p.r, []int{2, 4, 6, 6, 8})*bar/16
	for len(out) > 2 && out[len(out)-1].at > landing {
		out = out[:len(out)-1]
	}
	if len(out) == 0 {
		out = []wish{{at: at, length: max(2, (end-at)/2)}}
	}
	last := &out[len(out)-1]
	last.length = max(last.length, min(end-last.at, bar/4+p.r.IntN(bar/4+1)))
	return out
}

// slopes gives the notes their directions: runs of three to seven, the first of some
// of them a leap the other way.
func (p *soloist) slopes(line []wish) {
	direction := 1 - 2*p.r.IntN(2)
	for i := 0; i < len(line); {
		run := 2 + p.r.IntN(5)
		for k := range min(run, len(line)-i) {
			line[i+k].slope = direction
		}
		line[i].wide = i > 0 && chance(p.r, .35+p.sc.style.Melody.Leaps)
		i += run
		direction = -direction
	}
}

// The prices of a solo's notes. They were set by reading solos of every style against
// their chords: strong notes belong to the chord, weak ones may pass, leaps are few.
const (
	soloForeign   = 1.1  // a strong note of the scale outside the chord
	soloChromatic = 2.6  // a note outside chord and scale that does not lead on by a semitone
	soloGuide     = -.3  // a third or seventh where the chord is new
	soloRepeat    = .9   // the same note again
	soloSlope     = .8   // against the slope
	soloStray     = .018 // times the square of the distance from the middle, in semitones
)

// sing finds the pitches of a phrase: the cheapest way over all semitones of the register.
func (p *soloist) sing(line []wish) []toneNote {
	width := p.high - p.low + 1
	from := make([][]int8, len(line))
	cost, next := make([]float64, width), make([]float64, width)
	var own, before []float64
	for i, w := range line {
		own = p.own(w, i == len(line)-1)
		if i == 0 {
			copy(cost, own)
			before = own
			continue
		}
		from[i] = make([]int8, width)
		for s := range width {
			best, at := math.MaxFloat64, 0
			for q := max(0, s-12); q <= min(width-1, s+12); q++ {
				c := cost[q] + soloMove(w, s-q)
				if d := s - q; (d == 1 || d == -1) && before[q] > 2 && own[s] < .5 {
					c -= .85 * soloChromatic // it led on
				}
				if c < best {
					best, at = c, q
				}
			}
			next[s], from[i][s] = best+own[s], int8(at)
		}
		cost, next = next, cost
		before = own
	}
	best := 0
	for s := range cost {
		if cost[s] < cost[best] {
			best = s
		}
	}
	out := make([]toneNote, len(line))
	for i := len(line) - 1; i >= 0; i-- {
		w := line[i]
		out[i] = toneNote{at: p.s.start*p.sc.bar + w.at, length: w.length, pitch: p.low + best, strong: p.strong(w), final: i == len(line)-1}
		if i > 0 {
			best = int(from[i][best])
		}
	}
	return out
}

func (p *soloist) strong(w wish) bool {
	beat := p.sc.bar / p.sc.meter.Beats
	return w.at%(2*beat) == 0 || w.length >= 4
}

// soloMove is the price of a move by semitones where a slope is wished for.
func soloMove(w wish, d int) float64 {
	size := max(d, -d)
	cost := 0.0
	switch {
	case size == 0:
		cost = soloRepeat
	case size <= 2:
	case size <= 4:
		cost = .3
	case size <= 7:
		cost = .9
	default:
		cost = 1.4 + .25*float64(size-7)
	}
	if w.wide {
		cost = max(0, 1.2-.3*float64(size)) + .3*float64(max(0, size-9))
	}
	if d*w.slope < 0 {
		cost += soloSlope
	}
	return cost
}

// own is the price of each pitch of the register for a note.
func (p *soloist) own(w wish, last bool) []float64 {
	sc := p.sc
	step := p.s.start*sc.bar + w.at
	i := sc.chordIndex(min(step, sc.bars*sc.bar-1))
	chord, mask := sc.chords[i].chord, sc.masks[i]
	strong := p.strong(w) || last
	fresh := step-sc.chords[i].at < 2
	middle := p.middle + 7*(p.arc(w.at)-.55)
	out := make([]float64, p.high-p.low+1)
	for s := range out {
		pitch := p.low + s
		class := theory.Pitch(pitch).Class()
		off := float64(pitch) - middle
		c := soloStray * off * off
		above := (class + 12 - chord.Root) % 12
		switch inScale := p.scale(class, chord); {
		case chord.Quality == "5" && inScale && (above == 3 || above == 4): // the third that it leaves open
			c += .1
		case mask&(1<<class) != 0:
			if fresh && strong && (above == 3 || above == 4 || above == 10 || above == 11) {
				c += soloGuide
			}
		case inScale && strong:
			c += soloForeign
			if above == 2 || above == 9 { // ninths and sixths colour any chord
				c -= .6
			}
			if mask&(1<<((class+11)%12)) != 0 { // a semitone above a tone of the chord bites
				c += .8
			}
		case inScale:
			c += .12
		case strong: // leading on does not excuse it
			c += soloChromatic + 1.5
		default:
			c += soloChromatic
		}
		if last && mask&(1<<class) == 0 {
			c += 1.2
		}
		out[s] = c
	}
	return out
}

// scale says whether a class is one that the style plays over a chord: those of the
// key, the blues' own where it is one, five of them where it is pentatonic; none that
// the chord alters.
func (p *soloist) scale(class theory.PitchClass, chord theory.Chord) bool {
	key := p.sc.key
	tonic := (key.Tonic + theory.PitchClass(p.s.lift)) % 12
	above := (class + 12 - tonic) % 12
	switch p.sc.style.Melody.Scale {
	case "blues":
		switch above {
		case 0, 3, 5, 7, 10:
			return true
		case 6:
			return false // passing only
		case 4, 9, 2:
			return !key.Mode.MinorThird()
		}
		return false
	case "pentatonic":
		if key.Mode.MinorThird() {
			return above == 0 || above == 3 || above == 5 || above == 7 || above == 10
		}
		return above == 0 || above == 2 || above == 4 || above == 7 || above == 9
	}
	if !key.InScale((class + 12 - theory.PitchClass(p.s.lift)) % 12) {
		return false
	}
	// The scale's note beside one that the chord alters gives way to it.
	for _, tone := range [2]theory.PitchClass{(class + 1) % 12, (class + 11) % 12} {
		if chord.Has(tone) && !key.InScale((tone+12-theory.PitchClass(p.s.lift))%12) && !chord.Has(class) {
			return false
		}
	}
	return true
}
