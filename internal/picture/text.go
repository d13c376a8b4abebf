package picture

import (
	"image"
	"image/draw"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// The fonts are in the binary: a server has often none, and never one we know.
var fonts = sync.OnceValue(func() (f [2]*opentype.Font) {
	for i, data := range [][]byte{goregular.TTF, gobold.TTF} {
		font, err := opentype.Parse(data)
		if err != nil {
			panic("the built-in font cannot be read: " + err.Error())
		}
		f[i] = font
	}
	return f
})

// weight is a font.
type weight int

const (
	regular weight = iota
	bold
)

// mask is a text or a sign as it is stamped: how much of each pixel it covers.
type mask struct {
	left, top     int // of the first pixel, from the origin on the baseline
	width, height int
	alpha         []byte
	advance       float64 // how far the next sign is
}

// at is how much of a pixel is covered, 0–255, the mask moved to the right by 256ths of a pixel.
func (m *mask) at(x, y, between int) int {
	if y < 0 || y >= m.height {
		return 0
	}
	here, before := 0, 0
	if x >= 0 && x < m.width {
		here = int(m.alpha[y*m.width+x])
	}
	if between == 0 {
		return here
	}
	if x > 0 && x <= m.width {
		before = int(m.alpha[y*m.width+x-1])
	}
	return (here*(256-between) + before*between) >> 8
}

// typeface is a font at a size.
type typeface struct {
	font *opentype.Font
	face font.Face
	buf  sfnt.Buffer
}

func newTypeface(w weight, size float64) *typeface {
	f := fonts()[w]
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		panic("the built-in font has no such size: " + err.Error()) // sizes are ours, never a stranger's
	}
	return &typeface{font: f, face: face}
}

// set makes the mask of a text of at most width pixels: what does not fit is cut, which … tells.
func (t *typeface) set(text string, width float64) *mask {
	text = t.shorten(t.plain(text), width)
	bounds, advance := font.BoundString(t.face, text)
	left, top := bounds.Min.X.Floor(), bounds.Min.Y.Floor()
	dst := image.NewAlpha(image.Rect(left, top, bounds.Max.X.Ceil(), bounds.Max.Y.Ceil()))
	drawer := font.Drawer{Dst: dst, Src: image.Opaque, Face: t.face, Dot: fixed.Point26_6{}}
	drawer.DrawString(text)
	return &mask{left: left, top: top, width: dst.Rect.Dx(), height: dst.Rect.Dy(), alpha: dst.Pix, advance: float64(advance) / 64}
}

func (t *typeface) wide(text string) float64 { return float64(font.MeasureString(t.face, text)) / 64 }

func (t *typeface) shorten(text string, width float64) string {
	if t.wide(text) <= width {
		return text
	}
	runes := []rune(text)
	low, high := 0, len(runes) // the longest beginning that fits has low signs
	for low < high {
		if n := (low + high + 1) / 2; t.wide(cut(runes, n)) <= width {
			low = n
		} else {
			high = n - 1
		}
	}
	if low == 0 {
		return ""
	}
	return cut(runes, low)
}

func cut(runes []rune, n int) string { return strings.TrimRight(string(runes[:n]), " ") + "…" }

// longest is how many signs of a text are looked at: more fit in no picture.
const longest = 300

// plain is a text of only what the font has, on one line: letters with marks that it
// lacks lose the marks, other letters become ?, and what is no letter goes.
func (t *typeface) plain(text string) string {
	var out []rune
	n := 0
	for _, r := range norm.NFC.String(clip(text, 4*longest)) {
		if n++; n > longest {
			break
		}
		switch {
		case unicode.IsSpace(r):
			out = append(out, ' ')
		case r == unicode.ReplacementChar || !unicode.IsGraphic(r): // controls, and what turns the direction of writing
		case t.has(r):
			out = append(out, r)
		default:
			out = append(out, t.instead(r)...)
		}
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

// clip is a text's beginning of at most n bytes; half a letter goes later on.
func clip(text string, n int) string { return strings.ToValidUTF8(text[:min(n, len(text))], "") }

func (t *typeface) has(r rune) bool {
	i, err := t.font.GlyphIndex(&t.buf, r)
	return err == nil && i != 0
}

// instead is what stands for a sign that the font lacks.
func (t *typeface) instead(r rune) (out []rune) {
	for _, part := range norm.NFKD.String(string(r)) {
		if t.has(part) && !unicode.IsMark(part) {
			out = append(out, part)
		}
	}
	if out == nil && unicode.IsLetter(r) {
		return []rune{'?'}
	}
	return out
}

// letters are the signs of ASCII at a size, for what changes too often to be set anew.
type letters [95]*mask

func newLetters(w weight, size float64) *letters {
	t := newTypeface(w, size)
	var l letters
	for i := range l {
		l[i] = t.sign(rune(' ' + i))
	}
	return &l
}

func (t *typeface) sign(r rune) *mask {
	dr, src, at, advance, ok := t.face.Glyph(fixed.Point26_6{}, r)
	m := &mask{advance: float64(advance) / 64}
	if !ok || dr.Empty() {
		return m
	}
	dst := image.NewAlpha(dr)
	draw.Draw(dst, dr, src, at, draw.Src)
	m.left, m.top, m.width, m.height, m.alpha = dr.Min.X, dr.Min.Y, dr.Dx(), dr.Dy(), dst.Pix
	return m
}

func (l *letters) wide(text []byte) (width float64) {
	for _, b := range text {
		width += l.of(b).advance
	}
	return width
}

// of is a sign; ? for what is not of ASCII.
func (l *letters) of(b byte) *mask {
	if b < ' ' || b > '~' {
		b = '?'
	}
	return l[b-' ']
}

func (l *letters) print(c *canvas, text []byte, x float64, y int, s shade) {
	for _, b := range text {
		m := l.of(b)
		c.stamp(m, x, y, s, 1)
		x += m.advance
	}
}
