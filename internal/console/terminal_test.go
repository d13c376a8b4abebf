package console

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"bandstand/internal/command"
)

// childKey has the test binary be a program with a console on its terminal.
const childKey = "CONSOLE_TEST_HISTORY"

func TestMain(m *testing.M) {
	if history := os.Getenv(childKey); history != "" {
		os.Exit(child(history))
	}
	os.Exit(m.Run())
}

// child runs a console on standard input and output. "say" has a line printed
// from elsewhere; shutdown, however it comes, ends the program.
func child(history string) int {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	orders := &childOrders{end: cancel}
	c := New(Config{In: os.Stdin, Out: os.Stdout, Orders: orders, History: history, Prompt: "> ",
		Shutdown: func() { fmt.Println("interrupted"); cancel() }})
	orders.console = c
	if err := c.Run(ctx); err != nil {
		fmt.Println(err)
		return 1
	}
	<-ctx.Done()
	fmt.Println("ended")
	return 0
}

type childOrders struct {
	fakeOrders
	console *Console
	end     func()
}

func (o *childOrders) Do(ctx context.Context, c command.Caller, line string) command.Reply {
	switch line {
	case "say":
		fmt.Fprintln(o.console, "announcement")
	case "shutdown":
		defer o.end()
	}
	return o.fakeOrders.Do(ctx, c, line)
}

func (o *childOrders) Complete(string) []string { return []string{"queue"} }

// terminal is a child on a pseudo-terminal.
type terminal struct {
	*out
	file *os.File
	cmd  *exec.Cmd
}

// here is the answer to the question where the cursor is.
func here() string { return "\x1b[1;1R" }

// openTerminal starts the child on a terminal of a kind that answers as told; nil
// for one that does not.
func openTerminal(t *testing.T, history, kind string, answer func() string) *terminal {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), childKey+"="+history, "TERM="+kind)
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{out: newOut(), file: f, cmd: cmd}
	read := make(chan struct{})
	go func() {
		defer close(read)
		buf := make([]byte, 4096)
		for {
			n, err := f.Read(buf)
			if n > 0 {
				_, _ = term.Write(buf[:n])
			}
			if err != nil {
				return
			}
			if strings.Contains(string(buf[:n]), question) && answer != nil {
				_, _ = f.WriteString(answer())
			}
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		f.Close()
		<-read
	})
	return term
}

func (term *terminal) types(t *testing.T, keys string) {
	t.Helper()
	if _, err := term.file.WriteString(keys); err != nil {
		t.Fatal(err)
	}
}

// prompted waits for a prompt after the last piece of text: what is typed before the
// terminal is the prompt's own again counts for something else, a Ctrl-C for nothing.
func (term *terminal) prompted(t *testing.T, piece string) {
	t.Helper()
	term.until(t, "a prompt after "+piece, func(text string) bool {
		at := strings.LastIndex(text, piece)
		return at >= 0 && strings.Contains(text[at+len(piece):], "> ")
	})
}

// end waits for the child.
func (term *terminal) end(t *testing.T) {
	t.Helper()
	term.wait(t, "ended")
	if err := term.cmd.Wait(); err != nil {
		t.Errorf("the program ended with %v: %s", err, term)
	}
}

func TestPrompt(t *testing.T) {
	history := filepath.Join(t.TempDir(), "history")
	term := openTerminal(t, history, "xterm", here)
	term.wait(t, "> ")
	term.types(t, "now\r")
	term.prompted(t, "did now")
	term.types(t, "say\r")
	term.prompted(t, "did say")
	if !strings.Contains(term.String(), "announcement") {
		t.Errorf("the announcement is missing: %q", term)
	}
	term.types(t, "qu\t\r") // completes to queue
	term.prompted(t, "did queue")
	term.types(t, "\x1b[A\x1b[A\x1b[A\r") // three up: now
	term.until(t, "now again", func(text string) bool { return strings.Count(text, "did now") == 2 })
	term.prompted(t, "did now")
	term.types(t, "shutdown\r")
	term.end(t)
	info, err := os.Stat(history)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the history is %v, %v", info, err)
	}
	kept, err := os.ReadFile(history)
	if err != nil || !strings.Contains(string(kept), "now\nsay\nqueue") {
		t.Errorf("the history has %q, %v", kept, err)
	}
}

// TestCtrlCTakesALineBack begins a line and thinks again.
func TestCtrlCTakesALineBack(t *testing.T) {
	term := openTerminal(t, filepath.Join(t.TempDir(), "history"), "xterm", here)
	term.wait(t, "> ")
	term.types(t, "half a li")
	term.wait(t, "half a li")
	term.types(t, "\x03")
	term.prompted(t, "^C")
	term.types(t, "now\r")
	term.prompted(t, "did now")
	term.types(t, "\x03")
	term.wait(t, "interrupted")
	term.end(t)
}

func TestControlKeys(t *testing.T) {
	for key, want := range map[string]string{"\x04": "did shutdown", "\x03": "interrupted"} {
		term := openTerminal(t, filepath.Join(t.TempDir(), "history"), "xterm", here)
		term.wait(t, "> ")
		term.types(t, key)
		term.wait(t, want)
		term.end(t)
	}
}
