package command

import (
	"errors"
	"fmt"
)

// ErrNone is what a Store answers when it has no such thing.
var ErrNone = errors.New("there is none")

// Sentence is an error for people: Text says what was wrong and what to do.
// Whatever else went wrong underneath is in Cause, for the log.
type Sentence struct {
	Text  string
	Cause error
}

// Error is the sentence.
func (s *Sentence) Error() string { return s.Text }

// Unwrap is the cause.
func (s *Sentence) Unwrap() error { return s.Cause }

func sayf(format string, args ...any) error {
	return &Sentence{Text: fmt.Sprintf(format, args...)}
}
