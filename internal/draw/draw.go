// Package draw draws a song as a piano roll in SVG: time to the right, pitch
// upwards, a colour a robot, drums as lanes below, sections and chords along the
// top, and a legend of who plays what.
//
// It promises that the same song gives the same bytes, that names from anywhere
// are escaped, and that the picture holds no script and refers to nothing
// outside itself. The root's data-left and data-right are the x of the song's
// first and last instant, so that a page can move a line along with the sound.
package draw

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// Sizes, in the picture's units (pixels at its natural size).
const (
	margin     = 16.0
	gutter     = 64.0 // names of drums and octaves, left of the roll
	barWidth   = 34.0
	narrowest  = 760.0 // the roll at least, so that the title fits
	widest     = 9000.0
	pitchRow   = 5.0
	drumRow    = 11.0
	titleY     = 34.0
	subtitleY  = 56.0
	sectionTop = 72.0
	sectionRow = 20.0
	chordRow   = 20.0
	rollTop    = sectionTop + sectionRow + chordRow
	legendRow  = 22.0
)

// picture is a drawing under way.
type picture struct {
	out  bytes.Buffer
	song *song.Song

	left, right   float64 // x of the song's start and end
	low, high     int     // pitches that the roll shows, both included
	drums         []theory.Pitch
	drumTop       float64
	bottom        float64 // of roll and drums
	width, height float64
	colours       []string // of the parts
	legend        []entry
}

// SVG draws a song. A song that is not valid is refused before anything is written.
func SVG(w io.Writer, s *song.Song) error {
	if err := s.Validate(); err != nil {
		return fmt.Errorf("drawing: %w", err)
	}
	p := &picture{song: s}
	p.measure()
	p.printf(`<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 %s %s" width="%s" height="%s" data-left="%s" data-right="%s" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="11" fill="%s">`+"\n",
		num(p.width), num(p.height), num(p.width), num(p.height), num(p.left), num(p.right), ink)
	p.heading()
	p.grid()
	p.sections()
	p.chords()
	p.notes()
	p.key()
	p.out.WriteString("</svg>\n")
	if _, err := w.Write(p.out.Bytes()); err != nil {
		return fmt.Errorf("writing the drawing: %w", err)
	}
	return nil
}

// measure decides where everything goes.
func (p *picture) measure() {
	s := p.song
	p.left = margin + gutter
	p.right = p.left + math.Round(min(widest, max(narrowest, barWidth*float64(s.Bars))))
	p.width = p.right + margin
	low, high := 127, 0
	for _, part := range s.Parts {
		for _, n := range part.Notes {
			if part.IsDrums() {
				p.drums = append(p.drums, n.Pitch)
				continue
			}
			low, high = min(low, int(n.Pitch)), max(high, int(n.Pitch))
		}
	}
	if low > high { // drums alone
		low, high = 60, 60
	}
	p.low, p.high = max(0, low-2), min(127, high+2)
	slices.Sort(p.drums)
	p.drums = slices.Compact(p.drums)
	p.drumTop = rollTop + pitchRow*float64(p.high-p.low+1)
	p.bottom = p.drumTop
	if len(p.drums) > 0 {
		p.drumTop += 8
		p.bottom = p.drumTop + drumRow*float64(len(p.drums))
	}
	p.colours = Colours(s.Parts)
	rows := p.layLegend()
	p.height = p.bottom + 26 + legendRow*float64(rows) + margin/2
}

// x is where a tick lies.
func (p *picture) x(t song.Tick) float64 {
	return p.left + (p.right-p.left)*float64(t)/float64(p.song.Ticks())
}

// top is the upper edge of a pitch's row.
func (p *picture) top(pitch int) float64 {
	return rollTop + pitchRow*float64(p.high-pitch)
}

// drumRowTop is the upper edge of a drum's lane; low keys are at the bottom.
func (p *picture) drumRowTop(key theory.Pitch) float64 {
	i, _ := slices.BinarySearch(p.drums, key)
	return p.drumTop + drumRow*float64(len(p.drums)-1-i)
}

// paintOrder puts the parts that must be seen on top.
var paintOrder = []string{song.Pad, song.Chords, song.Arp, song.Bass, song.Counter, song.Solo, song.Lead}

// notes draws the parts, those that carry the song last.
func (p *picture) notes() {
	order := make([]int, len(p.song.Parts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return slices.Index(paintOrder, p.song.Parts[a].Role) - slices.Index(paintOrder, p.song.Parts[b].Role)
	})
	for _, i := range order {
		part := p.song.Parts[i]
		p.printf(`<g fill="%s" opacity="%s"><title>%s</title>`, p.colours[i], num(presence(part.Role)), escape(describe(part)))
		p.part(part)
		p.out.WriteString("</g>\n")
	}
}

// presence is how strongly a part is drawn: what fills the ground must not hide what stands on it.
func presence(role string) float64 {
	switch role {
	case song.Pad:
		return .5
	case song.Chords, song.Arp:
		return .75
	}
	return 1
}

// loudnesses is how many shades the velocities are drawn in.
const loudnesses = 4

// part draws a part's notes as one path a shade, which keeps the file small.
func (p *picture) part(part song.Part) {
	for shade := range loudnesses {
		any := false
		for _, n := range part.Notes {
			if int(n.Velocity)*loudnesses/128 != shade {
				continue
			}
			if !any {
				p.printf(`<path opacity="%s" d="`, num(.4+.6*float64(shade)/(loudnesses-1)))
				any = true
			}
			x, y, height := p.x(n.Start), p.top(int(n.Pitch)), pitchRow-.6
			width := max(1.2, p.x(n.End())-x-.4)
			if part.IsDrums() {
				// A drum has no length: how hard it is struck is its size.
				height = 3 + (drumRow-4)*float64(n.Velocity)/127
				y = p.drumRowTop(n.Pitch) + (drumRow-height)/2
				width = 2.6
			}
			width = min(width, p.right+margin/2-x)
			p.printf("M%s %sh%sv%sh-%sz", num(x), num(y), num(width), num(height), num(width))
		}
		if any {
			p.out.WriteString(`"/>`)
		}
	}
}
