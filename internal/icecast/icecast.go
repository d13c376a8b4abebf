// Package icecast sends one of the station's mounts to an Icecast server (2.4 or
// later), as its source: over HTTP PUT, plain or with TLS.
//
// It promises that the mount's packets go out as they come, from where they lie (no
// second encoder, no copy kept); that nothing the server does holds up anything else
// or lasts longer than a few seconds; that it is no listener of the station; that the
// title changes at the server with the sound; and that its errors say what to do and
// hold no secret. Starting again is the business of package output.
//
// MP3 goes as it is, with titles over /admin/metadata. Opus goes as application/ogg.
// FLAC is put on Ogg pages, since Icecast 2.4 hands a listener the start of a stream
// only in Ogg. In Ogg a title would have to begin a new stream, at which many players
// stop, and Icecast 2.4 takes no title from outside for these: so there are none.
package icecast

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"bandstand/internal/broadcast"
	"bandstand/internal/output"
	"bandstand/internal/pcm"
)

// Config is what a sink is made of. Host, Mount, User, Password and Source are needed.
type Config struct {
	Host     string // with a port
	TLS      bool
	Insecure bool                   // any certificate will do
	RootCAs  *x509.CertPool         // who vouches for certificates; nil for the computer's own
	Mount    string                 // at the server, such as /live.mp3
	User     string                 // usually source
	Password func() (string, error) // asked at each attempt; its error is a sentence without the secret

	ContentType string // that the server is told; "" for the one that fits Source
	About
	Titles bool // sent for MP3 only

	Source    *broadcast.Mount
	UserAgent string
	Log       *slog.Logger // default: none
}

// About is what directories show of the station; any of it may be left out.
type About struct {
	Name        string
	Description string
	Genre       string
	URL         string
	Public      bool // the server may list it in directories
	Kbps        int  // 0 for unknown
}

// How long things may take.
const (
	// answerTime is from the first attempt to reach a server to its word that it
	// takes our sound.
	answerTime = 5 * time.Second
	// takeTime is how long a server may take nothing.
	takeTime = 3 * time.Second
	// behindFrom and behindUntil are how much sound waits here when the server counts
	// as too slow, and no longer.
	behindFrom, behindUntil = time.Second, 200 * time.Millisecond
	// steadyTime is how long nothing may be late before it counts as in time again.
	steadyTime = time.Second
	// ghostTime is how long a server may believe that our last connection, which is
	// gone, still holds the mount (its source-timeout is 10 s).
	ghostTime = 20 * time.Second
)

// Sink is an output.Sink to one server's mount.
type Sink struct {
	config Config
	flac   bool // Source is native FLAC
	mp3    bool
	on     atomic.Int64 // when sound last went out, Unix nanoseconds
}

// New makes a sink. Nothing happens before Run.
func New(c Config) *Sink {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	kind, _, _ := strings.Cut(c.Source.Config().ContentType, ";")
	k := &Sink{config: c, flac: kind == "audio/flac", mp3: kind == "audio/mpeg"}
	if k.config.ContentType == "" {
		k.config.ContentType = "application/ogg" // not audio/ogg; codecs=opus: with a parameter Icecast does not know it
		if k.mp3 {
			k.config.ContentType = kind
		}
	}
	return k
}

// errRunEnded says that the mount's stream ended, and that its next is another to
// whoever reads Ogg.
var errRunEnded = errors.New("the stream ended")

// Run sends the mount until ctx ends or something fails.
func (k *Sink) Run(ctx context.Context, s *output.Session) error {
	var ended time.Time
	for {
		err := k.connect(ctx, s)
		if errors.Is(err, errRunEnded) {
			ended = time.Now()
			err = k.await(ctx)
		}
		switch {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // it was asked to end
		case err == nil:
		case errors.Is(err, errInUse) && time.Since(ended) < takeTime:
			rest(ctx, 100*time.Millisecond) // it has not noticed yet that we left
		default:
			return err
		}
	}
}

// await waits for the next run of the mount.
func (k *Sink) await(ctx context.Context) error {
	l, err := k.config.Source.Tap(ctx)
	if err != nil {
		return ourTrouble(k.config.Source.Config().Name, err)
	}
	l.Leave() // the encoder lingers longer than it takes to connect
	return nil
}

func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// connect is one connection, from its beginning to its end.
func (k *Sink) connect(ctx context.Context, s *output.Session) error {
	password, err := k.config.Password()
	if err != nil {
		return err
	}
	line, err := k.dial(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	line.closeWith(ctx)
	var helpers sync.WaitGroup
	end := func() {
		cancel()
		line.close()
		helpers.Wait()
	}
	defer end()
	if err := k.login(line, password); err != nil {
		return err
	}
	var said, asked error
	helpers.Go(func() {
		said = k.guard(func() error { return k.listen(line, password) })
		cancel()
	})
	w := &way{line: line, session: s, pulse: &pulse{sink: k, client: k.client(line.address())}}
	helpers.Go(func() {
		if asked = k.guard(func() error { return w.pulse.run(ctx) }); asked != nil {
			cancel()
		}
	})
	if k.config.Titles && k.mp3 {
		w.titles = k.newTitler(password, k.client(line.address()))
		helpers.Go(func() { _ = k.guard(func() error { w.titles.run(ctx); return nil }) }) // without titles the sound goes on
	}
	err = k.pour(ctx, w)
	end()
	switch { // what the server said says more than our write that failed
	case errors.Is(err, errRunEnded):
		return err
	case asked != nil:
		return asked
	case said != nil:
		return said
	}
	return err
}

// guard makes an error of a panic: beside the keeper's own goroutine nobody else would,
// and it would be the end of the station.
func (k *Sink) guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			k.config.Log.Error("an output to Icecast panicked", "panic", p, "stack", string(debug.Stack()))
			err = errors.New("something broke inside; the log has the details")
		}
	}()
	return f()
}

// way is what a connection's sound goes through.
type way struct {
	line    *line
	session *output.Session
	titles  *titler // nil for none
	pulse   *pulse
	pages   *flacPages
	next    int64 // the station's frame after the last that went out
	left    int64 // frames that were taken out of the mount's ring and wait here
	on      bool
	behind  bool
	late    time.Time // when something was last late
	buffer  []byte
}

// pour sends the mount's packets until the connection or the context ends.
func (k *Sink) pour(ctx context.Context, w *way) error {
	var header []byte
	for first := true; ; first = false {
		l, err := k.config.Source.Tap(ctx)
		if err != nil {
			return ourTrouble(k.config.Source.Config().Name, err)
		}
		if !first && !k.mp3 && string(header) != string(l.Header()) {
			l.Leave()
			return errRunEnded
		}
		if first {
			header = l.Header()
			err = k.head(w, header)
		} else {
			w.session.Dropped(max(0, l.First()-w.next))
		}
		if err == nil {
			err = k.follow(ctx, w, l)
		}
		l.Leave()
		switch {
		case errors.Is(err, broadcast.ErrSlow): // go on with what is heard now
		case errors.Is(err, io.EOF) && k.mp3:
		case errors.Is(err, io.EOF):
			return errRunEnded
		default:
			return err
		}
	}
}

// head sends what comes before the first packet.
func (k *Sink) head(w *way, header []byte) error {
	if k.flac {
		w.pages = newFlacPages()
		var err error
		if header, err = w.pages.header(header); err != nil {
			return err
		}
	}
	return k.send(w, header)
}

// follow sends one run from where l stands.
func (k *Sink) follow(ctx context.Context, w *way, l *broadcast.Listener) error {
	for {
		packets, err := l.Next(ctx)
		if err != nil {
			return err
		}
		for _, p := range packets {
			w.left += int64(p.Frames)
		}
		for _, p := range packets {
			if err := k.put(w, l, p); err != nil {
				return err
			}
		}
		if err := k.flush(w, l); err != nil {
			return err
		}
	}
}

// put has a packet go out, soon. A new title goes when its packet does.
func (k *Sink) put(w *way, l *broadcast.Listener, p broadcast.Packet) error {
	if w.titles != nil && w.titles.differs(p.Title) {
		if err := k.flush(w, l); err != nil {
			return err
		}
		w.titles.set(p.Title)
	}
	data := p.Data
	if w.pages != nil {
		var err error
		if data, err = w.pages.packet(p.Data, p.Frames); err != nil {
			return err
		}
	}
	w.buffer = append(w.buffer, data...)
	w.next = p.Frame + int64(p.Frames)
	w.left -= int64(p.Frames)
	if len(w.buffer) < piece {
		return nil
	}
	return k.flush(w, l)
}

// look says how it goes, after something went out.
func (k *Sink) look(w *way, lag time.Duration) {
	silent := w.pulse.silent.Load()
	if silent || lag > behindUntil {
		w.late = time.Now()
	}
	switch {
	case !w.behind && (lag > behindFrom || silent):
		w.on, w.behind = true, true
		w.session.Behind()
	case !w.on || w.behind && time.Since(w.late) > steadyTime:
		w.on, w.behind = true, false
		w.session.On()
	}
	k.on.Store(time.Now().UnixNano())
}

func (k *Sink) flush(w *way, l *broadcast.Listener) error {
	if len(w.buffer) == 0 {
		return nil
	}
	err := k.send(w, w.buffer)
	w.buffer = w.buffer[:0]
	if err == nil {
		k.look(w, l.Lag()+pcm.StationRate.Duration(w.left))
	}
	return err
}

func (k *Sink) send(w *way, data []byte) error {
	n, err := w.line.Write(data)
	w.session.Sent(int64(n))
	if err != nil {
		return k.lost(err)
	}
	return nil
}
