package compose

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

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
	ending := drawIn(sc.stream("harmony/ending"), sc.style.Ending, sc.key.Mode)
	for i, s := range sc.sections {
		loop := loops[s.spec.Name]
		for b := range s.bars {
			chords := loop.Bars[b%len(loop.Bars)]
			last := i == len(sc.sections)-1
			if b == s.bars-1 && !last && sc.sections[i+1].spec.Name != s.spec.Name {
				chords = sc.leadingBar(s, sc.sections[i+1], chords)
			}
			if left := s.bars - b; last && sc.fade == 0 && left <= len(ending.Bars) && left <= max(1, s.bars-1) {
				chords = ending.Bars[len(ending.Bars)-left]
			}
			sc.addBar(s.start+b, chords, s.lift)
		}
	}
	sc.atStep = make([]int32, sc.bars*sc.bar)
	for i, c := range sc.chords {
		sc.masks = append(sc.masks, c.chord.Mask())
		end := len(sc.atStep)
		if i+1 < len(sc.chords) {
			end = sc.chords[i+1].at
		}
		for step := c.at; step < end; step++ {
			sc.atStep[step] = int32(i)
		}
	}
	for class := range theory.PitchClass(12) {
		if sc.key.InScale(class) {
			sc.scale |= 1 << class
		}
	}
}

// chooseLoops draws a loop for each kind of section that the song has: no two kinds the
// same, the bridge away from home, and few different chords in all.
func (sc *score) chooseLoops() map[string]style.Loop {
	chosen := map[string]style.Loop{}
	used := map[string]bool{}
	chords := map[theory.Numeral]bool{}
	for i := range sc.style.Sections {
		spec := &sc.style.Sections[i]
		if spec.Like != "" || !sc.needs(spec.Name) {
			continue
		}
		loop := sc.chooseLoop(spec, used, chords)
		used[outline(loop)] = true
		note(chords, loop)
		chosen[spec.Name] = loop
	}
	for i := range sc.style.Sections {
		if spec := &sc.style.Sections[i]; spec.Like != "" {
			chosen[spec.Name] = chosen[spec.Like]
		}
	}
	return chosen
}

// needs says whether the song has a section of a kind, or one that takes its chords.
func (sc *score) needs(name string) bool {
	for _, s := range sc.sections {
		if s.spec.Name == name || s.spec.Like == name {
			return true
		}
	}
	return false
}

// loopTries is how many loops are drawn for a section until one does.
const loopTries = 8

// chooseLoop draws the loop of a section. Of those drawn it takes the first that is new,
// goes away from home in a bridge, and leaves the song with as few chords as its style
// wants; else the one that comes nearest.
func (sc *score) chooseLoop(spec *style.Section, used map[string]bool, chords map[theory.Numeral]bool) style.Loop {
	r := sc.stream("harmony/" + spec.Name)
	var best style.Loop
	bestFaults := math.MaxInt
	for range loopTries {
		loop := sc.drawLoop(r, spec)
		faults := 0
		if used[outline(loop)] {
			faults += 100
		}
		if spec.Name == "bridge" && loop.Bars[0][0].Above == 0 {
			faults += 50
		}
		if most := sc.style.Harmony.Most; most > 0 {
			faults += max(0, len(chords)+note(maps.Clone(chords), loop)-most)
		}
		if faults < bestFaults {
			best, bestFaults = loop, faults
		}
		if faults == 0 {
			break
		}
	}
	if n := len(best.Bars); used[outline(best)] && n > 1 && n <= 8 { // the same chords, begun half way
		best.Bars = slices.Concat(best.Bars[n/2:], best.Bars[:n/2])
	}
	return best
}

// note adds a loop's chords and says how many were new; a triad and its seventh are one.
func note(chords map[theory.Numeral]bool, loop style.Loop) (added int) {
	for _, bar := range loop.Bars {
		for _, n := range bar {
			minor := slices.Contains(theory.Qualities[n.Quality], 3)
			n.Quality = map[bool]string{true: "m"}[minor]
			if !chords[n] {
				chords[n] = true
				added++
			}
		}
	}
	return added
}

// drawLoop draws a loop of the section's own, or one of charting songs. Where the style
// has none in the song's mode, it is another mode's, bent to this one.
func (sc *score) drawLoop(r *rand.Rand, spec *style.Section) style.Loop {
	mode, h := sc.key.Mode, sc.style.Harmony
	if chance(r, h.Corpus) {
		if loops := style.Human(mode, h.Colour); len(loops.Items) > 0 {
			return loops.Draw(r)
		}
	}
	return drawIn(r, spec.Loops, mode).Known(mode)
}

// outline is what makes two loops the same to the ear: their roots and thirds, bar by bar.
func outline(l style.Loop) string {
	var b strings.Builder
	for _, bar := range l.Bars {
		for _, n := range bar {
			fmt.Fprintf(&b, "%d%t ", n.Above, slices.Contains(theory.Qualities[n.Quality], 3))
		}
		b.WriteByte('|')
	}
	return b.String()
}

// drawIn draws chords in a mode.
func drawIn(r *rand.Rand, chords style.ByMode, mode theory.Mode) style.Loop {
	if own, ok := chords.Own(mode); ok {
		return own.Draw(r)
	}
	return chords.For(mode).Draw(r).Fit(mode)
}

// leadingBar is the chords of a section's last bar before another kind of section: the
// style's turn, the same each time it comes, or a cadence left open before the peak.
func (sc *score) leadingBar(s section, next section, chords []theory.Numeral) []theory.Numeral {
	if turns := s.spec.Turn; len(turns.For(sc.key.Mode).Items) > 0 {
		return drawIn(sc.stream("harmony/"+s.spec.Name+"/turn"), turns, sc.key.Mode).Bars[0]
	}
	if next.spec.Name != sc.style.Form.Peak || !chance(sc.stream("harmony/"+s.spec.Name+"/cadence"), sc.style.Harmony.Cadence) {
		return chords
	}
	last := chords[len(chords)-1]
	if last.Above == 7 || last.Above == 10 || last.Above == 5 || last.Above == 2 {
		return chords // open already
	}
	open := theory.Numeral{Above: 7}
	if sc.key.Mode == theory.Dorian || sc.key.Mode == theory.Mixolydian {
		open.Above = 10
	}
	open = style.Dress(open, sc.key.Mode, sc.style.Harmony.Colour)
	if len(chords) == 1 {
		return []theory.Numeral{last, open}
	}
	return append(slices.Clone(chords[:len(chords)-1]), open)
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
