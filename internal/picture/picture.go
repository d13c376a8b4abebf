// Package picture paints the moving picture that video sites need beside the sound:
// what plays, by whom, its notes as they come, and how loud it is; in silence the
// station's name.
//
// It promises whole pictures whatever it is told (words of strangers, songs of any
// length, positions beyond the end), nothing outside a margin that screens may cut
// off, and no allocation for a picture that shows the same song as the one before. It
// needs no font and no program: all is drawn here, as yuv420p for an encoder.
package picture

import (
	"math"
	"time"

	"bandstand/internal/song"
)

// The styles of New.
const (
	Roll  = "roll"  // the notes go by, with all that moves
	Still = "still" // one picture a song, the whole of it at a glance: cheap to send
)

// Moment is what the station does at a moment.
type Moment struct {
	Song     *song.Song    // valid; nil: silence
	Code     string        // the song's
	Position time.Duration // in the song, as it is heard
	Level    float64       // root mean square of the sound, 0–1
	Waiting  int           // songs in the queue
	Station  string        // its name, or where its page is
}

// Painter paints frames, one after the other; it is for one goroutine.
type Painter struct {
	width, height int
	style         string
	unit          float64 // pixels for one of the 720 that the layout is thought in
	layout        layout
	fonts         *typefaces

	shown shown  // what cover is of
	cover canvas // all that does not move
	still []byte // the memory of cover
	score *score // of the song; nil in silence
	meter meter
	phase float64 // of the silence's wave
}

// shown is what makes a cover another one.
type shown struct {
	song                       *song.Song
	title, band, code, station string
	waiting                    int
	painted                    bool
}

// New makes a painter of frames of width by height pixels, which are even and at least
// 160 by 90, in a style: Roll, or Still.
func New(width, height int, style string) *Painter {
	width, height = max(160, width&^1), max(90, height&^1)
	p := &Painter{width: width, height: height, style: style, unit: min(float64(width)/1280, float64(height)/720)}
	p.layout = newLayout(width, height, p.unit)
	if style == Still {
		p.layout.still(p.unit)
	}
	p.fonts = newTypefaces(p.unit)
	p.still = make([]byte, size(width, height))
	p.cover = over(p.still, width, height)
	return p
}

// Paint paints the moment's frame: yuv420p, width·height·3/2 bytes, BT.709, limited range.
func (p *Painter) Paint(dst []byte, m Moment) {
	now := shown{song: m.Song, code: m.Code, station: m.Station, waiting: m.Waiting, painted: true}
	if m.Song != nil {
		now.title, now.band = m.Song.Title, m.Song.Band
	}
	if now != p.shown {
		p.show(m, now)
	}
	dst = dst[:len(p.still)]
	copy(dst, p.still)
	if p.style == Still {
		return
	}
	c := over(dst, p.width, p.height)
	if m.Song == nil {
		p.wave(&c)
		return
	}
	t := m.Position.Seconds()
	t = max(0, min(t, p.score.seconds))
	p.roll(&c, t)
	p.form(&c, t)
	p.where(&c, t)
	p.meter.move(m.Level)
	p.meter.paint(&c, p.layout.meter, p.unit)
}

// show makes the cover of another moment.
func (p *Painter) show(m Moment, now shown) {
	other := now.song != p.shown.song
	p.shown = now
	p.cover.fill(paper)
	if m.Song == nil {
		p.score, p.meter = nil, meter{}
		p.silence(m)
		return
	}
	if other || p.score == nil {
		l := p.layout
		p.score = newScore(m.Song, l.notes.y0, l.notes.y1, p.unit)
		p.name(m.Song)
	}
	p.heading(m)
	p.ground()
	if p.style == Still {
		p.whole()
	}
	p.legend(m.Song)
}

// px is a length of the layout in pixels.
func (p *Painter) px(units float64) float64 { return units * p.unit }

// db is a level in decibels, −60 at least.
func db(level float64) float64 {
	if !(level > .001) {
		return -60
	}
	return 20 * math.Log10(level)
}
