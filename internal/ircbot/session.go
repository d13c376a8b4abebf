package ircbot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/ergochat/irc-go/ircmsg"
	"github.com/ergochat/irc-go/ircreader"
)

const (
	mostLine = ircmsg.MaxlenTags + 1024 // bytes that a line from the server may have

	registerTime = 30 * time.Second // from the connection to the welcome
	pingEvery    = 60 * time.Second
	pongTime     = 60 * time.Second // for the answer to a ping
	writeTime    = 30 * time.Second // for the server to take a line
	goodbyeTime  = 500 * time.Millisecond
)

// session is one connection. All of it belongs to run's goroutine.
type session struct {
	*network
	conn  net.Conn
	lines chan string   // from the server
	out   chan []byte   // to the server
	wrote chan struct{} // rings when out has room again
	ended chan error    // of reading or writing
	io    sync.WaitGroup

	urgent [][]byte // goes at once
	calm   [][]byte // protocol that the limiter holds back, before what waits in lanes
	lanes  lanes
	labels labels
	bucket bucket
	agenda agenda
	fault  error // ends the session

	login   login
	nick    string // what the server calls the bot, "" before the welcome
	source  string // nick!user@host as others see it, "" while it is not known
	support support
	people  people
	rooms   rooms
	work    work
	ctcp    bucket
	skew    time.Duration // how far the server's clock is behind ours
	pinged  time.Time     // when a ping was sent that has no pong, else zero
}

func newSession(n *network, conn net.Conn) *session {
	s := &session{network: n, conn: conn,
		lines: make(chan string), out: make(chan []byte, 8), wrote: make(chan struct{}, 1), ended: make(chan error, 2),
		bucket: bucket{burst: n.Burst, every: n.Every}, ctcp: bucket{burst: 3, every: 5 * time.Second}}
	s.support = support{chantypes: "#&"}
	s.people = people{byNick: map[string]*person{}}
	s.work.done = make(chan result, atOnce)
	s.rooms = newRooms(n.Channels)
	return s
}

// run speaks with the server until one of the two ends it, and returns when all of
// the session's goroutines have ended. Its error says why it ended.
func (s *session) run(ctx context.Context) error {
	s.work.ctx = ctx
	s.io.Go(s.read)
	s.io.Go(s.write)
	s.register()
	err := s.serve(ctx)
	if ctx.Err() != nil {
		s.goodbye()
	}
	close(s.out)
	_ = s.conn.Close()
	for range s.lines { // the reader may be about to hand one over
	}
	s.io.Wait()
	s.abandon()
	return err
}

// read takes lines from the server until the connection ends, and closes lines.
func (s *session) read() {
	defer close(s.lines)
	var in ircreader.Reader
	in.Initialize(s.conn, 1024, mostLine)
	for {
		line, err := in.ReadLine()
		switch {
		case errors.Is(err, ircreader.ErrReadQ):
			err = refuse("the server sent more than %d bytes without an end of line: is it an IRC server?", mostLine)
		case errors.Is(err, io.EOF):
			err = errClosed
		case err != nil:
			err = fmt.Errorf("reading from the server: %w", err)
		}
		if err != nil {
			s.ended <- err
			return
		}
		s.lines <- string(line)
	}
}

// write hands lines to the server until out is closed or it takes no more.
func (s *session) write() {
	var err error
	for line := range s.out {
		if err == nil {
			_ = s.conn.SetWriteDeadline(time.Now().Add(writeTime))
			if _, err = s.conn.Write(line); err != nil {
				s.ended <- fmt.Errorf("writing to the server: %w", err)
			}
		}
		select {
		case s.wrote <- struct{}{}:
		default:
		}
	}
}

// serve is the session's life.
func (s *session) serve(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		now := time.Now()
		s.agenda.run(now)
		if s.fault != nil {
			return s.fault
		}
		s.send(now)
		timer.Reset(s.next(now))
		select {
		case line, ok := <-s.lines:
			if !ok {
				return s.lost(<-s.ended)
			}
			s.Counts.Received.Add(1)
			s.hear(line)
		case r := <-s.work.done:
			s.answered(r)
		case <-s.bell:
			s.hearNews()
		case <-s.wrote:
		case <-timer.C:
		case err := <-s.ended:
			return s.lost(err)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// lost is the reason for the end, given what reading or writing says. What the
// server itself said about it (ERROR) is better, and may still be unread.
func (s *session) lost(err error) error {
	_ = s.conn.SetReadDeadline(time.Now().Add(goodbyeTime))
	for line := range s.lines {
		s.hear(line)
	}
	if s.fault != nil {
		return s.fault
	}
	select {
	case other := <-s.ended:
		if errors.Is(other, errClosed) {
			return other
		}
	default:
	}
	return err
}

var errClosed = errors.New("the server closed the connection")

// next is how long nothing has to be done by itself.
func (s *session) next(now time.Time) time.Duration {
	wait := s.agenda.wait(now)
	if (len(s.calm) > 0 || s.lanes.turn() != nil) && len(s.out) < cap(s.out) {
		wait = min(wait, s.bucket.wait(now))
	}
	return wait
}

// send hands to the writer what may be sent now. It never blocks: only it fills out.
func (s *session) send(now time.Time) {
	for len(s.out) < cap(s.out) {
		line := s.pick(now)
		if line == nil {
			return
		}
		s.Counts.Sent.Add(1)
		s.out <- line
	}
}

// pick is the line to be sent next, nil where none may be.
func (s *session) pick(now time.Time) []byte {
	if len(s.urgent) > 0 {
		line := s.urgent[0]
		s.urgent = s.urgent[1:]
		return line
	}
	if len(s.calm) > 0 {
		if s.bucket.wait(now) > 0 {
			return nil
		}
		s.bucket.take(now)
		line := s.calm[0]
		s.calm = s.calm[1:]
		return line
	}
	for s.nick != "" && s.lanes.turn() != nil && s.bucket.wait(now) == 0 {
		if line := s.utter(); line != nil {
			s.bucket.take(now)
			return line
		}
	}
	return nil
}

// mostProtocol is how many lines of protocol may wait: a server that makes the bot
// say more than it takes is not well.
const mostProtocol = 1000

// tell sends a line of protocol, before all answers. What the server waits for goes
// at once; the rest keeps to the limiter, so that many channels are no flood.
func (s *session) tell(command string, params ...string) {
	line := s.line(command, params...)
	switch {
	case line == nil:
	case len(s.urgent)+len(s.calm) >= mostProtocol:
		s.fault = refuse("the server asks for more than it takes: more than %d lines of protocol wait", mostProtocol)
	case s.nick == "":
		s.urgent = append(s.urgent, line)
	case command == "PONG" || command == "PING" || command == "CAP":
		s.urgent = append(s.urgent, line)
		s.bucket.take(time.Now()) // servers count these too
	default:
		s.calm = append(s.calm, line)
	}
}

// line is a line for the server.
func (s *session) line(command string, params ...string) []byte {
	return s.tagged(nil, command, params...)
}

// tagged is a line for the server with tags. Whatever is in params, it is one line:
// ircmsg would send CR and LF as they are.
func (s *session) tagged(tags map[string]string, command string, params ...string) []byte {
	for i, p := range params {
		params[i] = oneLine(p)
	}
	m := ircmsg.MakeMessage(tags, "", command, params...)
	line, err := m.LineBytesStrict(true, 0)
	if err != nil {
		s.log.Error("a line cannot be sent", "command", command, "error", err)
		return nil
	}
	return line
}

// goodbye says QUIT and gives the server a moment to hear it.
func (s *session) goodbye() {
	_ = s.conn.SetDeadline(time.Now().Add(goodbyeTime))
	if s.nick == "" || len(s.out) == cap(s.out) {
		return
	}
	s.out <- s.line("QUIT", "the station ends; goodbye")
	timeout := time.NewTimer(goodbyeTime)
	defer timeout.Stop()
	for {
		select {
		case _, ok := <-s.lines: // until the server closes
			if !ok {
				return
			}
		case <-timeout.C:
			return
		}
	}
}

// agenda is what has to be done later, by run's goroutine.
type agenda []task

type task struct {
	at time.Time
	do func()
}

// after has something done when d is over.
func (a *agenda) after(d time.Duration, do func()) {
	*a = append(*a, task{time.Now().Add(d), do})
	slices.SortStableFunc(*a, func(x, y task) int { return x.at.Compare(y.at) })
}

func (a *agenda) run(now time.Time) {
	for len(*a) > 0 && !(*a)[0].at.After(now) {
		do := (*a)[0].do
		*a = (*a)[1:]
		do()
	}
}

func (a *agenda) wait(now time.Time) time.Duration {
	if len(*a) == 0 {
		return time.Hour
	}
	return max(0, (*a)[0].at.Sub(now))
}
