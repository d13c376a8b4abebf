package picture

import (
	"math"
	"strconv"
)

// seconds is how much of the song the roll shows at once.
const seconds = 10.0

// roll paints the notes around a moment, which lies at the line.
func (p *Painter) roll(c *canvas, t float64) {
	l, sc := p.layout, p.score
	c.left, c.right = int(l.panel.x0), int(l.panel.x1)
	defer func() { c.left, c.right = 0, c.width }()
	scale := (l.panel.x1 - l.panel.x0) / seconds
	from, to := t-(l.head-l.panel.x0)/scale, t+(l.panel.x1-l.head)/scale
	x := func(at float64) float64 { return l.head + (at-t)*scale }

	p.bars(c, from, to, x)
	for i := range sc.voices {
		v := &sc.voices[i]
		if v.drums {
			p.strokes(c, v, from, to, x)
		} else {
			p.notes(c, v, from, to, x)
		}
	}
	// The past is behind a veil: what matters is what sounds and what comes.
	for step := range 8 {
		at := l.panel.x0 + (l.head-l.panel.x0)*float64(step)/8
		c.rect(box{at, l.notes.y0, at + (l.head-l.panel.x0)/8, l.notes.y1}, panel, .72-.05*float64(step))
	}
	p.sounding(c, t, x)
	width := max(1.5, p.px(2))
	for glow := 3.0; glow >= 1; glow-- {
		c.rect(box{l.head - glow*p.px(4), l.notes.y0 - p.px(6), l.head + glow*p.px(4), l.notes.y1}, white, .03)
	}
	c.rect(box{l.head - width/2, l.notes.y0 - p.px(6), l.head + width/2, l.notes.y1 + p.px(4)}, ink, .9)
	p.signs(c, from, to, x)
}

// bars are the lines between the bars; where those are short, every other one.
func (p *Painter) bars(c *canvas, from, to float64, x func(float64) float64) {
	l, sc := p.layout, p.score
	each := sc.barTime
	for each < seconds/24 {
		each *= 2
	}
	width := max(1, p.px(1))
	for n := max(0, math.Floor(from/each)); n*each <= min(to, sc.seconds+each/2); n++ {
		c.rect(box{x(n * each), l.notes.y0 - p.px(6), x(n*each) + width, l.notes.y1}, farLine, .6)
	}
}

// notes are those of a part around a moment.
func (p *Painter) notes(c *canvas, v *voice, from, to float64, x func(float64) float64) {
	gap := p.px(1)
	v.between(from, to, func(n span) {
		c.rect(box{x(n.start), n.top, max(x(n.start)+2, x(n.end)-gap), n.bottom - gap/2}, v.shade, v.strength*n.strength)
	})
}

// strokes are the drums': they have no length.
func (p *Painter) strokes(c *canvas, v *voice, from, to float64, x func(float64) float64) {
	width := max(2, p.px(4))
	v.between(from, to, func(n span) {
		c.rect(box{x(n.start), n.top, x(n.start) + width, n.bottom}, v.shade, n.strength)
	})
}

// flash is how long a drum's stroke is seen to sound, in seconds.
const flash = .16

// sounding paints what is heard now anew, bright.
func (p *Painter) sounding(c *canvas, t float64, x func(float64) float64) {
	for i := range p.score.voices {
		v := &p.score.voices[i]
		if v.drums {
			v.between(t-flash, t+1e-9, func(n span) {
				if age := (t - n.start) / flash; age < 1 {
					grow := p.px(5) * (1 - age)
					c.rect(box{x(n.start) - grow, n.top - grow/2, x(n.start) + p.px(4) + grow, n.bottom + grow/2}, v.bright, 1-age)
				}
			})
			continue
		}
		v.between(t, t+1e-9, func(n span) {
			fresh := max(0, 1-(t-n.start)/.4) // a struck note shines for a while
			glow := p.px(2) + p.px(3)*fresh
			x0, x1 := x(n.start), max(x(n.start)+2, x(n.end))
			c.rect(box{x0 - glow, n.top - glow, x1 + glow, n.bottom + glow}, v.shade, .18+.22*fresh)
			c.rect(box{x0, n.top, x1, n.bottom}, v.shade.towards(v.bright, .35+.65*fresh), .75+.25*v.strength)
		})
	}
}

// signs are the names of sections and chords, above the notes they are of; the present
// section's stays while it lasts.
func (p *Painter) signs(c *canvas, from, to float64, x func(float64) float64) {
	l, sc := p.layout, p.score
	pad := p.px(8)
	for i := max(0, at(sc.sections, from)); i < len(sc.sections) && sc.sections[i].start < to; i++ {
		s := &sc.sections[i]
		left, right := x(s.start), x(s.end)
		c.rect(box{left + 1, l.panel.y0 + p.px(8), right - 1, l.panel.y0 + p.px(31)}, s.shade, s.strength*.4)
		at := min(max(left, l.panel.x0)+pad, right-s.words.advance-pad)
		if right-left > s.words.advance+2*pad {
			c.stamp(s.words, at, int(l.words[0]), white, .92)
		}
	}
	for i := max(0, at(sc.chords, from)); i < len(sc.chords) && sc.chords[i].start < to; i++ {
		s := &sc.chords[i]
		left, right := x(s.start), x(s.end)
		colour := soft
		if left <= l.head && right > l.head {
			colour = white
		}
		if at := min(max(left, l.panel.x0)+p.px(6), right-s.words.advance-p.px(2)); right-left > s.words.advance {
			c.stamp(s.words, at, int(l.words[1]), colour, 1)
		}
	}
}

// formBox is a stretch of the song in the line of its form.
func (p *Painter) formBox(from, to float64) box {
	f := p.layout.form
	scale := (f.x1 - f.x0) / p.score.seconds
	return box{f.x0 + from*scale, f.y0, max(f.x0+from*scale+1, f.x0+to*scale-p.px(2)), f.y1}
}

// form paints how far the song is, along its sections, and the time.
func (p *Painter) form(c *canvas, t float64) {
	for i := range p.score.sections {
		if s := &p.score.sections[i]; s.start < t {
			c.rect(p.formBox(s.start, min(s.end, t)), s.shade, .5+s.strength*.6)
		}
	}
	f := p.layout.form
	at := f.x0 + (f.x1-f.x0)*t/p.score.seconds
	c.round(box{at - p.px(2), f.y0 - p.px(4), at + p.px(2), f.y1 + p.px(4)}, p.px(2), ink)
}

// where writes the place in the song: the section, the bar and the time.
func (p *Painter) where(c *canvas, t float64) {
	l, sc := p.layout, p.score
	var memory [64]byte
	text := memory[:0]
	text = clock(text, t)
	text = append(text, " / "...)
	text = clock(text, sc.seconds)
	p.fonts.digits.print(c, text, l.right-p.fonts.digits.wide(text), int(p.px(165)), soft)
	text = append(memory[:0], "bar "...)
	text = strconv.AppendInt(text, int64(min(sc.bars, 1+int(t/sc.barTime+1e-9))), 10)
	text = append(text, " of "...)
	text = strconv.AppendInt(text, int64(sc.bars), 10)
	p.fonts.digits.print(c, text, l.right-p.fonts.digits.wide(text), int(p.px(198)), faint)
}

// clock writes whole seconds that have gone by as 3:07 or 1:02:03.
func clock(text []byte, seconds float64) []byte {
	n := int64(max(0, seconds))
	if n >= 3600 {
		text = append(strconv.AppendInt(text, n/3600, 10), ':')
		text = two(text, n/60%60)
	} else {
		text = strconv.AppendInt(text, n/60, 10)
	}
	return two(append(text, ':'), n%60)
}

func two(text []byte, n int64) []byte { return append(text, byte('0'+n/10), byte('0'+n%10)) }
