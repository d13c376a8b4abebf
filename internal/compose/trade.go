package compose

import (
	"fmt"

	"bandstand/internal/song"
)

// In sections that are traded the tune and the drums take turns of a few bars, as jazz
// bands trade fours: somebody improvises over the band, then the band stops and the
// drummer answers alone, and the form goes on under both.

// trades says whether the section is long enough to be traded.
func (s section) trades() bool {
	return s.spec.Trade > 0 && s.bars >= 2*s.spec.Trade && s.plays(song.Drums)
}

// drumsAlone says whether a bar of the song is one of the section's that the drummer
// has to himself.
func (s section) drumsAlone(bar int) bool {
	return s.trades() && (bar-s.start)/s.spec.Trade%2 == 1
}

// turnEnd is the bar of the song at which the turn of a bar is over: the section's end
// where nothing is traded.
func (s section) turnEnd(bar int) int {
	if !s.trades() {
		return s.end()
	}
	n := s.spec.Trade
	return min(s.end(), s.start+((bar-s.start)/n+1)*n)
}

// How a drum solo is struck: what is long or falls on a beat speaks, the rest leads there.
const (
	soloAccent = 104
	soloStroke = 82
	soloGhost  = 58
	soloPedal  = 60 // the foot that counts
)

// soloKit is the drums that a solo goes down.
var soloKit = [...]string{"snare", "tomhigh", "tomlow", "tomfloor"}

// alone is a drum solo from one bar to another: a rhythm on the snare, the same with its
// accents on the toms, another one that runs down the kit, and a fill that leads back;
// the foot keeps the off-beats so that all know where they are. It returns how much of
// the last bar was a fill.
func (d *drummer) alone(s *section, from, to int) float64 {
	sc := d.sc
	r := sc.stream(fmt.Sprintf("drums/%s/alone/%d", s.name, from-s.start))
	cells := sc.style.Melody.Solo
	if len(cells) == 0 {
		cells = sc.style.Melody.Cells
	}
	p := newPalette(r, cells, sc.bar, 4)
	theme, other := p.rhythm(r, sc.notesPerBar(.8)), p.rhythm(r, sc.notesPerBar(1))
	turned := r.IntN(2)
	until := sc.bar
	for bar := from; bar < to; bar++ {
		k, hits := (bar-from)%4, theme
		if k == 2 {
			hits = other
		}
		if bar == to-1 && len(d.fills.long) > 0 {
			until = d.play(d.fills.long[r.IntN(len(d.fills.long))], bar)
		}
		beat := sc.bar / sc.meter.Beats
		for at := beat; at < sc.bar; at += 2 * beat {
			d.strike("pedal", bar*sc.bar+at, soloPedal)
		}
		for i, h := range hits {
			if bar == to-1 && h.at >= until {
				break
			}
			d.soloStroke(k, turned, i, len(hits), bar*sc.bar+h.at, h)
		}
	}
	return float64(sc.bar-until)/float64(sc.bar) + .5
}

// soloStroke strikes one note of a drum solo: the i-th of n in the bar k of four.
func (d *drummer) soloStroke(k, turned, i, n, step int, h hit) {
	speaks := h.length >= 3 || h.at%4 == 0
	velocity := float64(soloStroke)
	switch {
	case speaks:
		velocity = soloAccent
	case h.at%2 == 1:
		velocity = soloGhost
	}
	drum := soloKit[0]
	switch {
	case k == 2:
		drum = soloKit[i*len(soloKit)/n]
	case k%2 == 1 && speaks:
		drum = soloKit[1+(i+turned)%3]
	}
	d.strike(drum, step, velocity+2*float64(k))
	if speaks && (drum == soloKit[0] || h.at == 0) {
		d.strike("kick", step, velocity-22)
	}
}
