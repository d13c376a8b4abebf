package compose

import (
	"math/rand/v2"
	"slices"

	"bandstand/internal/band"
	"bandstand/internal/song"
	"bandstand/internal/style"
)

// A beat is written out over four bars, A A' A A": drummers choose a pattern and vary
// it, and keep the variation. What the feet do belongs to the song, because the bass
// plays with it; what the hands add is the drummer's own.
const beatBars = 4

// writeOut is a groove's drumming over four bars; what repeats in another measure is
// left as it is.
func writeOut(d style.Drumming, bar int) style.Drumming {
	out := style.Drumming{}
	for _, name := range d.Voices() {
		steps := d[name].Steps
		if n := beatBars * bar; len(steps) > 0 && n%len(steps) == 0 {
			steps = slices.Repeat(steps, n/len(steps))
		}
		out[name] = style.Pattern{Steps: slices.Clone(steps)}
	}
	if open, ok := out["openhat"]; ok { // a hat cannot be open and closed at once
		for i := range out["hat"].Steps {
			if open.At(i) != '.' {
				out["hat"].Steps[i] = '.'
			}
		}
	}
	return out
}

// beat is what the drums play in the sections of one family of grooves. The later
// times a section comes, something small is different all the way through.
func (sc *score) beat(family string, g *style.Groove, later bool) style.Drumming {
	out := writeOut(g.Drums, sc.bar)
	kick, ok := out["kick"]
	if !ok || len(kick.Steps) != beatBars*sc.bar {
		return out
	}
	r := sc.stream("beat/" + family)
	vary := sc.style.Rhythm.Vary
	t := sc.touch
	if steps := g.Drums["kick"].Steps; len(steps) == sc.bar && backbeat(out, sc.bar) {
		// The second bar's kick answers the first's, and the fourth's once more.
		first, second := t.newKick(r, out, 1), t.newKick(r, out, 3)
		if chance(r, .3+.7*vary) {
			addStroke(kick, sc.bar+first, 'x')
			addStroke(kick, 3*sc.bar+first, 'x')
		}
		if chance(r, .6*vary) {
			addStroke(kick, 3*sc.bar+second, 'x')
		}
	}
	r = sc.stream("beat/" + family + "/later")
	if extra := t.newKick(r, out, 1); later && backbeat(out, sc.bar) && chance(r, vary) {
		addStroke(kick, sc.bar+extra, 'o')
		addStroke(kick, 3*sc.bar+extra, 'o')
	}
	return out
}

// addStroke writes a letter into a pattern, at a step that has no stroke yet.
func addStroke(p style.Pattern, step int, letter byte) {
	if at := step % len(p.Steps); p.Steps[at] == '.' {
		p.Steps[at] = letter
	}
}

// backbeat says whether drumming is of the kind whose kick may wander: a snare or clap
// in the bar's second half or on its second beat, and a kick on the one that is not on
// every beat.
func backbeat(d style.Drumming, bar int) bool {
	kick := d["kick"]
	if kick.At(0) != 'X' && kick.At(0) != 'x' || bar%8 != 0 {
		return false
	}
	every := true
	for i := 0; i < bar; i += 4 {
		every = every && kick.At(i) != '.'
	}
	for _, name := range []string{"snare", "clap"} {
		if p, ok := d[name]; ok && (p.At(4) == 'X' || p.At(8) == 'X') {
			return !every
		}
	}
	return false
}

// newKick draws a step of a bar for another stroke of the kick: where drummers of the
// family have it, not beside another one and not under the backbeat.
func (t *touch) newKick(r *rand.Rand, d style.Drumming, bar int) int {
	kick, from := d["kick"], bar*t.bar
	taken := func(i int) bool { return i >= 0 && kick.At(from+i) != '.' }
	weights := make([]float64, t.bar)
	v, known := t.voice("kick")
	for i := 3; i < t.bar; i++ {
		under := d["snare"].At(from+i) == 'X' || d["clap"].At(from+i) == 'X'
		if under || taken(i) || taken(i-1) || i+1 < t.bar && taken(i+1) {
			continue
		}
		weights[i] = .1
		if known {
			weights[i] = v.Share[t.place(i)]
		}
		if i%2 == 1 {
			weights[i] /= 2
		}
		if i%4 == 0 && i != t.bar/2 {
			weights[i] /= 4
		}
	}
	return weighted(r, weights)
}

// dress is the drummer's own way with a beat: ghost notes and open hats where players
// of the family have them, more the more it likes to, and none for one that is sparing.
func (d *drummer) dress(beat style.Drumming, s *section) style.Drumming {
	out := writeOut(beat, d.sc.bar)
	r := d.sc.stream("drums/dress/" + s.spec.Groove)
	vary := d.sc.style.Rhythm.Vary
	ghosts := d.ghosts(r, out)
	open := d.openHat(r, out)
	if snare, ok := out["snare"]; ok {
		n := int(2.4*d.sc.style.Rhythm.Human*vary*2*d.robot.Gene(band.Ornament) + .5)
		if s.energy < .5 || s.nth == 0 && s.energy < .6 {
			n--
		}
		for i := range min(n, len(ghosts)) {
			for bar := range beatBars {
				if bar%2 == 1 || i == 0 {
					addStroke(snare, bar*d.sc.bar+ghosts[i], 'g')
				}
			}
		}
		if d.robot.Gene(band.Busy) < .25 {
			thin(snare, d.sc.bar)
		}
	}
	if s.spec.Name == d.sc.style.Form.Peak {
		d.lift(out, s)
	}
	if s.spec.Name == d.sc.style.Form.Peak && s.final && s.nth > 0 {
		d.tambourine(out, s)
	}
	if open >= 0 && s.energy >= .5 {
		d.open(out, 3, open)
		if s.energy >= .85 && s.nth > 0 {
			d.open(out, 1, open)
		}
	}
	return out
}

// lift moves the right hand from the closed hat to the ride in the strong section that
// all leads up to, in half of the songs whose beat has nothing open there yet.
func (d *drummer) lift(beat style.Drumming, s *section) {
	draw := d.sc.stream("drums/lift").Float64()
	hat, ok := beat["hat"]
	_, open := beat["openhat"]
	_, ride := beat["ride"]
	if !ok || open || ride || s.energy < .82 || d.sc.style.Rhythm.Human <= .5 || draw < .5 || busy(hat, d.sc.bar) > float64(d.sc.bar)/2 {
		return
	}
	beat["ride"] = hat
	delete(beat, "hat")
}

// tambourine adds one to a strong last chorus with a backbeat, where nobody shakes
// anything yet.
func (d *drummer) tambourine(beat style.Drumming, s *section) {
	for _, name := range []string{"tambourine", "shaker", "cowbell", "clap", "maracas"} {
		if _, shaken := beat[name]; shaken {
			return
		}
	}
	if s.energy < .8 || d.sc.style.Rhythm.Human <= .5 || !backbeat(beat, d.sc.bar) {
		return
	}
	p := style.Pattern{Steps: slices.Repeat([]byte{'.'}, d.sc.bar)}
	for i := range p.Steps {
		switch {
		case i%8 == 4:
			p.Steps[i] = 'x'
		case i%2 == 0:
			p.Steps[i] = 'g'
		}
	}
	beat["tambourine"] = p
}

// thin takes away the ghost notes of every first bar of two.
func thin(p style.Pattern, bar int) {
	for i, letter := range p.Steps {
		if letter == 'g' && i/bar%2 == 0 {
			p.Steps[i] = '.'
		}
	}
}

// seldom is the share of bars below which a family's drummers are not known for a stroke.
const seldom = .15

// ghosts are steps of a bar for ghost notes, the best first: where the family's snare is
// struck often and softly, between the strokes that are there.
func (d *drummer) ghosts(r *rand.Rand, beat style.Drumming) []int {
	snare, ok := beat["snare"]
	v, known := d.touch.voice("snare")
	if !ok || !known || !d.touch.beats {
		return nil
	}
	weights := make([]float64, d.sc.bar)
	for i := range weights {
		at := d.touch.place(i)
		loud := snare.At(i) != '.' || snare.At((i+1)%d.sc.bar) == 'X' && i%2 == 1 && i%4 == 3 && v.Velocity[at] > 85
		if i%2 == 0 || loud || v.Velocity[at] > 85 {
			continue
		}
		if v.Share[at] >= seldom {
			weights[i] = v.Share[at]
		}
	}
	var out []int
	for range 3 {
		i := weighted(r, weights)
		if weights[i] > 0 {
			out = append(out, i)
		}
		weights[i] = 0
	}
	return out
}

// openHat is the step of a bar at which the hat opens, or −1: the last eighth mostly.
func (d *drummer) openHat(r *rand.Rand, beat style.Drumming) int {
	draw, where := r.Float64(), r.Float64()
	hat := beat["hat"]
	_, opens := beat["openhat"]
	if silent(hat.At(d.sc.bar-2)) || opens || draw > d.sc.style.Rhythm.Vary*(.5+d.robot.Gene(band.Variety)) {
		return -1
	}
	if where < .25 && d.sc.bar == 16 && d.sc.style.Rhythm.Human > .5 && !silent(hat.At(10)) {
		return 10
	}
	return d.sc.bar - 2
}

// open opens the hat at a step of one of the four bars.
func (d *drummer) open(beat style.Drumming, bar, step int) {
	hat, n := beat["hat"], beatBars*d.sc.bar
	if len(hat.Steps) != n {
		return
	}
	p, ok := beat["openhat"]
	if !ok || len(p.Steps) != n {
		p = style.Pattern{Steps: slices.Repeat([]byte{'.'}, n)}
		beat["openhat"] = p
	}
	at := bar*d.sc.bar + step
	hat.Steps[at] = '.'
	if at+1 < n && hat.Steps[at+1] != 'X' {
		hat.Steps[at+1] = '.'
	}
	p.Steps[at] = 'x'
}

// kicks are the steps of a section at which the song's kick drum strikes, from the
// section's start; nil where it does not play.
func (sc *score) kicks(s *section, a *arrangement) []bool {
	if !s.plays(song.Drums) {
		return nil
	}
	kick, ok := a.beat(s)["kick"]
	if !ok {
		return nil
	}
	out := make([]bool, s.bars*sc.bar)
	for i := range out {
		letter := kick.At(i)
		out[i] = letter == 'X' || letter == 'x'
	}
	return out
}
