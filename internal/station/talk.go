package station

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync/atomic"

	"bandstand/internal/config"
	"bandstand/internal/console"
	"bandstand/internal/playout"
)

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

// logOut is where the log goes: standard error, or above the prompt where the
// console has one, so that a line of the log leaves the prompt whole.
type logOut struct {
	prompt atomic.Pointer[console.Console]
}

// Write prints a line of the log.
func (l *logOut) Write(p []byte) (int, error) {
	if c := l.prompt.Load(); c != nil {
		return c.Write(p)
	}
	return os.Stderr.Write(p)
}

// tell passes the air's news on, and says at the prompt what starts by itself.
func (s *station) tell(e playout.Event) {
	s.events.tell(fromAir(e))
	if c := s.logOut.prompt.Load(); c != nil && e.Kind == playout.Started && !e.Ordered {
		fmt.Fprintf(c, "on the air: %q by %s — %s, code %s\n", e.Song.Title, e.Song.Band, e.Song.Style, e.Item.Code)
	}
}

// cause is the innermost error: the words of the operating system without ours.
func cause(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
