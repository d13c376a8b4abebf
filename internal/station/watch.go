package station

import (
	"context"
	"time"

	"bandstand/internal/monitor"
)

// watch listens to what the encoders really emit, in a goroutine of its own: decoding
// takes milliseconds, and a decoder that hangs must not keep health from looking.
func (h *house) watch(ctx context.Context) error {
	tick := time.NewTicker(monitor.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			for _, s := range h.streams {
				s.ear.Look()
			}
		}
	}
}

// encoders are the sentences about encoders that emit something else than they are fed.
func (h *house) encoders() (problems []string) {
	for _, s := range h.streams {
		if trouble := s.ear.Trouble(); trouble != "" {
			problems = append(problems, "the encoder of "+s.mount.Config().Name+" "+trouble)
		}
	}
	return problems
}
