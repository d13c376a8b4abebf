package station

import (
	"sync"

	"bandstand/internal/command"
	"bandstand/internal/playout"
	"bandstand/internal/web"
)

// events tells any number of subscribers what happens. One that does not read is
// let go: its channel is closed.
type events struct {
	mu   sync.Mutex
	subs map[chan web.Event]struct{}
}

// eventsWaiting is how many events a subscriber may leave unread.
const eventsWaiting = 64

func newEvents() *events { return &events{subs: map[chan web.Event]struct{}{}} }

// Subscribe gives all events from now on until cancel is called.
func (e *events) Subscribe() (<-chan web.Event, func()) {
	ch := make(chan web.Event, eventsWaiting)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.subs[ch] = struct{}{}
	return ch, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		if _, ok := e.subs[ch]; ok {
			delete(e.subs, ch)
			close(ch)
		}
	}
}

// tell hands an event to all and never blocks.
func (e *events) tell(ev web.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for ch := range e.subs {
		select {
		case ch <- ev:
		default:
			delete(e.subs, ch)
			close(ch)
		}
	}
}

// fromAir makes of playout's news what subscribers are told.
func fromAir(e playout.Event) web.Event {
	switch e.Kind {
	case playout.Started:
		type started struct {
			Code    string `json:"code"`
			Title   string `json:"title"`
			Band    string `json:"band"`
			Style   string `json:"style"`
			Looping bool   `json:"looping,omitempty"`
		}
		return web.Event{Name: "song", Frame: e.Frame, Data: started{e.Item.Code, e.Song.Title, e.Song.Band, e.Song.Style, e.Item.Loop != nil}}
	case playout.Failed:
		return web.Event{Name: "failed", Frame: e.Frame, Data: map[string]string{"code": e.Item.Code, "error": "the song could not be rendered"}}
	case playout.Jumped:
		return web.Event{Name: "jump", Frame: e.Frame, Data: map[string]float64{"seconds": e.Lag.Seconds()}}
	}
	return web.Event{Name: "silence", Frame: e.Frame, Data: map[string]string{"state": command.Silent}}
}
