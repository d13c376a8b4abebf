package draw

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

func (p *picture) printf(format string, args ...any) { fmt.Fprintf(&p.out, format, args...) }

func (p *picture) box(x, y, width, height float64, style string) {
	p.printf(`<rect x="%s" y="%s" width="%s" height="%s" %s/>`+"\n", num(x), num(y), num(max(0, width)), num(max(0, height)), style)
}

func (p *picture) line(x1, y1, x2, y2 float64, colour string) {
	p.printf(`<path d="M%s %sL%s %s" stroke="%s"/>`+"\n", num(x1), num(y1), num(x2), num(y2), colour)
}

func (p *picture) text(x, y float64, style, text string) {
	p.printf(`<text x="%s" y="%s" %s>%s</text>`+"\n", num(x), num(y), style, escape(text))
}

// num is a number with at most two decimals.
func num(v float64) string {
	return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
}

// escape makes any text fit to stand in XML.
func escape(text string) string {
	var out bytes.Buffer
	if err := xml.EscapeText(&out, []byte(text)); err != nil {
		return "" // a bytes.Buffer does not fail
	}
	return out.String()
}

// textWidth is about how wide a text is at a size.
func textWidth(text string, size float64) float64 {
	return .58 * size * float64(utf8.RuneCountInString(text))
}

// fit is text, cut to a width; "" where nothing legible fits.
func fit(text string, width, size float64) string {
	runes := []rune(text)
	room := int(width / (.62 * size))
	switch {
	case len(runes) <= room:
		return text
	case room < 3:
		return ""
	}
	return string(runes[:room-1]) + "…"
}
