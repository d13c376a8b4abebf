package playout

import (
	"context"
	"errors"
	"io"
	"slices"

	"bandstand/internal/mix"
	"bandstand/internal/pcm"
)

// quiet is the samples of every silent block; nobody ever writes to it.
var quiet = make([]float32, pcm.BlockSamples)

// mix makes the block that begins at frame at.
func (p *Playout) mix(ctx context.Context, at int64) pcm.Block {
	p.switchOver(at)
	block := pcm.Block{Frame: at, Samples: quiet}
	heard := p.now.Load() // a song that follows in the middle of the block is not heard at its first frame
	if p.cur == nil {
		p.advance(ctx, at)
	}
	if p.cur != nil {
		block.Samples = make([]float32, pcm.BlockSamples)
		p.fill(ctx, at, block.Samples)
	}
	if len(p.tails) > 0 {
		if p.cur == nil && &block.Samples[0] == &quiet[0] {
			block.Samples = make([]float32, pcm.BlockSamples)
		}
		p.addTails(block.Samples)
	}
	if now := p.now.Load(); now.start <= at {
		heard = now
	} else {
		block.Change = int(now.start - at)
	}
	if heard.song != nil {
		block.Code, block.Title = heard.item.Code, heard.song.Band+" - "+heard.song.Title
	}
	p.prepare(ctx)
	return block
}

// switchOver puts the ordered track on the air once its first sound is there.
func (p *Playout) switchOver(at int64) {
	if p.pending == nil || !p.pending.ready() {
		return
	}
	t := p.pending
	p.pending = nil
	p.turn = max(p.turn, t.turn) // from here on, what happens follows that order
	p.fadeOut()
	p.cur = t
	if t.song != nil {
		p.started(t, at)
	}
}

// fill writes a block of what is heard. Where a song ends the next goes on at the
// very next frame; where sound is late, silence stands in.
func (p *Playout) fill(ctx context.Context, at int64, dst []float32) {
	for done := 0; ; {
		n := p.cur.read(dst[done*pcm.Channels:])
		done += n
		if done == pcm.BlockFrames {
			return
		}
		if p.cur.err == nil {
			p.Stats.Starved.Add(1)
			return
		}
		p.over(at + int64(done))
		if !p.advance(ctx, at+int64(done)) {
			p.silent(at+int64(done), false)
			return
		}
	}
}

// over ends the track that is heard, at a frame.
func (p *Playout) over(at int64) {
	t := p.cur
	p.cur = nil
	t.cancel()
	if !errors.Is(t.err, io.EOF) {
		p.fail(t, at)
	}
}

func (p *Playout) fail(t *track, at int64) {
	p.Stats.Failed.Add(1)
	p.cfg.Report(Event{Kind: Failed, Turn: p.turn, Frame: at, Item: t.item, Err: t.err})
}

// advance puts the head of the queue on the air if it is ready, and says so.
func (p *Playout) advance(ctx context.Context, at int64) bool {
	for p.pending == nil && !p.held && len(p.queue) > 0 {
		p.prepare(ctx)
		if !p.next.ready() {
			return false
		}
		t := p.next
		p.next = nil
		p.queue = p.queue[1:]
		p.taken[t.item.Queue] = true
		if t.song != nil {
			p.cur = t
			p.started(t, at)
			return true
		}
		t.cancel()
		if !errors.Is(t.err, io.EOF) {
			p.fail(t, at)
		}
	}
	return false
}

// prepare keeps the head of the queue rendered ahead.
func (p *Playout) prepare(ctx context.Context) {
	if p.next != nil && (len(p.queue) == 0 || p.queue[0].Queue != p.next.item.Queue) {
		p.drop(&p.next)
	}
	if p.next == nil && len(p.queue) > 0 && !p.held {
		p.next = p.open(ctx, p.queue[0])
	}
}

// fadeOut turns what is heard into a tail and takes it off the air.
func (p *Playout) fadeOut() {
	if p.cur == nil {
		return
	}
	tail := make([]float32, FadeFrames*pcm.Channels)
	if n := p.cur.read(tail); n > 0 { // fewer where no more is ready: then the fade is shorter
		tail = tail[:n*pcm.Channels]
		heard := rest(slices.Clone(tail))
		_, _ = mix.FadeOut(&heard, n).Read(tail) // reads what is there: it cannot fail
		p.tails = append(p.tails, tail)
	}
	p.drop(&p.cur)
}

func (p *Playout) drop(t **track) {
	if *t != nil {
		(*t).cancel()
		*t = nil
	}
}

func (p *Playout) addTails(dst []float32) {
	rest := p.tails[:0]
	for _, tail := range p.tails {
		n := min(len(tail), len(dst))
		mix.Add(dst[:n], tail[:n])
		if n < len(tail) {
			rest = append(rest, tail[n:])
		}
	}
	p.tails = rest
	mix.Ceiling(dst)
}
