package compose

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// retold is the template of a section that comes again: a verse is told with another
// ending here and there, at least one; a peak stays what it is, but the last one may
// climb once more. Where the verse is all there is, as in a blues, every round of it
// but the first is told anew, those within a section too.
func (t *tune) retold(s *section, tuner *tuner, letters []string) []string {
	if tuner.hook {
		return letters
	}
	out := slices.Clone(letters)
	r := t.sc.stream("lead/" + s.name + "/retold")
	round := len(tuner.spec.Phrases.Draw(tuner.stream("template")))
	switch {
	case t.sc.strophic(s):
		for from := 0; from < len(out); from += round {
			if s.nth > 0 || from > 0 {
				t.retell(r, out[from:min(len(out), from+round)], .05)
			}
			if k := from + 1; s.final && from+round >= len(out) && k < len(out) && tuner.summit != "" && chance(r, .5) {
				out[k] = strings.TrimRight(out[k], "'") + climax
			}
		}
	case s.nth == 0:
	case s.spec.Name == t.sc.style.Form.Peak:
		if k := len(out) - 2; s.final && k > 0 && chance(r, .6) {
			out[k] += climax
		} else if k := len(out)/2 - 1; !s.final && len(out) > round && k > 0 && chance(r, .5) {
			out[k] += "'" // the first of its two halves turns another way
		}
	default:
		t.retell(r, out, .1*float64(s.nth)+.1)
	}
	return out
}

// retell gives some phrases another ending, one at least: never the first, by which
// the tune is known again.
func (t *tune) retell(r *rand.Rand, letters []string, p float64) {
	if len(letters) < 2 {
		return
	}
	one := 1 + r.IntN(len(letters)-1)
	for i := 1; i < len(letters); i++ {
		if draw := chance(r, p); i == one || draw && i < len(letters)-1 {
			letters[i] += "'"
		}
	}
}

// keep asks of a phrase that is another told anew, with another tail or higher up, that
// it keep the line of the one that was heard, as far as their rhythms are the same.
func (t *tune) keep(notes []toneNote, start int, letter string, tuner *tuner) {
	if len(letter) == 1 {
		return
	}
	up := 0
	if strings.HasSuffix(letter, climax) {
		up = 2
	}
	for i, old := range t.lines[fmt.Sprint(tuner.label, tuner.take, letter[:1])] {
		if i >= len(notes) || notes[i].at-start != old.at || notes[i].final || old.final {
			return
		}
		notes[i].kept, notes[i].step = true, old.step+up
	}
}

// strophic says whether a section is the song's peak and its verse in one: most of
// what is sung is that tune.
func (sc *score) strophic(s *section) bool {
	if s.spec.Name != sc.style.Form.Peak {
		return false
	}
	own, all := 0, 0
	for i := range sc.sections {
		if other := &sc.sections[i]; other.spec.Tune == "sing" {
			all += other.bars
			if other.spec == s.spec {
				own += other.bars
			}
		}
	}
	return 3*own >= 2*all
}

// vary changes a few bars of a section that comes again, the more the oftener it was
// heard: weak notes turn to a neighbour, one that is repeated is left out, and long ones
// are dressed as players of tunes dress them. The frame and all other bars stay.
func (t *tune) vary(s *section, f *fitter, notes []toneNote) []toneNote {
	sc := t.sc
	r := sc.stream("lead/" + s.name + "/vary")
	changing := make([]bool, s.bars)
	p := .5
	if s.spec.Name == sc.style.Form.Peak {
		p = .2
	}
	for range 1 + min(2, s.nth) + s.bars/12 {
		if chance(r, p) {
			changing[r.IntN(s.bars)] = true
		}
	}
	out := make([]toneNote, 0, len(notes)+8)
	for i, n := range notes {
		bar := n.at/sc.bar - s.start
		if bar < 0 || bar >= s.bars || !changing[bar] || i == 0 || !chance(r, .6) {
			out = append(out, n)
			continue
		}
		before := out[len(out)-1]
		switch {
		case !n.final && n.length >= 4 && i+1 < len(notes):
			out = append(out, f.dress(r, n, notes[i+1])...)
		case n.final || n.strong:
			out = append(out, n)
		case before.pitch == n.pitch && before.at+before.length == n.at && chance(r, .5):
			out[len(out)-1].length += n.length // two notes become a long one
		default:
			t.nudge(r, f, &n, before.pitch)
			out = append(out, n)
		}
	}
	return out
}

// dress adorns a long note on its way to the next: by a passing note where a third lies
// between them, a turn to the neighbour above and back, or by striking it again. It
// is struck when it was, at its own pitch, and what is added are weak eighths.
func (f *fitter) dress(r *rand.Rand, n, next toneNote) []toneNote {
	const eighth = 2
	weak := func(at, step int) toneNote {
		return toneNote{at: at, length: eighth, step: step, pitch: f.sound(at, step)}
	}
	from, to := f.sc.key.NearestStep(n.pitch), f.sc.key.NearestStep(next.pitch)
	end := n.at + n.length
	way := (from + to) / 2
	switch draw := r.Float64(); {
	case distance(from, to) == 2 && next.at-end <= eighth && draw < .75:
		n.length -= eighth
		return []toneNote{n, weak(end-eighth, way)}
	case n.length >= 8 && from < f.high && draw < .6:
		n.length -= 2 * eighth
		back := weak(end-eighth, from)
		back.pitch = n.pitch
		return []toneNote{n, weak(end-2*eighth, from+1), back}
	case n.length >= 6 && draw < .9:
		again := n
		again.length = eighth
		again.at, again.strong = end-eighth, false
		n.length -= eighth
		return []toneNote{n, again}
	}
	return []toneNote{n}
}

// nudge turns a weak note to a neighbour of its own.
func (t *tune) nudge(r *rand.Rand, f *fitter, n *toneNote, before int) {
	step := t.sc.key.NearestStep(n.pitch) + 1 - 2*r.IntN(2)
	if step < f.low || step > f.high {
		return
	}
	if p := f.sound(n.at, step); p-before <= 7 && before-p <= 7 {
		n.pitch = p
	}
}
