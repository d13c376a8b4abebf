package compose

import (
	"slices"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// chooseEnding draws how the song ends. A fade needs a last section that is long enough
// to go under, and is not for those who asked for less than 24 bars.
func (sc *score) chooseEnding(asked int) {
	r := sc.stream("ending")
	sc.ending = pick(r, sc.style.Form.Endings)
	last := sc.sections[len(sc.sections)-1]
	if sc.ending == "fade" {
		if asked != 0 && asked < 24 || last.bars < 4 {
			sc.ending = "ring"
		} else {
			sc.fade = min(8, last.bars)
		}
	}
	if sc.ending == "hits" {
		sc.hits = hitsOf(pick(r, sc.style.Form.Hits).Steps)
	}
}

// lastBar is what all strike in the song's last bar.
func (sc *score) lastBar() []hit {
	switch sc.ending {
	case "stop":
		return []hit{{0, max(2, sc.bar/sc.meter.Beats*3/4)}}
	case "hits":
		return sc.hits
	}
	return []hit{{0, sc.bar}}
}

// ringOut gives the song its last chord: in its last bar everyone who plays in the
// last section strikes the tonic, together, and lets it ring, cuts it short, or plays
// the style's last rhythm on it. A song that fades goes on as it was.
func (sc *score) ringOut() {
	if sc.fade > 0 {
		return
	}
	s := &sc.sections[len(sc.sections)-1]
	start := ticks((sc.bars - 1) * sc.bar)
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
		hits := sc.lastBar()
		if p.role == song.Lead || p.role == song.Counter { // they sing the last one only
			hits = hits[len(hits)-1:]
		}
		for k, h := range hits {
			p.events = append(p.events, sc.lastStroke(p.role, p.events, start+ticks(h.at), ticks(h.length), k == len(hits)-1)...)
		}
	}
}

// lastStroke is what a role plays on one stroke of the last bar.
func (sc *score) lastStroke(role string, before []event, start, length song.Tick, last bool) []event {
	chord := sc.chords[len(sc.chords)-1].chord
	low, high := sc.registerOf(role)
	switch role {
	case song.Drums:
		return sc.lastDrums(start, length, last)
	case song.Bass:
		b := bassist{sc: sc, low: low, high: high, last: int(low) + 6, robot: sc.robot(role)}
		return []event{{at: start, length: length, pitch: theory.Pitch(b.root((sc.bars - 1) * sc.bar)), velocity: 96}}
	case song.Lead, song.Solo, song.Counter:
		if role == song.Solo || len(before) == 0 {
			return nil
		}
		pitch := int(before[len(before)-1].pitch)
		target := int(chord.Root)
		if role == song.Counter {
			target += int(chord.Tones()[1])
		}
		return []event{{at: start, length: length, pitch: nearestOf(target%12, pitch, low, high), velocity: 94}}
	}
	var out []event
	v := sc.newVoicings(role)
	for _, pitch := range v.at((sc.bars - 1) * sc.bar) {
		out = append(out, event{at: start, length: length, pitch: pitch, velocity: 90})
	}
	return out
}

// lastDrums is kick and snare for a stroke, kick and crash for the last one where it rings.
func (sc *score) lastDrums(start, length song.Tick, last bool) []event {
	names := []string{"kick", "snare"}
	if last && length > sc.meter.BeatTicks() {
		names = []string{"kick", "crash"}
	}
	var out []event
	for _, name := range names {
		if key, ok := theory.DrumKey(name); ok {
			out = append(out, event{at: start, length: length, pitch: key, velocity: 102})
		}
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
