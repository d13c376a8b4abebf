package playout

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"bandstand/internal/pcm"
	"bandstand/internal/song"
)

// chunk is up to a block of rendered sound, or the end of it.
type chunk struct {
	samples []float32
	err     error // io.EOF at the end, or what broke
}

// track is an item with its render-ahead worker. The worker owns the source and
// sends chunks into a bounded ring; the clock's goroutine owns all other fields.
type track struct {
	item   Item
	ring   chan chunk
	cancel context.CancelFunc
	opened chan *song.Song // gets the song once, before the first chunk

	song    *song.Song // known from the first chunk on
	title   string     // that the song was given since it was opened, "" for none
	left    []float32  // what is left of the chunk last taken
	err     error      // why no more comes
	ordered bool       // by Play, not by the queue
	turn    int64      // of the order, where it was ordered
}

// open starts a worker for an item.
func (p *Playout) open(ctx context.Context, it Item) *track {
	ctx, cancel := context.WithCancel(ctx)
	t := &track{item: it, cancel: cancel, ring: make(chan chunk, aheadBlocks), opened: make(chan *song.Song, 1)}
	p.workers.Go(func() { p.render(ctx, t) })
	return t
}

// render is the worker: it renders ahead until the end, an error or a cancel.
func (p *Playout) render(ctx context.Context, t *track) {
	defer t.cancel()
	send := func(c chunk) bool {
		select {
		case t.ring <- c:
			return true
		case <-ctx.Done():
			return false
		}
	}
	defer func() {
		if r := recover(); r != nil {
			p.cfg.Log.Error("rendering panicked", "code", t.item.Code, "panic", r, "stack", string(debug.Stack()))
			send(chunk{err: fmt.Errorf("rendering %s: panic: %v", t.item.Code, r)})
		}
	}()
	sg, src, err := p.cfg.Renderer.Render(ctx, t.item)
	if err != nil {
		send(chunk{err: fmt.Errorf("rendering %s: %w", t.item.Code, err)})
		return
	}
	t.opened <- sg
	for {
		buf := make([]float32, pcm.BlockSamples)
		n, err := src.Read(buf)
		if n > 0 && !send(chunk{samples: buf[:n*pcm.Channels]}) {
			return
		}
		// Rendering ahead never waits for anything else: without this the clock
		// might wait for a processor until the scheduler takes it away, 10 ms.
		runtime.Gosched()
		if err == nil && n == 0 {
			err = io.ErrNoProgress
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				err = fmt.Errorf("rendering %s: %w", t.item.Code, err)
			}
			send(chunk{err: err})
			return
		}
	}
}

// ready says whether sound (or the end, or an error) is there without waiting.
func (t *track) ready() bool {
	if len(t.left) > 0 || t.err != nil {
		return true
	}
	select {
	case c := <-t.ring:
		t.left, t.err = c.samples, c.err
		if t.song == nil && c.err == nil {
			if t.song = <-t.opened; t.title != "" {
				t.song = t.song.Called(t.title)
			}
		}
		return true
	default:
		return false
	}
}

// retitle gives the song another title, also where the worker has yet to load it.
func (t *track) retitle(title string) {
	t.title = title
	if t.song != nil {
		t.song = t.song.Called(title)
	}
}

// read copies what is there into dst without waiting and says how many frames.
// Fewer than asked: t.err says that the track is over, or it is starved.
func (t *track) read(dst []float32) int {
	done := 0
	for done < len(dst) && t.ready() && len(t.left) > 0 {
		n := copy(dst[done:], t.left)
		t.left = t.left[n:]
		done += n
	}
	return done / pcm.Channels
}

// rest makes samples that were read a pcm.Source.
type rest []float32

// Read gives the next of them.
func (r *rest) Read(dst []float32) (int, error) {
	n := copy(dst, *r)
	*r = (*r)[n:]
	if n < len(dst) {
		return n / pcm.Channels, io.EOF
	}
	return n / pcm.Channels, nil
}
