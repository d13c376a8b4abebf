package recording

import (
	"slices"
	"time"

	"bandstand/internal/pcm"
)

// piece is sound of one song: a block, or a part of one in which a song changes.
type piece struct {
	frame       int64
	samples     []float32 // shared: never changed
	code, title string
	at          time.Time
	fresh       bool // a song, or silence, begins with it
}

func (p piece) end() int64 { return p.frame + int64(len(p.samples)/pcm.Channels) }

// tape gives the queue's blocks as pieces.
type tape struct {
	queue *queue
	rest  piece // of a block, after a song changed in it: its song is that of the next block
	ready []piece
}

// next waits for a piece; false at the end.
func (t *tape) next() (piece, bool) {
	for len(t.ready) == 0 {
		if !t.fill() {
			return piece{}, false
		}
	}
	p := t.ready[0]
	t.ready = t.ready[1:]
	return p, true
}

// back puts a piece back: the next one.
func (t *tape) back(p piece) { t.ready = slices.Insert(t.ready, 0, p) }

func (t *tape) fill() bool {
	got, ok := <-t.queue.takes
	if rest := t.rest; rest.samples != nil {
		if ok && rest.end() == got.block.Frame {
			rest.code, rest.title = got.block.Code, got.block.Title
		}
		t.ready, t.rest = append(t.ready, rest), piece{}
	}
	if !ok {
		return len(t.ready) > 0
	}
	t.queue.taken.Add(1)
	b := got.block
	p := piece{frame: b.Frame, samples: b.Samples, code: b.Code, title: b.Title, at: got.at}
	if b.Change > 0 {
		p.samples = b.Samples[:b.Change*pcm.Channels]
		t.rest = piece{frame: b.Frame + int64(b.Change), samples: b.Samples[b.Change*pcm.Channels:],
			at: got.at.Add(pcm.StationRate.Duration(int64(b.Change))), fresh: true}
	}
	t.ready = append(t.ready, p)
	return true
}
