package icecast

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"time"
)

const (
	// sendBuffer is how much our kernel may hold for a server, in bytes: a second of
	// MP3, so that one that takes nothing is noticed.
	sendBuffer = 16 << 10
	// piece is how many bytes a server must take within takeTime.
	piece = 4 << 10
	// mostAnswer is how long an answer may be, in bytes.
	mostAnswer = 64 << 10
)

// line is a connection to a server.
type line struct {
	net.Conn          // with TLS if so wished
	tcp      net.Conn // below it
	answers  *bufio.Reader

	once   sync.Once
	unhook func() bool
}

// dial connects within answerTime, of which what is left is the line's deadline.
func (k *Sink) dial(ctx context.Context) (*line, error) {
	deadline := time.Now().Add(answerTime)
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	tcp, err := dialer.DialContext(ctx, "tcp", k.config.Host)
	if err != nil {
		return nil, k.unreached(err)
	}
	tune(tcp)
	l := &line{Conn: tcp, tcp: tcp, unhook: func() bool { return false }}
	if k.config.TLS {
		secure := tls.Client(tcp, k.tls())
		if err := secure.HandshakeContext(ctx); err != nil {
			_ = tcp.Close() // the handshake's error says more
			return nil, k.notSecure(err)
		}
		l.Conn = secure
	}
	_ = l.SetDeadline(deadline)
	l.answers = bufio.NewReader(io.LimitReader(l.Conn, mostAnswer))
	return l, nil
}

// dialer notices within seconds a server that is switched off.
var dialer = net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 2 * time.Second, Count: 2}}

func (k *Sink) tls() *tls.Config {
	host, _, err := net.SplitHostPort(k.config.Host)
	if err != nil {
		host = k.config.Host
	}
	return &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12, RootCAs: k.config.RootCAs, InsecureSkipVerify: k.config.Insecure}
}

// address is the server's end of the line: a host may have several.
func (l *line) address() string { return l.tcp.RemoteAddr().String() }

// closeWith closes the line when ctx ends.
func (l *line) closeWith(ctx context.Context) { l.unhook = context.AfterFunc(ctx, l.hangUp) }

// close closes the line. Whoever reads or writes there gets an error.
func (l *line) close() {
	l.unhook()
	l.hangUp()
}

// hangUp says no farewell in TLS: that could block, and Icecast expects none.
func (l *line) hangUp() { l.once.Do(func() { _ = l.tcp.Close() }) }

// Write sends all of data, as long as the server takes some of it now and then.
func (l *line) Write(data []byte) (sent int, err error) {
	for sent < len(data) {
		_ = l.SetWriteDeadline(time.Now().Add(takeTime))
		n, err := l.Conn.Write(data[sent:min(sent+piece, len(data))])
		sent += n
		if err != nil {
			return sent, err
		}
	}
	return sent, nil
}
