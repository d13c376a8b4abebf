package ffmpeg

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// longestPath is the longest path, in bytes, that every system takes for a socket.
const longestPath = 100

// Sockets are called prefix, some digits, suffix.
const (
	prefix = "pcm-"
	suffix = ".sock"
)

// OpenFolder makes the folder of the sockets, for nobody but us, and removes the
// sockets that a station before has left in it.
func OpenFolder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return fmt.Errorf("making the folder for the sockets of outputs: %w", err)
	}
	info, err := os.Lstat(path)
	if err != nil {
		return fmt.Errorf("looking at the folder for the sockets of outputs: %w", err)
	}
	if !info.IsDir() || !ownedByMe(info) {
		return fmt.Errorf("%s cannot hold the sockets of outputs, since it is not a folder of ours: remove it", path)
	}
	if err := os.Chmod(path, 0o700); err != nil {
		return fmt.Errorf("making the folder for the sockets of outputs private: %w", err)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return fmt.Errorf("looking for old sockets of outputs: %w", err)
	}
	for _, e := range entries {
		if e.Type()&fs.ModeSocket == 0 || !strings.HasPrefix(e.Name(), prefix) || !strings.HasSuffix(e.Name(), suffix) {
			continue
		}
		if err := os.Remove(filepath.Join(path, e.Name())); err != nil {
			return fmt.Errorf("removing an old socket of an output: %w", err)
		}
	}
	return nil
}

// listener waits for the one connection of a child.
type listener struct {
	path string
	unix *net.UnixListener
}

func listen(folder string) (*listener, error) {
	var name [4]byte
	rand.Read(name[:])
	path, err := filepath.Abs(filepath.Join(folder, prefix+hex.EncodeToString(name[:])+suffix))
	if err != nil {
		return nil, fmt.Errorf("looking for the folder of the sockets of outputs: %w", err)
	}
	if len(path) > longestPath {
		return nil, fmt.Errorf("the path %s is too long for a socket: give a shorter data folder", path)
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("opening a socket for an output: %w", err)
	}
	return &listener{path, l}, nil
}

func (l *listener) url() string { return "unix:" + l.path }

// close also removes the socket's file; nobody else comes.
func (l *listener) close() {
	if l != nil {
		_ = l.unix.Close()
	}
}

// accept waits for the child, at most for a limit or until ctx ends.
func (l *listener) accept(ctx context.Context, limit time.Duration) (*net.UnixConn, error) {
	defer l.close()
	if err := l.unix.SetDeadline(time.Now().Add(limit)); err != nil {
		return nil, fmt.Errorf("waiting for ffmpeg: %w", err)
	}
	stop := context.AfterFunc(ctx, l.close)
	defer stop()
	conn, err := l.unix.AcceptUnix()
	switch {
	case err == nil:
		return conn, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, fmt.Errorf("it did not ask for the sound within %.0f s", limit.Seconds())
	default:
		return nil, fmt.Errorf("waiting for ffmpeg: %w", err)
	}
}
