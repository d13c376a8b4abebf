package draw

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// Sizes of strips, in their units: two a pixel, so that whole numbers will do, which
// keeps a page of many songs small.
const (
	stripsWidth  = 2200
	stripsGutter = 150
	stripsTop    = 34 // the row of sections
	stripHeight  = 56
	stripGap     = 6
	stripLane    = 9 // of a drum
	stripNote    = 4
)

// Strips draws a song small, a strip a part, each in a pitch range of its own, under
// a row of the sections: to see at a glance who plays where, and what comes again.
// Only the parts of the roles named are drawn, in the song's order; all where none is
// named. Like SVG it refuses songs that are not valid and draws the same song alike.
func Strips(w io.Writer, s *song.Song, roles ...string) error {
	if err := s.Validate(); err != nil {
		return fmt.Errorf("drawing: %w", err)
	}
	all := Colours(s.Parts)
	var parts []song.Part
	var shades []string
	for i, p := range s.Parts {
		if len(roles) == 0 || slices.Contains(roles, p.Role) {
			parts, shades = append(parts, p), append(shades, all[i])
		}
	}
	var out strings.Builder
	y := stripsTop
	for i, p := range parts {
		height := strip(&out, s, p, shades[i], y)
		y += height + stripGap
	}
	head := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 %d %d" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="22">`, stripsWidth, y)
	body := stripSections(s, y-stripGap) + out.String() + "</svg>\n"
	if _, err := io.WriteString(w, head+body); err != nil {
		return fmt.Errorf("writing the drawing: %w", err)
	}
	return nil
}

// stripX is where a tick lies.
func stripX(s *song.Song, t song.Tick) int {
	return stripsGutter + int(song.Tick(stripsWidth-stripsGutter)*min(t, s.Ticks())/s.Ticks())
}

// stripSections is the sections' names, with a ground that tells them apart.
func stripSections(s *song.Song, bottom int) string {
	var out strings.Builder
	for _, sec := range s.Sections {
		x, end := stripX(s, s.BarStart(sec.Start)), stripX(s, s.BarStart(sec.Start+sec.Bars))
		fill, width := colour(hue(sec.Label)), max(1, end-x-2)
		fmt.Fprintf(&out, `<g><title>%s</title><path fill="%s" opacity="%s" d="M%d 0h%dv%dh-%dz"/>`,
			escape(fmt.Sprintf("%s, %d bars from bar %d", sec.Name, sec.Bars, sec.Start+1)), fill, num(.08+.14*sec.Energy), x, width, bottom, width)
		if name := fit(sec.Name, float64(end-x-8), 22); name != "" {
			fmt.Fprintf(&out, `<text x="%d" y="25" fill="%s">%s</text>`, x+6, fill, escape(name))
		}
		out.WriteString("</g>")
	}
	return out.String()
}

// strip draws a part with its upper edge at y and says how high it is.
func strip(out *strings.Builder, s *song.Song, p song.Part, shade string, y int) int {
	row := func(n song.Note) int { return 0 }
	height := stripHeight
	if p.IsDrums() {
		var keys []theory.Pitch
		for _, n := range p.Notes {
			keys = append(keys, n.Pitch)
		}
		slices.Sort(keys)
		keys = slices.Compact(keys)
		height = max(height, stripLane*len(keys))
		row = func(n song.Note) int {
			i, _ := slices.BinarySearch(keys, n.Pitch)
			return height - stripLane*i - stripLane/2
		}
	} else if len(p.Notes) > 0 {
		low, high := p.Notes[0].Pitch, p.Notes[0].Pitch
		for _, n := range p.Notes {
			low, high = min(low, n.Pitch), max(high, n.Pitch)
		}
		row = func(n song.Note) int {
			return height - stripNote/2 - (height-stripNote)*int(n.Pitch-low)/int(max(12, high-low))
		}
	}
	fmt.Fprintf(out, `<g stroke="%s" stroke-width="%d"><title>%s</title><text x="0" y="%d" fill="%s" stroke="none">%s</text>`,
		shade, stripNote, escape(describe(p)), y+height/2+8, shade, escape(p.Role))
	const loudness = 3
	for level := range loudness {
		var path strings.Builder
		for _, n := range p.Notes {
			if int(n.Velocity)*loudness/128 == level && n.Start < s.Ticks() {
				x := stripX(s, n.Start)
				width := max(2, stripX(s, n.End())-x-1)
				if p.IsDrums() {
					width = 3
				}
				fmt.Fprintf(&path, "M%d %dh%d", x, y+row(n), width)
			}
		}
		if path.Len() > 0 {
			fmt.Fprintf(out, `<path opacity="%s" d="%s"/>`, num(.4+.3*float64(level)), path.String())
		}
	}
	out.WriteString("</g>")
	return height
}
