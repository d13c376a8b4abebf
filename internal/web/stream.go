package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"bandstand/internal/broadcast"
)

const (
	defaultBurst = 2 * time.Second
	longestBurst = 30 * time.Second
)

// stream answers with a mount, without end.
func (s *Server) stream(m *broadcast.Mount) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", "X-Bandstand-Frame, icy-metaint, icy-name, icy-br")
		burst, ok := readBurst(r)
		if !ok {
			refuse(w, r, http.StatusBadRequest, fmt.Sprintf("burst=%s is not possible: write a number of seconds from 0 to %d, such as burst=2.",
				quote(r.URL.Query().Get("burst")), int(longestBurst.Seconds())))
			return
		}
		if r.Method == http.MethodHead {
			s.streamHeader(w, r, m)
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
		l, err := m.Join(ctx, burst, addressText(r), r.UserAgent())
		if err != nil {
			if ctx.Err() == nil {
				s.Log.Warn("a listener could not be served", "mount", m.Config().Name, "err", err)
			}
			h.Set("Retry-After", "5")
			refuse(w, r, http.StatusServiceUnavailable, "This stream is not running at the moment: try again in a few seconds.")
			return
		}
		defer l.Leave()
		h.Set("X-Bandstand-Frame", strconv.FormatInt(l.First(), 10))
		s.streamHeader(w, r, m)
		if p := placeOf(r); p != nil {
			tune(p.conn)
		}
		if err := pour(ctx, w, l, wantsTitles(r, m)); errors.Is(err, os.ErrDeadlineExceeded) {
			l.Drop()
		}
	}
}

// untilQuit is a context that ends with ctx and when the server ends.
func (s *Server) untilQuit(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(s.quitting, cancel)
	return ctx, func() { stop(); cancel() }
}

// readBurst is how far in the past a listener wants to start.
func readBurst(r *http.Request) (burst time.Duration, ok bool) {
	text := r.URL.Query().Get("burst")
	if text == "" {
		return defaultBurst, true
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil || !(seconds >= 0 && seconds <= longestBurst.Seconds()) {
		return 0, false
	}
	return time.Duration(seconds * float64(time.Second)), true
}

func (s *Server) streamHeader(w http.ResponseWriter, r *http.Request, m *broadcast.Mount) {
	c, h := m.Config(), w.Header()
	h.Set("Content-Type", c.ContentType)
	h.Set("Cache-Control", "no-store")
	h.Set("Accept-Ranges", "none")
	// Not with Set: some players look for these names in small letters only.
	h["icy-name"] = []string{stationName}
	h["icy-br"] = []string{strconv.Itoa(c.BytesPerSecond * 8 / 1000)}
	h["icy-pub"] = []string{"0"}
	if wantsTitles(r, m) {
		h["icy-metaint"] = []string{strconv.Itoa(icyInterval)}
	}
	// A stream has no end to mark: without chunks every player of the last
	// thirty years understands it, and ICY counts bytes of the body.
	h.Set("Transfer-Encoding", "identity")
	w.WriteHeader(http.StatusOK)
}

// pour sends packets until the run, the listener or ctx ends.
func pour(ctx context.Context, w http.ResponseWriter, l *broadcast.Listener, titles bool) error {
	control := http.NewResponseController(w)
	out := &counted{w: w, l: l}
	send := func(p broadcast.Packet) error { _, err := out.Write(p.Data); return err }
	if titles {
		icy := &icyWriter{w: out, left: icyInterval}
		send = func(p broadcast.Packet) error { return icy.write(p.Data, p.Title) }
	}
	// The header comes before all packets, so it belongs to the first's deadline.
	_ = control.SetWriteDeadline(time.Now().Add(writeTime))
	if err := send(broadcast.Packet{Data: l.Header()}); err != nil {
		return err
	}
	for {
		packets, err := l.Next(ctx)
		if err != nil {
			return err
		}
		_ = control.SetWriteDeadline(time.Now().Add(writeTime))
		for _, p := range packets {
			if err := send(p); err != nil {
				return err
			}
		}
		if err := control.Flush(); err != nil {
			return err
		}
	}
}

// counted counts what a listener was sent.
type counted struct {
	w io.Writer
	l *broadcast.Listener
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.l.Sent(n)
	return n, err
}

// addressText is the address a request came from, without its port.
func addressText(r *http.Request) string {
	if p := placeOf(r); p != nil {
		if ip := addressOf(p.conn.RemoteAddr()); ip.IsValid() {
			return ip.String()
		}
	}
	return r.RemoteAddr
}

// seats counts endless answers.
type seats struct{ taken atomic.Int64 }

func (s *seats) enter(limit int) bool {
	if s.taken.Add(1) > int64(limit) {
		s.taken.Add(-1)
		return false
	}
	return true
}

func (s *seats) leave() { s.taken.Add(-1) }
