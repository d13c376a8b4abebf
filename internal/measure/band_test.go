package measure

import (
	"math"
	"testing"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// beat is a song of bars at 120 quarters a minute: a tick is 1000/960 ms.
func beat(bars int) *song.Song {
	return &song.Song{Bars: bars, Meter: song.Meter{Beats: 4, Unit: 4}, Tempo: 120, Swing: .5, Parts: []song.Part{{Role: song.Drums}, {Role: song.Bass}}}
}

// strike adds a note on a sixteenth, some ticks late.
func strike(p *song.Part, sixteenth int, late song.Tick, key theory.Pitch, velocity uint8) {
	p.Notes = append(p.Notes, song.Note{Start: 120*song.Tick(sixteenth) + late, Length: 60, Pitch: key, Velocity: velocity})
}

func TestGroove(t *testing.T) {
	s := beat(4)
	for _, bar := range []int{0, 1} {
		for i := range 4 {
			strike(&s.Parts[0], 16*bar+4*i, 3, 36, 100)
		}
	}
	alike, ok := Groove(s)
	near(t, "the same bar twice", alike, 1)
	if !ok {
		t.Error("two bars are not enough")
	}
	strike(&s.Parts[0], 33, 0, 42, 80) // a bar with one other stroke: 5 of 16 differ
	alike, _ = Groove(s)
	near(t, "and another bar", alike, (1+2*11./16)/3)
	if _, ok := Groove(beat(4)); ok {
		t.Error("there are no bars to compare")
	}
}

func TestBackbeatAndHats(t *testing.T) {
	s := beat(8)
	d := &s.Parts[0]
	for bar := range 8 {
		strike(d, 16*bar, 0, 36, 90)
		strike(d, 16*bar+4, 0, 38, 110)
		strike(d, 16*bar+7, 0, 38, 40)
		strike(d, 16*bar+12, 0, 38, 100)
		for i := range 8 {
			strike(d, 16*bar+2*i, 0, 42, uint8(80-20*(i%2)))
		}
	}
	strike(d, 127, 0, 45, 127) // a fill: its bar does not count
	strike(d, 127, 0, 38, 127)
	back, ghosts, ok, okGhosts := Backbeat(s)
	near(t, "the backbeat", back, 105)
	if near(t, "ghosts", ghosts, 40); !ok || okGhosts { // seven bars of one ghost each
		t.Errorf("backbeat %v, ghosts %v", ok, okGhosts)
	}
	ratio, ok := HatRatio(s)
	if near(t, "hats on and off the beat", ratio, 80./60); !ok {
		t.Error("hats are not found")
	}
	s.Meter = song.Meter{Beats: 3, Unit: 4}
	if _, _, ok, _ := Backbeat(s); ok {
		t.Error("a waltz has a backbeat")
	}
}

func TestSystematic(t *testing.T) {
	s := beat(10)
	for bar := range 10 {
		strike(&s.Parts[0], 16*bar, 0, 36, 90)
		strike(&s.Parts[0], 16*bar+4, 24, 38, 90) // 25 ms late
		strike(&s.Parts[0], 16*bar+8, 0, 36, 90)
		strike(&s.Parts[0], 16*bar+12, 24, 38, 90)
	}
	sd, ok := Systematic(s)
	if near(t, "habits", sd, 12.5); !ok {
		t.Error("four places are not enough")
	}
	// A swung hat is on time, not late.
	s.Swing = 2. / 3
	for bar := range 10 {
		strike(&s.Parts[0], 16*bar+2, 80, 42, 70)
	}
	sd, _ = Systematic(s) // fifty strokes, twenty of them 25 ms late
	near(t, "habits of a swung beat", sd, 25*math.Sqrt(.4*.6))
	if _, ok := Systematic(beat(4)); ok {
		t.Error("nobody has habits")
	}
}

func TestLock(t *testing.T) {
	s := beat(5)
	for bar := range 5 {
		for i := range 4 {
			strike(&s.Parts[0], 16*bar+4*i, 0, 36, 90)
		}
		if bar < 4 { // in the last bar the bass is silent: its kicks do not count
			strike(&s.Parts[1], 16*bar, 5, 40, 90)
			strike(&s.Parts[1], 16*bar+8, -5*song.Tick(min(1, bar)), 40, 90)
			strike(&s.Parts[1], 16*bar+10, 0, 40, 90)
		}
	}
	share, ok := Lock(s)
	if near(t, "kicks with the bass", share, .5); !ok {
		t.Error("sixteen kicks are not enough")
	}
}

func TestAgainst(t *testing.T) {
	s := beat(4)
	s.Sections = []song.Section{{Label: "verse", Bars: 2}, {Label: "chorus", Start: 2, Bars: 2}}
	s.Parts[1].Role = song.Lead
	lead := &s.Parts[1]
	strike(lead, 0, 0, 60, 64)
	strike(lead, 8, 0, 62, 64)
	for i := range 3 {
		strike(lead, 32+4*i, 0, 65, 64)
	}
	c := Against(s, "chorus", "verse")
	near(t, "higher", c.Higher, 4)
	near(t, "denser", c.Denser, 1.5)
	near(t, "louder", c.Louder, 10*math.Log10(1.5)) // three like notes for two
	for i := range lead.Notes {
		if i >= 2 {
			lead.Notes[i].Velocity = 128 // twice as hard: 12 dB
		}
	}
	near(t, "louder still", Against(s, "chorus", "verse").Louder, 10*math.Log10(1.5*16))
	if !c.Present || !c.Sung {
		t.Error("sections are not found")
	}
	if Against(s, "chorus", "bridge").Present || Against(s, "verse", "verse").Present {
		t.Error("there is nothing to compare")
	}
}

// air is eight bars at 80, a chord of four notes a bar over a low root.
func air() *song.Song {
	s := chords(song.Meter{Beats: 4, Unit: 4}, []theory.Chord{
		{Root: 0}, {Root: 5}, {Root: 0}, {Root: 5}, {Root: 0}, {Root: 5}, {Root: 0}, {Root: 5}})
	s.Tempo = 80
	s.Parts = []song.Part{{Role: song.Pad}}
	for bar := range 8 {
		for _, p := range []theory.Pitch{36, 60, 64, 67} {
			if bar%2 == 1 {
				p += 5
			}
			s.Parts[0].Notes = append(s.Parts[0].Notes, song.Note{Start: s.BarStart(bar), Length: 1920, Pitch: p, Velocity: 80})
		}
	}
	return s
}

func TestStillGates(t *testing.T) {
	want := []float64{3, 1. / 3, 36, 1, 1, 1, 1, .5, 0}
	for i, g := range StillGates(air()) {
		near(t, g.Name, g.Value, want[i])
	}
	harsh := air()
	for i := range harsh.Parts[0].Notes { // C, C#, D# … against the chords
		n := &harsh.Parts[0].Notes[i]
		n.Pitch = []theory.Pitch{36, 61, 62, 63}[i%4]
		n.Velocity = uint8(40 + 40*(i/4%2))
	}
	gates := StillGates(harsh)
	near(t, "the fit of harsh chords", gates[3].Value, .25)
	// Of the six pairs 36–61, 61–62 and 62–63 are semitones.
	near(t, "the consonance of harsh chords", gates[4].Value, 3./6)
	near(t, "the change of level", gates[8].Value, 10*math.Log10(16))
	if Passed(gates) >= StillNeeded {
		t.Errorf("harsh chords pass: %v", gates)
	}
	for _, g := range StillGates(&song.Song{Meter: song.Meter{Beats: 4, Unit: 4}, Tempo: 100}) {
		if math.IsNaN(g.Value) || math.IsInf(g.Value, 0) {
			t.Errorf("%s of nothing is %g", g.Name, g.Value)
		}
	}
}
