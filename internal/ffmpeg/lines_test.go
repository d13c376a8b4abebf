package ffmpeg

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// TestLinesHoldNoPartOfASecret: neither what is cut off a long line nor another secret
// that a secret begins with leaves some of it to be seen.
func TestLinesHoldNoPartOfASecret(t *testing.T) {
	const long = "sesame-and-all-the-rest"
	masks := func(s string) string {
		return strings.NewReplacer("key="+long, "key=***", "user=sesame", "user=***").Replace(s)
	}
	var log bytes.Buffer
	l := newLines(slog.New(slog.NewTextHandler(&log, nil)), masks, map[string]time.Time{})
	l.hide([]string{"user=sesame", "key=" + long})
	l.read(strings.NewReader("it opens " + long + " for writing\n" + strings.Repeat("x", longestShown-10) + long + " and so on and on\n"))
	for _, text := range []string{log.String(), l.last()} {
		for _, part := range []string{"sesame", "rest"} {
			if strings.Contains(text, part) {
				t.Errorf("a part of a secret is shown: %s", text)
			}
		}
		if !strings.Contains(text, "…") {
			t.Errorf("a long line is not cut: %s", text)
		}
	}
}
