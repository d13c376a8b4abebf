package compose

import (
	"bandstand/internal/band"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

// harmonise gives every bar its chords. Sections of one kind share one loop; the
// last bar of a section may turn towards the next one; the last bars of the song
// are a cadence whose final chord, the tonic, has the last bar for itself.
func (sc *score) harmonise() {
	loops := sc.chooseLoops()
	ending := sc.style.Ending.For(sc.key.Mode).Draw(sc.stream("harmony/ending"))
	for i, s := range sc.sections {
		loop := loops[s.spec.Name]
		for b := range s.bars {
			chords := loop.Bars[b%len(loop.Bars)]
			last := i == len(sc.sections)-1
			if b == s.bars-1 && !last && sc.sections[i+1].spec.Name != s.spec.Name {
				if turn, ok := sc.turn(s); ok {
					chords = turn.Bars[0]
				}
			}
			if left := s.bars - b; last && sc.fade == 0 && left <= len(ending.Bars) && left <= max(1, s.bars-1) {
				chords = ending.Bars[len(ending.Bars)-left]
			}
			sc.addBar(s.start+b, chords, s.lift)
		}
	}
	for _, c := range sc.chords {
		sc.masks = append(sc.masks, c.chord.Mask())
	}
	for class := range theory.PitchClass(12) {
		if sc.key.InScale(class) {
			sc.scale |= 1 << class
		}
	}
}

// chooseLoops draws a loop for each kind of section, no two kinds the same where
// the style has enough of them.
func (sc *score) chooseLoops() map[string]style.Loop {
	chosen := map[string]style.Loop{}
	used := map[string]bool{}
	for i := range sc.style.Sections {
		spec := &sc.style.Sections[i]
		if spec.Like != "" {
			continue
		}
		r := sc.stream("harmony/" + spec.Name)
		loops := spec.Loops.For(sc.key.Mode)
		loop := loops.Draw(r)
		for try := 0; try < 8 && used[loop.Text]; try++ {
			loop = loops.Draw(r)
		}
		used[loop.Text] = true
		chosen[spec.Name] = loop
	}
	for i := range sc.style.Sections {
		if spec := &sc.style.Sections[i]; spec.Like != "" {
			chosen[spec.Name] = chosen[spec.Like]
		}
	}
	return chosen
}

// turn is the chord that leads on from a section, the same each time it comes.
func (sc *score) turn(s section) (style.Loop, bool) {
	turns := s.spec.Turn.For(sc.key.Mode)
	if len(turns.Items) == 0 {
		return style.Loop{}, false
	}
	return turns.Draw(sc.stream("harmony/" + s.spec.Name + "/turn")), true
}

// addBar writes down a bar's chords, joining equal neighbours.
func (sc *score) addBar(bar int, numerals []theory.Numeral, lift int) {
	tonic := (sc.key.Tonic + theory.PitchClass(lift)) % 12
	beat := int(sc.meter.BeatTicks() / style.Step)
	for i, n := range numerals {
		at := bar*sc.bar + i*sc.bar/len(numerals)/beat*beat
		c := n.Chord(tonic)
		if k := len(sc.chords) - 1; k >= 0 && sc.chords[k].chord == c {
			continue
		}
		if k := len(sc.chords) - 1; k >= 0 && sc.chords[k].at == at {
			sc.chords[k].chord = c // more chords than beats: the last one wins
			continue
		}
		sc.chords = append(sc.chords, chordAt{at: at, chord: c})
	}
}

// richer is what a colourful player makes of a chord; a pure one plays as written.
var richer = map[string]string{"": "add9", "m": "m7", "7": "9", "maj7": "maj9", "m7": "m9", "sus4": "7sus4"}

// dressed is the chord as the robot at the keys plays it.
func (sc *score) dressed(c theory.Chord, robot band.Robot) theory.Chord {
	if c.Quality == "" && c.Root != sc.key.Tonic && sc.key.Mode == theory.Major {
		return c
	}
	if q, ok := richer[c.Quality]; ok && robot.Bend(band.Colour) > .55 {
		c.Quality = q
	}
	return c
}

// songChords is the chords as a song has them.
func (sc *score) songChords() []song.Chord {
	out := make([]song.Chord, len(sc.chords))
	for i, c := range sc.chords {
		out[i] = song.Chord{Start: ticks(c.at), Chord: c.chord}
	}
	return out
}
