// Package output keeps a way out of the station going: it starts what sends, starts
// it again when it ends, and knows at any moment how it is.
//
// It promises that whatever happens to a sink (it blocks, fails, panics, ends at
// once) is its own affair: Start, Stop and Status return at once, a sink is never
// run twice at a time, and nothing of it is left once Run has returned. It knows no
// protocol, no process and no sound.
package output

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// Sink sends the station somewhere.
type Sink interface {
	// Run sends until ctx ends, for which it returns nil after an orderly end of at
	// most a few seconds, or until it can go on no longer. It says on the session
	// when the other side takes sound. Its error is a sentence for people that holds no
	// secret; see Patience for one that a new attempt will not mend soon.
	Run(ctx context.Context, s *Session) error
}

// State is how an output is.
type State string

// The states.
const (
	Off      State = "off"      // nobody wants it
	Starting State = "starting" // its first attempt is under way
	On       State = "on"       // sound goes out
	Behind   State = "behind"   // sound goes out, but not all of it, or late
	Retrying State = "retrying" // it failed and is tried again, or is about to be
)

// Status is how an output is at a moment.
type Status struct {
	State    State
	Since    time.Time // when the state began
	Wanted   bool      // it should run
	Dropped  int64     // frames that were lost on the way since the start of the station
	Restarts int64     // attempts after the first, since then
	Bytes    int64     // sent, since then
	Error    string    // the last one in words, "" for none since it was last started by order
}

// Config is what an output is made of. Name and Sink are needed.
type Config struct {
	Name string
	Sink Sink
	Log  *slog.Logger
}

// How long it is waited between attempts.
const (
	firstPause = 200 * time.Millisecond
	mostPause  = 1500 * time.Millisecond // a program needs a second to start, and within three it should be back
	// steady is how long an output must be on for its next failure to count as the first.
	steady = 10 * time.Second
)

// Output is a sink and whoever keeps it going.
type Output struct {
	name string
	sink Sink
	log  *slog.Logger
	bell chan struct{} // rung when something is wanted

	mu     sync.Mutex
	status Status
	cancel context.CancelFunc // of the session, nil for none

	dropped, restarts, bytes atomic.Int64
}

// New makes an output that is off; Run has it obey.
func New(c Config) *Output {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Output{name: c.Name, sink: c.Sink, log: c.Log.With("output", c.Name), bell: make(chan struct{}, 1),
		status: Status{State: Off, Since: time.Now()}}
}

// Start has it run from now on. One that waits for its next attempt tries at once.
func (o *Output) Start() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.status.Wanted {
		o.status.Wanted, o.status.Error = true, ""
	}
	o.ring()
}

// Stop has it end. The end may still be under way when Stop returns; State is Off
// once it is over.
func (o *Output) Stop() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.status.Wanted = false
	if o.cancel != nil {
		o.cancel()
	}
	o.ring()
}

func (o *Output) ring() {
	select {
	case o.bell <- struct{}{}:
	default:
	}
}

// Status is how it is now.
func (o *Output) Status() Status {
	o.mu.Lock()
	defer o.mu.Unlock()
	st := o.status
	st.Dropped, st.Restarts, st.Bytes = o.dropped.Load(), o.restarts.Load(), o.bytes.Load()
	return st
}

// Run obeys Start and Stop until ctx ends, and then ends the sink in order.
func (o *Output) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-o.bell:
			o.keep(ctx)
		}
	}
}

// keep runs the sink again and again for as long as it is wanted.
func (o *Output) keep(ctx context.Context) {
	pause := firstPause
	first := true
	for {
		session, ok := o.begin(ctx, first)
		if !ok {
			return
		}
		err := o.attempt(session)
		if session.ctx.Err() != nil { // stopped, and perhaps started again meanwhile
			first, pause = true, firstPause
			continue
		}
		session.cancel()
		o.fail(err)
		if session.lasted() > steady {
			pause = firstPause
		}
		o.rest(ctx, wait(err, pause))
		first = false
		pause = min(2*pause, mostPause)
	}
}

// begin makes a session, unless nobody wants one.
func (o *Output) begin(ctx context.Context, first bool) (*Session, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.status.Wanted || ctx.Err() != nil {
		o.set(Off)
		return nil, false
	}
	if first {
		o.set(Starting)
	} else {
		o.restarts.Add(1) // and retrying it stays until it is on
	}
	s := &Session{output: o}
	s.ctx, s.cancel = context.WithCancel(ctx)
	o.cancel = s.cancel
	return s, true
}

// attempt runs the sink once. A panic of its is an error of its.
func (o *Output) attempt(s *Session) (err error) {
	defer func() {
		if p := recover(); p != nil {
			o.log.Error("an output panicked", "panic", p, "stack", string(debug.Stack()))
			err = errors.New("something broke inside; the log has the details")
		}
	}()
	return o.sink.Run(s.ctx, s)
}

// fail notes why an attempt ended that nobody had stopped.
func (o *Output) fail(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.cancel = nil
	if !o.status.Wanted {
		return
	}
	if err == nil {
		err = errors.New("it ended by itself")
	}
	if o.status.State != Retrying || o.status.Error != err.Error() {
		o.log.Warn("an output failed; it is tried again", "error", err)
	}
	o.status.Error = err.Error()
	o.set(Retrying)
}

// set changes the state; the lock is held.
func (o *Output) set(state State) {
	if o.status.State != state {
		o.status.State, o.status.Since = state, time.Now()
	}
}

// rest waits before the next attempt, or until something is wanted.
func (o *Output) rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-o.bell:
	}
}

// wait is the pause after an error: what it asks for, or pause less a bit of chance,
// so that many that failed at once do not come back at once.
func wait(err error, pause time.Duration) time.Duration {
	var p *patience
	if errors.As(err, &p) {
		return p.wait
	}
	return pause - time.Duration(rand.Int64N(int64(pause)/4))
}

type patience struct {
	error
	wait time.Duration
}

func (p *patience) Unwrap() error { return p.error }

// Patience makes of an error one that is not tried again before wait is over: a
// password that was refused will not be right in a second.
func Patience(err error, wait time.Duration) error { return &patience{err, wait} }

// Session is one run of a sink. Its methods may be called from any goroutine.
type Session struct {
	output *Output
	ctx    context.Context
	cancel context.CancelFunc
	since  atomic.Int64 // when it was first on, Unix nanoseconds
}

// On says that the other side takes sound, and takes it in time.
func (s *Session) On() {
	s.since.CompareAndSwap(0, time.Now().UnixNano())
	s.set(On)
}

// Behind says that the other side is too slow.
func (s *Session) Behind() { s.set(Behind) }

// Dropped counts frames that did not go out.
func (s *Session) Dropped(frames int64) { s.output.dropped.Add(frames) }

// Sent counts bytes that went out.
func (s *Session) Sent(bytes int64) { s.output.bytes.Add(bytes) }

func (s *Session) set(state State) {
	o := s.output
	o.mu.Lock()
	defer o.mu.Unlock()
	if s.ctx.Err() == nil {
		o.set(state)
	}
}

func (s *Session) lasted() time.Duration {
	at := s.since.Load()
	if at == 0 {
		return 0
	}
	return time.Since(time.Unix(0, at))
}
