package irctest

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"gopkg.in/irc.v4"
)

// Heard is a message that a client got.
type Heard struct {
	At time.Time
	*irc.Message
}

// Client is somebody on a server.
type Client struct {
	client *irc.Client
	conn   net.Conn
	ended  chan struct{}

	mu  sync.Mutex
	got []Heard
	new chan struct{} // closed and made anew when got has grown
}

// Dial connects somebody to a server and brings them into channels.
func Dial(address, nick string, channels ...string) (*Client, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(context.Background(), "tcp", address)
	if err != nil {
		return nil, err
	}
	c := &Client{conn: conn, ended: make(chan struct{}), new: make(chan struct{})}
	c.client = irc.NewClient(conn, irc.ClientConfig{Nick: nick, User: nick, Name: nick, Handler: irc.HandlerFunc(func(_ *irc.Client, m *irc.Message) { c.hear(m) })})
	go func() {
		defer close(c.ended)
		_ = c.client.Run() // ends with the connection
	}()
	if _, err := c.Hears("001"); err != nil {
		return nil, fmt.Errorf("%s was not welcome: %w", nick, err)
	}
	for _, ch := range channels {
		if err := c.Write("JOIN " + ch); err != nil {
			return nil, err
		}
		if _, err := c.Hears("366", ch); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *Client) hear(m *irc.Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.got = append(c.got, Heard{time.Now(), m})
	close(c.new)
	c.new = make(chan struct{})
}

// Close ends the connection.
func (c *Client) Close() {
	_ = c.conn.Close()
	<-c.ended
}

// Nick is the client's.
func (c *Client) Nick() string { return c.client.CurrentNick() }

// Write sends a line.
func (c *Client) Write(line string) error { return c.client.Write(line) }

// Say sends a message to a channel or a person.
func (c *Client) Say(target, text string) error { return c.Write("PRIVMSG " + target + " :" + text) }

// All is everything that was heard so far.
func (c *Client) All() []Heard {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Heard(nil), c.got...)
}

// Said are the texts of all messages so far to a channel or to the client.
func (c *Client) Said(target string) []string {
	var texts []string
	for _, m := range c.All() {
		if m.Command == "PRIVMSG" && strings.EqualFold(m.Param(0), target) {
			texts = append(texts, m.Trailing())
		}
	}
	return texts
}

// Hears waits for a message of that command whose line has all of want in it.
func (c *Client) Hears(command string, want ...string) (Heard, error) {
	limit := time.NewTimer(Patience)
	defer limit.Stop()
	for seen := 0; ; {
		c.mu.Lock()
		news, more := c.got[seen:], c.new
		seen = len(c.got)
		c.mu.Unlock()
		for _, m := range news {
			if m.Command == command && hasAll(m.String(), want) {
				return m, nil
			}
		}
		select {
		case <-more:
		case <-c.ended:
			return Heard{}, fmt.Errorf("the connection ended before %s heard %s %q", c.Nick(), command, want)
		case <-limit.C:
			return Heard{}, fmt.Errorf("%s did not hear %s %q within %v", c.Nick(), command, want, Patience)
		}
	}
}

func hasAll(line string, want []string) bool {
	for _, w := range want {
		if !strings.Contains(line, w) {
			return false
		}
	}
	return true
}
