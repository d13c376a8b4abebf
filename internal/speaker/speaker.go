// Package speaker plays the station on this computer, through PulseAudio or
// PipeWire (which speaks PulseAudio's protocol).
//
// It promises to be late by no more than about 100 ms, measured on a sound server
// whose device is itself quick; to follow the device's clock, which is never
// quite ours, by bending time by at most 0.2 % instead of dropping or repeating
// blocks; and to survive the sound server: while it is away nothing is heard, the
// station plays on, and the speaker tries again. It does not promise every sample:
// where blocks come late there is silence, and then one jump to the present.
package speaker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"bandstand/internal/pcm"
)

// Options says where to play. The zero value is this user's own sound server.
type Options struct {
	Server string       // in PULSE_SERVER's form; "": what the environment says, or the user's own
	Log    *slog.Logger // nil logs nothing
	// Told, if not nil, hears nil when the sound server takes sound, and why it is away
	// when it is lost, which is not logged then. Run may be ended in answer.
	Told func(error)
}

// Speaker plays on this computer.
type Speaker struct {
	server    string
	log       *slog.Logger
	told      func(error)
	firstWait time.Duration // before the first new attempt
}

const (
	firstWait  = time.Second
	longestTry = 30 * time.Second // between attempts
	// steady is how long a connection must last for the next loss to count as a new one.
	steady = 10 * time.Second
	// quiet is how long the log keeps still about the same loss.
	quiet = time.Minute
)

// Open finds the sound server and leaves nothing running. Its error is a sentence
// that says where it looked and what to do.
func Open(o Options) (*Speaker, error) {
	s := &Speaker{server: o.Server, log: o.Log, told: o.Told, firstWait: firstWait}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	c, err := dial(context.Background(), s.server)
	if err != nil {
		return nil, fmt.Errorf("no sound server answers (%w): start PulseAudio or PipeWire, or set PULSE_SERVER to where it is", err)
	}
	c.close()
	return s, nil
}

// Run plays blocks as they come, one every 20 ms, until ctx is done, when it
// falls silent at once, or blocks is closed, when it plays what it has to the
// end. It always takes blocks in good time, whatever the sound server does, and
// never returns an error of the sound server's.
func (s *Speaker) Run(ctx context.Context, blocks <-chan pcm.Block) error {
	wait := s.firstWait
	var logged time.Time
	for {
		began := time.Now()
		err := s.play(ctx, blocks, &logged)
		if err == nil || ctx.Err() != nil {
			return nil //nolint:nilerr // it was asked to stop
		}
		if time.Since(began) > steady {
			wait = s.firstWait
		}
		if s.told != nil {
			s.told(err)
		} else if now := time.Now(); logged.IsZero() || now.Sub(logged) >= quiet {
			logged = now
			s.log.Warn("the sound server is away; the station plays on, and the speaker tries again", "error", err)
		}
		if !discard(ctx, blocks, wait) {
			return nil
		}
		wait = min(2*wait, longestTry)
	}
}

// discard takes blocks and drops them for a while. It says whether to go on.
func discard(ctx context.Context, blocks <-chan pcm.Block, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-timer.C:
			return true
		case _, ok := <-blocks:
			if !ok {
				return false
			}
		}
	}
}

// errLost is a connection that ended without saying why.
var errLost = errors.New("the connection was closed")

// play connects and plays until the end, for which it returns nil, or until the
// connection is lost. lossLogged is the time of the last complaint, which a
// success withdraws.
func (s *Speaker) play(ctx context.Context, blocks <-chan pcm.Block, lossLogged *time.Time) error {
	c, err := dial(ctx, s.server)
	if err != nil {
		return err
	}
	defer c.close()
	out, err := c.openStream()
	if err != nil {
		return err
	}
	defer out.stop()
	if s.told != nil {
		s.told(nil)
	}
	if !lossLogged.IsZero() {
		*lossLogged = time.Time{}
		s.log.Info("the sound server is back")
	}
	// What waited while we connected is the past.
	for range len(blocks) {
		<-blocks
	}
	p := newPump(out.device)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-c.lost:
			return c.reason()
		case <-c.underflow:
			p.underran()
			s.log.Debug("the speaker ran dry", "reserve", p.steer.reserve)
		case m := <-out.measured:
			p.steer.measure(m)
			if p.steer.late > 0 {
				s.log.Debug("the speaker was too late and jumped", "frames", p.steer.late)
			}
		case b, ok := <-blocks:
			if !ok {
				out.drain(p.rest())
				return nil
			}
			if err := out.write(p.block(b.Samples)); err != nil {
				return err
			}
			if p.due() {
				out.measure()
			}
		}
	}
}
