package station

import (
	"errors"
	"fmt"

	"bandstand/internal/playout"
)

// about is a song in a line.
func about(title, band, style, code string) string {
	return fmt.Sprintf("%q by %s — %s, code %s", title, band, style, code)
}

// tell passes the air's news on, and says at the prompt what starts by itself.
func (s *station) tell(e playout.Event) {
	s.events.tell(fromAir(e))
	s.announce(e)
	if c := s.logOut.prompt.Load(); c != nil && e.Kind == playout.Started && !e.Ordered {
		fmt.Fprintf(c, "on the air: %s\n", about(e.Song.Title, e.Song.Band, e.Song.Style, e.Item.Code))
	}
}

// cause is the innermost error: the words of the operating system without ours.
func cause(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
