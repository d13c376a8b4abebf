// Package broadcast fans the packets of one encoder out to any number of listeners.
//
// It promises that the writer never waits for a listener: packets lie in one ring
// that all share, each listener reads at a place of its own, and one who falls
// too far behind is dropped and counted. Every listener gets every packet of its
// run, in order, once, from where it started; it never gets a packet of another
// run. Data is shared and never copied for a listener.
//
// It knows nothing of HTTP, of formats or of sound, and starts no goroutine.
package broadcast

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Packet is a piece of a stream that is sent whole.
type Packet struct {
	Data   []byte // shared by every listener, never changed
	Frame  int64  // the station's frame number of the first frame that it decodes to
	Frames int    // how many frames it decodes to
	Title  string // what is heard at its first frame, "" in silence
}

// Errors of Join and Next.
var (
	// ErrSlow says that the listener fell so far behind that it was dropped.
	ErrSlow = errors.New("the listener was too slow and was dropped")
	// ErrNotReady says that no encoder began within Config.JoinWait.
	ErrNotReady = errors.New("the encoder did not start in time")
)

// Config is what a mount is made of. Zero fields take the default.
type Config struct {
	Name           string        // path, such as "/live.opus"
	ContentType    string        // of the stream, such as "audio/mpeg"
	Rate           int           // frames a second; default 48,000
	BytesPerSecond int           // nominal; for information
	Ring           time.Duration // how far a listener may fall behind; default 5 s
	History        time.Duration // the longest burst; default 30 s
	Linger         time.Duration // how long a run outlasts its last listener; default 2 s
	JoinWait       time.Duration // how long Join waits for an encoder; default 5 s
	Log            *slog.Logger  // default: none
}

func (c Config) withDefaults() Config {
	if c.Rate == 0 {
		c.Rate = 48000
	}
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&c.Ring, 5 * time.Second},
		{&c.History, 30 * time.Second},
		{&c.Linger, 2 * time.Second},
		{&c.JoinWait, 5 * time.Second},
	} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// frames is how many frames sound in d.
func (c Config) frames(d time.Duration) int64 { return int64(d.Seconds() * float64(c.Rate)) }

// Mount is one stream under one name. One goroutine, the encoder's, writes:
//
//	for {
//		burst, err := m.Wait(ctx)      // until someone wants to listen
//		...start an encoder, at most burst in the past...
//		m.Begin(header, now)
//		for each block {
//			m.Publish(packet)
//			if m.Idle() { break }      // nobody has listened for a while
//		}
//		m.End()
//	}
type Mount struct {
	config Config

	mu        sync.RWMutex
	ring      ring
	header    []byte
	run       uint64 // counts the calls of Begin
	begin     int64  // station frame that was live at Begin
	running   bool
	leaving   bool // Idle was true: who joins now waits for the next run
	pace      pace
	joins     wake // who waits in Join
	listeners map[*Listener]struct{}
	taps      map[*Listener]struct{}
	pending   map[*Listener]struct{}
	joined    uint64    // counts listeners, to spread them over the pace's groups
	left      time.Time // when the last listener went, or the run began
	peak      int

	wanted  chan struct{} // holds a token when demand may have begun
	dropped atomic.Int64
	encoded atomic.Int64
	sent    atomic.Int64
	slowLog slowLog
}

// NewMount makes an idle mount.
func NewMount(c Config) *Mount {
	c = c.withDefaults()
	return &Mount{
		config:    c,
		listeners: map[*Listener]struct{}{},
		taps:      map[*Listener]struct{}{},
		pending:   map[*Listener]struct{}{},
		wanted:    make(chan struct{}, 1),
		slowLog:   slowLog{log: c.Log, mount: c.Name},
	}
}

// Config is what the mount was made of, defaults filled in.
func (m *Mount) Config() Config { return m.config }

// Wait waits until someone wants to listen and says how far into the past the
// greediest of them would like to start. Its error is the context's.
func (m *Mount) Wait(ctx context.Context) (burst time.Duration, err error) {
	for {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if burst, ok := m.demand(); ok {
			return burst, nil
		}
		select {
		case <-m.wanted:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

func (m *Mount) demand() (burst time.Duration, ok bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for l := range m.pending {
		burst = max(burst, l.burst)
	}
	return burst, len(m.pending) > 0
}

// Begin starts a run: a new stream with its own header, which may be nil.
// now is the station's frame number that is live at this moment; packets before
// it are history that the encoder was fed to serve bursts.
func (m *Mount) Begin(header []byte, now int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ring.reset()
	m.run++
	m.header, m.begin = header, now
	m.running, m.leaving = true, false
	m.left = time.Now()
	m.pace.wakeAll()
	m.joins.wake()
	m.config.Log.Debug("stream begins", "mount", m.config.Name, "frame", now)
}

// Publish hands a packet to all listeners. It never waits for one of them.
// Outside a run the packet is lost.
func (m *Mount) Publish(p Packet) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.running {
		return
	}
	m.encoded.Add(int64(len(p.Data)))
	m.ring.push(p)
	m.ring.prune(m.config.frames(m.config.History + m.config.Ring))
	m.joins.wake()
	m.pace.turn(len(m.listeners), p.Frames, m.config.Rate)
}

// Idle says whether nobody listens and nobody has for Config.Linger. Once it was
// true, whoever joins waits for the next run: the writer must call End.
func (m *Mount) Idle() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.running || m.demanded() || time.Since(m.left) < m.config.Linger {
		return false
	}
	m.leaving = true
	return true
}

// demanded says whether anyone reads the stream or waits for it; the lock is held.
func (m *Mount) demanded() bool { return len(m.listeners)+len(m.taps)+len(m.pending) > 0 }

// End ends the run. Listeners get what is left of it, then io.EOF.
func (m *Mount) End() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.running, m.leaving = false, false
	m.pace.wakeAll()
	m.joins.wake()
	m.forget()
	m.config.Log.Debug("stream ends", "mount", m.config.Name)
}

// forget lets go of the history when nobody can want it any more.
func (m *Mount) forget() {
	if !m.running && len(m.listeners)+len(m.taps) == 0 {
		m.ring.reset()
	}
}
