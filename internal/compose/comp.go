package compose

import (
	"sort"

	"bandstand/internal/band"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

// pattern is what a role plays in an arrangement.
func (a *arrangement) pattern(role string) style.Pattern {
	switch role {
	case song.Chords:
		return a.chords
	case song.Pad:
		return a.pad
	case song.Arp:
		return a.arp
	case song.Counter:
		return a.counter
	case song.Bass:
		return a.bass
	}
	return style.Pattern{}
}

// all is the patterns that the groove offers a role.
func (a *arrangement) all(role string) []style.Pattern {
	switch role {
	case song.Chords:
		return a.groove.Chords
	case song.Pad:
		return a.groove.Pad
	case song.Arp:
		return a.groove.Arp
	case song.Counter:
		return a.groove.Counter
	case song.Bass:
		return a.groove.Bass
	}
	return nil
}

// voicings finds the chords' voicings for one part, each near the one before.
type voicings struct {
	sc        *score
	robot     band.Robot
	low, high theory.Pitch
	spec      *style.Part
	prev      []theory.Pitch
	known     int // index of the chord that prev belongs to
}

func (sc *score) newVoicings(role string) *voicings {
	low, high := sc.registerOf(role)
	if role == song.Chords || role == song.Pad { // room for the tune above
		high = max(min(high, low+14), min(high, theory.Pitch(sc.center(song.Lead))))
	}
	return &voicings{sc: sc, robot: sc.robot(role), low: low, high: high, spec: sc.style.Part(role), known: -1}
}

// at is the voicing of the chord at a step.
func (v *voicings) at(step int) []theory.Pitch {
	i := v.sc.chordIndex(step)
	if i != v.known {
		chord := v.sc.dressed(v.sc.chords[i].chord, v.robot)
		if v.spec.Voicing == "power" {
			v.prev = theory.PowerChord(chord.Root, v.low, v.high)
		} else {
			v.prev = theory.Voicing(v.prev, chord, v.low, v.high, v.spec.Voices, v.sc.clashes(i))
		}
		v.known = i
	}
	return v.prev
}

// clashes is the classes a semitone away from what the tune dwells on while a chord
// lasts, a bit each: those who play chords listen.
func (sc *score) clashes(chord int) uint16 {
	from := sc.chords[chord].at
	to := sc.chordEnd(from)
	var long uint32
	for i := firstFrom(sc.tune, from); i < len(sc.tune) && sc.tune[i].at < to; i++ {
		n := sc.tune[i]
		if held := min(to, n.at+n.length) - max(from, n.at); held >= 4 {
			long |= 1 << theory.Pitch(n.pitch).Class()
		}
	}
	near := long<<1 | long>>1 | long<<11 | long>>11
	return uint16(near & 0xfff)
}

// firstFrom is the index of the first note that still sounds at a step.
func firstFrom(notes []toneNote, step int) int {
	i := sort.Search(len(notes), func(i int) bool { return notes[i].at >= step })
	if i > 0 && notes[i-1].at+notes[i-1].length > step {
		return i - 1
	}
	return i
}

// comp writes a part that plays chords, struck together or one after another.
func (sc *score) comp(role string) []event {
	v := sc.newVoicings(role)
	spec := sc.style.Part(role)
	gate := min(1, spec.Gate*(1+.1*v.robot.Bend(band.Legato)))
	var out []event
	for i := range sc.sections {
		s := &sc.sections[i]
		a := sc.kinds[s.spec.Name]
		if !s.plays(role) || len(a.pattern(role).Steps) == 0 {
			continue
		}
		patterns := sc.patterns(role, s, a)
		from, to := (s.start+s.enters(role))*sc.bar, s.end()*sc.bar
		if s.spec.Stop && s.bars > 2 {
			to -= sc.bar / 2
		}
		for step := from; step < to; step++ {
			if bar := step / sc.bar; !s.drumsAlone(bar) {
				inSection := step - s.start*sc.bar
				out = sc.strike(out, v, patterns[inSection/sc.bar], step, inSection, min(to, s.turnEnd(bar)*sc.bar), gate)
			}
		}
	}
	return out
}

// strike plays one step of a chord pattern.
func (sc *score) strike(out []event, v *voicings, p style.Pattern, step, inSection, end int, gate float64) []event {
	letter := p.At(inSection)
	if letter == '-' && step > 0 && sc.chords[sc.chordIndex(step)].at == step && !held(p, inSection) {
		letter = 'x'
	}
	if letter == '-' || letter == '.' {
		return out
	}
	length := 1
	for step+length < end && p.At(inSection+length) == '-' {
		length++
	}
	// A chord struck in the last eighth of its time and held over belongs to the next one.
	sound := step
	if change := sc.chordEnd(step); change-step <= 2 && length > change-step && change < end {
		sound = change
	} else {
		length = min(length, change-step)
	}
	voicing := v.at(sound)
	if letter >= '1' && letter <= '9' {
		k := int(letter - '1')
		pitch := int(voicing[k%len(voicing)]) + 12*(k/len(voicing))
		velocity := 76.0
		if inSection%4 == 0 {
			velocity = 84
		}
		return append(out, event{at: ticks(step), length: gatedTicks(length, gate), pitch: theory.Into(pitch, v.low, v.high), velocity: velocity})
	}
	velocity := map[byte]float64{'X': 92, 'x': 80, 'o': 58}[letter]
	if letter == 'o' {
		length = 1
	}
	for _, pitch := range voicing {
		out = append(out, event{at: ticks(step), length: gatedTicks(length, gate), pitch: pitch, velocity: velocity})
	}
	return out
}

// held says whether the hold at a step of a pattern began with an anticipation: a
// stroke at most an eighth earlier.
func held(p style.Pattern, step int) bool {
	for back := 1; back <= 2 && back <= step; back++ {
		if letter := p.At(step - back); letter != '-' {
			return letter != '.'
		}
	}
	return false
}

func gatedTicks(steps int, gate float64) song.Tick {
	return max(40, song.Tick(float64(ticks(steps))*gate))
}
