package ffmpeg

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	longestLine   = 4096 // bytes of a line that are read
	longestShown  = 400  // and that are shown: cut when its secrets are masked, which half a secret is not
	linesASecond  = 5    // in the log
	rememberLines = 12   // for the error's words

	// sameAgain is how long a line is not logged again: an output that cannot work is
	// tried every two seconds, and says the same for days.
	sameAgain = 10 * time.Minute
	mostSame  = 100 // lines that are remembered for that
)

// lines hears what a child says: some of it goes to the log, the end of it is kept.
type lines struct {
	name   string // of the child
	player bool   // it speaks of sound devices, and not as ffmpeg does of where it sends
	log    *slog.Logger
	masks  func(string) string

	same map[string]time.Time // when lines were logged, by children before, too

	since time.Time // the second that is counted
	count int       // in it
	left  int       // lines left out of the log

	mu   sync.Mutex
	kept []string // the last lines, not masked
}

func newLines(log *slog.Logger, masks func(string) string, same map[string]time.Time) *lines {
	return &lines{log: log, masks: masks, same: same}
}

// hide has the secrets of arguments hidden wherever the child says them, also where
// they look like none. It is for before read.
func (l *lines) hide(args []string) {
	masks := l.masks
	var found, pairs []string
	for _, text := range slices.Concat(args, []string{strings.Join(args, " ")}) {
		found = append(found, secrets(text, masks(text))...)
	}
	// The longest first: a shorter one that it begins with would leave the rest.
	slices.SortFunc(found, func(a, b string) int { return len(b) - len(a) })
	for _, s := range found {
		pairs = append(pairs, s, hidden)
	}
	if len(pairs) > 0 {
		exact := strings.NewReplacer(pairs...)
		l.masks = func(s string) string { return exact.Replace(masks(s)) }
	}
}

// hidden is what stands for a secret in what Masks gives.
const hidden = "***"

// secrets are the parts of a text that are hidden in its masked form. Short ones are
// left out: hiding them would hide everything.
func secrets(text, masked string) (found []string) {
	parts := strings.Split(masked, hidden)
	for i, part := range parts {
		at := strings.Index(text, part)
		if i == len(parts)-1 && part == "" {
			at = len(text)
		}
		if at < 0 {
			return found
		}
		if i > 0 && at >= 4 {
			found = append(found, text[:at])
		}
		text = text[at+len(part):]
	}
	return found
}

// read follows what the child says until it has nothing more to say.
func (l *lines) read(from io.Reader) {
	in := bufio.NewReaderSize(from, 4096)
	var line []byte
	for {
		c, err := in.ReadByte()
		switch {
		case err != nil:
			l.line(string(line))
			l.told()
			return
		case c == '\n' || c == '\r':
			l.line(string(line))
			line = line[:0]
		case len(line) < longestLine:
			line = append(line, c)
		}
	}
}

func (l *lines) line(raw string) {
	text := printable(raw)
	if text == "" || strings.Contains(text, "Guessed Channel Layout") {
		return
	}
	l.mu.Lock()
	if len(l.kept) == rememberLines {
		l.kept = append(l.kept[:0], l.kept[1:]...)
	}
	l.kept = append(l.kept, text)
	l.mu.Unlock()
	now, key := time.Now(), plain(text)
	if at, was := l.same[key]; was && now.Sub(at) < sameAgain {
		return
	}
	if now.Sub(l.since) >= time.Second {
		l.told()
		l.since, l.count = now, 0
	}
	if l.count++; l.count > linesASecond {
		l.left++
		return
	}
	if len(l.same) >= mostSame {
		clear(l.same)
	}
	l.same[key] = now
	l.log.Log(context.Background(), severity(text), l.name+": "+shown(l.masks(text)))
}

// forget forgets what was said until now, but not what was logged.
func (l *lines) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = nil
}

// shown is as much of a line as people want to read.
func shown(text string) string {
	if len(text) <= longestShown {
		return text
	}
	return strings.ToValidUTF8(text[:longestShown], "") + "…"
}

// told says how much was not logged.
func (l *lines) told() {
	if l.left > 0 {
		l.log.Info(fmt.Sprintf("%s: %d more lines are left out", l.name, l.left))
		l.left = 0
	}
}

func severity(text string) slog.Level {
	if strings.Contains(text, "[error]") || strings.Contains(text, "[fatal]") {
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

// printable is a line without what would harm a terminal.
func printable(raw string) string {
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(raw, "?")))
}
