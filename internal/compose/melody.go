package compose

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

// tune is the melodies of a song while they are written.
type tune struct {
	sc         *score
	round      int // which of the song's candidates it is
	tuners     map[string]*tuner
	known      map[string][]toneNote // phrases that have their pitches, by what they stand on
	lines      map[string][]toneNote // the first of each phrase, by letter
	faults     float64               // what the critic found in all kinds of section
	lead, solo []toneNote
}

func (sc *score) newTune(round int) *tune {
	return &tune{sc: sc, round: round, tuners: map[string]*tuner{}, known: map[string][]toneNote{}, lines: map[string][]toneNote{}}
}

// sing writes lead and solo, section by section.
func (t *tune) sing() {
	for i := range t.sc.sections {
		s := &t.sc.sections[i]
		role := t.sc.singer(s)
		switch {
		case role == "":
		case s.spec.Tune != "solo":
			t.lead = append(t.lead, t.section(s)...)
		case role == song.Solo:
			t.solo = append(t.solo, t.improvise(s, role)...)
		default:
			t.lead = append(t.lead, t.improvise(s, role)...)
		}
	}
	t.lead, t.solo = trim(t.lead), trim(t.solo)
}

// singer is the role that plays the tune of a section, or "".
func (sc *score) singer(s *section) string {
	switch {
	case s.spec.Tune == "none":
		return ""
	case s.spec.Tune == "solo" && s.plays(song.Solo):
		if s.nth%2 == 1 { // the second solo is the singer's
			return song.Lead
		}
		return song.Solo
	case s.plays(song.Lead):
		return song.Lead
	}
	return ""
}

// section is the tune of one section, its times from the song's start.
func (t *tune) section(s *section) []toneNote {
	tuner := t.tuners[s.tuneName()]
	if tuner == nil {
		tuner = t.audition(s)
		t.tuners[s.tuneName()] = tuner
	}
	f := t.sc.fitter(s)
	out, _ := t.write(s, f, tuner)
	if s.nth > 0 && s.spec.Tune == "sing" {
		out = t.vary(s, f, out)
	}
	_, _, _, octaves := t.sc.written(t.sc.singer(s))
	return moved(out, 0, s.lift+octaves)
}

// audition writes a few versions of the tune of a section and keeps the best one.
func (t *tune) audition(s *section) *tuner {
	var best *tuner
	least := 0.0
	f := t.sc.fitter(s)
	for take := range takes {
		tuner := t.sc.newTuner(s, t.round*takes+take)
		notes, price := t.write(s, f, tuner)
		if faults := critic(notes, .6) + price; best == nil || faults < least {
			best, least = tuner, faults
		}
	}
	t.faults += least
	return best
}

// write is the tune of a section as one tuner has it, and what it cost a note to lead
// its lines through the chords.
func (t *tune) write(s *section, f *fitter, tuner *tuner) ([]toneNote, float64) {
	letters := tuner.letters(s.bars)
	letters = t.retold(s, tuner, letters)
	var out []toneNote
	sum, fitted := 0.0, 0
	for i, letter := range letters {
		u := tuner.unit(strings.TrimSuffix(letter, climax))
		if strings.HasSuffix(letter, climax) {
			u.anchor += 2
		}
		start := (s.start + i*tuner.bars) * t.sc.bar
		end := min(s.end(), s.start+(i+1)*tuner.bars) * t.sc.bar
		answer := i == len(letters)-1 || strings.HasPrefix(letter, "c") && i%4 == 3
		name := fmt.Sprint(tuner.label, tuner.take, letter)
		key := fmt.Sprint(name, answer, end-start, f.lift, t.harmony(start, end))
		notes, ok := t.known[key]
		if ok {
			out = append(out, moved(notes, start, 0)...)
			continue
		}
		if notes = place(u.notes, start, end, answer); len(notes) == 0 {
			continue
		}
		before, has := 0, false
		if len(out) > 0 {
			before, has = out[len(out)-1].step, true
		}
		earlier := t.lines[name]
		if earlier == nil {
			t.keep(notes, start, letter, tuner)
		}
		price := f.fit(notes, u.anchor, before, has)
		if len(earlier) == len(notes) {
			copied := slices.Clone(notes)
			if p := f.again(copied, earlier, u.anchor, before, has); p < price+1.2+.24*float64(len(notes)) {
				notes, price = copied, p
			}
		} else if earlier == nil {
			t.lines[name] = moved(notes, -start, 0)
		}
		t.approach(tuner.stream(letter+"/approach"), notes)
		t.known[key] = moved(notes, -start, 0)
		sum, fitted = sum+price, fitted+len(notes)
		out = append(out, notes...)
	}
	return out, 4 * sum / float64(max(1, fitted))
}

// climax marks a letter whose phrase lies higher than it did before.
const climax = "^"

// fitter is the search for pitches in the register of a section, the same for all tunes.
func (sc *score) fitter(s *section) *fitter {
	if f := sc.fitters[s]; f != nil {
		return f
	}
	f := sc.newFitter(s)
	sc.fitters[s] = f
	return f
}

func (sc *score) newFitter(s *section) *fitter {
	role := sc.singer(s)
	low, high, center, _ := sc.written(role)
	center = min(center+sc.style.Melody.Climb*s.spec.Height, float64(high-2)) // the instrument may end below the part's register
	f := &fitter{sc: sc, scale: sc.style.Melody.Scale, lift: s.lift, stray: priceStray / (sc.style.Melody.Reach * sc.style.Melody.Reach)}
	f.low = sc.key.NearestStep(max(low, int(center)-10))
	f.high = sc.key.NearestStep(min(high-2, int(center)+12))
	for sc.key.StepPitch(f.low)-1 < low {
		f.low++
	}
	for sc.key.StepPitch(f.high)+3 > high && f.high > f.low+5 {
		f.high--
	}
	f.middle = float64(sc.key.NearestStep(int(center)))
	return f
}

// beyond is how many semitones a tune may reach beyond the narrowest of the style's
// instruments: the rare note that lies there is sung an octave nearer.
const beyond = 3

// written is the register that a role's tune is written in, low to high, the pitch it
// lies around in the verse, and the semitones, whole octaves, by which it is moved to
// suit who sings it. A tune is the song's: it is the same whoever sings it, so it is
// written for all of the style's instruments and not for a robot.
func (sc *score) written(role string) (low, high int, center float64, octaves int) {
	spec := sc.style.Part(role)
	low, high = spec.Range[0], spec.Range[1]
	center = float64(low) + .41*float64(high-low)
	for _, in := range spec.Instruments {
		moved := sc.octavesTo(in, spec)
		low, high = max(low, in.Range[0]-moved-beyond), min(high, in.Range[1]-moved+beyond)
	}
	own := sc.instrument(role)
	if high-low < 14 { // instruments that have no tune in common: each sings its own
		low, high = own.Range[0], own.Range[1]
		return low, high, float64(low) + .41*float64(high-low), 0
	}
	return low, high, max(center, float64(low)+.3*float64(high-low)), sc.octavesTo(own, spec)
}

// octavesTo is the semitones, whole octaves, from a part's register to an instrument's.
func (sc *score) octavesTo(in style.Instrument, spec *style.Part) int {
	best, most := 0, -1000
	for _, octaves := range [5]int{0, -12, 12, -24, 24} {
		if both := min(spec.Range[1]+octaves, in.Range[1]) - max(spec.Range[0]+octaves, in.Range[0]); both > most {
			best, most = octaves, both
		}
	}
	return best
}

// center is the pitch around which a role's tune lies in the verse, as it is sung.
func (sc *score) center(role string) float64 {
	_, _, center, octaves := sc.written(role)
	return center + float64(octaves)
}

// harmony is the chords of a stretch in words, to tell whether a phrase that comes
// again stands on the same ones.
func (t *tune) harmony(from, to int) string {
	var b strings.Builder
	for at := from; at < to; at = t.sc.chordEnd(at) {
		c := t.sc.chord(at)
		fmt.Fprintf(&b, "%d:%d%s ", at-from, c.Root, c.Quality)
	}
	return b.String()
}

// place moves a unit to where it is played and cuts what does not fit there.
func place(notes []toneNote, start, end int, answer bool) []toneNote {
	var out []toneNote
	for _, n := range notes {
		n.at += start
		if n.at < 0 || n.at >= end {
			continue
		}
		n.length = min(n.length, end-n.at)
		n.answer = answer
		out = append(out, n)
	}
	if len(out) > 0 {
		out[len(out)-1].final = true
	}
	return out
}

// moved copies notes to another time and pitch.
func moved(notes []toneNote, steps, semitones int) []toneNote {
	out := make([]toneNote, len(notes))
	for i, n := range notes {
		n.at += steps
		n.pitch += semitones
		out[i] = n
	}
	return out
}

// approach makes some weak notes lead to the strong ones after them from a semitone away.
func (t *tune) approach(r *rand.Rand, notes []toneNote) {
	for i := 1; i+1 < len(notes); i++ {
		n, next := &notes[i], notes[i+1]
		if n.strong || n.final || !next.strong || n.length > 2 || next.at-n.at > 2 || !chance(r, t.sc.style.Melody.Approach) {
			continue
		}
		pitch := next.pitch - 1
		if n.pitch > next.pitch {
			pitch = next.pitch + 1
		}
		if d := pitch - notes[i-1].pitch; d != 0 && d > -6 && d < 6 {
			n.pitch = pitch
		}
	}
}

// trim sorts out overlaps: a melody has one note at a time.
func trim(notes []toneNote) []toneNote {
	var out []toneNote
	for _, n := range notes {
		for len(out) > 0 && out[len(out)-1].at >= n.at {
			out = out[:len(out)-1]
		}
		if k := len(out) - 1; k >= 0 && out[k].at+out[k].length > n.at {
			out[k].length = n.at - out[k].at
		}
		out = append(out, n)
	}
	return out
}

// registerOf is the range of the instrument that a role plays.
func (sc *score) registerOf(role string) (low, high theory.Pitch) {
	in := sc.instrument(role)
	return theory.Pitch(in.Range[0]), theory.Pitch(in.Range[1])
}
