package compose

import (
	"fmt"
	"slices"

	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

// counter writes the part that answers: chords where it has several voices. With one
// it sings below the tune in the last chorus, and before that either answers in the
// rests of the tune or holds a line of guide tones.
func (sc *score) counter(lead []toneNote) []event {
	spec := sc.style.Part(song.Counter)
	if spec.Voices > 1 {
		return sc.comp(song.Counter)
	}
	var out []event
	if spec.Answers {
		out = sc.answer(lead)
	}
	low, high := sc.registerOf(song.Counter)
	last := (int(low) + int(high)) / 2
	for i := range sc.sections {
		s := &sc.sections[i]
		switch {
		case sc.harmonised(s):
			out = append(out, sc.melody(song.Counter, sc.secondVoice(s, lead))...)
		case s.plays(song.Counter) && !spec.Answers:
			out = append(out, sc.guideLine(s, sc.kinds[s.spec.Name].counter, &last, lead)...)
		}
	}
	return out
}

// guideLine is a section's line of guide tones, in the rhythm of a pattern.
func (sc *score) guideLine(s *section, p style.Pattern, last *int, lead []toneNote) []event {
	if len(p.Steps) == 0 {
		return nil
	}
	low, high := sc.registerOf(song.Counter)
	var out []event
	for step := s.start * sc.bar; step < s.end()*sc.bar; step++ {
		inSection := step - s.start*sc.bar
		letter := p.At(inSection)
		if letter == '-' || letter == '.' || s.drumsAlone(step/sc.bar) {
			continue
		}
		length := 1
		for step+length < s.turnEnd(step/sc.bar)*sc.bar && p.At(inSection+length) == '-' {
			length++
		}
		length = min(length, sc.chordEnd(step)-step)
		*last = sc.guide(sc.chord(step), *last, low, high, sounding(lead, step))
		out = append(out, event{at: ticks(step), length: ticks(length), pitch: theory.Pitch(*last), velocity: 78})
	}
	return out
}

// harmonised says whether the counter part sings a second voice below the tune of a
// section: in the last of several peaks, which adds a voice to what was heard before.
func (sc *score) harmonised(s *section) bool {
	return s.spec.Name == sc.style.Form.Peak && s.final && s.nth > 0 && s.spec.Tune == "sing" && s.plays(song.Counter)
}

// secondVoice is a voice a third or a sixth below the tune of a section, in the scale, on
// tones of the chord where the tune dwells.
func (sc *score) secondVoice(s *section, lead []toneNote) []toneNote {
	low, high := sc.registerOf(song.Counter)
	var out []toneNote
	last := 0
	for _, n := range lead {
		if n.at < s.start*sc.bar || n.at >= s.end()*sc.bar {
			continue
		}
		best, least := 0, 99.0
		for p := n.pitch - 10; p <= n.pitch-3; p++ {
			if p < int(low) || p > int(high) {
				continue
			}
			if c := sc.voicePrice(s, n, p, last); c < least {
				best, least = p, c
			}
		}
		if best > 0 && least < 3 {
			last = best
			n.pitch = best
			out = append(out, n)
		}
	}
	return out
}

// voicePrice is what speaks against a pitch as the second voice to a note.
func (sc *score) voicePrice(s *section, n toneNote, pitch, last int) float64 {
	cost := map[int]float64{3: 0, 4: 0, 5: .5, 6: 2.5, 7: .7, 8: .4, 9: .4, 10: 2}[n.pitch-pitch]
	class := theory.Pitch(pitch).Class()
	inChord := sc.chord(n.at).Has(class)
	if !inChord && !sc.key.InScale((class+12-theory.PitchClass(s.lift))%12) {
		return 9
	}
	if !inChord && (n.strong || n.length >= 4) {
		cost += .9
	}
	if last > 0 {
		cost += .08 * float64(distance(pitch, last))
	}
	return cost
}

// guide is the chord tone that moves least from the last one and keeps clear of
// the melody.
func (sc *score) guide(c theory.Chord, last int, low, high theory.Pitch, lead int) int {
	best, bestCost := last, 1<<30
	for p := int(low); p <= int(high); p++ {
		if !c.Has(theory.Pitch(p).Class()) {
			continue
		}
		cost := 2*distance(p, last) + distance(p, (int(low)+int(high))/2)/2
		if p == last {
			cost += 3 // moving on is better than droning
		}
		if lead > 0 && distance(p, lead) < 3 {
			cost += 8
		}
		if theory.Pitch(p).Class() == c.Root {
			cost += 2
		}
		if cost < bestCost {
			best, bestCost = p, cost
		}
	}
	return best
}

// sounding is the pitch of the tune at a step, or 0.
func sounding(notes []toneNote, step int) int {
	low, high := 0, len(notes)
	for low < high {
		if mid := (low + high) / 2; notes[mid].at > step {
			high = mid
		} else {
			low = mid + 1
		}
	}
	if low > 0 && notes[low-1].at+notes[low-1].length > step {
		return notes[low-1].pitch
	}
	return 0
}

// answer plays in the rests of the tune what the tune has just said, the way one player
// takes up the end of another's phrase: its rhythm and line, over the chords that are
// there now, now and then upside down. Where nothing was sung yet, it plays the song's
// first motif.
func (sc *score) answer(lead []toneNote) []event {
	low, high := sc.registerOf(song.Counter)
	f := &fitter{sc: sc, scale: sc.style.Melody.Scale, stray: priceStray}
	f.low, f.high = sc.key.NearestStep(int(low)+2), sc.key.NearestStep(int(high)-2)
	f.middle = float64(f.low+f.high) / 2
	first := sc.motif(1, .5)
	known := map[string][]toneNote{}
	var notes []toneNote
	for i, gap := range sc.gaps(lead) {
		s := sc.sectionAt(gap.at / sc.bar)
		r := sc.stream(fmt.Sprintf("counter/%s/%d", s.spec.Name, i%4)) // alike in every section of a kind
		if chance(r, .3) {
			continue
		}
		figure := sc.echo(lead, gap.at)
		if len(figure.hits) < 2 {
			figure = first
		}
		upside := chance(r, .25)
		if f.lift != s.lift {
			f.lift, f.spots = s.lift, nil
		}
		key := fmt.Sprint(figure, upside, gap.length, sc.chord(gap.at), sc.chord(gap.at+gap.length-1), f.lift)
		found, ok := known[key]
		if !ok {
			if found = inGap(figure, gap, upside); len(found) == 0 {
				continue
			}
			f.fit(found, 0, 0, false)
			known[key] = moved(found, -gap.at, 0)
		} else {
			found = moved(found, gap.at, 0)
		}
		notes = append(notes, moved(found, 0, f.lift)...)
	}
	return sc.melody(song.Counter, trim(notes))
}

// inGap lays a figure into a rest, as far as it fits; its last note ends it.
func inGap(figure motif, gap hit, upside bool) []toneNote {
	var out []toneNote
	for k, h := range figure.hits {
		if h.at >= gap.length {
			break
		}
		move := figure.moves[k]
		if upside {
			move = -move
		}
		out = append(out, toneNote{at: gap.at + h.at, length: min(h.length, gap.length-h.at), move: move, strong: h.at%8 == 0})
	}
	if len(out) > 0 {
		out[len(out)-1].final = true
	}
	return out
}

// echo is the end of the tune before a step: up to six notes that hang together.
func (sc *score) echo(lead []toneNote, step int) motif {
	end := firstFrom(lead, step)
	from := end
	for from > 0 && end-from < 6 && step-lead[from-1].at <= 2*sc.bar && (from == end || lead[from].at-lead[from-1].at <= sc.bar/2) {
		from--
	}
	var m motif
	for i := from; i < end; i++ {
		h := hit{lead[i].at - lead[from].at, lead[i].length}
		move := 0
		if i > from {
			move = sc.key.NearestStep(lead[i].pitch) - sc.key.NearestStep(lead[i-1].pitch)
		}
		m.hits, m.moves = append(m.hits, h), append(m.moves, move)
	}
	return m
}

// gaps are the rests of the tune that are long enough to answer in: half a bar or
// more, in sections where the answering part plays.
func (sc *score) gaps(lead []toneNote) []hit {
	var out []hit
	for i := range sc.sections {
		s := &sc.sections[i]
		if !s.plays(song.Counter) || sc.harmonised(s) || i == len(sc.sections)-1 && sc.fade == 0 {
			continue
		}
		from, end := s.start*sc.bar, s.end()*sc.bar
		for _, n := range lead {
			if n.at+n.length <= from {
				continue
			}
			if n.at >= end {
				break
			}
			out = appendGap(out, from, n.at, sc.bar)
			from = n.at + n.length
		}
		out = appendGap(out, from, end, sc.bar)
		out = slices.DeleteFunc(out, func(h hit) bool { return s.drumsAlone(h.at / sc.bar) })
	}
	return out
}

// appendGap adds a rest, from the next beat on and for two bars at most.
func appendGap(gaps []hit, from, to, bar int) []hit {
	from = (from + 3) / 4 * 4
	for to-from >= bar/2 {
		length := min(to-from, bar-from%bar)
		if length >= bar/2 {
			gaps = append(gaps, hit{from, length})
		}
		from += length
	}
	return gaps
}
