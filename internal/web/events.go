package web

import (
	"fmt"
	"net/http"
	"time"
)

// events is an endless answer: the status now, then what happens.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would keep events back
	if r.Method == http.MethodHead {
		return
	}
	if !s.seats.enter(s.Limits.Listeners) {
		h.Set("Retry-After", "30")
		refuse(w, r, http.StatusServiceUnavailable, fmt.Sprintf("The station is full: %d are listening already. Try again in a while.", s.Limits.Listeners))
		return
	}
	defer s.seats.leave()
	ctx, cancel := s.untilQuit(r.Context())
	defer cancel()
	// Subscribed before the status is told, nothing can be missed between.
	messages := s.hub.subscribe()
	defer s.hub.unsubscribe(messages)
	first, err := s.hub.statusMessage(ctx)
	if err != nil {
		h.Del("Content-Type")
		s.fail(w, r, "beginning an event stream", err)
		return
	}
	control := http.NewResponseController(w)
	send := func(message []byte) bool {
		_ = control.SetWriteDeadline(time.Now().Add(writeTime))
		_, err := w.Write(message)
		return err == nil && control.Flush() == nil
	}
	if !send(append([]byte("retry: 2000\n\n"), first...)) {
		return
	}
	heart := time.NewTicker(beat)
	defer heart.Stop()
	for {
		message := []byte(": still here\n\n")
		select {
		case m, ok := <-messages:
			if !ok {
				return // too slow: the page connects anew and gets the status
			}
			message = m
		case <-heart.C:
		case <-ctx.Done():
			return
		}
		if !send(message) {
			return
		}
	}
}
