package console

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// interrupted waits for a child that Ctrl-C ends as a signal.
func (term *terminal) interrupted(t *testing.T) {
	t.Helper()
	term.types(t, "\x03")
	err := term.cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGINT {
		t.Errorf("the program ended with %v: %q", err, term)
	}
}

func TestSilentTerminalTakesPlainLines(t *testing.T) {
	term := openTerminal(t, filepath.Join(t.TempDir(), "history"), "xterm", nil)
	term.wait(t, question)
	term.types(t, "\x04now\rqu") // before it is clear that nobody answers
	term.wait(t, "this terminal does not say where its cursor is")
	term.wait(t, "did now")
	term.types(t, "eue\r")
	term.wait(t, "did queue")
	term.types(t, "\x1b[7;12Rlate\r") // the answer after all
	term.wait(t, "did late")
	if n := strings.Count(term.String(), "this terminal"); n != 1 {
		t.Errorf("it was said %d times: %q", n, term)
	}
	term.interrupted(t)
}

func TestDumbTerminalTakesPlainLines(t *testing.T) {
	for _, kind := range []string{"dumb", ""} {
		term := openTerminal(t, filepath.Join(t.TempDir(), "history"), kind, nil)
		term.types(t, "now\r")
		term.wait(t, "did now")
		term.interrupted(t)
		if strings.ContainsAny(term.String(), "\x1b>") || strings.Contains(term.String(), "this terminal") {
			t.Errorf("TERM=%q: got %q", kind, term)
		}
	}
}

func TestTypedAheadIsKept(t *testing.T) {
	answers := []string{"no\x1b[7;1Rw\rqu"}
	term := openTerminal(t, filepath.Join(t.TempDir(), "history"), "xterm", func() string {
		first := answers[0]
		answers = append(answers[1:], here())
		return first
	})
	term.wait(t, "did now")
	term.types(t, "eue\r")
	term.wait(t, "did queue")
	term.types(t, "shutdown\r")
	term.end(t)
}

func TestAnswered(t *testing.T) {
	for _, c := range []struct {
		read, typed string
		yes         bool
	}{
		{"", "", false},
		{"now\n", "now\n", false},
		{"\x1b[1;1", "\x1b[1;1", false},
		{"\x1b[R", "\x1b[R", false},
		{"\x1b[24;80R", "", true},
		{"no\x1b[24;80Rw", "now", true},
		{"\x1b[A\x1b[24;80R\x1b[B", "\x1b[A\x1b[B", true},
	} {
		typed, yes := answered([]byte(c.read))
		if string(typed) != c.typed || yes != c.yes {
			t.Errorf("%q: got %q, %t, want %q, %t", c.read, typed, yes, c.typed, c.yes)
		}
	}
}
