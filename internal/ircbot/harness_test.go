package ircbot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"gopkg.in/irc.v4"

	"bandstand/internal/command"
)

// patience is how long a test waits for what happens in another program's time.
const patience = 20 * time.Second

// until waits for something that happens elsewhere.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	limit := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("%v are over and still not: %s", patience, what)
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

// server is a real IRC server.
type server struct {
	address string
	cmd     *exec.Cmd
	start   func()
	stop    func()
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// serve runs a server program until the test ends; it may be stopped and started.
func serve(t testing.TB, address, program string, args ...string) *server {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatalf("%s is missing: run scripts/peers %s (make test does)", program, program)
	}
	s := &server{address: address}
	s.start = func() {
		s.cmd = exec.Command(path, args...)
		var out logged
		s.cmd.Stdout, s.cmd.Stderr = &out, &out
		if err := s.cmd.Start(); err != nil {
			t.Fatal(err)
		}
		until(t, program+" listens: "+out.String(), func() bool {
			conn, err := net.Dial("tcp", address)
			if err == nil {
				conn.Close()
			}
			return err == nil
		})
	}
	s.stop = func() {
		if s.cmd != nil {
			_ = s.cmd.Process.Kill()
			_ = s.cmd.Wait()
			s.cmd = nil
		}
	}
	t.Cleanup(func() { s.stop() })
	s.start()
	return s
}

// client is somebody on a server, with another library than the bot's.
type client struct {
	*irc.Client
	t    testing.TB
	mu   sync.Mutex
	got  []*irc.Message
	stop func()
}

// dialClient joins a server and, if given, channels.
func dialClient(t testing.TB, address, nick string, channels ...string) *client {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	c := &client{t: t}
	welcome := make(chan struct{})
	c.Client = irc.NewClient(conn, irc.ClientConfig{Nick: nick, User: nick, Name: nick, Handler: irc.HandlerFunc(func(_ *irc.Client, m *irc.Message) {
		if m.Command == "001" {
			close(welcome)
		}
		c.mu.Lock()
		c.got = append(c.got, m)
		c.mu.Unlock()
	})})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.RunContext(ctx) }()
	c.stop = sync.OnceFunc(func() {
		cancel()
		conn.Close()
		<-ended
	})
	t.Cleanup(c.stop)
	select {
	case <-welcome:
	case err := <-ended:
		t.Fatalf("%s was not welcome: %v", nick, err)
	case <-time.After(patience):
		t.Fatalf("%s was not welcome", nick)
	}
	for _, ch := range channels {
		c.write("JOIN " + ch)
		c.hears("366", ch)
	}
	return c
}

func (c *client) write(line string) {
	c.t.Helper()
	if err := c.Write(line); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) say(target, text string) { c.write("PRIVMSG " + target + " :" + text) }

// find is the first message of that command whose text contains all of want.
func (c *client) find(command string, want ...string) *irc.Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.got {
		line := m.String()
		ok := m.Command == command
		for _, w := range want {
			ok = ok && strings.Contains(line, w)
		}
		if ok {
			return m
		}
	}
	return nil
}

// hears waits for a message.
func (c *client) hears(command string, want ...string) (m *irc.Message) {
	c.t.Helper()
	until(c.t, fmt.Sprintf("%s hears %s %q", c.CurrentNick(), command, want), func() bool {
		m = c.find(command, want...)
		return m != nil
	})
	return m
}

// all are the texts of all messages so far to a target.
func (c *client) all(target string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var texts []string
	for _, m := range c.got {
		if m.Command == "PRIVMSG" && strings.EqualFold(m.Param(0), target) {
			texts = append(texts, m.Trailing())
		}
	}
	return texts
}

var errTest = errors.New("as the test wants it")
