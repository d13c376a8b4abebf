package style

import (
	"slices"
	"strings"
	"testing"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

func load(t *testing.T) *Set {
	t.Helper()
	set, err := Load("")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestEmbeddedStyles(t *testing.T) {
	set := load(t)
	for _, name := range []string{"pop", "rock", "funk", "jazz", "waltz"} {
		if !slices.Contains(set.Names(), name) {
			t.Errorf("there is no %s in %v", name, set.Names())
		}
	}
	if !slices.IsSorted(set.Names()) || !slices.Equal(set.Names(), set.Embedded()) {
		t.Errorf("names %v, embedded %v", set.Names(), set.Embedded())
	}
	for _, name := range set.Names() {
		s, err := set.Get(name)
		if err != nil {
			t.Fatal(err)
		}
		if s.Name != name || strings.Contains(s.About, "\n") || len(s.About) > 90 {
			t.Errorf("%s: about %q", name, s.About)
		}
		for _, mode := range theory.Modes() {
			for _, sec := range s.Sections {
				if sec.Like == "" && len(sec.Loops.For(mode).Items) == 0 {
					t.Errorf("%s: %s has no chords in %s", name, sec.Name, mode)
				}
			}
			if len(s.Ending.For(mode).Items) == 0 {
				t.Errorf("%s has no ending in %s", name, mode)
			}
		}
	}
}

// TestProgramsAreInTheFont keeps styles to the presets that the built-in font has.
func TestProgramsAreInTheFont(t *testing.T) {
	melodic := []int{
		0, 1, 3, 4, 5, 7, 9, 11, 12, 16, 17, 18, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 32, 33, 34, 35, 36, 38, 39, 40, 45, 46, 48, 49, 50, 51, 52, 53,
		56, 57, 59, 61, 62, 63, 64, 65, 66, 71, 73, 80, 81, 84, 86, 87, 88, 89, 90, 91, 95, 105, 108, 110, 114,
	}
	kits := []int{0, 8, 16, 24, 25, 32, 40}
	set := load(t)
	for _, name := range set.Names() {
		s, _ := set.Get(name)
		for _, p := range s.Parts {
			for _, in := range p.Instruments {
				known := melodic
				if p.Role == song.Drums {
					known = kits
				}
				if !slices.Contains(known, in.Program) || p.Role != song.Drums && in.Bank != 0 {
					t.Errorf("%s: %s plays program %d of bank %d", name, p.Role, in.Program, in.Bank)
				}
			}
		}
	}
}

func TestGet(t *testing.T) {
	set := load(t)
	for in, want := range map[string]string{"pop": "pop", "FUNK": "funk", "swing": "jazz", "lo-fi": "lofi", "Hip-Hop": "lofi"} {
		if s, err := set.Get(in); err != nil || s.Name != want {
			t.Errorf("%q: %v", in, err)
		}
	}
	for in, want := range map[string]string{"fonk": "did you mean funk", "jaz": "did you mean jazz", "swng": "did you mean swing", "zzzzzz": "there are ambient"} {
		if _, err := set.Get(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
	}
}

func TestLoops(t *testing.T) {
	var l Loop
	if err := l.UnmarshalText([]byte("I | % | ii7 V7 | i")); err != nil {
		t.Fatal(err)
	}
	if len(l.Bars) != 4 || len(l.Bars[2]) != 2 || l.Bars[1][0] != l.Bars[0][0] {
		t.Errorf("%+v", l)
	}
}
