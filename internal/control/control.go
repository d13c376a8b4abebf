// Package control is the door for programs of the station's own computer, such as
// "bandstand do": a unix socket on which every line is a JSON object with an order,
// and every answer one with the reply.
//
// Only the user who runs the station (and root) gets in: the socket has mode 0600,
// and where the system tells who is at the other end it is checked. Orders of one
// connection are carried out one after the other; there may be any number of
// connections.
package control

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"bandstand/internal/command"
)

const (
	maxRequest = 64 << 10         // bytes of a request's line
	writeTime  = 10 * time.Second // for a reply to be taken

	leastPause, mostPause = 5 * time.Millisecond, time.Second // before connections are taken again
)

// Orders is the table of orders.
type Orders interface {
	Do(ctx context.Context, c command.Caller, line string) command.Reply
}

// Config is what a server works on.
type Config struct {
	Path   string // see SocketPath
	Orders Orders
	Log    *slog.Logger
}

// Server is the door.
type Server struct{ cfg Config }

// New makes a server; Run opens it.
func New(cfg Config) *Server {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Server{cfg}
}

// request is a line of a connection.
type request struct {
	Order string `json:"order"`
}

// Run listens on the socket and serves until ctx ends. The socket of a station that
// died is replaced; that of a living one is an error. Replies to orders that were
// given are still sent.
func (s *Server) Run(ctx context.Context) error {
	l, err := s.listen(ctx)
	if err != nil {
		return err
	}
	return s.accept(ctx, l)
}

// listener is a *net.UnixListener.
type listener interface {
	AcceptUnix() (*net.UnixConn, error)
	Close() error
}

// accept serves whoever comes until ctx ends, and closes l. Where the system has
// no files or memory left for a connection the station plays on, and the next is
// taken when it has.
func (s *Server) accept(ctx context.Context, l listener) error {
	stop := context.AfterFunc(ctx, func() { _ = l.Close() }) // Accept returns the error
	defer stop()
	var conns sync.WaitGroup
	defer conns.Wait()
	var pause time.Duration
	for {
		conn, err := l.AcceptUnix()
		switch {
		case ctx.Err() != nil:
			if err == nil {
				_ = conn.Close() // came too late to be heard
			}
			return nil
		case err != nil && temporary(err):
			if pause == 0 {
				s.cfg.Log.Warn("the control socket takes no connections for now; it tries again", "error", err)
			}
			pause = min(max(2*pause, leastPause), mostPause)
			wait(ctx, pause)
			continue
		case err != nil:
			return errors.Join(fmt.Errorf("taking a connection on the control socket: %w", err), l.Close())
		}
		pause = 0
		conns.Go(func() { s.serve(ctx, conn) })
	}
}

// temporary says whether an error of a listener may be gone a moment later.
func temporary(err error) bool {
	var e interface{ Temporary() bool }
	return errors.As(err, &e) && e.Temporary() ||
		errors.Is(err, syscall.ECONNABORTED) || errors.Is(err, syscall.ENOMEM) || errors.Is(err, syscall.ENOBUFS)
}

func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

func (s *Server) listen(ctx context.Context) (*net.UnixListener, error) {
	if err := secureFolder(s.cfg.Path); err != nil {
		return nil, err
	}
	var dialer net.Dialer
	if conn, err := dialer.DialContext(ctx, "unix", s.cfg.Path); err == nil {
		_ = conn.Close() // it was only to see whether somebody answers
		return nil, &command.Sentence{Text: fmt.Sprintf("a station is running on %s already: end it first, or give another folder with --data", filepath.Dir(s.cfg.Path))}
	}
	if err := os.Remove(s.cfg.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("removing the socket of a dead station: %w", err)
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: s.cfg.Path, Net: "unix"})
	if err != nil {
		return nil, &command.Sentence{Text: fmt.Sprintf("the control socket %s cannot be made: %v", s.cfg.Path, err), Cause: err}
	}
	if err := os.Chmod(s.cfg.Path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("keeping others from the control socket: %w", err), l.Close())
	}
	return l, nil
}

// serve answers one connection until it or ctx ends.
func (s *Server) serve(ctx context.Context, conn *net.UnixConn) {
	defer func() { _ = conn.Close() }()
	who, ok := peer(conn)
	if !ok {
		s.cfg.Log.Warn("a stranger knocked at the control socket", "who", who)
		return
	}
	// What waits for a next order ends with ctx; what is being answered is answered.
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	caller := command.Caller{Door: "control", Who: who, Local: true}
	in := bufio.NewReaderSize(conn, maxRequest)
	for {
		text, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			_ = answer(conn, command.Reply{Text: fmt.Sprintf("error: that line is too long: an order has at most %d bytes", command.MaxLine)})
			return
		}
		if err != nil {
			return
		}
		var req request
		reply := command.Reply{Text: `error: that line is not an order: send {"order":"…"}`}
		if json.Unmarshal(text, &req) == nil {
			reply = s.cfg.Orders.Do(ctx, caller, req.Order)
		}
		if answer(conn, reply) != nil || ctx.Err() != nil {
			return
		}
	}
}

func answer(conn net.Conn, reply command.Reply) error {
	if err := conn.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return fmt.Errorf("setting the time to answer: %w", err)
	}
	if err := json.NewEncoder(conn).Encode(reply); err != nil {
		return fmt.Errorf("answering: %w", err)
	}
	return nil
}

// Send gives an order to the station that listens at path and waits for its reply,
// however long that takes, or until ctx ends. Its errors are command.Sentences.
func Send(ctx context.Context, path, line string) (command.Reply, error) {
	var reply command.Reply
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "unix", path)
	if err != nil {
		return reply, &command.Sentence{Text: fmt.Sprintf("no station is running on %s: start one with `bandstand`", filepath.Dir(path)), Cause: err}
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	// A station that refuses a long line answers before it has read all of it, so
	// there may be a reply where the line could not be sent.
	sent := json.NewEncoder(conn).Encode(request{Order: line})
	got := json.NewDecoder(conn).Decode(&reply)
	switch {
	case got == nil:
		return reply, nil
	case ctx.Err() != nil:
		return command.Reply{}, &command.Sentence{Text: "given up before the station replied", Cause: ctx.Err()}
	}
	return command.Reply{}, &command.Sentence{Text: "the station ended before it replied", Cause: errors.Join(sent, got)}
}
