package draw

import (
	"fmt"
	"strings"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// The picture's own colours: light on dark.
const (
	paper   = "#14161c"
	rollBG  = "#1b1e26"
	ink     = "#e8e6e1"
	faint   = "#8b909c"
	barLine = "#2a2e39"
	farLine = "#434956" // every fourth bar, every C
)

// heading is the background, the title and what there is to say about the song.
func (p *picture) heading() {
	s := p.song
	name := s.Title
	if s.Band != "" {
		name += " by " + s.Band
	}
	p.printf("<title>%s</title>\n", escape(name))
	p.printf(`<rect width="%s" height="%s" rx="8" fill="%s"/>`+"\n", num(p.width), num(p.height), paper)
	p.text(margin, titleY, `font-size="22" font-weight="bold"`, s.Title)
	facts := []string{s.Band, s.Style, "in " + s.Key.String(), fmt.Sprintf("%s BPM", num(s.Tempo)),
		fmt.Sprintf("%d/%d", s.Meter.Beats, s.Meter.Unit), song.Clock(s.Duration().Seconds()), fmt.Sprintf("seed %d", s.Seed)}
	var told []string
	for _, f := range facts {
		if f != "" {
			told = append(told, f)
		}
	}
	p.text(margin, subtitleY, fmt.Sprintf(`font-size="13" fill="%s"`, faint), strings.Join(told, " · "))
}

// grid is the roll's background: bar lines, octaves and the drums' lanes.
func (p *picture) grid() {
	p.box(p.left, rollTop, p.right-p.left, p.bottom-rollTop, `fill="`+rollBG+`"`)
	for pitch := p.low; pitch <= p.high; pitch++ {
		if pitch%12 != 0 {
			continue
		}
		y := p.top(pitch) + pitchRow
		p.line(p.left, y, p.right, y, farLine)
		p.text(p.left-6, y, fmt.Sprintf(`text-anchor="end" font-size="9" fill="%s"`, faint), fmt.Sprintf("C%d", pitch/12-1))
	}
	for _, key := range p.drums {
		y := p.drumRowTop(key)
		p.line(p.left, y, p.right, y, barLine)
		p.text(p.left-6, y+drumRow-2.5, fmt.Sprintf(`text-anchor="end" font-size="9" fill="%s"`, faint), theory.DrumName(key))
	}
	// Bar lines thin out where bars are narrow, and numbers where they would touch.
	width := (p.right - p.left) / float64(p.song.Bars)
	lines, numbers := 1, 4
	for width*float64(lines) < 6 {
		lines *= 4
	}
	for width*float64(numbers) < 40 {
		numbers *= 2
	}
	for bar := 0; bar <= p.song.Bars; bar += lines {
		x, colour := p.x(p.song.BarStart(bar)), barLine
		if bar%(4*lines) == 0 {
			colour = farLine
		}
		p.line(x, rollTop, x, p.bottom, colour)
	}
	for bar := 0; bar < p.song.Bars; bar += numbers {
		p.text(p.x(p.song.BarStart(bar))+2, p.bottom+11, fmt.Sprintf(`font-size="9" fill="%s"`, faint), fmt.Sprint(bar+1))
	}
}

// sections is the row of the song's form: the brighter, the more energy.
func (p *picture) sections() {
	for _, sec := range p.song.Sections {
		x, end := p.x(p.song.BarStart(sec.Start)), p.x(p.song.BarStart(sec.Start+sec.Bars))
		width := end - x - 1
		p.printf(`<g><title>%s</title>`, escape(fmt.Sprintf("%s, %d bars from bar %d", sec.Name, sec.Bars, sec.Start+1)))
		p.box(x, sectionTop, width, sectionRow-2, fmt.Sprintf(`rx="3" fill="%s" opacity="%s"`, colour(hue(sec.Label)), num(.3+.5*sec.Energy)))
		if name := fit(sec.Name, width-8, 11); name != "" {
			p.text(x+5, sectionTop+13, `font-weight="bold"`, name)
		}
		p.out.WriteString("</g>\n")
		p.line(x, sectionTop, x, p.bottom, farLine)
	}
}

// chords names the chords where there is room for them.
func (p *picture) chords() {
	s, free, last := p.song, p.left, ""
	for _, c := range s.Chords {
		name := c.Chord.Name(s.Key)
		x := p.x(c.Start)
		if name == last || x < free {
			continue
		}
		last = name
		p.text(x+2, rollTop-7, fmt.Sprintf(`font-size="10" fill="%s"`, faint), name)
		free = x + 2 + textWidth(name, 10) + 6
	}
}

// entry is a line of the legend: a part and where it goes.
type entry struct {
	part int
	x, y float64
}

// layLegend places the legend's entries below the roll and says in how many rows.
func (p *picture) layLegend() (rows int) {
	x, y := margin, p.bottom+26
	for i, part := range p.song.Parts {
		width := 18 + textWidth(describe(part), 12) + 18
		if x > margin && x+width > p.width-margin {
			x, y = margin, y+legendRow
			rows++
		}
		p.legend = append(p.legend, entry{i, x, y})
		x += width
	}
	return rows + 1
}

// key is the legend: who plays what, in which colour.
func (p *picture) key() {
	for _, e := range p.legend {
		p.box(e.x, e.y, 12, 12, fmt.Sprintf(`rx="3" fill="%s"`, p.colours[e.part]))
		p.text(e.x+18, e.y+10.5, `font-size="12"`, describe(p.song.Parts[e.part]))
	}
}

// describe is a part for people: "Ada 9000: Rhodes piano (chords)".
func describe(part song.Part) string {
	words := part.Role
	if part.Instrument != "" {
		words = part.Instrument + " (" + part.Role + ")"
	}
	if part.Robot != "" {
		words = part.Robot + ": " + words
	}
	return words
}
