package compose

import (
	"bytes"
	"context"
	"flag"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"bandstand/internal/band"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

var shared = sync.OnceValues(func() (*Composer, error) {
	set, err := style.Load("")
	if err != nil {
		return nil, err
	}
	return New(set), nil
})

// composer is the composer of the built-in styles, the same for all tests.
func composer(t testing.TB) *Composer {
	t.Helper()
	c, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// plainSong is a song of the shared composer for which only style and seed were given.
type plainSong struct {
	style string
	seed  uint64
}

var plain sync.Map // plainSong → *song.Song: what many tests look at is composed once

// compose composes a song. Those of a style and a seed alone are shared by the tests:
// look, do not touch.
func compose(t testing.TB, c *Composer, b Brief) *song.Song {
	t.Helper()
	s, err := composed(c, b)
	if err != nil {
		t.Fatalf("%+v: %v", b, err)
	}
	return s
}

// composed is compose for those who may not stop the test, as other goroutines may not.
func composed(c *Composer, b Brief) (*song.Song, error) {
	key := plainSong{b.Style, b.Seed}
	all, _ := shared()
	alone := b == Brief{Style: b.Style, Seed: b.Seed} && c == all
	if known, ok := plain.Load(key); ok && alone {
		return known.(*song.Song), nil
	}
	s, _, err := c.Compose(context.Background(), b)
	if err == nil && alone {
		plain.Store(key, s)
	}
	return s, err
}

// songs is how many songs of each style the property tests compose.
var songs = flag.Uint64("songs", defaultSongs, "songs of each style in the property tests")

// TestFreeSongs composes songs of every style with nothing asked for.
func TestFreeSongs(t *testing.T) {
	c := composer(t)
	for _, info := range c.Styles() {
		t.Run(info.Name, func(t *testing.T) {
			t.Parallel()
			for seed := range *songs {
				s := compose(t, c, Brief{Style: info.Name, Seed: seed})
				checkSong(t, c, s)
				if d := s.Duration(); d < 2*time.Minute || d > 4*time.Minute {
					t.Errorf("%s seed %d lasts %v", info.Name, seed, d)
				}
			}
		})
	}
}

// TestAskedSongs composes songs with random keys, tempos and bars.
func TestAskedSongs(t *testing.T) {
	c := composer(t)
	for i, info := range c.Styles() {
		t.Run(info.Name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(1, uint64(i)))
			for range *songs {
				b := Brief{Style: info.Name, Seed: r.Uint64(), Key: theory.Key{Tonic: theory.PitchClass(r.IntN(12)), Mode: theory.Modes()[r.IntN(4)]}}
				if r.IntN(2) == 0 {
					b.Tempo = 20 + 380*r.Float64()
				}
				if r.IntN(2) == 0 {
					b.Bars = 4 + r.IntN(200)
				}
				s := compose(t, c, b)
				checkSong(t, c, s)
				if b.Bars != 0 && s.Bars != b.Bars {
					t.Errorf("%+v: %d bars", b, s.Bars)
				}
				if s.Key != b.Key {
					t.Errorf("%+v: key %v", b, s.Key)
				}
			}
			checkBars(t, c, info.Name)
		})
	}
}

// checkBars asks for short lengths of every kind and the longest.
func checkBars(t *testing.T, c *Composer, name string) {
	for _, bars := range []int{MinBars, 5, 6, 7, 8, 9, 11, 13, 16, 19, 23} {
		s := compose(t, c, Brief{Style: name, Bars: bars})
		if checkSong(t, c, s); s.Bars != bars {
			t.Errorf("%s: %d bars, asked for %d", name, s.Bars, bars)
		}
	}
	if s := compose(t, c, Brief{Style: name, Bars: MaxBars}); s.Bars != MaxBars {
		t.Errorf("%s: %d bars, asked for %d", name, s.Bars, MaxBars)
	}
}

// checkSong checks what holds for every song.
func checkSong(t *testing.T, c *Composer, s *song.Song) {
	t.Helper()
	fail := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%s seed %d (%s, %g BPM, %d bars): "+format, append([]any{s.Style, s.Seed, s.Key, s.Tempo, s.Bars}, args...)...)
	}
	if err := s.Validate(); err != nil {
		fail("%v", err)
	}
	st, err := c.styles.Get(s.Style)
	if err != nil {
		t.Fatal(err)
	}
	first, loudest := song.Tick(1<<40), uint8(0)
	for _, p := range s.Parts {
		if len(p.Notes) == 0 {
			fail("%s plays nothing", p.Role)
			continue
		}
		first = min(first, p.Notes[0].Start)
		if p.Role != song.Pad && p.Role != song.Counter && p.Notes[0].Start == 0 {
			loudest = max(loudest, p.Notes[0].Velocity)
		}
		checkRange(fail, st, p)
	}
	if first != 0 {
		fail("starts at tick %d", first)
	}
	if st.StartsStruck && loudest < 80 {
		fail("starts with velocity %d", loudest)
	}
	for _, role := range []string{song.Lead, song.Bass, song.Chords} {
		if s.Part(role) == nil {
			fail("has no %s", role)
		}
	}
	checkEnding(fail, s)
}

func checkRange(fail func(string, ...any), st *style.Style, p song.Part) {
	if p.IsDrums() {
		return
	}
	for _, in := range st.Part(p.Role).Instruments {
		if in.Name != p.Instrument {
			continue
		}
		for _, n := range p.Notes {
			if int(n.Pitch) < in.Range[0] || int(n.Pitch) > in.Range[1] {
				fail("%s plays %d on %s, whose range is %v", p.Role, n.Pitch, in.Name, in.Range)
				return
			}
		}
	}
}

func checkEnding(fail func(string, ...any), s *song.Song) {
	if s.Fade > 0 {
		if s.Fade < 4 || s.Fade > s.Bars/2 {
			fail("fades over %d bars", s.Fade)
		}
		return
	}
	tonic := s.Chords[len(s.Chords)-1].Chord.Root
	if d := (tonic + 12 - s.Key.Tonic) % 12; d != 0 && d != 2 { // two: the last chorus rose by a tone
		fail("ends on a chord %d semitones above the tonic", d)
	}
	for _, role := range []string{song.Lead, song.Bass} {
		p := s.Part(role)
		if p == nil {
			continue
		}
		if last := p.Notes[len(p.Notes)-1]; last.Pitch.Class() != tonic || last.End() < s.Ticks()-s.Meter.BarTicks()*9/10 {
			fail("%s ends on pitch class %d at %d of %d, not on the tonic of the last bar", role, last.Pitch.Class(), last.End(), s.Ticks())
		}
	}
}

func TestSameBriefSameSong(t *testing.T) {
	for _, info := range composer(t).Styles() {
		var first []byte
		for range 3 {
			set, err := style.Load("")
			if err != nil {
				t.Fatal(err)
			}
			data, err := compose(t, New(set), Brief{Style: info.Name, Seed: 7}).MarshalCompressed()
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = data
			}
			if !bytes.Equal(first, data) {
				t.Errorf("%s: the same seed gave another song", info.Name)
			}
		}
	}
}

// TestAnotherDrummerLeavesTheRestAlone changes one robot's genes and expects only
// its own part to change.
func TestAnotherDrummerLeavesTheRestAlone(t *testing.T) {
	c := composer(t)
	for _, info := range c.Styles() {
		st, err := c.styles.Get(info.Name)
		if err != nil {
			t.Fatal(err)
		}
		one := band.New(info.Name, st.Roles(), 1)
		other := band.New(info.Name, st.Roles(), 1)
		changed := false
		for i := range other.Robots {
			if other.Robots[i].Role == song.Drums {
				for g := range other.Robots[i].Genes {
					other.Robots[i].Genes[g] = 1 - other.Robots[i].Genes[g]
				}
				changed = true
			}
		}
		if !changed {
			continue
		}
		a := compose(t, c, Brief{Style: info.Name, Seed: 3, Band: &one})
		b := compose(t, c, Brief{Style: info.Name, Seed: 3, Band: &other})
		for _, p := range a.Parts {
			if same := reflect.DeepEqual(p.Notes, b.Part(p.Role).Notes); same == (p.Role == song.Drums) {
				t.Errorf("%s: another drummer, and %s is the same: %v", info.Name, p.Role, same)
			}
		}
	}
}

// TestLineup wants a band's robots to play in its songs what the line-up says.
func TestLineup(t *testing.T) {
	c := composer(t)
	for _, b := range c.House() {
		players, err := c.Lineup(b)
		if err != nil {
			t.Fatal(err)
		}
		s := compose(t, c, Brief{Style: b.Style, Band: &b, Bars: 32})
		if s.Band != b.Name {
			t.Errorf("%s plays for %s", s.Band, b.Name)
		}
		if st, _ := c.styles.Get(b.Style); len(players) < min(4, len(st.Parts)) || len(players) > 6 {
			t.Errorf("%s are %d robots", b.Name, len(players))
		}
		for _, p := range players {
			for i, role := range p.Robot.Roles() {
				if part := s.Part(role); part != nil && (part.Instrument != p.Instruments[i] || part.Robot != p.Robot.Name) {
					t.Errorf("%s: %s on %s, the line-up has %s on %s", b.Name, part.Robot, part.Instrument, p.Robot.Name, p.Instruments[i])
				}
			}
		}
	}
	if _, err := c.Lineup(band.Band{Style: "gone"}); err == nil {
		t.Error("a band of a style that is gone has a line-up")
	}
}

// TestBandsSoundDifferent wants two bands to play one brief differently: less than
// a quarter of their notes are the same in time, length, pitch and force.
func TestBandsSoundDifferent(t *testing.T) {
	c := composer(t)
	for _, info := range c.Styles() {
		st, err := c.styles.Get(info.Name)
		if err != nil {
			t.Fatal(err)
		}
		one, two := band.New(info.Name, st.Roles(), 1), band.New(info.Name, st.Roles(), 2)
		a, b := compose(t, c, Brief{Style: info.Name, Seed: 3, Band: &one}), compose(t, c, Brief{Style: info.Name, Seed: 3, Band: &two})
		same, all := 0, 0
		for _, p := range a.Parts {
			other := b.Part(p.Role)
			if other == nil {
				continue
			}
			here := map[song.Note]bool{}
			for _, n := range other.Notes {
				here[n] = true
			}
			for _, n := range p.Notes {
				if all++; here[n] {
					same++
				}
			}
		}
		if 4*same > all {
			t.Errorf("%s: %d of %d notes are the same", info.Name, same, all)
		}
	}
}

func TestBadBriefs(t *testing.T) {
	c := composer(t)
	for _, test := range []struct {
		brief Brief
		want  string
	}{
		{Brief{Tempo: 19}, "tempo"},
		{Brief{Tempo: 401}, "tempo"},
		{Brief{Tempo: -1}, "tempo"},
		{Brief{Bars: 3}, "bars"},
		{Brief{Bars: 1001}, "bars"},
		{Brief{Bars: -1}, "bars"},
		{Brief{Style: "funkk"}, "did you mean funk"},
		{Brief{Key: theory.Key{Mode: "lydian"}}, "mode"},
	} {
		if _, _, err := c.Compose(context.Background(), test.brief); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: error %v, want one about %q", test.brief, err, test.want)
		}
	}
	done, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := c.Compose(done, Brief{}); err == nil {
		t.Error("composed although the context was over")
	}
}

func TestRemarks(t *testing.T) {
	c := composer(t)
	guest := band.New("jazz", []string{song.Lead}, 9)
	for _, test := range []struct {
		brief Brief
		want  string
	}{
		{Brief{Style: "funk", Tempo: 132}, "funk is happiest at 96–116 BPM; took 132"},
		{Brief{Style: "funk", Tempo: 300}, "took 174"},
		{Brief{Style: "pop", Band: &guest}, "usually play jazz"},
		{Brief{Style: "funk", Key: theory.Key{Mode: theory.Major}}, "major"},
		{Brief{Style: "pop", Bars: 33}, "33 bars"},
	} {
		s, remarks, err := c.Compose(context.Background(), test.brief)
		if err != nil || !strings.Contains(strings.Join(remarks, "\n"), test.want) {
			t.Errorf("%+v: remarks %q, %v; want %q", test.brief, remarks, err, test.want)
			continue
		}
		checkSong(t, c, s)
	}
	if _, remarks, _ := c.Compose(context.Background(), Brief{Style: "funk", Tempo: 100, Bars: 64}); len(remarks) != 0 {
		t.Errorf("remarks %q on a brief that any funk band can play", remarks)
	}
}
