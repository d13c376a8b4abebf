package station

import (
	"sync/atomic"
	"time"

	"bandstand/internal/command"
	"bandstand/internal/playout"
)

// air is playout as the orders see it.
type air struct {
	*playout.Playout
	auto     atomic.Bool
	waiting  atomic.Int64 // songs in the queue
	wakeAuto func()
	changed  func(what string) // tells whoever watches that the queue or auto changed
}

// Now is what is heard at the moment.
func (a *air) Now() command.Now {
	s := a.Playout.Now()
	now := command.Now{State: command.Silent}
	if s.Song == nil {
		return now
	}
	now = command.Now{State: command.Playing, Code: s.Item.Code, Queue: s.Item.Queue, Song: s.Song, Position: s.Position}
	if l := s.Item.Loop; l != nil {
		now.State, now.Loop = command.Looping, &command.Loop{From: l.From, Bars: l.Bars, Gap: l.Gap}
	}
	return now
}

// Play puts a song on the air.
func (a *air) Play(turn int64, what command.Airing) { a.Playout.Play(turn, item(what)) }

// SetQueue says what waits. An empty queue is what auto waits for.
func (a *air) SetQueue(queue []command.Airing) {
	items := make([]playout.Item, len(queue))
	for i, q := range queue {
		items[i] = item(q)
	}
	a.Playout.SetQueue(items)
	a.waiting.Store(int64(len(items)))
	a.wakeAuto()
	a.changed("queue")
}

// SetAuto turns the composing for an empty queue on or off.
func (a *air) SetAuto(on bool) {
	a.auto.Store(on)
	a.wakeAuto()
	a.changed("auto")
}

func item(w command.Airing) playout.Item {
	it := playout.Item{Queue: w.Queue, Code: w.Code, Song: w.Song, From: w.From}
	if w.Loop != nil {
		it.Loop = &playout.Loop{From: w.Loop.From, Bars: w.Loop.Bars, Gap: w.Loop.Gap}
	}
	return it
}

// bell wakes one goroutine; ringing twice before it looks wakes it once.
type bell chan struct{}

func newBell() bell { return make(bell, 1) }

func (b bell) ring() {
	select {
	case b <- struct{}{}:
	default:
	}
}

// progressEvery is how often the position of the song on the air is stored.
const progressEvery = 500 * time.Millisecond
