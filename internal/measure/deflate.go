package measure

import (
	"bytes"
	"compress/flate"
	"math/rand/v2"
	"sync"
)

// Deflate is the deflated size of the melody's grid of sixteenths, relative to that
// of the same sixteenths in random order (the mean of three fixed shuffles).
func (m Melody) Deflate() float64 {
	cells := make([]byte, m.Bars*m.PerBar)
	for _, n := range m.Notes {
		for k := range n.Length {
			if at := n.At + k; at < len(cells) {
				cells[at] = byte(n.Pitch)
				if k > 0 {
					cells[at] = 1
				}
			}
		}
	}
	d := deflaters.Get().(*deflater)
	defer deflaters.Put(d)
	own := d.size(cells)
	shuffled := 0
	r := rand.New(rand.NewPCG(1, 1))
	for range 3 {
		r.Shuffle(len(cells), func(i, j int) { cells[i], cells[j] = cells[j], cells[i] })
		shuffled += d.size(cells)
	}
	return 3 * float64(own) / float64(max(1, shuffled))
}

// deflater measures deflated sizes. It is kept for the next melody: a writer's
// tables are half a megabyte.
type deflater struct {
	out bytes.Buffer
	w   *flate.Writer
}

var deflaters = sync.Pool{New: func() any {
	d := &deflater{}
	d.w, _ = flate.NewWriter(&d.out, flate.BestCompression) // fails for unknown levels only
	return d
}}

// size is the deflated size in bytes.
func (d *deflater) size(b []byte) int {
	d.out.Reset()
	d.w.Reset(&d.out)
	_, _ = d.w.Write(b) // a bytes.Buffer takes everything
	_ = d.w.Close()
	return d.out.Len()
}
