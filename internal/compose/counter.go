package compose

import (
	"fmt"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// counter writes the part that answers: a line of guide tones where it has one
// voice, chords otherwise.
func (sc *score) counter(kinds map[string]*arrangement, lead []toneNote) []event {
	if sc.style.Part(song.Counter).Voices > 1 {
		return sc.comp(song.Counter, kinds)
	}
	if sc.style.Part(song.Counter).Answers {
		return sc.answer(lead)
	}
	low, high := sc.registerOf(song.Counter)
	last := (int(low) + int(high)) / 2
	var out []event
	for i := range sc.sections {
		s := &sc.sections[i]
		p := kinds[s.spec.Name].counter
		if !s.plays(song.Counter) || len(p.Steps) == 0 {
			continue
		}
		for step := s.start * sc.bar; step < s.end()*sc.bar; step++ {
			inSection := step - s.start*sc.bar
			letter := p.At(inSection)
			if letter == '-' || letter == '.' {
				continue
			}
			length := 1
			for step+length < s.end()*sc.bar && p.At(inSection+length) == '-' {
				length++
			}
			length = min(length, sc.chordEnd(step)-step)
			last = sc.guide(sc.chord(step), last, low, high, sounding(lead, step))
			out = append(out, event{at: ticks(step), length: ticks(length), pitch: theory.Pitch(last), velocity: 78})
		}
	}
	return out
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

// answer plays a short figure of the song's own in the rests of the tune.
func (sc *score) answer(lead []toneNote) []event {
	r := sc.stream("counter/answer")
	cells := sc.style.Melody.Solo
	if len(cells) == 0 {
		cells = sc.style.Melody.Cells
	}
	p := newPalette(r, cells, sc.bar, 3)
	figures := make([]motif, 2)
	for i := range figures {
		figures[i].hits = p.rhythm(r, sc.notesPerBar(.5))
		figures[i].moves = contour(r, len(figures[i].hits), sc.style.Melody.Leaps)
	}
	low, high := sc.registerOf(song.Counter)
	f := &fitter{sc: sc, scale: sc.style.Melody.Scale, stray: priceStray}
	f.low, f.high = sc.key.NearestStep(int(low)+2), sc.key.NearestStep(int(high)-2)
	f.middle = float64(f.low+f.high) / 2
	known := map[string][]toneNote{}
	var notes []toneNote
	for i, gap := range sc.gaps(lead) {
		figure := figures[i%len(figures)]
		f.lift = sc.sectionAt(gap.at / sc.bar).lift
		key := fmt.Sprint(i%len(figures), gap.length, sc.chord(gap.at), sc.chord(gap.at+gap.length-1), f.lift)
		found, ok := known[key]
		if !ok {
			for k, h := range figure.hits {
				if at := gap.at + h.at; h.at < gap.length {
					found = append(found, toneNote{at: at, length: min(h.length, gap.length-h.at), move: figure.moves[k], strong: h.at%8 == 0})
				}
			}
			if len(found) == 0 {
				continue
			}
			found[len(found)-1].final = true
			f.fit(found, 0, 0, false)
			known[key] = moved(found, -gap.at, 0)
		} else {
			found = moved(found, gap.at, 0)
		}
		notes = append(notes, moved(found, 0, f.lift)...)
	}
	return sc.melody(song.Counter, trim(notes))
}

// gaps are the rests of the tune that are long enough to answer in: half a bar or
// more, in sections where the answering part plays.
func (sc *score) gaps(lead []toneNote) []hit {
	var out []hit
	for i := range sc.sections {
		s := &sc.sections[i]
		if !s.plays(song.Counter) || i == len(sc.sections)-1 {
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
