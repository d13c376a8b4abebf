// Package playout is what is on the air. One goroutine (Run) owns the queue, the
// mixer and the clock; it emits a block every 20 ms, for ever: a song, or silence.
//
// It promises that block n is emitted at start + n·20 ms, computed from n and not
// summed; that no frame is lost or repeated when songs follow each other; that a
// change replaces what was heard within a fade of at most FadeFrames; and that a
// renderer which fails, panics or is late makes silence and a report, never a gap.
// Behind by more than a second it moves its clock once, counts that, and goes on:
// the frames of the stream stay continuous.
//
// It does not compose, load or store anything, and it never waits for anyone: what
// it is told arrives in a mailbox, what it tells leaves through functions that must
// not block.
package playout

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"bandstand/internal/pcm"
	"bandstand/internal/song"
)

const (
	// FadeFrames is the length of the fade with which one sound gives way: 20 ms.
	FadeFrames = 960
	// aheadBlocks is how far rendering runs ahead of the air: 2 s.
	aheadBlocks = 100
	// maxLag is how far behind the clock may be before it jumps.
	maxLag = time.Second
)

// Item is one song to be put on the air.
type Item struct {
	Queue int64         // its place's id in the queue, 0 where it was never queued
	Code  string        // the song's short code
	Song  *song.Song    // nil: the renderer loads it
	From  time.Duration // where in the song to begin
	Loop  *Loop         // not nil: an excerpt, again and again
}

// Loop is an excerpt of whole bars with a pause between.
type Loop struct {
	From int // first bar, from 0
	Bars int
	Gap  time.Duration
}

// Renderer turns an item into sound. It is called from a worker's goroutine and
// may take its time; a change of mind cancels ctx.
type Renderer interface {
	Render(ctx context.Context, it Item) (*song.Song, pcm.Source, error)
}

// EventKind says what happened on the air.
type EventKind int

// What can happen on the air.
const (
	Started EventKind = iota // a song is heard from Frame on
	Silent                   // nothing is heard from Frame on
	Failed                   // a song could not be rendered; Err says why
	Jumped                   // the clock was Lag behind and was moved
)

// Event is news from the air. Turn is the turn of the last Play or Silence before it.
type Event struct {
	Kind    EventKind
	Turn    int64
	Frame   int64
	Item    Item
	Song    *song.Song
	Ordered bool // Started or Silent by an order, not by itself
	Err     error
	Lag     time.Duration
}

// Stats counts what went wrong since the start.
type Stats struct {
	Blocks  atomic.Int64 // blocks emitted
	Starved atomic.Int64 // blocks that silence stood in for, whole or in part
	Late    atomic.Int64 // blocks emitted more than 10 ms after their deadline
	Jumps   atomic.Int64 // times that the clock was moved
	Failed  atomic.Int64 // songs that could not be rendered
}

// Config is what a Playout is made of.
type Config struct {
	Renderer Renderer
	Emit     func(pcm.Block) // gets every block at its deadline; must not block
	Report   func(Event)     // gets every event; must not block
	Log      *slog.Logger
}

// Playout is the air. Its methods may be called from anywhere and return at once;
// what they ask is heard in the order of the calls.
type Playout struct {
	cfg   Config
	Stats Stats

	mail  mailbox
	frame atomic.Int64 // the first frame of the next block
	now   atomic.Pointer[airing]

	// Below: only Run's goroutine.
	turn    int64
	held    bool
	queue   []Item
	taken   map[int64]bool // queue ids begun by ourselves that SetQueue still may name
	cur     *track         // what is heard, nil in silence
	pending *track         // ordered, heard as soon as its first block is ready
	next    *track         // the head of the queue, rendered ahead
	tails   [][]float32    // what fades out under what is heard
	workers sync.WaitGroup
}

// New makes a playout. It starts nothing.
func New(cfg Config) *Playout {
	p := &Playout{cfg: cfg, taken: map[int64]bool{}}
	p.mail.ready = make(chan struct{}, 1)
	p.now.Store(&airing{})
	return p
}

// Play puts an item on the air in place of whatever is heard.
func (p *Playout) Play(turn int64, it Item) {
	p.mail.put(func(ctx context.Context) { p.play(ctx, turn, it) })
}

// Silence fades out and holds the queue until Play or Release.
func (p *Playout) Silence(turn int64) { p.mail.put(func(context.Context) { p.silence(turn) }) }

// Release lets the queue start by itself again.
func (p *Playout) Release(turn int64) {
	p.mail.put(func(context.Context) { p.turn, p.held = turn, false })
}

// SetQueue says what waits, in order. Items that have begun by themselves since
// the caller looked are left out.
func (p *Playout) SetQueue(items []Item) { p.mail.put(func(context.Context) { p.setQueue(items) }) }

// Retitle gives a song another title, from the next block on. What is rendered ahead
// has it as well; what waits without notes is loaded with it by the renderer.
func (p *Playout) Retitle(code, title string) {
	p.mail.put(func(context.Context) { p.retitle(code, title) })
}

// Run emits blocks until ctx ends, then fades out, ends its workers and returns.
func (p *Playout) Run(ctx context.Context) error {
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer p.workers.Wait()
	defer stopWork()

	start := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for n := int64(0); ; n++ {
		deadline := start.Add(time.Duration(n) * pcm.BlockDuration)
		timer.Reset(time.Until(deadline))
		if !p.wait(ctx, work, timer) {
			p.goodbye()
			return nil
		}
		if lag := time.Since(deadline); lag > maxLag {
			start = start.Add(lag)
			p.Stats.Jumps.Add(1)
			p.cfg.Report(Event{Kind: Jumped, Turn: p.turn, Frame: p.frame.Load(), Lag: lag})
		} else if lag > 10*time.Millisecond {
			p.Stats.Late.Add(1)
		}
		p.emit(work)
	}
}

// wait reads mail until the timer fires; false means that ctx has ended.
func (p *Playout) wait(ctx, work context.Context, timer *time.Timer) bool {
	for {
		select {
		case <-ctx.Done():
			return false
		case <-p.mail.ready:
			for _, do := range p.mail.take() {
				do(work)
			}
		case <-timer.C:
			return true
		}
	}
}

func (p *Playout) emit(ctx context.Context) {
	at := p.frame.Load()
	block := p.mix(ctx, at)
	p.frame.Store(at + pcm.BlockFrames)
	p.Stats.Blocks.Add(1)
	p.cfg.Emit(block)
}

// goodbye lets what is heard fade out in the blocks that are left of it.
func (p *Playout) goodbye() {
	p.held = true
	p.queue = nil
	p.drop(&p.pending)
	p.drop(&p.next)
	p.fadeOut()
	for len(p.tails) > 0 {
		p.emit(context.Background())
	}
}

// mailbox takes what playout is asked, without bound and without waiting.
type mailbox struct {
	mu    sync.Mutex
	items []func(context.Context)
	ready chan struct{}
}

func (m *mailbox) put(do func(context.Context)) {
	m.mu.Lock()
	m.items = append(m.items, do)
	m.mu.Unlock()
	select {
	case m.ready <- struct{}{}:
	default:
	}
}

func (m *mailbox) take() []func(context.Context) {
	m.mu.Lock()
	defer m.mu.Unlock()
	items := m.items
	m.items = nil
	return items
}
