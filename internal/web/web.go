// Package web is the station over HTTP: streams, the API, events, songs as files,
// and the page.
//
// It promises that a listener who does not read costs nothing but its own
// connection, that reading is open and orders need the token, that requests for
// another host or from another site's page are refused, and that every refusal is
// a sentence: JSON under /api/, plain text elsewhere. It decides nothing about
// songs or orders: what it needs of the station it declares as interfaces here.
package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bandstand/internal/broadcast"
	"bandstand/internal/command"
	"bandstand/internal/song"
)

// Orders carries out a line of words for whoever said it.
type Orders interface {
	Do(ctx context.Context, who command.Caller, line string) command.Reply
}

// Status tells what the station does.
type Status interface {
	Status(ctx context.Context) (command.Status, error)
}

// ErrNotFound is what a Library answers for a code that no song has.
var ErrNotFound = errors.New("there is no such song")

// Library has the songs that were composed and are not deleted.
type Library interface {
	// Songs are the newest songs of a style and a band; empty words are free.
	Songs(ctx context.Context, limit int, style, band string) ([]command.SongInfo, error)
	// Song is one of them, or ErrNotFound.
	Song(ctx context.Context, code string) (*song.Song, command.SongInfo, error)
	// Traits are what the robots of a band are like, in words, by the robot's name.
	// Whoever it knows nothing of is left out.
	Traits(ctx context.Context, band string) (map[string][]string, error)
}

// Styles are what songs can be ordered in, by name; those that are lost too.
type Styles interface {
	Styles() []command.StyleInfo
}

// Format is a way to write a song as a file.
type Format struct {
	Name        string // also the suffix of its files, such as "mp3"
	ContentType string
	Sound       bool // takes a processor for a while
}

// Renderer writes a song as a file of one of its formats, by name.
type Renderer interface {
	Formats() []Format // in the order in which people are told of them
	Render(ctx context.Context, w io.Writer, s *song.Song, format string) error
}

// Event is something that happened on the air or to the station. Data becomes
// JSON. An event named "status" has a command.Status; after any other, subscribers
// are sent a status too.
type Event struct {
	Name  string
	Frame int64 // the station's frame number at which it is heard
	Data  any
}

// Events lets one see what happens from now on. The channel is closed when its
// reader is too slow; cancel ends the subscription.
type Events interface {
	Subscribe() (events <-chan Event, cancel func())
}

// Health says what is wrong with the station, a sentence each.
type Health interface {
	Problems() []string
}

// Limits bound what strangers may take. Zero fields take the default.
type Limits struct {
	Listeners   int           // streams and event streams at once; default 10,000
	PerAddress  int           // connections of one address, loopback exempt; default 50
	HeaderBytes int           // size of a request's headers; default 16 KB
	HeaderTime  time.Duration // time to send them; default 10 s
	Renders     int           // songs rendered to sound at once; default half the processors
}

// Config is what a server is made of.
type Config struct {
	Mounts   []*broadcast.Mount // in the order in which they are offered
	Orders   Orders
	Status   Status
	Library  Library
	Styles   Styles
	Renderer Renderer
	Events   Events
	Health   Health
	Metrics  prometheus.Gatherer // of the rest of the station; may be nil
	Token    string              // orders need it; empty: there are no orders over HTTP
	Names    []string            // host names that are ours besides the loopback and listening ones
	Limits   Limits
	Version  string
	Log      *slog.Logger
}

const (
	writeTime    = 5 * time.Second  // for a flush to a listener, an event
	replyTime    = 30 * time.Second // for any other write
	idleTime     = time.Minute      // between two requests of a connection
	shutdownTime = 2 * time.Second  // for requests under way when the server ends
	bodyTime     = 10 * time.Second // to send a body
	bodyBytes    = 64 << 10
)

// Server serves the station. Use New.
type Server struct {
	Config
	handler   http.Handler
	metrics   *metrics
	hub       *hub
	places    places
	turns     chan struct{} // a token for each song that is rendered to sound right now
	started   time.Time
	port      atomic.Pointer[string] // of the listener: names the cookie
	listen    atomic.Pointer[string] // its host
	seats     seats                  // of listeners
	rendering seats

	quitting context.Context // ends when endless answers must
	quit     context.CancelFunc
}

// New makes a server. It starts nothing.
func New(c Config) (*Server, error) {
	c.Limits = c.Limits.withDefaults()
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		Config: c,
		turns:  make(chan struct{}, c.Limits.Renders),
		places: places{limit: c.Limits.PerAddress, of: map[string]int{}},
	}
	s.quitting, s.quit = context.WithCancel(context.Background())
	s.hub = newHub(c.Events, c.Status, c.Log)
	s.metrics = newMetrics(s)
	page, err := newPages()
	if err != nil {
		return nil, fmt.Errorf("reading the page: %w", err)
	}
	s.handler = s.guard(s.routes(page))
	return s, nil
}

func (l Limits) withDefaults() Limits {
	for _, d := range []struct {
		field *int
		value int
	}{{&l.Listeners, 10_000}, {&l.PerAddress, 50}, {&l.HeaderBytes, 16 << 10}, {&l.Renders, max(1, runtime.NumCPU()/2)}} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	if l.HeaderTime <= 0 {
		l.HeaderTime = 10 * time.Second
	}
	return l
}

// Serve answers requests on ln, once, until ctx ends: then endless answers end,
// the others have two seconds, and the rest is cut. It returns when every request
// and goroutine is done. Its error is nil after an orderly end.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	s.started = time.Now()
	s.learn(ln.Addr())
	life, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	srv := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: s.Limits.HeaderTime,
		WriteTimeout:      replyTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    s.Limits.HeaderBytes,
		BaseContext:       func(net.Listener) context.Context { return life },
		ConnContext:       s.places.open,
		ConnState:         s.places.changed,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	var own sync.WaitGroup
	own.Go(func() { s.hub.run(life) })
	ended := make(chan error, 1)
	own.Go(func() { ended <- srv.Serve(ln) })

	var err error
	select {
	case err = <-ended:
		err = fmt.Errorf("serving HTTP: %w", err)
	case <-ctx.Done():
	}
	s.quit()
	limit, stop := context.WithTimeout(life, shutdownTime)
	defer stop()
	if srv.Shutdown(limit) != nil {
		_ = srv.Close()
	}
	cut()
	own.Wait()
	s.places.all.Wait()
	return err
}
