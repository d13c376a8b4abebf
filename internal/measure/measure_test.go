package measure

import (
	"math"
	"math/rand/v2"
	"testing"

	"bandstand/internal/song"
)

// tune lays bars of quarter notes side by side.
func tune(bars ...[]int) Melody {
	m := Melody{Bars: len(bars), PerBar: 16}
	for b, bar := range bars {
		for i, p := range bar {
			m.Notes = append(m.Notes, Note{At: 16*b + 4*i, Length: 4, Pitch: p})
		}
	}
	return m
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%s is %g, want %g", what, got, want)
	}
}

func TestIntervals(t *testing.T) {
	m := tune([]int{60, 62, 60, 67}) // 2, 2 and 7 semitones
	near(t, "the mean interval", m.MeanInterval(), 11./3)
	near(t, "the share of leaps", m.Leaps(), 1./3)
	if m.Range() != 7 {
		t.Errorf("the range is %d", m.Range())
	}
	near(t, "sounding", m.Sounding(), 1)
	near(t, "notes a bar", tune([]int{60, 62}, nil, []int{60, 62, 64}).PerBarSung(), 2.5)
}

func TestRecurrence(t *testing.T) {
	// Four notes, then the same a fifth higher: of the 5 runs of 4 notes, the first
	// and the last are alike.
	near(t, "recurrence", tune([]int{60, 62, 64, 60}, []int{67, 69, 71, 67}).Recurrence(4), 2./5)
	near(t, "recurrence of a scale", tune([]int{60, 61, 63, 66}, []int{70, 75, 81, 88}).Recurrence(4), 0)
	near(t, "recurrence of one note again and again", tune([]int{60, 60, 60, 60}, []int{60, 60, 60, 60}).Recurrence(4), 1)
	near(t, "recurrence of too few notes", tune([]int{60}).Recurrence(4), 0)
}

func TestBarsAgain(t *testing.T) {
	a, b := []int{60, 62, 64, 60}, []int{65, 64, 62, 60}
	near(t, "bars again", tune(a, b, a, nil, a, b).BarsAgain(), 3./5)
}

func TestStructure(t *testing.T) {
	bar := func(i int) []int { return []int{60 + i, 64 + 5*i%12, 60 + 7*i%12, 50 + 3*i%11} }
	var once, twice [][]int
	for i := range 8 {
		once = append(once, bar(i))
	}
	twice = append(append(twice, once...), once...)
	// One segment of 8 bars that comes twice and covers all: score 16, length 8,
	// path 16, 16 bars: σ = γ = 8/16.
	near(t, "long structure of AA", tune(twice...).Structure(8, 99), .5)
	near(t, "long structure of A", tune(once...).Structure(8, 99), 0)
	// With 16 other bars between: γ = 8/32, σ = 8/16.
	var far [][]int
	far = append(far, once...)
	for i := range 16 {
		far = append(far, []int{30 + i, 31 + i, 80 - i})
	}
	far = append(far, once...)
	near(t, "long structure of A…A", tune(far...).Structure(8, 99), 2*.5*.25/.75)
}

func TestDeflate(t *testing.T) {
	var same, mixed [][]int
	r := rand.New(rand.NewPCG(3, 4))
	for range 32 {
		same = append(same, []int{60, 62, 64, 65})
		mixed = append(mixed, []int{50 + r.IntN(30), 50 + r.IntN(30), 50 + r.IntN(30), 50 + r.IntN(30)})
	}
	s, m := tune(same...).Deflate(), tune(mixed...).Deflate()
	if s > .2 || m < .6 {
		t.Errorf("repetition deflates to %.2f, noise to %.2f of shuffled", s, m)
	}
}

func TestOf(t *testing.T) {
	s := &song.Song{Bars: 1, Tempo: 100, Meter: song.Meter{Beats: 4, Unit: 4}, Swing: 2. / 3, Parts: []song.Part{{Role: song.Lead, Notes: []song.Note{
		{Start: 7, Length: 300, Pitch: 60},   // the beat, late
		{Start: 318, Length: 150, Pitch: 62}, // the swung eighth
		{Start: 440, Length: 30, Pitch: 63},  // a grace note
		{Start: 484, Length: 400, Pitch: 64}, // the next beat
		{Start: 490, Length: 400, Pitch: 67}, // a second voice
		{Start: 966, Length: 20, Pitch: 65},  // short, but no grace note
		{Start: 1277, Length: 20, Pitch: 62}, // nor that
	}}}}
	m := Of(s, song.Lead)
	want := []Note{{0, 2, 60}, {2, 2, 62}, {4, 3, 67}, {8, 1, 65}, {10, 1, 62}}
	if len(m.Notes) != len(want) {
		t.Fatalf("notes are %v", m.Notes)
	}
	for i, n := range want {
		if m.Notes[i].At != n.At || m.Notes[i].Pitch != n.Pitch {
			t.Errorf("note %d is %v, want %v", i, m.Notes[i], n)
		}
	}
	if got := Of(s, song.Solo); len(got.Notes) != 0 {
		t.Errorf("a part that is not there has notes: %v", got.Notes)
	}
}

// TestLaidBack wants a swung phrase that is played 40 ms late at 176 quarters a
// minute, half the way to the next sixteenth, to be the same phrase.
func TestLaidBack(t *testing.T) {
	s := &song.Song{Bars: 8, Tempo: 176, Meter: song.Meter{Beats: 4, Unit: 4}, Swing: .66, Parts: []song.Part{{Role: song.Lead}}}
	const late = 56 // ticks: 40 ms
	for beat := range song.Tick(32) {
		unsteady := beat*7%19 - 9 // ± 6 ms
		s.Parts[0].Notes = append(s.Parts[0].Notes,
			song.Note{Start: 480*beat + late + unsteady, Length: 200, Pitch: 60},
			song.Note{Start: 480*beat + 317 + late - unsteady, Length: 90, Pitch: 62})
	}
	m := Of(s, song.Lead)
	if len(m.Notes) != 64 {
		t.Fatalf("there are %d notes", len(m.Notes))
	}
	for i, n := range m.Notes {
		if n.At != 2*i {
			t.Errorf("note %d is on %d", i, n.At)
		}
	}
}

func TestGatesOfNothing(t *testing.T) {
	for _, m := range []Melody{{}, {Bars: 4, PerBar: 16}, tune([]int{60})} {
		gates := Gates(m)
		if len(gates) != 8 || Passed(gates) >= Needed {
			t.Errorf("next to no melody passes: %v", gates)
		}
		for _, g := range gates {
			if math.IsNaN(g.Value) || math.IsInf(g.Value, 0) {
				t.Errorf("%s is %g", g.Name, g.Value)
			}
		}
	}
}

// TestReached: asking only what decides gives the same count.
func TestReached(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		m := random(r, 40)
		for b := 10; b < 40; b++ { // some repetition, more or less
			if r.IntN(3) > 0 {
				continue
			}
			for _, n := range m.byBar()[b%10] {
				m.Notes = append(m.Notes, Note{At: n.At%m.PerBar + b*m.PerBar, Length: n.Length, Pitch: n.Pitch})
			}
		}
		if got, want := Reached(m), min(Needed, Passed(Gates(m))); got != want {
			t.Fatalf("it reaches %d, passes %d", got, want)
		}
	}
}
