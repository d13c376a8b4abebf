package ffmpeg

import (
	"errors"
	"net"
	"time"
)

// Hurry shortens what a test would wait for.
func (s *Sink) Hurry(start, behind, still time.Duration) *Sink {
	s.limits.start, s.limits.behind, s.limits.still = start, behind, still
	return s
}

// Impatient shortens how long a child may take nothing.
func (s *Sink) Impatient(stuck, starved time.Duration) *Sink {
	s.limits.stuck, s.limits.starved = stuck, starved
	return s
}

// NewWriter is a writer of its own.
func NewWriter(conn *net.UnixConn) *writer { return newWriter(conn, 1) }

// The writer's methods, for tests.
var (
	Write = (*writer).write
	Flush = (*writer).flush
	Pair  = pair
)

// IsStuck says whether a write ended since nothing was taken.
func IsStuck(err error) bool {
	var stuck *stuckError
	return errors.As(err, &stuck)
}

// Secrets are the hidden parts of a text.
var Secrets = secrets
