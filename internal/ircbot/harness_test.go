package ircbot

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"bandstand/internal/command"
	"bandstand/internal/ircbot/irctest"
)

// until waits for something that happens elsewhere.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	limit := time.After(irctest.Patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("%v are over and still not: %s", irctest.Patience, what)
		}
	}
}

// orders is a table of orders that writes down who asked what and answers with do.
type orders struct {
	mu   sync.Mutex
	seen []command.Caller
	line []string
	do   func(ctx context.Context, c command.Caller, line string) command.Reply
}

func (o *orders) Do(ctx context.Context, c command.Caller, line string) command.Reply {
	o.mu.Lock()
	o.seen, o.line = append(o.seen, c), append(o.line, line)
	do := o.do
	o.mu.Unlock()
	if do != nil {
		return do(ctx, c, line)
	}
	return command.Reply{OK: true, Text: "done: " + line}
}

func (o *orders) lines() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string(nil), o.line...)
}

// logged is a log that tests can read.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// running is a bot that runs.
type running struct {
	*Bot
	orders *orders
	log    *logged
	stop   func()
}

// start runs a bot until the test ends.
func start(t testing.TB, o *orders, networks ...Network) *running {
	t.Helper()
	r := &running{orders: o, log: &logged{}}
	r.Bot = New(Config{Networks: networks, Orders: o, Log: slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Version: "test",
		Link: func(code string) string { return "http://radio.test/s/" + code }})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	r.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the bot ended with %v", err)
		}
	})
	t.Cleanup(r.stop)
	return r
}

// in waits until the bot is in a channel of its first network.
func (r *running) in(t testing.TB, channel string) {
	t.Helper()
	until(t, "the bot is in "+channel, func() bool {
		return strings.Contains(strings.Join(r.Networks()[0].Channels, " "), channel)
	})
}

func (r *running) logs(t testing.TB, want string) {
	t.Helper()
	until(t, "the log says "+want, func() bool { return strings.Contains(r.log.String(), want) })
}

// home is a network that the tests' servers make.
func home(address string, channels ...string) Network {
	n := Network{Name: "home", Address: address, Nick: "bandstand", User: "bandstand", RealName: "Bandstand"}
	for _, c := range channels {
		n.Channels = append(n.Channels, Channel{Name: c, Announce: true})
	}
	return n
}

// ngircd runs ngIRCd with more lines of configuration until the test ends.
func ngircd(t testing.TB, more string) *irctest.Server {
	t.Helper()
	s, err := irctest.Ngircd(more)
	return keep(t, s, err, func() { _ = s.Close() })
}

// inspircd is the same with InspIRCd, which speaks IRCv3.
func inspircd(t testing.TB) *irctest.Server {
	t.Helper()
	s, err := irctest.Inspircd()
	return keep(t, s, err, func() { _ = s.Close() })
}

// keep has what was made ended with the test.
func keep[T any](t testing.TB, made T, err error, end func()) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	return made
}

// client is somebody on a server.
type client struct {
	*irctest.Client
	t testing.TB
}

// dialClient connects somebody to a server and brings them into channels.
func dialClient(t testing.TB, address, nick string, channels ...string) client {
	t.Helper()
	c, err := irctest.Dial(address, nick, channels...)
	return client{keep(t, c, err, func() { c.Close() }), t}
}

func (c client) write(line string) {
	c.t.Helper()
	if err := c.Write(line); err != nil {
		c.t.Fatal(err)
	}
}

func (c client) say(target, text string) {
	c.t.Helper()
	c.write("PRIVMSG " + target + " :" + text)
}

// hears waits for a message.
func (c client) hears(command string, want ...string) {
	c.t.Helper()
	if _, err := c.Hears(command, want...); err != nil {
		c.t.Fatal(err)
	}
}

var errTest = errors.New("as the test wants it")
