package ircbot

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"bandstand/internal/command"
)

// script is the server's side of a connection, played by a test. It works in
// virtual time.
type script struct {
	t     *testing.T
	conn  net.Conn
	lines chan string // what the bot says, less its pings
	mute  atomic.Bool // answers no ping
}

// world is a bot whose servers are scripts.
type world struct {
	*Bot
	t      *testing.T
	orders *orders
	log    *logged
	conns  chan *script // a connection each time that the bot dials
	refuse chan error   // what dialling fails with instead, one at a time
	dialed []time.Time
	mu     sync.Mutex
	stop   func()
}

// play runs a test with a bot in virtual time.
func play(t *testing.T, n Network, test func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, orders: &orders{}, log: &logged{}, conns: make(chan *script, 100), refuse: make(chan error, 1000)}
		w.Bot = New(Config{Networks: []Network{n}, Orders: w.orders, Log: slog.New(slog.NewTextHandler(w.log, nil)), Version: "test", Dial: w.dial,
			Link: func(code string) string { return "http://radio.test/s/" + code }})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- w.Run(ctx) }()
		w.stop = sync.OnceFunc(func() { cancel(); <-ended })
		defer w.stop()
		test(w)
		if passwords := []string{"s3cret", "hunter2"}; t.Failed() || strings.Contains(w.log.String(), passwords[0]) || strings.Contains(w.log.String(), passwords[1]) {
			t.Errorf("the log is, and must not hold passwords:\n%s", w.log)
		}
	})
}

func (w *world) dial(context.Context, string, string) (net.Conn, error) {
	w.mu.Lock()
	w.dialed = append(w.dialed, time.Now())
	w.mu.Unlock()
	select {
	case err := <-w.refuse:
		return nil, err
	default:
	}
	ours, theirs := net.Pipe()
	s := &script{t: w.t, conn: theirs, lines: make(chan string, 10000)}
	go func() {
		defer close(s.lines)
		in := bufio.NewReader(theirs)
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			line = strings.TrimRight(line, "\r\n")
			if line == "PING bandstand" && !s.mute.Load() {
				go func() { _, _ = theirs.Write([]byte(":srv PONG srv bandstand\r\n")) }()
				continue
			}
			s.lines <- line
		}
	}()
	w.conns <- s
	return ours, nil
}

// server is the next connection.
func (w *world) server() *script {
	w.t.Helper()
	select {
	case s := <-w.conns:
		return s
	case <-time.After(time.Hour):
		w.t.Fatal("the bot did not connect within an hour")
		return nil
	}
}

// logs fails where the log lacks a text.
func (w *world) logs(want ...string) {
	w.t.Helper()
	synctest.Wait()
	for _, s := range want {
		if !strings.Contains(w.log.String(), s) {
			w.t.Errorf("the log lacks %q:\n%s", s, w.log)
		}
	}
}

func (s *script) send(format string, args ...any) { s.raw(fmt.Sprintf(format, args...) + "\r\n") }

func (s *script) raw(text string) {
	s.t.Helper()
	if _, err := s.conn.Write([]byte(text)); err != nil {
		s.t.Errorf("the bot took nothing: %v", err)
	}
}

// expect reads what the bot says until a line that begins with want.
func (s *script) expect(want string) string {
	s.t.Helper()
	var seen []string
	limit := time.After(30 * time.Minute)
	for {
		select {
		case line, ok := <-s.lines:
			if !ok {
				s.t.Fatalf("the bot hung up before it said %q; it said %q", want, seen)
			}
			if strings.HasPrefix(line, want) {
				return line
			}
			seen = append(seen, line)
		case <-limit:
			s.t.Fatalf("the bot never said %q; it said %q", want, seen)
		}
	}
}

// said is what the bot has said and nobody has read, once it has nothing to do now.
func (s *script) said() []string {
	synctest.Wait()
	var all []string
	for {
		select {
		case line, ok := <-s.lines:
			if !ok {
				return all
			}
			all = append(all, line)
		default:
			return all
		}
	}
}

// gone waits until the bot hangs up.
func (s *script) gone() {
	s.t.Helper()
	limit := time.After(30 * time.Minute)
	for {
		select {
		case _, ok := <-s.lines:
			if !ok {
				return
			}
		case <-limit:
			s.t.Fatal("the bot never hung up")
		}
	}
}

// welcome takes the bot in and brings it into its channels.
func (s *script) welcome(nick string, channels ...string) {
	s.t.Helper()
	s.expect("USER ")
	s.send(":srv 001 %s :welcome", nick)
	s.send(":srv 005 %s CASEMAPPING=rfc1459 CHANTYPES=#& STATUSMSG=@+ :are supported", nick)
	s.send(":srv 422 %s :no message of the day", nick)
	for _, c := range channels {
		s.expect("JOIN " + c)
		s.send(":%s!bandstand@host.example JOIN %s", nick, c)
	}
	synctest.Wait()
}

// answers has the orders answered in a way.
func (w *world) answers(do func(c command.Caller, line string) command.Reply) {
	w.orders.mu.Lock()
	defer w.orders.mu.Unlock()
	w.orders.do = func(_ context.Context, c command.Caller, line string) command.Reply { return do(c, line) }
}

// word is a secret that is no secret.
type word string

func (w word) Reveal() (string, error) { return string(w), nil }
