package picture

import "math"

// meter shows how loud it is: up at once, down slowly, with a mark at the loudest of the last while.
type meter struct{ level, peak float64 } // 0–1 of its height

// floor is the level of the meter's foot, in decibels.
const floor = -42.0

// move takes the next frame's level.
func (m *meter) move(rms float64) {
	now := max(0, min(1, 1-db(rms)/floor))
	m.level = max(now, m.level-.025)
	m.peak = max(m.level, m.peak-.006)
}

// paint draws it as a ladder of lamps.
func (m *meter) paint(c *canvas, b box, unit float64) {
	step := max(4, math.Round(9*unit))
	count := int((b.y1 - b.y0) / step)
	for i := range count {
		place := (float64(i) + .5) / float64(count)
		y := b.y1 - step*float64(i+1)
		colour := shadeOfLamp(place)
		lit := max(0, min(1, (m.level-place)*float64(count)+.5))
		strength := .13 + .87*lit
		if lit == 0 && math.Abs(m.peak-place) < .5/float64(count) && m.peak > .02 {
			strength = .7
		}
		c.rect(box{b.x0, y, b.x1, y + max(2, math.Round(6*unit))}, colour, strength)
	}
}

var lamps = [3]shade{shadeOf("#57c99a"), accent, warm}

func shadeOfLamp(place float64) shade {
	switch {
	case place > .9:
		return lamps[2]
	case place > .74:
		return lamps[1]
	}
	return lamps[0]
}

// wave paints the silence's wave, a little further each frame.
func (p *Painter) wave(c *canvas) {
	p.phase = math.Mod(p.phase+.035, 2*math.Pi)
	c.rect(p.waveBox(), paper, 1)
	p.waves(c, p.phase)
}

func (p *Painter) waveBox() box {
	middle := float64(p.height)/2 + p.px(120)
	return box{0, middle - p.px(40), float64(p.width), middle + p.px(40)}
}

func (p *Painter) waves(c *canvas, phase float64) {
	const bars = 49
	b := p.waveBox()
	middle, gap := (b.y0+b.y1)/2, p.px(13)
	for i := range bars {
		away := float64(i-bars/2) / (bars / 2)
		swell := (1 - away*away) * (1 - away*away)
		height := p.px(4) + p.px(26)*swell*(.5+.5*math.Sin(phase-float64(i)*.38))*(.6+.4*math.Sin(2*phase+float64(i)*.17))
		x := float64(p.width)/2 + float64(i-bars/2)*gap
		half, tip, strength := p.px(2), p.px(1), .25+.6*swell
		c.rect(box{x - half/2, middle - height/2, x + half/2, middle - height/2 + tip}, accent, strength)
		c.rect(box{x - half, middle - height/2 + tip, x + half, middle + height/2 - tip}, accent, strength)
		c.rect(box{x - half/2, middle + height/2 - tip, x + half/2, middle + height/2}, accent, strength)
	}
}
