package offline

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-isatty"
)

const (
	// barAfter is how long a thing may take before progress is shown.
	barAfter = time.Second
	// barEvery is how often it is drawn at most.
	barEvery = 100 * time.Millisecond
	barWidth = 30
	// labelWidth is the room for the song's name: all fits in 80 columns.
	labelWidth = 40
)

// isTerminal says whether w is a screen that a person looks at.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// bar shows on one line of a terminal how far the files of a song are. Any number
// of goroutines may set it.
type bar struct {
	out  io.Writer // nil: nobody looks
	now  func() time.Time
	mu   sync.Mutex
	name string
	done []float64 // of each file, 0–1

	began, drawn time.Time
	visible      bool
}

func newBar(out io.Writer, terminal bool, now func() time.Time) *bar {
	b := &bar{now: now, began: now()}
	if terminal {
		b.out = out
	}
	return b
}

// begin starts a song with so many files.
func (b *bar) begin(name string, files int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.name, b.done = name, make([]float64, files)
}

// set notes how much of a file is done.
func (b *bar) set(file int, done float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done[file] = done
	now := b.now()
	if b.out == nil || now.Sub(b.began) < barAfter || now.Sub(b.drawn) < barEvery {
		return
	}
	b.drawn, b.visible = now, true
	whole := 0.0
	for _, d := range b.done {
		whole += d / float64(len(b.done))
	}
	full := int(whole * barWidth)
	name := []rune(b.name)
	if len(name) > labelWidth {
		name = append(name[:labelWidth-1], '…')
	}
	fmt.Fprintf(b.out, "\r\x1b[K%s%s %3.0f %% %s", strings.Repeat("█", full), strings.Repeat("░", barWidth-full), 100*whole, string(name))
}

// clear takes the bar off the screen.
func (b *bar) clear() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.visible {
		fmt.Fprint(b.out, "\r\x1b[K")
		b.visible = false
	}
}
