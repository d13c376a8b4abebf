package compose

import (
	"math"
	"math/rand/v2"

	"bandstand/internal/band"
	"bandstand/internal/style"
)

// vocabulary is the fills of a song: a drummer has a few and comes back to them.
type vocabulary struct {
	short, long []style.Drumming // up to half a bar; longer. Neither is empty where the style has fills
}

// vocabulary draws up to two short and two long fills of the style's.
func (d *drummer) vocabulary() vocabulary {
	var v vocabulary
	r := d.sc.stream("fills")
	for _, i := range r.Perm(len(d.sc.style.Fills)) {
		fill := d.sc.style.Fills[i]
		list := &v.long
		if fillLength(fill) <= d.sc.bar/2 {
			list = &v.short
		}
		if len(*list) < 2 {
			*list = append(*list, fill)
		}
	}
	if len(v.short) == 0 {
		v.short = v.long
	}
	if len(v.long) == 0 {
		v.long = v.short
	}
	return v
}

// fillLength is the steps of a fill.
func fillLength(fill style.Drumming) int {
	n := 0
	for _, name := range fill.Voices() {
		n = max(n, len(fill[name].Steps))
	}
	return n
}

// fill is the fill of a bar, or nil. Recorded drummers fill before a new section and
// else in the eighth bar most, the fourth next (Groove MIDI: 37 and 21 % of the fills
// within takes): a long one where the music rises, short ones elsewhere.
func (d *drummer) fill(r *rand.Rand, s *section, index, bar int) style.Drumming {
	sc := d.sc
	draw, which := r.Float64(), r.IntN(2)
	p, list := 0.0, d.fills.short
	switch at := bar - s.start; {
	case bar == s.end()-1 && index+1 < len(sc.sections):
		p = .8 + .45*d.robot.Bend(band.Fills)
		if sc.sections[index+1].energy > s.energy+.1 {
			list = d.fills.long
		}
		if s.spec.Stop {
			p, list = 1, d.fills.long
		}
	case at%8 == 7 && bar < s.end()-1:
		p = .4 + .4*d.robot.Bend(band.Fills)
	case at%4 == 3 && bar < s.end()-1:
		p = .08 + .3*d.robot.Bend(band.Fills)
	}
	if draw >= p || s.energy < .3 || len(list) == 0 {
		return nil
	}
	return list[which%len(list)]
}

// play plays a fill so that it ends with the bar, growing as recorded ones do; it
// returns the step of the bar at which it begins.
func (d *drummer) play(fill style.Drumming, bar int) int {
	sc := d.sc
	length := fillLength(fill)
	for _, name := range fill.Voices() {
		for i, letter := range fill[name].Steps {
			v, ok := strokes[letter]
			if !ok || length-i > sc.bar { // longer than the bars of this song
				continue
			}
			grown := d.touch.rise + (1-d.touch.rise)*float64(length-i)/float64(length)
			d.strike(name, (bar+1)*sc.bar-length+i, v*grown/math.Sqrt(d.touch.rise))
		}
	}
	return max(0, sc.bar-length)
}

// surges says whether a bar leads out of its section into a stronger one: there the
// drums fill and the bass may rise with them.
func (sc *score) surges(s *section, bar int) bool {
	if bar != s.end()-1 || s.end() >= sc.bars {
		return false
	}
	next := sc.sectionAt(s.end())
	return next.energy > s.energy+.1
}
