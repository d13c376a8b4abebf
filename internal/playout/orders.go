package playout

import (
	"context"
	"time"

	"bandstand/internal/pcm"
	"bandstand/internal/song"
)

// play opens the ordered item; what is heard goes on until its first sound is ready.
func (p *Playout) play(ctx context.Context, turn int64, it Item) {
	p.held = false
	p.drop(&p.pending)
	if it.Queue != 0 {
		p.taken[it.Queue] = true
		if p.next != nil && p.next.item.Queue == it.Queue {
			p.pending, p.next = p.next, nil
		}
		p.queue = without(p.queue, p.taken)
	}
	if p.pending == nil {
		p.pending = p.open(ctx, it)
	}
	p.pending.ordered, p.pending.turn = true, turn
}

func (p *Playout) silence(turn int64) {
	p.turn, p.held = turn, true
	p.drop(&p.pending)
	p.drop(&p.next)
	p.fadeOut()
	p.silent(p.frame.Load(), true)
}

func (p *Playout) setQueue(items []Item) {
	named := map[int64]bool{}
	for _, it := range items {
		named[it.Queue] = true
	}
	p.queue = without(items, p.taken)
	for id := range p.taken {
		if !named[id] {
			delete(p.taken, id)
		}
	}
}

func (p *Playout) retitle(code, title string) {
	if a := p.now.Load(); a.song != nil && a.item.Code == code {
		p.now.Store(&airing{item: a.item, song: a.song.Called(title), start: a.start})
	}
	for _, t := range []*track{p.pending, p.next} { // the current one has been told of: see now
		if t != nil && t.item.Code == code {
			t.retitle(title)
		}
	}
	for i, it := range p.queue {
		if it.Code == code && it.Song != nil {
			p.queue[i].Song = it.Song.Called(title)
		}
	}
}

func without(items []Item, taken map[int64]bool) []Item {
	var rest []Item
	for _, it := range items {
		if !taken[it.Queue] {
			rest = append(rest, it)
		}
	}
	return rest
}

// airing is what is heard, for whoever asks.
type airing struct {
	item  Item
	song  *song.Song // nil in silence
	start int64      // the station's frame at which it began
}

func (p *Playout) started(t *track, at int64) {
	p.now.Store(&airing{item: t.item, song: t.song, start: at})
	p.cfg.Report(Event{Kind: Started, Turn: p.turn, Frame: at, Item: t.item, Song: t.song, Ordered: t.ordered})
}

func (p *Playout) silent(at int64, ordered bool) {
	p.now.Store(&airing{start: at})
	p.cfg.Report(Event{Kind: Silent, Turn: p.turn, Frame: at, Ordered: ordered})
}

// State is what is heard at a moment.
type State struct {
	Frame    int64 // the station's frame number
	Item     Item
	Song     *song.Song    // nil in silence
	Position time.Duration // in the song
}

// Now is what is heard. It never waits.
func (p *Playout) Now() State {
	a, frame := p.now.Load(), p.frame.Load()
	s := State{Frame: frame, Item: a.item, Song: a.song}
	if a.song == nil {
		return s
	}
	heard := max(0, frame-a.start)
	if l := a.item.Loop; l != nil {
		from, length, gap := l.Frames(a.song)
		heard = from + min(heard%(length+gap), length)
	} else {
		heard += pcm.StationRate.Frames(a.item.From)
	}
	s.Position = min(pcm.StationRate.Duration(heard), a.song.Duration())
	return s
}

// Frames are where the excerpt begins in the song, how long it and its pause are.
func (l Loop) Frames(s *song.Song) (from, length, gap int64) {
	rate := int(pcm.StationRate)
	from = s.Frame(s.BarStart(l.From), rate)
	return from, max(1, s.Frame(s.BarStart(l.From+l.Bars), rate)-from), pcm.StationRate.Frames(l.Gap)
}
