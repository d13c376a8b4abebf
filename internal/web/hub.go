package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

const (
	beat         = 15 * time.Second // between heartbeats of an event stream
	refresh      = 5 * time.Second  // between statuses when nothing happens
	statusTime   = 2 * time.Second  // for the station to tell its status
	hubQueue     = 64               // messages that an event stream may be behind
	resubscribes = time.Second      // pause when the station dropped the hub
)

// hub takes events from the station once and hands each, already written as a
// server-sent event, to every event stream. It never waits for one: a stream
// whose queue is full is dropped.
type hub struct {
	source Events
	status Status
	log    *slog.Logger

	nudge chan struct{} // asks for a status soon

	mu   sync.Mutex
	subs map[chan []byte]struct{}
}

func newHub(source Events, status Status, log *slog.Logger) *hub {
	return &hub{source: source, status: status, log: log, nudge: make(chan struct{}, 1), subs: map[chan []byte]struct{}{}}
}

// subscribe is messages from now on. The channel is closed when its reader is
// too slow.
func (h *hub) subscribe() chan []byte {
	ch := make(chan []byte, hubQueue)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.subs[ch] = struct{}{}
	return ch
}

func (h *hub) unsubscribe(ch chan []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.subs, ch)
}

func (h *hub) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.subs)
}

func (h *hub) send(message []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for ch := range h.subs {
		select {
		case ch <- message:
		default:
			delete(h.subs, ch)
			close(ch)
		}
	}
}

// run serves until ctx ends.
func (h *hub) run(ctx context.Context) {
	for ctx.Err() == nil {
		var events <-chan Event
		cancel := func() {}
		if h.source != nil {
			events, cancel = h.source.Subscribe()
		}
		h.relay(ctx, events)
		cancel()
		select {
		case <-ctx.Done():
		case <-time.After(resubscribes):
		}
	}
}

// relay passes events on until ctx or they end. Between them it tells the status,
// so that a page that missed something is right again soon.
func (h *hub) relay(ctx context.Context, events <-chan Event) {
	tick := time.NewTicker(refresh)
	defer tick.Stop()
	for {
		select {
		case e, ok := <-events:
			if !ok {
				return
			}
			if h.pass(e); e.Name == "status" {
				continue
			}
			for len(events) > 0 { // one status after several events will do
				if e, ok = <-events; !ok {
					return
				}
				h.pass(e)
			}
		case <-h.nudge:
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if h.count() == 0 {
			continue
		}
		if message, err := h.statusMessage(ctx); err == nil {
			h.send(message)
		} else if ctx.Err() == nil {
			h.log.Warn("event streams got no status", "err", err)
		}
	}
}

// changed asks for a status soon: an order may have changed what no event tells.
func (h *hub) changed() {
	select {
	case h.nudge <- struct{}{}:
	default:
	}
}

func (h *hub) pass(e Event) {
	message, err := eventMessage(e)
	if err != nil {
		h.log.Warn("an event could not be sent", "err", err)
		return
	}
	h.send(message)
}

// statusMessage is the status now, as an event.
func (h *hub) statusMessage(ctx context.Context) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, statusTime)
	defer cancel()
	status, err := h.status.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("telling the status: %w", err)
	}
	return eventMessage(Event{Name: "status", Frame: status.Frame, Data: status})
}

// eventMessage is an event on the wire. Its id is the frame at which it is heard.
func eventMessage(e Event) ([]byte, error) {
	data, err := json.Marshal(e.Data) // one line: JSON escapes line ends
	if err != nil {
		return nil, fmt.Errorf("writing the event %q: %w", e.Name, err)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "id: %d\nevent: %s\ndata: %s\n\n", e.Frame, e.Name, data)
	return b.Bytes(), nil
}
