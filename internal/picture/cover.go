package picture

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"bandstand/internal/draw"
	"bandstand/internal/song"
)

// words stamps a text on the cover, from x on, and says how wide it is.
func (p *Painter) words(t *typeface, text string, x, y, width float64, s shade) float64 {
	m := t.set(text, width)
	p.cover.stamp(m, math.Round(x), int(math.Round(y)), s, 1)
	return m.advance
}

// heading says what plays.
func (p *Painter) heading(m Moment) {
	l, s := p.layout, m.Song
	width := l.right - l.left
	aside := "song " + m.Code
	if m.Code == "" {
		aside = ""
	}
	if m.Waiting > 0 {
		aside = strings.TrimPrefix(aside+" · "+waiting(m.Waiting), " · ")
	}
	right := p.fonts.text.set(aside, width/2)
	p.cover.stamp(right, math.Round(l.right-right.advance), int(p.px(60)), faint, 1)
	dot := p.px(6)
	p.cover.round(box{l.left, p.px(54) - dot, l.left + 2*dot, p.px(54) + dot}, dot, warm)
	p.words(p.fonts.text, m.Station, l.left+p.px(24), p.px(60), width-right.advance-p.px(60), soft)

	title := p.fonts.title
	if title.wide(title.plain(s.Title)) > width {
		title = p.fonts.smaller
	}
	p.words(title, s.Title, l.left, p.px(122), width, ink)
	side := p.px(330) // where the section stands
	p.words(p.fonts.band, s.Band, l.left, p.px(165), width-side, soft)
	p.words(p.fonts.text, facts(s), l.left, p.px(198), width-side, faint)
}

func waiting(n int) string {
	if n == 1 {
		return "1 song waits"
	}
	return fmt.Sprintf("%d songs wait", n)
}

func facts(s *song.Song) string {
	told := []string{"in " + s.Key.String(), strconv.FormatFloat(math.Round(10*s.Tempo)/10, 'f', -1, 64) + " BPM",
		fmt.Sprintf("%d/%d", s.Meter.Beats, s.Meter.Unit)}
	if s.Style != "" {
		told = append([]string{s.Style}, told...)
	}
	return strings.Join(told, " · ")
}

// name sets the words that go by with the notes.
func (p *Painter) name(s *song.Song) {
	sc, known := p.score, map[string]*mask{} // most come again
	set := func(t *typeface, text string, width float64) *mask {
		if known[text] == nil {
			known[text] = t.set(text, width)
		}
		return known[text]
	}
	for _, sec := range s.Sections {
		start, end := s.Seconds(s.BarStart(sec.Start)), s.Seconds(s.BarStart(sec.Start+sec.Bars))
		sc.sections = append(sc.sections, sign{start: start, end: end, words: set(p.fonts.strong, sec.Name, p.px(240)),
			shade: shadeOf(draw.Colour(sec.Label)), strength: .35 + .5*max(0, min(1, sec.Energy))})
	}
	clear(known)
	for i, ch := range s.Chords {
		end := sc.seconds
		if i+1 < len(s.Chords) {
			end = s.Seconds(s.Chords[i+1].Start)
		}
		sc.chords = append(sc.chords, sign{start: s.Seconds(ch.Start), end: end, words: set(p.fonts.small, ch.Chord.Name(s.Key), p.px(120))})
	}
}

// ground is the roll without what moves.
func (p *Painter) ground() {
	l, c := p.layout, &p.cover
	c.round(l.panel, p.px(10), panel)
	thin := max(1, math.Round(p.px(1)))
	for _, y := range p.score.octaves {
		c.rect(box{l.panel.x0, math.Round(y), l.panel.x1, math.Round(y) + thin}, barLine, 1)
	}
	for i, y := range p.score.lanes {
		if i%2 == 0 && len(p.score.lanes) > 1 { // every other drum stands on a ground of its own
			height := p.score.lanes[1] - p.score.lanes[0]
			c.rect(box{l.panel.x0, math.Round(y - height), l.panel.x1, math.Round(y)}, barLine, .45)
		}
	}
	if p.style == Still {
		return
	}
	for _, sec := range p.score.sections {
		c.rect(p.formBox(sec.start, sec.end), sec.shade, sec.strength*.45)
	}
}

// legend says which colour is whose: as much of it as there is room for.
func (p *Painter) legend(s *song.Song) {
	l, small := p.layout, p.fonts.small
	x, y, side, gap := l.left, float64(p.height)-p.px(44), p.px(13), p.px(24)
	parts := s.Parts[:min(8, len(s.Parts))]
	if len(parts) == 0 {
		return
	}
	named, whole := 0.0, 0.0 // how wide it is with the names, and with the roles too
	for _, part := range parts {
		name := side + gap + p.px(8) + small.wide(small.plain(robot(part)))
		named, whole = named+name, whole+name
		if part.Robot != "" {
			whole += p.px(7) + small.wide(part.Role)
		}
	}
	room, most := l.right-l.left+gap, (l.right-l.left+gap)/float64(len(parts))-side-gap-p.px(8)
	colours := draw.Colours(s.Parts)
	for i, part := range parts {
		p.cover.round(box{x, y - side, x + side, y}, p.px(3), shadeOf(colours[i]))
		x += side + p.px(8)
		if named > room {
			p.words(small, robot(part), x, y, most, soft)
			x = l.left + room*float64(i+1)/float64(len(parts))
			continue
		}
		x += p.words(small, robot(part), x, y, room, soft)
		if whole <= room && part.Robot != "" {
			x += p.px(7) + p.words(small, part.Role, x+p.px(7), y, room, faint)
		}
		x += gap
	}
}

// robot is who plays a part, or what it is for where nobody is named.
func robot(part song.Part) string {
	if part.Robot == "" {
		return part.Role
	}
	return part.Robot
}

// whole is the song at a glance, for pictures in which nothing moves.
func (p *Painter) whole() {
	l, c := p.layout, &p.cover
	scale := (l.panel.x1 - l.panel.x0 - p.px(24)) / p.score.seconds
	x0 := l.panel.x0 + p.px(12)
	for i := range p.score.voices {
		v := &p.score.voices[i]
		for _, n := range v.notes {
			end := min(n.end, p.score.seconds)
			if v.drums {
				end = n.start
			}
			c.rect(box{x0 + n.start*scale, n.top, max(x0+n.start*scale+p.px(1.2), x0+end*scale-p.px(.5)), n.bottom}, v.shade, v.strength*n.strength)
		}
	}
	edge := 0.0
	for _, sec := range p.score.sections {
		x := x0 + sec.start*scale
		c.rect(box{x, l.notes.y0, x + max(1, p.px(1)), l.notes.y1}, farLine, 1)
		if x >= edge && x+sec.words.advance < l.panel.x1 {
			c.stamp(sec.words, math.Round(x), int(l.words[0]), sec.shade, 1)
			edge = x + sec.words.advance + p.px(14)
		}
	}
}

// silence is the picture without a song.
func (p *Painter) silence(m Moment) {
	l, middle := p.layout, float64(p.height)/2
	centred := func(t *typeface, text string, y float64, s shade) {
		mask := t.set(text, l.right-l.left)
		p.cover.stamp(mask, math.Round((float64(p.width)-mask.advance)/2), int(math.Round(y)), s, 1)
	}
	station := m.Station
	if p.fonts.big.plain(station) == "" {
		station = "Bandstand"
	}
	centred(p.fonts.big, station, middle-p.px(60), ink)
	centred(p.fonts.band, "Silence. The order new composes a song.", middle-p.px(6), soft)
	if m.Waiting > 0 {
		centred(p.fonts.text, waiting(m.Waiting)+" in the queue.", middle+p.px(32), faint)
	}
	p.waves(&p.cover, 0)
}
