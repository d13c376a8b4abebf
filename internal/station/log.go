package station

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"bandstand/internal/config"
	"bandstand/internal/console"
)

// logOut takes the lines of the log to standard error, or above the prompt where
// the console has one. A reader who stops reading (a full pipe, Ctrl-S) never
// holds up whoever logs: lines wait for it, up to logLines, and then are lost and
// counted.
type logOut struct {
	prompt atomic.Pointer[console.Console]
	lines  chan []byte
	lost   atomic.Int64
	done   chan struct{}
}

const logLines = 1000

func newLogOut() *logOut {
	return &logOut{lines: make(chan []byte, logLines), done: make(chan struct{})}
}

// Write takes a line of the log and never blocks.
func (l *logOut) Write(p []byte) (int, error) {
	select {
	case l.lines <- append([]byte(nil), p...):
	default:
		l.lost.Add(1)
	}
	return len(p), nil
}

// run writes lines until close.
func (l *logOut) run() {
	defer close(l.done)
	for line := range l.lines {
		var out io.Writer = os.Stderr
		if c := l.prompt.Load(); c != nil {
			out = c
		}
		if lost := l.lost.Swap(0); lost > 0 {
			fmt.Fprintf(out, "%d lines of the log were lost: nobody took them\n", lost)
		}
		_, _ = out.Write(line) // there is no one left to tell
	}
}

// close writes what waits, for at most a second: a write that blocks cannot be
// cancelled and may outlive the station, as the reading of standard input may.
func (l *logOut) close() error {
	close(l.lines)
	select {
	case <-l.done:
	case <-time.After(time.Second):
	}
	return nil
}

// newLog is the log that the configuration wants.
func newLog(c config.Log, out io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Level)) // config has checked it
	opts := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(out, opts))
	}
	return slog.New(slog.NewTextHandler(out, opts))
}
