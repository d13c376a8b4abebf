package station

import (
	"context"
	"fmt"

	"bandstand/internal/speaker"
)

// speak plays the station on this computer. Where it cannot, it says so and where
// else to listen; the station plays on.
func (s *station) speak(ctx context.Context) error {
	sp, err := speaker.Open(speaker.Options{Log: s.log})
	if err != nil {
		s.say("speaker: %v. The station plays on: listen at http://%s/live.mp3", err, s.place())
		return nil
	}
	tap, _, _ := s.feed.tap(0, &s.house.speakerDropped)
	defer s.feed.untap(tap)
	return sp.Run(ctx, tap.blocks)
}

// say prints a line for whoever sits at the station.
func (s *station) say(format string, args ...any) {
	if s.console != nil {
		fmt.Fprintf(s.console, format+"\n", args...)
		return
	}
	fmt.Fprintf(s.opts.Out, format+"\n", args...)
}
