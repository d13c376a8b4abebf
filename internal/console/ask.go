package console

import (
	"bytes"
	"io"
	"os"
	"regexp"
	"runtime"
	"time"

	"github.com/mattn/go-isatty"
)

// Editing at the prompt begins with a question to the terminal, and what is typed
// counts for nothing until that is answered. A terminal that never answers (a
// serial line, a program that only records) would be a dead keyboard.
const (
	question = "\x1b[6n"              // where is the cursor?
	patience = 500 * time.Millisecond // for the answer; a far shell takes its time
)

var (
	position = regexp.MustCompile(`\x1b\[\d+;\d+R`) // the answer

	// stray is what a terminal may leave in a plain line: an answer that came too
	// late, and an end of input that was typed while the question was open.
	stray = regexp.MustCompile(position.String() + `|\x04`)
)

// input is where lines come from, and whether a prompt can be put up for them.
func (c *Console) input() (in io.Reader, prompt bool) {
	f, isFile := c.cfg.In.(*os.File)
	if !isFile || !isTerminal(f) || !isTerminal(c.cfg.Out) || dumb() {
		return c.cfg.In, false
	}
	typed, answers := ask(f, c)
	if !answers {
		c.say("this terminal does not say where its cursor is, so lines cannot be edited here; orders work as ever")
	}
	return io.MultiReader(bytes.NewReader(typed), f), answers
}

func isTerminal(of any) bool {
	f, is := of.(*os.File)
	return is && f != nil && isatty.IsTerminal(f.Fd())
}

// dumb says whether the terminal is one that cannot move its cursor. Windows does
// not tell.
func dumb() bool {
	kind := os.Getenv("TERM")
	return kind == "dumb" || kind == "" && runtime.GOOS != "windows"
}

// answered takes the answer out of what was read from a terminal.
func answered(read []byte) (typed []byte, yes bool) {
	at := position.FindIndex(read)
	if at == nil {
		return read, false
	}
	return append(read[:at[0]:at[0]], read[at[1]:]...), true
}
