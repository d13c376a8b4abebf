package compose

import (
	"testing"

	"bandstand/internal/song"
)

// sounding notes of a part that begin in a bar.
func strokesIn(s *song.Song, role string, bar int) int {
	n := 0
	if p := s.Part(role); p != nil {
		for _, note := range p.Notes {
			// Up to a sixteenth early or late it still belongs to its bar line.
			if at := note.Start - song.Tick(bar)*s.Meter.BarTicks(); at >= song.TicksPerQuarter && at < s.Meter.BarTicks()-song.TicksPerQuarter/4 {
				n++
			}
		}
	}
	return n
}

// TestFoursAreTraded wants the band to be silent, past the one, in the bars that the drummer
// has to himself, the drums to fill them, and the tune to be there in between.
func TestFoursAreTraded(t *testing.T) {
	c := composer(t)
	traded := 0
	for seed := range uint64(24) {
		s := compose(t, c, Brief{Style: "jazz", Seed: seed})
		for _, sec := range s.Sections {
			if sec.Label != "trade" || sec.Bars < 8 {
				continue
			}
			traded++
			for from := sec.Start; from < sec.Start+sec.Bars; from += 4 {
				alone := (from-sec.Start)/4%2 == 1
				sung, drums := 0, 0
				for bar := from; bar < min(from+4, sec.Start+sec.Bars); bar++ {
					sung += strokesIn(s, song.Lead, bar)
					drums += strokesIn(s, song.Drums, bar)
					if band := strokesIn(s, song.Bass, bar) + strokesIn(s, song.Chords, bar); alone != (band == 0) {
						t.Errorf("seed %d: %d notes of bass and chords in bar %d, drums alone: %v", seed, band, bar+1, alone)
					}
				}
				if !alone && sung < 4 || alone && (sung > 2 || drums < 16) {
					t.Errorf("seed %d, bar %d: %d notes of the tune and %d of the drums, drums alone: %v", seed, from+1, sung, drums, alone)
				}
			}
		}
	}
	if traded == 0 {
		t.Error("nobody trades")
	}
}

// TestVersesAreRetold wants a verse that comes again to be known again and yet not to be
// the same note for note.
func TestVersesAreRetold(t *testing.T) {
	c := composer(t)
	for _, name := range []string{"waltz", "blues", "pop"} {
		literal, all := 0, 0
		for seed := range uint64(20) {
			sc := arranged(t, c, Brief{Style: name, Seed: seed})
			var first []toneNote
			var start, bars int
			for i := range sc.sections {
				s := &sc.sections[i]
				if s.spec.Name != "verse" {
					continue
				}
				var notes []toneNote
				for _, n := range sc.tune {
					if n.at >= s.start*sc.bar && n.at < s.end()*sc.bar-sc.bar/2 {
						n.at -= s.start * sc.bar
						notes = append(notes, n)
					}
				}
				if first == nil {
					first, start, bars = notes, s.start, s.bars
					continue
				}
				if s.start == start || s.bars != bars {
					continue
				}
				same := 0
				for _, n := range notes {
					for _, m := range first {
						if m.at == n.at && m.pitch == n.pitch-s.lift {
							same++
						}
					}
				}
				all++
				if same == len(notes) && same == len(first) {
					literal++
				}
				if 5*same < 2*len(notes) {
					t.Errorf("%s, seed %d: only %d of %d notes of %s are those of the first verse", name, seed, same, len(notes), s.name)
				}
			}
		}
		t.Logf("%s: %d of %d verses come again note for note", name, literal, all)
		if 5*literal > all {
			t.Errorf("%s: %d of %d verses come again note for note", name, literal, all)
		}
	}
}
