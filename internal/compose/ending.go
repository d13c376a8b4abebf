package compose

import (
	"slices"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// ringOut gives the song its last chord: in its last bar everyone who plays in the
// last section strikes the tonic once, together, and lets it ring.
func (sc *score) ringOut() {
	s := &sc.sections[len(sc.sections)-1]
	start := ticks((sc.bars - 1) * sc.bar)
	length := ticks(sc.bar)
	for i := range sc.parts {
		p := &sc.parts[i]
		p.events = slices.DeleteFunc(p.events, func(e event) bool { return e.at >= start })
		for j := range p.events {
			if e := &p.events[j]; e.at+e.length > start {
				e.length = start - e.at
			}
		}
		if !s.plays(p.role) && p.role != song.Lead && p.role != song.Bass && p.role != song.Chords {
			continue
		}
		p.events = append(p.events, sc.lastStroke(p.role, p.events, start, length)...)
	}
}

// lastStroke is what a role plays on the last chord.
func (sc *score) lastStroke(role string, before []event, start, length song.Tick) []event {
	chord := sc.chords[len(sc.chords)-1].chord
	if role == song.Drums {
		var out []event
		for _, name := range []string{"kick", "crash"} {
			if key, ok := theory.DrumKey(name); ok {
				out = append(out, event{at: start, length: length, pitch: key, velocity: 102})
			}
		}
		return out
	}
	low, high := sc.registerOf(role)
	switch role {
	case song.Bass:
		b := bassist{sc: sc, low: low, high: high, last: int(low) + 6, robot: sc.robot(role)}
		return []event{{at: start, length: length, pitch: theory.Pitch(b.root((sc.bars - 1) * sc.bar)), velocity: 96}}
	case song.Lead, song.Solo, song.Counter:
		if role == song.Solo || len(before) == 0 {
			return nil
		}
		last := int(before[len(before)-1].pitch)
		target := int(chord.Root)
		if role == song.Counter {
			target += int(chord.Tones()[1])
		}
		return []event{{at: start, length: length, pitch: nearestOf(target%12, last, low, high), velocity: 94}}
	}
	var out []event
	v := sc.newVoicings(role)
	for _, pitch := range v.at((sc.bars - 1) * sc.bar) {
		out = append(out, event{at: start, length: length, pitch: pitch, velocity: 90})
	}
	return out
}

// nearestOf is the pitch of a class that lies nearest to another pitch.
func nearestOf(class, to int, low, high theory.Pitch) theory.Pitch {
	best := -1
	for p := int(low); p <= int(high); p++ {
		if p%12 == class && (best < 0 || distance(p, to) < distance(best, to)) {
			best = p
		}
	}
	if best < 0 {
		return theory.Into(class, low, high)
	}
	return theory.Pitch(best)
}
