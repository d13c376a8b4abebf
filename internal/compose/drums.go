package compose

import (
	"math/rand/v2"
	"slices"

	"bandstand/internal/band"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

// drummer writes the drums of a song.
type drummer struct {
	sc      *score
	robot   band.Robot
	touch   *touch
	fills   vocabulary
	brushes bool // what lies in the drummer's hands
	out     []event
}

// brushKit is the General MIDI program of the kit that is played with brushes.
const brushKit = 40

func (sc *score) drums() []event {
	d := &drummer{sc: sc, robot: sc.robot(song.Drums), touch: sc.touch, brushes: sc.instrument(song.Drums).Program == brushKit}
	d.fills = d.vocabulary()
	landing := 0.0
	for i := range sc.sections {
		s := &sc.sections[i]
		if !s.plays(song.Drums) {
			landing = 0
			continue
		}
		landing = d.section(s, i, sc.kinds[s.spec.Name].beat(s), landing)
	}
	return d.out
}

// section plays one section, into which a fill of landing bars led; it returns the
// same for the next section.
func (d *drummer) section(s *section, index int, beat style.Drumming, landing float64) float64 {
	sc := d.sc
	r := sc.stream("drums/" + s.name)
	beat = d.dress(beat, s)
	voices := beat.Voices()
	accents := make([][]float64, len(voices))
	for i, name := range voices {
		accents[i] = d.touch.accents(name, beat[name])
	}
	first := s.start + s.enters(song.Drums)
	for bar := first; bar < s.end(); bar++ {
		if s.drumsAlone(bar) {
			end := s.turnEnd(bar)
			landing = d.alone(s, bar, end)
			bar = end - 1
			continue
		}
		if d.lands(r, s, index, bar, bar == first, landing) {
			d.crash(s, bar, beat)
		}
		landing = 0
		from := sc.bar // step of the bar at which a fill takes over
		if fill := d.fill(r, s, index, bar); fill != nil {
			from = d.play(fill, bar)
			landing = float64(sc.bar-from) / float64(sc.bar)
		}
		for i, name := range voices {
			d.voice(name, accents[i], bar, bar-s.start, from)
		}
	}
	return landing
}

// lands says whether a bar begins with a crash: after a fill, and where a strong
// section begins. Within a section recorded drummers crash after half of their fills.
func (d *drummer) lands(r *rand.Rand, s *section, index, bar int, first bool, landing float64) bool {
	draw := r.Float64()
	switch {
	case s.energy < .45:
		return false
	case first:
		return landing > 0 || s.energy >= .7 && (index > 0 || s.energy >= .8)
	case landing > 0:
		return draw < .5 || landing >= .5
	}
	return s.final && s.spec.Name == d.sc.style.Form.Peak && (bar-s.start)%8 == 0
}

// crash marks the first beat of a bar: a crash with the kick under it, or only a firm
// stroke where the music is quiet and has no backbeat.
func (d *drummer) crash(s *section, bar int, beat style.Drumming) {
	if s.energy < .75 && !d.backbeat(beat) {
		d.strike("ride", bar*d.sc.bar, 100)
		d.strike("kick", bar*d.sc.bar, 84)
		return
	}
	d.strike("crash", bar*d.sc.bar, 70+32*s.energy)
	d.strike("kick", bar*d.sc.bar, 76+32*s.energy)
}

// backbeat says whether a snare, clap or rim is struck firmly within the first bar of a
// beat.
func (d *drummer) backbeat(beat style.Drumming) bool {
	for _, name := range []string{"snare", "clap", "rim"} {
		if p, ok := beat[name]; ok && slices.Contains(p.Steps[1:min(d.sc.bar, len(p.Steps))], 'X') {
			return true
		}
	}
	return false
}

// voice plays a bar of one drum of the beat, up to the fill; the kick keeps the beats
// under it.
func (d *drummer) voice(name string, accents []float64, bar, inSection, until int) {
	sc := d.sc
	beat := 4
	if !d.touch.beats {
		beat = 6
	}
	for i := range sc.bar {
		velocity := accents[(inSection*sc.bar+i)%len(accents)]
		if velocity == 0 || i >= until && (name != "kick" || i%beat != 0) {
			continue
		}
		d.strike(name, bar*sc.bar+i, velocity)
	}
}

// softer is how much softer than a snare the bright small instruments are struck, so
// that a stroke of one letter is as loud on each.
var softer = map[string]float64{
	"tambourine": 18, "cowbell": 14, "claves": 12, "clap": 6, "shaker": 8, "maracas": 6, "openhat": 4, "crash2": 8, "china": 10, "bell": 8,
	"triangle": 14, "guiro": 10, "timbalehigh": 8, "timbalelow": 8,
}

func (d *drummer) strike(name string, step int, velocity float64) {
	key, ok := theory.DrumKey(name)
	if !ok || name == "swirl" && !d.brushes { // other kits have a second snare on that key
		return
	}
	velocity -= softer[name]
	length := style.Step
	if name == "crash" || name == "ride" || name == "openhat" {
		length = 2 * style.Step
	}
	d.out = append(d.out, event{at: ticks(step), length: length, pitch: key, velocity: velocity})
}
