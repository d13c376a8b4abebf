package compose

import (
	"math/rand/v2"

	"bandstand/internal/band"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

// drummer writes the drums of a song.
type drummer struct {
	sc    *score
	robot band.Robot
	out   []event
}

// stroke velocities by letter: accents, strokes, soft ones and ghosts lie about as
// far apart as drummers play them (Groove MIDI: backbeats 107–122, ghosts 45–65).
var strokes = map[byte]float64{'X': 112, 'x': 94, 'o': 72, 'g': 44}

func (sc *score) drums(kinds map[string]*arrangement) []event {
	d := &drummer{sc: sc, robot: sc.robot(song.Drums)}
	filled := false
	for i := range sc.sections {
		s := &sc.sections[i]
		if !s.plays(song.Drums) {
			filled = false
			continue
		}
		filled = d.section(s, i, kinds[s.spec.Name].groove, filled)
	}
	return d.out
}

// section plays one section; it returns whether it ended with a fill.
func (d *drummer) section(s *section, index int, g *style.Groove, filled bool) bool {
	sc := d.sc
	r := sc.stream("drums/" + s.name)
	voices := g.Drums.Voices()
	ends := false
	first := s.start + s.enters(song.Drums)
	for bar := first; bar < s.end(); bar++ {
		last := bar == s.end()-1
		from := sc.bar // step of the bar at which a fill takes over
		if fill := d.fill(r, s, index, bar); fill != nil {
			from = d.play(fill, bar)
			ends = last
		}
		for _, name := range voices {
			d.voice(r, name, g.Drums[name], bar, bar-s.start, from)
		}
		if bar == first && s.energy >= .45 && (filled || s.energy >= .7 && index > 0) {
			d.strike("crash", bar*sc.bar, 70+32*s.energy)
			d.strike("kick", bar*sc.bar, 76+32*s.energy)
		}
	}
	return ends
}

// voice plays a bar of one drum of the groove, up to the fill.
func (d *drummer) voice(r *rand.Rand, name string, p style.Pattern, bar, inSection, until int) {
	sc := d.sc
	kick := name == "kick"
	for i := range sc.bar {
		letter := p.At(inSection*sc.bar + i)
		if letter == '.' && name == "snare" && i%2 == 1 && chance(r, .10*max(0, d.robot.Bend(band.Ornament))) {
			letter = 'g'
		}
		if letter == '.' && kick && inSection%4 == 3 && i == sc.bar-2 && chance(r, .5*d.robot.Gene(band.Variety)) {
			letter = 'o'
		}
		velocity, ok := strokes[letter]
		if !ok || i >= until && !kick {
			continue
		}
		if i >= until && i%4 != 0 {
			continue
		}
		if letter == 'g' && d.robot.Gene(band.Busy) < .25 {
			continue
		}
		d.strike(name, bar*sc.bar+i, velocity)
	}
}

// fill is the fill of a bar, or nil: at the end of a section that leads somewhere
// else, and now and then after eight bars within one.
func (d *drummer) fill(r *rand.Rand, s *section, index, bar int) style.Drumming {
	sc := d.sc
	draw, p := r.Float64(), 0.0
	which := pick(r, sc.allFills())
	switch {
	case bar == s.end()-1 && index+1 < len(sc.sections):
		p = .75 + .5*d.robot.Bend(band.Fills)
		if s.spec.Stop {
			p = 1
		}
	case (bar-s.start)%8 == 7:
		p = .35 + .4*d.robot.Bend(band.Fills)
	case (bar-s.start)%4 == 3:
		p = .3 * d.robot.Bend(band.Fills)
	}
	if draw >= p || s.energy < .3 {
		return nil
	}
	return which
}

// allFills is the style's fills, or none at all.
func (sc *score) allFills() []style.Drumming {
	if len(sc.style.Fills) == 0 {
		return []style.Drumming{nil}
	}
	return sc.style.Fills
}

// play plays a fill so that it ends with the bar; it returns the step at which it begins.
func (d *drummer) play(fill style.Drumming, bar int) int {
	sc := d.sc
	length := 0
	for _, name := range fill.Voices() {
		length = max(length, len(fill[name].Steps))
	}
	for _, name := range fill.Voices() {
		for i, letter := range fill[name].Steps {
			if v, ok := strokes[letter]; ok {
				d.strike(name, (bar+1)*sc.bar-length+i, v+8*float64(i)/float64(length))
			}
		}
	}
	return sc.bar - length
}

// touch is how much softer than a snare the bright small instruments are struck, so
// that a stroke of one letter is as loud on each.
var touch = map[string]float64{
	"tambourine": 18, "cowbell": 14, "claves": 12, "clap": 6, "shaker": 8, "maracas": 6, "openhat": 4, "crash2": 8, "china": 10, "bell": 8,
	"triangle": 14, "guiro": 10, "timbalehigh": 8, "timbalelow": 8,
}

func (d *drummer) strike(name string, step int, velocity float64) {
	key, ok := theory.DrumKey(name)
	if !ok {
		return
	}
	velocity -= touch[name]
	length := style.Step
	if name == "crash" || name == "ride" || name == "openhat" {
		length = 2 * style.Step
	}
	d.out = append(d.out, event{at: ticks(step), length: length, pitch: key, velocity: velocity})
}
