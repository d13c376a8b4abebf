package compose

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

var meters = []song.Meter{{Beats: 4, Unit: 4}, {Beats: 3, Unit: 4}, {Beats: 6, Unit: 8}, {Beats: 12, Unit: 8}, {Beats: 5, Unit: 4}, {Beats: 7, Unit: 8}, {Beats: 2, Unit: 4}}

// TestExtremeBriefs asks every style for what it can hardly do: each time a whole
// song comes of it, in its key, with its bars, in a metre the style can play.
func TestExtremeBriefs(t *testing.T) {
	c := composer(t)
	for _, info := range c.Styles() {
		t.Run(info.Name, func(t *testing.T) {
			t.Parallel()
			i := 0
			for _, bars := range []int{4, 5, 7, 13, 64, 0} {
				for _, tempo := range []float64{20, 400, 0} {
					mode := append(theory.Modes(), theory.AnyMode)[i%5]
					b := Brief{Style: info.Name, Seed: uint64(i), Bars: bars, Tempo: tempo, Meter: meters[i%len(meters)], Key: theory.Key{Tonic: theory.PitchClass(5 * i % 12), Mode: mode}}
					checkBrief(t, c, info, b)
					i++
				}
			}
			for _, m := range info.Meters {
				checkBrief(t, c, info, Brief{Style: info.Name, Seed: 5, Meter: m})
			}
			checkBrief(t, c, info, Brief{Style: info.Name, Seed: 6, Bars: MaxBars, Meter: info.Meters[len(info.Meters)-1]})
		})
	}
}

func checkBrief(t *testing.T, c *Composer, info Info, b Brief) {
	t.Helper()
	s, remarks, err := c.Compose(context.Background(), b)
	if err != nil {
		t.Fatalf("%+v: %v", b, err)
	}
	if checkSong(t, c, s); t.Failed() {
		t.Fatalf("%+v", b)
	}
	if b.Bars != 0 && s.Bars != b.Bars {
		t.Errorf("%+v: %d bars", b, s.Bars)
	}
	if b.Key.Mode != "" && (s.Key.Tonic != b.Key.Tonic || b.Key.Mode != theory.AnyMode && s.Key.Mode != b.Key.Mode) {
		t.Errorf("%+v: in %s", b, s.Key)
	}
	if known := slices.Contains(info.Meters, b.Meter); known && s.Meter != b.Meter || !slices.Contains(info.Meters, s.Meter) {
		t.Errorf("%+v: in %v", b, s.Meter)
	}
	said := strings.Join(remarks, "\n")
	for _, r := range []struct {
		what string
		as   bool
	}{
		{"is not played in", b.Meter == song.Meter{} || s.Meter == b.Meter},
		{"is happiest at", b.Tempo == 0 || s.Tempo == b.Tempo},
	} {
		if !r.as && !strings.Contains(said, r.what) {
			t.Errorf("%+v: no remark that it %s: %q", b, r.what, said)
		}
	}
	if d := s.Duration().Seconds(); b.Bars == 0 && (d < 60 || d > 600) {
		t.Errorf("%+v: lasts %.0f s", b, d)
	}
}

func TestMetersAreObeyedOrNearlySo(t *testing.T) {
	c := composer(t)
	for _, test := range []struct{ style, asked, got, remark string }{
		{"jazz", "3/4", "3/4", ""},
		{"jazz", "4/4", "4/4", ""},
		{"blues", "12/8", "12/8", ""},
		{"rock", "6/8", "6/8", ""},
		{"rock", "12/8", "6/8", "rock is not played in 12/8; took 6/8"},
		{"blues", "3/4", "12/8", "blues is not played in 3/4; took 12/8"},
		{"house", "3/4", "4/4", "house is not played in 3/4; took 4/4"},
		{"waltz", "4/4", "3/4", "waltz is not played in 4/4; took 3/4"},
		{"waltz", "6/8", "6/8", ""},
		{"funk", "7/8", "4/4", "funk is not played in 7/8; took 4/4"},
	} {
		m, err := style.ParseMeter(test.asked)
		if err != nil {
			t.Fatal(err)
		}
		s, remarks, err := c.Compose(context.Background(), Brief{Style: test.style, Seed: 1, Meter: m})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%d/%d", s.Meter.Beats, s.Meter.Unit); got != test.got || strings.Join(remarks, "\n") != test.remark {
			t.Errorf("%s in %s came in %s with %q", test.style, test.asked, got, remarks)
		}
	}
}

// TestATonicAlone wants the style's usual mode, with a major third where it has one.
func TestATonicAlone(t *testing.T) {
	c := composer(t)
	for name, want := range map[string]string{
		"pop": "E", "country": "E", "jazz": "E", "blues": "E mixolydian", "funk": "E mixolydian", "metal": "Em", "rock": "E", "house": "E", "latin": "E",
	} {
		for seed := range uint64(3) {
			if s := compose(t, c, Brief{Style: name, Seed: seed, Key: theory.Key{Tonic: 4, Mode: theory.AnyMode}, Bars: 12}); s.Key.String() != want {
				t.Errorf("%s in E is in %s, want %s", name, s.Key, want)
			}
		}
	}
}

// TestAMetreLeavesTheSongAlone wants another metre to change the notes, not what the
// song is: its key, its band and its title.
func TestAMetreLeavesTheSongAlone(t *testing.T) {
	c := composer(t)
	r := rand.New(rand.NewPCG(3, 4))
	for range 10 {
		seed := r.Uint64()
		a := compose(t, c, Brief{Style: "jazz", Seed: seed})
		b := compose(t, c, Brief{Style: "jazz", Seed: seed, Meter: song.Meter{Beats: 3, Unit: 4}})
		if a.Key != b.Key || a.Band != b.Band || a.Title != b.Title {
			t.Errorf("seed %d: %s in %s by %s, and %s in %s by %s", seed, a.Title, a.Key, a.Band, b.Title, b.Key, b.Band)
		}
	}
}
