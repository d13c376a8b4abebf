package measure

import (
	"math"
	"testing"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

func TestTune(t *testing.T) {
	m := tune([]int{60, 60, 62, 65}, []int{78, 66, 54, 54}) // 0 2 3 13 12 12 0
	near(t, "steps", m.Steps(), 3./7)
	near(t, "beyond an octave", m.BeyondOctave(), 1./7)
	near(t, "steps of nothing", Melody{}.Steps(), 0)
}

func TestScaleConsistency(t *testing.T) {
	near(t, "a scale in Db", tune([]int{61, 63, 65, 66}, []int{68, 70, 72, 73}).ScaleConsistency(), 1)
	// No diatonic scale has more than two of three neighbours.
	near(t, "a chromatic bar", tune([]int{60, 61, 62, 60}).ScaleConsistency(), 3./4)
	near(t, "nothing", Melody{}.ScaleConsistency(), 0)
}

func TestPitchEntropy(t *testing.T) {
	near(t, "one note", tune([]int{60, 72, 60, 48}).PitchEntropy(), 0)
	near(t, "four classes", tune([]int{60, 62, 64, 65}).PitchEntropy(), 2)
	near(t, "a half, two quarters", tune([]int{60, 60, 64, 65}).PitchEntropy(), 1.5)
	near(t, "nothing", Melody{}.PitchEntropy(), 0)
}

func TestPhraseEnds(t *testing.T) {
	// Two phrases of 2, 2 and 8 sixteenths: mean 4, last notes 8.
	m := Melody{Bars: 2, PerBar: 16, Notes: []Note{{0, 2, 60}, {2, 2, 60}, {4, 8, 60}, {16, 2, 60}, {18, 2, 60}, {20, 8, 60}}}
	times, ok := m.PhraseEnds()
	near(t, "the last note", times, 2)
	if !ok {
		t.Error("the phrases are not found")
	}
	if _, ok := tune([]int{60, 62, 64, 65}).PhraseEnds(); ok {
		t.Error("one phrase is no phrases")
	}
}

// chords is a song of bars of quarter notes, a chord a bar.
func chords(meter song.Meter, names []theory.Chord) *song.Song {
	s := &song.Song{Bars: len(names), Meter: meter, Tempo: 120, Swing: .5}
	for i, c := range names {
		s.Chords = append(s.Chords, song.Chord{Start: s.BarStart(i), Chord: c})
	}
	return s
}

func TestChordTones(t *testing.T) {
	four := song.Meter{Beats: 4, Unit: 4}
	for _, test := range []struct {
		chord theory.Chord
		bar   []int // the first and third note count
		want  float64
	}{
		{theory.Chord{Root: 0}, []int{64, 1, 67, 1}, 1},
		{theory.Chord{Root: 0}, []int{65, 64, 71, 64}, 0},
		{theory.Chord{Root: 9, Quality: "m"}, []int{60, 0, 61, 0}, .5},
		{theory.Chord{Root: 7, Quality: "7"}, []int{65, 0, 71, 0}, .5}, // the seventh is none
		{theory.Chord{Root: 2, Quality: "sus4"}, []int{67, 0, 66, 0}, .5},
		{theory.Chord{Root: 4, Quality: "5"}, []int{67, 0, 68, 0}, 1},
		{theory.Chord{Root: 4, Quality: "13"}, []int{59, 0, 61, 0}, .5}, // its fifth, its sixth
		{theory.Chord{Root: 11, Quality: "m7b5"}, []int{65, 0, 66, 0}, .5},
		{theory.Chord{Root: 11, Quality: "aug"}, []int{67, 0, 66, 0}, .5},
	} {
		got, ok := ChordTones(chords(four, []theory.Chord{test.chord}), tune(test.bar))
		if near(t, "chord tones over "+test.chord.Name(theory.Key{}), got, test.want); !ok {
			t.Error("no strong beat is found")
		}
	}
	three := Melody{Bars: 1, PerBar: 12, Notes: []Note{{0, 4, 60}, {4, 4, 61}, {8, 4, 61}}}
	got, _ := ChordTones(chords(song.Meter{Beats: 3, Unit: 4}, []theory.Chord{{}}), three)
	near(t, "in three only the first beat counts", got, 1)
	six := Melody{Bars: 1, PerBar: 12, Notes: []Note{{0, 4, 60}, {4, 2, 61}, {6, 4, 61}}}
	got, _ = ChordTones(chords(song.Meter{Beats: 6, Unit: 8}, []theory.Chord{{}}), six)
	near(t, "in six the first and fourth", got, .5)
	if _, ok := ChordTones(chords(four, []theory.Chord{{}}), Melody{Bars: 1, PerBar: 16}); ok {
		t.Error("no notes have chord tones")
	}
}

func TestControls(t *testing.T) {
	m := tune([]int{60, 62, 64, 65}, []int{67, 65, 64, 62}, nil, []int{60, 60, 67, 67}, []int{72, 71, 69, 67})
	count := func(m Melody) (pitches [128]int, places map[int]bool) {
		places = map[int]bool{}
		for i, n := range m.Notes {
			pitches[n.Pitch]++
			places[n.At] = true
			if i > 0 && n.At < m.Notes[i-1].At+m.Notes[i-1].Length {
				t.Errorf("note %d begins in the one before", i)
			}
		}
		return pitches, places
	}
	own, at := count(m)
	bars, _ := count(ShuffledBars(m, 3))
	pitches, place := count(ShuffledPitches(m, 3))
	if own != bars || own != pitches {
		t.Error("shuffling changes the notes")
	}
	for a := range at {
		if !place[a] {
			t.Errorf("shuffled pitches leave %d", a)
		}
	}
	if got := ShuffledBars(m, 3).BarsAgain(); got != 0 {
		t.Errorf("shuffled bars repeat %g", got)
	}
	noise, places := count(Random(m, 3))
	for p, n := range noise {
		if n > 0 && (p < 60 || p > 72) {
			t.Errorf("noise has pitch %d", p)
		}
	}
	if len(places) != len(m.Notes) {
		t.Errorf("noise has %d places for %d notes", len(places), len(m.Notes))
	}
	for _, m := range []Melody{{}, {Bars: 3, PerBar: 16}} {
		if len(ShuffledBars(m, 1).Notes)+len(ShuffledPitches(m, 1).Notes)+len(Random(m, 1).Notes) != 0 {
			t.Error("nothing becomes something")
		}
	}
}

func TestSongControls(t *testing.T) {
	whole := air()
	whole.Chords[5].Chord = theory.Chord{Root: 7}
	for _, c := range Controls() {
		out := c.Song(whole, 5)
		if len(out.Parts[0].Notes) != 32 || len(whole.Parts[0].Notes) != 32 || whole.Parts[0].Notes[0].Pitch != 36 {
			t.Errorf("%s: notes are lost, or the song is changed", c.Name)
		}
		for i, n := range out.Parts[0].Notes {
			if n.Start < 0 || n.End() > whole.Ticks() || i > 0 && n.Start < out.Parts[0].Notes[i-1].Start {
				t.Errorf("%s: note %d is out of place", c.Name, i)
			}
		}
	}
	bars := SongShuffledBars(whole, 5)
	for bar := range 8 { // every bar has kept its own chord
		n := bars.Parts[0].Notes[4*bar]
		if root := bars.ChordAt(n.Start).Root; int(root) != int(n.Pitch)%12 && root != 7 {
			t.Errorf("bar %d has the chord of another", bar)
		}
	}
	if !(Control{Song: func(s *song.Song, _ uint64) *song.Song { return s }}).Fools(air(), Still) {
		t.Error("a song that nobody destroyed does not pass")
	}
}

func TestMiddleHalf(t *testing.T) {
	// Of a normal distribution with mean 0 and deviation 1.
	low, high := middleHalf(-1.6449, 0, 1.6449)
	near(t, "the lower quartile", low, -.6745)
	near(t, "the upper quartile", high, .6745)
}

func TestValuesAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range Values() {
		if seen[v.Name] || v.Name == "" || v.Unit == "" || v.Range == "" || v.Source == "" || v.Of == nil {
			t.Errorf("%q is not whole or there twice", v.Name)
		}
		seen[v.Name] = true
		if v.Low >= v.High || !math.IsNaN(v.Median) && !v.Within(v.Median) {
			t.Errorf("%s goes from %g by %g to %g", v.Name, v.Low, v.Median, v.High)
		}
		empty := Look(&song.Song{Meter: song.Meter{Beats: 4, Unit: 4}, Tempo: 100}, "chorus")
		if x, ok := v.Of(empty); ok || math.IsNaN(x) {
			t.Errorf("%s of nothing is %g, %v", v.Name, x, ok)
		}
	}
}
