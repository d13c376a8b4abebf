package measure

import (
	"math"
	"slices"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// Keys of the drum voices that the measures tell apart (General MIDI).
var (
	kicks  = []theory.Pitch{35, 36}
	snares = []theory.Pitch{38, 40}
	hats   = []theory.Pitch{42}
	toms   = []theory.Pitch{41, 43, 45, 47, 48, 50}
)

// Stroke is a note of the drums and where it belongs.
type Stroke struct {
	At       int     // the nearest sixteenth of the straight grid
	Late     float64 // milliseconds behind the (swung) sixteenth
	Key      theory.Pitch
	Velocity int
}

// Strokes are the drums of a song on its grid; none where it has no drums.
func Strokes(s *song.Song) []Stroke {
	p := s.Part(song.Drums)
	if p == nil {
		return nil
	}
	out := make([]Stroke, len(p.Notes))
	for i, n := range p.Notes {
		at := grid(n.Start, s.Swing)
		out[i] = Stroke{At: at, Late: 1000 * (s.Seconds(n.Start) - s.Seconds(swung(at, s.Swing))), Key: n.Pitch, Velocity: int(n.Velocity)}
	}
	return out
}

// swung is the tick at which a sixteenth lies when its beat swings.
func swung(at int, swing float64) song.Tick {
	beat, x := at/4, float64(at%4)/4
	if swing > .5 && swing < 1 {
		if x < .5 {
			x *= 2 * swing
		} else {
			x = swing + (x-.5)*2*(1-swing)
		}
	}
	return song.Tick(math.Round((float64(beat) + x) * float64(song.TicksPerQuarter)))
}

// Groove is how alike the bars of the drums are: the mean, over all pairs of bars
// that have strokes, of the share (0–1) of sixteenths on which both have an onset
// or neither has. After Wu and Yang, "The Jazz Transformer on the Front Line" (2020:
// grooving pattern similarity), on 16 places a bar of 4/4. False with fewer than two
// bars of drums.
func Groove(s *song.Song) (alike float64, ok bool) {
	perBar := perBar(s)
	bars := make([]uint64, s.Bars)
	for _, x := range Strokes(s) {
		if bar := x.At / perBar; bar < s.Bars && perBar <= 64 {
			bars[bar] |= 1 << (x.At % perBar)
		}
	}
	bars = slices.DeleteFunc(bars, func(b uint64) bool { return b == 0 })
	sum, pairs := 0, 0
	for i := range bars {
		for j := range i {
			sum += perBar - common([]uint64{bars[i] ^ bars[j]}, []uint64{bars[i] ^ bars[j]})
			pairs++
		}
	}
	return float64(sum) / float64(max(1, pairs*perBar)), pairs > 0
}

// Backbeat is the mean velocity (1–127) of the snare on beats 2 and 4, and elsewhere
// (ghost notes). Bars with toms are fills and do not count. Each is false where
// there are fewer than eight such strokes; only songs in four beats have a backbeat.
func Backbeat(s *song.Song) (back, ghosts float64, hasBack, hasGhosts bool) {
	perBar := perBar(s)
	if twelve := s.Meter.Beats == 12 && s.Meter.Unit == 8; s.Meter.Beats != 4 && !twelve {
		return 0, 0, false, false
	}
	strokes := Strokes(s)
	fill := map[int]bool{}
	for _, x := range strokes {
		if slices.Contains(toms, x.Key) {
			fill[x.At/perBar] = true
		}
	}
	var on, off mean
	for _, x := range strokes {
		switch {
		case !slices.Contains(snares, x.Key) || fill[x.At/perBar]:
		case x.At%(perBar/2) == perBar/4:
			on.add(float64(x.Velocity))
		default:
			off.add(float64(x.Velocity))
		}
	}
	return on.value(), off.value(), on.n >= 8, off.n >= 8
}

// HatRatio is the mean velocity of closed-hat strokes on beats, divided by that of
// strokes half-way between. False where there are fewer than eight of either.
func HatRatio(s *song.Song) (ratio float64, ok bool) {
	beat := int(s.Meter.BeatTicks() / (song.TicksPerQuarter / 4))
	if s.Meter.Unit == 8 { // three eighths are a beat, and there is no half-way
		return 0, false
	}
	var on, off mean
	for _, x := range Strokes(s) {
		switch {
		case !slices.Contains(hats, x.Key):
		case x.At%beat == 0:
			on.add(float64(x.Velocity))
		case x.At%beat == beat/2:
			off.add(float64(x.Velocity))
		}
	}
	if on.n < 8 || off.n < 8 {
		return 0, false
	}
	return on.value() / off.value(), true
}

// Systematic is the standard deviation, in milliseconds, of the drummer's habits:
// of the mean lateness of each voice on each sixteenth of the bar, weighed by its
// strokes. Voices and places with fewer than eight strokes are left out. False where
// fewer than four are left.
//
// By the same rule groove.json's families have 5–12 ms (voices and places that are
// struck in 5 % of bars or more).
func Systematic(s *song.Song) (sd float64, ok bool) {
	type place struct {
		key theory.Pitch
		at  int
	}
	perBar := perBar(s)
	means := map[place]*mean{}
	for _, x := range Strokes(s) {
		at := place{x.Key, x.At % perBar}
		if means[at] == nil {
			means[at] = &mean{}
		}
		means[at].add(x.Late)
	}
	var weight, sum, squares float64
	places := 0
	for key := range theory.Pitch(128) { // in order, so that sums round alike
		for at := range perBar {
			if m := means[place{key, at}]; m != nil && m.n >= 8 {
				w, x := float64(m.n), m.value()
				weight, sum, squares = weight+w, sum+w*x, squares+w*x*x
				places++
			}
		}
	}
	if places < 4 {
		return 0, false
	}
	center := sum / weight
	return math.Sqrt(max(0, squares/weight-center*center)), true
}

// Lock is the share (0–1) of the kick's strokes on which the bass begins a note, in
// bars in which it plays. False where the song lacks either, or they have fewer than
// eight strokes in common bars.
func Lock(s *song.Song) (share float64, ok bool) {
	p := s.Part(song.Bass)
	if p == nil {
		return 0, false
	}
	perBar := perBar(s)
	begins, plays := map[int]bool{}, map[int]bool{}
	late := lateness(p.Notes, s.Swing)
	for _, n := range p.Notes {
		at := grid(n.Start-late, s.Swing)
		begins[at], plays[at/perBar] = true, true
	}
	all, together := 0, 0
	for _, x := range Strokes(s) {
		if !slices.Contains(kicks, x.Key) || !plays[x.At/perBar] {
			continue
		}
		all++
		if begins[x.At] {
			together++
		}
	}
	return float64(together) / float64(max(1, all)), all >= 8
}

// mean is the mean of what was added to it.
type mean struct {
	sum float64
	n   int
}

func (m *mean) add(x float64)  { m.sum += x; m.n++ }
func (m *mean) value() float64 { return m.sum / float64(max(1, m.n)) }
