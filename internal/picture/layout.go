package picture

// The picture's own colours: light on dark, those of the song's page.
var (
	paper   = shadeOf("#14161c")
	panel   = shadeOf("#1b1e26")
	ink     = shadeOf("#e8e6e1")
	soft    = shadeOf("#b9bcc4")
	faint   = shadeOf("#8b909c")
	barLine = shadeOf("#2a2e39")
	farLine = shadeOf("#434956")
	white   = shadeOf("#ffffff")
	accent  = shadeOf("#f2b84b")
	warm    = shadeOf("#e8604c")
)

// layout is where things go, in pixels.
type layout struct {
	left, right float64
	panel       box // the roll with its words
	words       [2]float64
	notes       box
	meter       box
	form        box
	head        float64 // x of the line at which the song is heard
}

// newLayout is thought in 1280 by 720; other shapes give or take of the roll.
func newLayout(width, height int, unit float64) layout {
	w, h := float64(width), float64(height)
	l := layout{left: 56 * unit, right: w - 56*unit}
	l.panel = box{l.left, 222 * unit, l.right - 38*unit, h - 128*unit}
	l.words = [2]float64{l.panel.y0 + 25*unit, l.panel.y0 + 50*unit}
	l.notes = box{l.panel.x0, l.panel.y0 + 66*unit, l.panel.x1, l.panel.y1 - 10*unit}
	l.meter = box{l.right - 22*unit, l.panel.y0, l.right, l.panel.y1}
	l.form = box{l.left, h - 106*unit, l.right, h - 96*unit}
	l.head = l.panel.x0 + (l.panel.x1-l.panel.x0)*.3
	return l
}

// still gives the room of what moves to the roll.
func (l *layout) still(unit float64) {
	l.panel.x1, l.notes.x1 = l.right, l.right
	l.panel.y1, l.notes.y1 = l.panel.y1+22*unit, l.notes.y1+22*unit
	l.notes.y0 -= 20 * unit
}

// typefaces are the fonts at the sizes in use, none so small that it cannot be read at 640 by 360.
type typefaces struct {
	title, smaller, band, big *typeface
	text, small, strong       *typeface
	digits                    *letters
}

func newTypefaces(unit float64) *typefaces {
	least := func(size float64) float64 { return max(size*unit, min(10, 20*unit)) }
	return &typefaces{
		title: newTypeface(bold, least(52)), smaller: newTypeface(bold, least(40)), big: newTypeface(bold, least(56)),
		band: newTypeface(regular, least(28)), text: newTypeface(regular, least(20)),
		small: newTypeface(regular, least(17)), strong: newTypeface(bold, least(17)),
		digits: newLetters(regular, least(20)),
	}
}
