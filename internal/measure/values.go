package measure

import (
	"math"

	"bandstand/internal/song"
)

// Subject is a song to be measured.
type Subject struct {
	Song  *song.Song
	Tune  Melody // of the lead
	Gates []Gate // of the tune
	Peak  string // label of the section that all leads up to, such as "chorus"
}

// Look makes a subject of a song. peak is what its style calls the section that all
// leads up to.
func Look(s *song.Song, peak string) Subject {
	tune := Of(s, song.Lead)
	return Subject{Song: s, Tune: tune, Gates: Gates(tune), Peak: peak}
}

// Value is something that is measured of songs, with where human music lies. The
// median of many songs should lie between Low and High; single songs stray.
type Value struct {
	Name   string
	Unit   string // "share" (0–1), "semitones", "notes", "bits", "ratio", "velocity", "ms", "dB", "lengths"
	Low    float64
	Median float64 // NaN where none is known
	High   float64 // +Inf where there is no upper end
	Range  Range
	Source string
	Of     func(Subject) (x float64, ok bool) // false: the song has no such thing
}

// Within says whether x lies in the range.
func (v Value) Within(x float64) bool { return x >= v.Low && x <= v.High }

// Range is what Low and High of a value are.
type Range string

// The kinds of ranges. Quartiles of the 908 pop melodies were not kept: what stands
// in for them is said here, value by value. Nor was it kept how phrases and the
// likeness of drum bars were reckoned: PhraseEnds takes RS200's rule for phrases and
// Groove the usual one, so that their ranges are the least certain.
const (
	// MiddleHalf is reckoned from the 5th, 50th and 95th percentile (see middleHalf).
	MiddleHalf Range = "p25–p75 reckoned from p5, p50, p95"
	// Given is a range that MUSIC.md states of human music without saying of which
	// percentiles; RS200's quartiles, where there are any, agree with them or are narrower.
	Given Range = "as given, percentiles unknown"
	// Around is a window round the one human number that is known.
	Around Range = "round the one number known"
	// Families is the middle half of the medians of groove.json's families with
	// twelve recordings or more, widened to hold the corpus's own median.
	Families Range = "p25–p75 of families of drummers"
	// Wanted is what the composer is meant to do, not what human songs do.
	Wanted Range = "wanted, not measured"
)

// Human says whether the range is of human music.
func (r Range) Human() bool { return r != Wanted }

// middleHalf estimates the quartiles of a distribution of which the 5th, 50th and
// 95th percentile are known: half a normal distribution on either side of the median,
// whose quartile lies at 0.6745 and whose 95th percentile at 1.6449 deviations.
func middleHalf(p5, p50, p95 float64) (low, high float64) {
	const part = .6745 / 1.6449
	return p50 - part*(p50-p5), p50 + part*(p95-p50)
}

// Sources of the numbers.
const (
	pop    = "908 aligned pop melodies"
	groove = "Groove MIDI (corpus/groove.json)"
	plan   = "the composer's plan"
)

var none = math.NaN()

// Values are all values that songs are measured by, the eight core gates first.
func Values() []Value {
	return append(append(coreValues(), tuneValues()...), bandValues()...)
}

// coreValues are the gates as values: of a batch the median must lie in the middle
// half, which is far narrower than the gate.
func coreValues() []Value {
	medians := []float64{.87, .93, .38, .37, .37, .58, 2.35, .14}
	units := []string{"share", "share", "fitness", "fitness", "ratio", "share", "semitones", "share"}
	var out []Value
	for i, g := range Gates(Melody{}) {
		v := Value{Name: g.Name, Unit: units[i], Median: medians[i], Range: MiddleHalf, Source: pop}
		v.Low, v.High = middleHalf(g.Low, v.Median, g.High)
		v.Of = func(s Subject) (float64, bool) { return s.Gates[i].Value, len(s.Tune.Notes) > 0 }
		out = append(out, v)
	}
	return out
}

func tuneValues() []Value {
	tune := func(f func(Melody) float64) func(Subject) (float64, bool) {
		return func(s Subject) (float64, bool) { return f(s.Tune), len(s.Tune.Notes) > 0 }
	}
	return []Value{
		{"chord tones on 1 and 3", "share", .65, .74, .90, Around, pop, func(s Subject) (float64, bool) { return ChordTones(s.Song, s.Tune) }},
		{"unisons and steps", "share", .64, none, .72, Given, pop, tune(Melody.Steps)},
		{"beyond an octave", "share", 0, none, .01, Given, pop, tune(Melody.BeyondOctave)},
		{"sounding", "share", .42, none, .82, Given, pop, tune(Melody.Sounding)},
		{"range", "semitones", 14, none, 24, Given, pop, tune(func(m Melody) float64 { return float64(m.Range()) })},
		{"notes a bar", "notes", 3.5, none, 8.7, Given, pop, tune(Melody.PerBarSung)},
		{"scale consistency", "share", .95, none, 1, Given, pop, tune(Melody.ScaleConsistency)},
		{"pitch-class entropy", "bits", 2.3, none, 3.1, Given, pop, tune(Melody.PitchEntropy)},
		{"phrase's last note", "lengths", 2.4, none, math.Inf(1), Given, pop, func(s Subject) (float64, bool) { return s.Tune.PhraseEnds() }},
	}
}

func bandValues() []Value {
	on := func(f func(*song.Song) (float64, bool)) func(Subject) (float64, bool) {
		return func(s Subject) (float64, bool) { return f(s.Song) }
	}
	back := func(s *song.Song) (float64, bool) { x, _, ok, _ := Backbeat(s); return x, ok }
	ghosts := func(s *song.Song) (float64, bool) { _, x, _, ok := Backbeat(s); return x, ok }
	against := func(f func(Contrast) (float64, bool)) func(Subject) (float64, bool) {
		return func(s Subject) (float64, bool) { return f(Against(s.Song, s.Peak, "verse")) }
	}
	return []Value{
		{"drums: bars alike", "share", .72, .82, .92, Around, groove, on(Groove)},
		{"snare on 2 and 4", "velocity", 104, 107, 120, Families, groove, on(back)},
		{"snare elsewhere", "velocity", 58, 63, 72, Families, groove, on(ghosts)},
		{"hat on beat ÷ off", "ratio", .99, 1.33, 1.42, Families, groove, on(HatRatio)},
		{"drummer's habits, SD", "ms", 6, none, 12, Given, groove, on(Systematic)},
		{"kicks with the bass", "share", .70, none, 1, Wanted, plan, on(Lock)},
		{"chorus above verse", "semitones", 2, none, 6, Wanted, plan, against(func(c Contrast) (float64, bool) { return c.Higher, c.Sung })},
		{"chorus denser than verse", "ratio", 1.1, none, 1.8, Wanted, plan, against(func(c Contrast) (float64, bool) { return c.Denser, c.Sung })},
		{"chorus louder than verse", "dB", .5, none, 12, Wanted, plan, against(func(c Contrast) (float64, bool) { return c.Louder, c.Present })},
	}
}
