package compose

import (
	"slices"

	"bandstand/internal/song"
	"bandstand/internal/style"
)

// layer settles who plays where beyond the style's table: the last time the section
// comes that all leads up to, one more joins; and in some songs a quiet section after it
// begins without drums.
func (sc *score) layer() {
	peaked := false
	for i := range sc.sections {
		s := &sc.sections[i]
		peak := s.spec.Name == sc.style.Form.Peak
		switch {
		case peak && s.final && s.nth > 0:
			s.joins = sc.joiner(s, sc.kinds[s.spec.Name])
		case peaked && i+1 < len(sc.sections) && s.energy <= .62 && s.bars >= 8 && !s.spec.Staged && s.spec.Layers[0] != song.Drums:
			if chance(sc.stream("breakdown/"+s.name), .4) {
				s.drumsIn = s.bars / 2
			}
		}
		peaked = peaked || peak
	}
}

// joiner is a role with something to play in a section whose table leaves it out, or "".
func (sc *score) joiner(s *section, a *arrangement) string {
	for _, role := range []string{song.Counter, song.Arp, song.Pad} {
		if sc.style.Part(role) != nil && !s.plays(role) && slices.ContainsFunc(a.all(role), func(p style.Pattern) bool { return len(p.Steps) > 0 }) {
			return role
		}
	}
	return ""
}
