package compose

import (
	"testing"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// numerals are the chords of a song as numerals over the key it starts in, with the
// share of its time that each lasts; a chorus that rises by a tone is put back.
func numerals(s *song.Song) map[theory.Numeral]float64 {
	out := map[theory.Numeral]float64{}
	for i, c := range s.Chords {
		end := s.Ticks()
		if i+1 < len(s.Chords) {
			end = s.Chords[i+1].Start
		}
		n := theory.Numeral{Above: uint8((c.Chord.Root + 12 - s.Key.Tonic) % 12), Quality: c.Chord.Quality}
		out[n] += float64(end-c.Start) / float64(s.Ticks())
	}
	return out
}

// TestModesSoundLikeThemselves wants dorian and mixolydian songs of every style to have
// the chords by which those modes are known, and little of what belongs to their neighbours.
func TestModesSoundLikeThemselves(t *testing.T) {
	c := composer(t)
	for _, info := range c.Styles() {
		for _, mode := range []theory.Mode{theory.Dorian, theory.Mixolydian} {
			known, foreign, songs := 0.0, 0.0, 0
			for seed := range uint64(6) {
				s := compose(t, c, Brief{Style: info.Name, Seed: seed, Key: theory.Key{Tonic: 2, Mode: mode}})
				if last := s.Chords[len(s.Chords)-1].Chord.Root; last != s.Key.Tonic {
					continue // it rose by a tone
				}
				songs++
				for n, share := range numerals(s) {
					if n.Colour(mode) {
						known += share
					}
					if !n.In(mode) {
						foreign += share
					}
				}
			}
			if songs == 0 {
				t.Errorf("%s: every %s song ends on another note than its key", info.Name, mode)
				continue
			}
			known, foreign = known/float64(songs), foreign/float64(songs)
			t.Logf("%s %s: %.0f %% known by, %.0f %% foreign", info.Name, mode, 100*known, 100*foreign)
			if !(known >= .08) { // a share that is no number is not enough
				t.Errorf("%s: only %.0f %% of a %s song is chords that say so", info.Name, 100*known, mode)
			}
			if !(foreign <= .25) {
				t.Errorf("%s: %.0f %% of a %s song is chords from elsewhere", info.Name, 100*foreign, mode)
			}
		}
	}
}

// TestFewChords wants songs to keep to the number of chords that their style allows,
// but for what the ending and the turns add.
func TestFewChords(t *testing.T) {
	c := composer(t)
	for _, info := range c.Styles() {
		st, err := c.styles.Get(info.Name)
		if err != nil {
			t.Fatal(err)
		}
		most, over := st.Harmony.Most, 0
		if most == 0 {
			continue
		}
		for seed := range *songs {
			sc := newScore(st, Brief{Style: info.Name, Seed: seed}, houseAlone(st.Name))
			sc.planForm(0)
			chords := map[theory.Numeral]bool{}
			for _, loop := range sc.chooseLoops() {
				note(chords, loop)
			}
			if len(chords) > most+1 {
				over++
			}
		}
		if over > int(*songs)/6 {
			t.Errorf("%s: %d of %d songs have more than %d chords", info.Name, over, *songs, most)
		}
	}
}

// TestVersesAreNotChoruses wants sections of their own chords to differ in them.
func TestVersesAreNotChoruses(t *testing.T) {
	c := composer(t)
	for _, info := range c.Styles() {
		st, err := c.styles.Get(info.Name)
		if err != nil {
			t.Fatal(err)
		}
		peak := st.Section(st.Form.Peak)
		if peak.Like != "" || st.Section("verse") == nil || st.Section("verse").Like != "" || st.Form.Peak == "verse" {
			continue
		}
		for _, mode := range theory.Modes() {
			for seed := range *songs {
				sc := newScore(st, Brief{Style: info.Name, Seed: seed, Key: theory.Key{Mode: mode}}, houseAlone(st.Name))
				sc.planForm(0)
				loops := sc.chooseLoops()
				verse, chorus := loops["verse"], loops[st.Form.Peak]
				same := len(verse.Bars) == len(chorus.Bars)
				for i := 0; same && i < len(verse.Bars); i++ {
					same = len(verse.Bars[i]) == len(chorus.Bars[i]) && verse.Bars[i][0] == chorus.Bars[i][0]
				}
				if same && len(verse.Bars) > 0 {
					t.Errorf("%s in %s, seed %d: verse and %s are both %s", info.Name, mode, seed, st.Form.Peak, verse.Text)
				}
			}
		}
	}
}

// TestTheWayToThePeakIsOpen wants most sections before a chorus to end on an open chord
// in the styles that care.
func TestTheWayToThePeakIsOpen(t *testing.T) {
	c := composer(t)
	for _, name := range []string{"pop", "rock", "country", "soul", "waltz", "chiptune"} {
		open, all := 0, 0
		for seed := range *songs {
			s := compose(t, c, Brief{Style: name, Seed: seed})
			for i := 1; i < len(s.Sections); i++ {
				if s.Sections[i].Label != "chorus" || s.Sections[i-1].Label == "chorus" || s.Sections[i-1].Label == "intro" {
					continue
				}
				all++
				if n := (s.ChordAt(s.BarStart(s.Sections[i].Start)-1).Root + 12 - s.Key.Tonic) % 12; n != 0 && n != 9 && n != 8 && n != 3 {
					open++
				}
			}
		}
		if 10*open < 7*all {
			t.Errorf("%s: %d of %d choruses are led up to by an open chord", name, open, all)
		}
	}
}
