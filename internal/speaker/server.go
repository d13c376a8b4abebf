package speaker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/jfreymuth/pulse/proto"
)

const (
	// patience is how long the server may take to answer, or to take what is sent.
	patience = time.Second
	// pulsePort is PulseAudio's on the network.
	pulsePort = "4713"
	// cookieBytes is the size of the secret that users of one server share.
	cookieBytes = 256
	// protocol is the version of the protocol that we speak at most.
	protocol = 32
)

// connection is one to a sound server.
type connection struct {
	client    *proto.Client
	wire      *wire
	underflow chan struct{} // the stream ran dry
	lost      chan struct{} // closed when the connection has ended and nothing reads it any more
	kill      sync.Once
	mu        sync.Mutex
	why       error
}

// dial connects to a server, given in PULSE_SERVER's form or "" for the user's.
func dial(ctx context.Context, server string) (*connection, error) {
	var tried error
	for _, a := range addresses(server) {
		c, err := connect(ctx, a)
		if err == nil {
			return c, nil
		}
		if tried == nil {
			tried = err
		} else {
			tried = fmt.Errorf("%w; %w", tried, err)
		}
	}
	if tried == nil {
		return nil, fmt.Errorf("%q names no sound server", server)
	}
	return nil, tried
}

func connect(ctx context.Context, a address) (*connection, error) {
	dialer := net.Dialer{Timeout: patience}
	conn, err := dialer.DialContext(ctx, a.network, a.address)
	if err != nil {
		return nil, err
	}
	c := &connection{
		client: &proto.Client{}, wire: &wire{Conn: conn},
		underflow: make(chan struct{}, 1), lost: make(chan struct{}),
	}
	c.client.SetTimeout(patience)
	c.client.Callback = c.hear
	c.client.Open(c.wire)
	if err := c.greet(); err != nil {
		c.close()
		return nil, fmt.Errorf("%s: %w", a.address, err)
	}
	return c, nil
}

// greet logs in and says who we are.
func (c *connection) greet() error {
	var reply proto.AuthReply
	if err := c.client.Request(&proto.Auth{Version: protocol, Cookie: cookie()}, &reply); err != nil {
		return fmt.Errorf("logging in: %w", err)
	}
	c.client.SetVersion(reply.Version)
	props := proto.PropList{
		"application.name":      proto.PropListString("Bandstand"),
		"application.icon_name": proto.PropListString("audio-x-generic"),
		"media.role":            proto.PropListString("music"),
	}
	if err := c.client.Request(&proto.SetClientName{Props: props}, &proto.SetClientNameReply{}); err != nil {
		return fmt.Errorf("introducing ourselves: %w", err)
	}
	return nil
}

// hear takes what the server says unasked. It must not block: it runs where the
// connection is read.
func (c *connection) hear(message any) {
	switch message.(type) {
	case *proto.Underflow:
		select {
		case c.underflow <- struct{}{}:
		default:
		}
	case *proto.PlaybackStreamKilled:
		c.fail(errors.New("the sound server ended the stream"))
	case *proto.ConnectionClosed: // the last that is ever said
		close(c.lost)
	}
}

// fail ends the connection and remembers the first reason.
func (c *connection) fail(why error) {
	c.kill.Do(func() {
		c.mu.Lock()
		c.why = why
		c.mu.Unlock()
		_ = c.wire.Close() // it is lost anyway
	})
}

// reason is why the connection ended.
func (c *connection) reason() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.why == nil {
		return errLost
	}
	return c.why
}

// close ends the connection and waits until nothing reads it any more.
func (c *connection) close() {
	c.fail(errLost)
	<-c.lost
}

// wire is the connection as the protocol sees it: whatever ends it is an end of
// file, which is the one end that the protocol's reader announces, and nothing
// that is sent may block for long.
type wire struct {
	net.Conn
	mu     sync.Mutex
	failed error // of the first write that did not arrive
}

// Read gives bytes or io.EOF.
func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if err != nil {
		err = io.EOF
	}
	return n, err
}

// Write sends p, or fails for good.
func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failed != nil {
		return 0, w.failed
	}
	n := 0
	err := w.SetWriteDeadline(time.Now().Add(patience))
	if err == nil {
		n, err = w.Conn.Write(p)
	}
	w.failed = err
	return n, err
}

// fault is the error of the first write that failed.
func (w *wire) fault() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.failed
}

// address is where a server may listen.
type address struct{ network, address string }

// addresses are the places to look for a server, in order.
func addresses(server string) []address {
	if server == "" {
		server = os.Getenv("PULSE_SERVER")
	}
	if server != "" {
		return parseServer(server)
	}
	var out []address
	for _, dir := range []string{os.Getenv("PULSE_RUNTIME_PATH"), filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "pulse"), fmt.Sprintf("/run/user/%d/pulse", os.Getuid())} {
		at := address{"unix", filepath.Join(dir, "native")}
		if filepath.IsAbs(dir) && (len(out) == 0 || out[len(out)-1] != at) {
			out = append(out, at)
		}
	}
	return out
}

// parseServer reads a list such as "{ada}unix:/run/pulse/native tcp:localhost:4713".
func parseServer(list string) []address {
	host, _ := os.Hostname() // unknown: then no entry is for us alone
	var out []address
	for entry := range strings.FieldsSeq(list) {
		if rest, ok := strings.CutPrefix(entry, "{"); ok {
			name, rest, closed := strings.Cut(rest, "}")
			if !closed || name != host {
				continue
			}
			entry = rest
		}
		kind, rest, _ := strings.Cut(entry, ":")
		switch {
		case strings.HasPrefix(entry, "/"):
			out = append(out, address{"unix", entry})
		case kind == "unix" && rest != "":
			out = append(out, address{"unix", rest})
		case (kind == "tcp" || kind == "tcp4" || kind == "tcp6") && rest != "":
			if _, _, err := net.SplitHostPort(rest); err != nil {
				rest = net.JoinHostPort(strings.Trim(rest, "[]"), pulsePort)
			}
			out = append(out, address{kind, rest})
		}
	}
	return out
}

// cookie is the secret of the user's server. A server that knows us otherwise takes any.
func cookie() []byte {
	home, _ := os.UserHomeDir() // unknown: then there is none below it
	for _, path := range []string{os.Getenv("PULSE_COOKIE"), filepath.Join(home, ".config", "pulse", "cookie"), filepath.Join(home, ".pulse-cookie")} {
		if data, err := os.ReadFile(path); err == nil && len(data) == cookieBytes {
			return data
		}
	}
	return make([]byte, cookieBytes)
}
