package style

import (
	"os"
	"path/filepath"
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
				if sec.Like == "" && len(sec.Loops.For(mode)) == 0 {
					t.Errorf("%s: %s has no chords in %s", name, sec.Name, mode)
				}
			}
			if len(s.Ending.For(mode)) == 0 {
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

// edited is a built-in style's file with one thing changed; what must be there.
func edited(t *testing.T, name, old, changed string) []byte {
	t.Helper()
	data, err := embedded.ReadFile("data/" + name + ".toml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		t.Fatalf("%s does not contain %q", name, old)
	}
	return []byte(strings.Replace(string(data), old, changed, 1))
}

// TestWrongFiles changes one thing in a good file and wants the error to name the
// file, the line and what is wrong.
func TestWrongFiles(t *testing.T) {
	for _, test := range []struct{ old, changed, want string }{
		{`about = "bright`, `abuot = "bright`, "abuot"},
		{`about = "bright four-chord songs with a chorus that lifts"`, `about = ""`, "about"},
		{`tempo = [98, 126]`, `tempo = [126, 98]`, "tempo: 126 to 98 is an empty range"},
		{`tempo = [98, 126]`, `tempo = [98, 500]`, "tempo: 98 to 500 is not within 20 to 400"},
		{`tempo = [98, 126]`, `tempo = "fast"`, "tempo"},
		{`tempo = [98, 126]`, `tempo = [98]`, "tempo"},
		{`meter = "4/4"`, `meter = "4/5"`, "time signature"},
		{`modes = { major = 3, minor = 1 }`, `modes = { major = 0 }`, "modes: no mode has a weight"},
		{`modes = { major = 3, minor = 1 }`, `modes = { major = -1, minor = 1 }`, "modes.major"},
		{`modes = { major = 3, minor = 1 }`, `modes = { lydian = 1 }`, "lydian"},
		{`reverb = 0.45`, `reverb = 7`, "reverb"},
		{`reverb = 0.45`, `gates = "stil"`, "gates"},
		{`feel = { bass = 3`, `feel = { trumpet = 3`, "feel.trumpet"},
		{`"intro verse pre chorus verse pre chorus bridge chorus chorus outro"`, `"intro vrese chorus outro"`, "did you mean verse"},
		{`cycle = "verse pre chorus"`, `cycle = "verse solo"`, "form.cycle"},
		{`peak = "chorus"`, `peak = "chrous"`, "form.peak"},
		{`lift = 0.12`, `lift = 12`, "form.lift"},
		{`"x---x---", "x-x-x---"`, `"x---x--", "x-x-x---"`, "7 sixteenths"},
		{`"x---x---", "x-x-x---"`, `"x---q---", "x-x-x---"`, "means nothing"},
		{`unit = 2`, `unit = 3`, "melody.unit"},
		{`scale = "pentatonic"`, `scale = "klingon"`, "melody.scale"},
		{`climb = 4`, `climb = 40`, "melody.climb"},
		{`bars = [4, 8]`, `bars = []`, "section[0].bars"},
		{`bars = [4, 8]`, `bars = [0]`, "0 bars"},
		{`energy = 0.4`, `energy = 4`, "section[0].energy"},
		{`tune = "none"`, `tune = "hum"`, "section[0].tune"},
		{`like = "verse"`, `like = "nothing"`, "section[0].like"},
		{`groove = "light"`, `groove = "heavy"`, "groove family"},
		{`layers = ["drums", "chords", "arp", "pad"]`, `layers = ["kazoo"]`, "kazoo"},
		{`phrases = ["a a' b c", "a b a c", "a a b c", "a b a' c"]`, `phrases = []`, "phrases"},
		{`phrases = ["a a' b c", "a b a c", "a a b c", "a b a' c"]`, `phrases = ["a z"]`, "letter"},
		{`"I | V | vi | IV"`, `"I | V | ix | IV"`, "ix"},
		{`"I | V | vi | IV"`, `"I | | vi | IV"`, "0 chords"},
		{`kick = "X..............."`, `kick = "X......"`, "7 sixteenths"},
		{`kick = "X..............."`, `kcik = "X..............."`, "did you mean kick"},
		{`bass = ["R---------------"]`, `bass = ["Q---------------"]`, "means nothing"},
		{`chords = ["X-----x-----x---", "X---x---x---x---"]`, `chords = ["walk"]`, "bass part only"},
		{`snare = "....x.xxx.xxX.X."`, `snare = "....x.xxx.xxX.X.x"`, "fill"},
		{`program = 80`, `program = 200`, "program: 200 is outside 0 to 127"},
		{`program = 80`, `program = "flute"`, "Program"},
		{`range = [57, 84]`, `range = [84, 57]`, "range"},
		{`role = "lead"`, `role = "singer"`, "role"},
		{`role = "pad"`, `role = "bass"`, "twice"},
		{`pan = -0.25`, `pan = -25`, "pan"},
		{`"{adjective} {noun}"`, `"{adjective} {noun} {colour}"`, "words.titles[0]"},
		{`[words]`, `[wrods]`, "wrods"},
		{`[form]`, `[form`, "mine.toml:"},
	} {
		_, err := Parse("mine.toml", edited(t, "pop", test.old, test.changed))
		if err == nil {
			t.Errorf("%s: no error", test.changed)
			continue
		}
		if !strings.HasPrefix(err.Error(), "mine.toml:") || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v; want something about %q", test.changed, err, test.want)
		}
		if line := lineOf(err); line < 1 {
			t.Errorf("%s: %v names no line", test.changed, err)
		}
	}
}

func lineOf(err error) (n int) {
	for _, r := range strings.SplitN(err.Error(), ":", 3)[1] {
		if r < '0' || r > '9' {
			return 0
		}
		n = 10*n + int(r-'0')
	}
	return n
}

func TestErrorsNameTheLine(t *testing.T) {
	data := edited(t, "pop", "program = 80", "program = 200")
	want := 1 + strings.Count(string(data[:strings.Index(string(data), "program = 200")]), "\n")
	if _, err := Parse("mine.toml", data); err == nil || lineOf(err) != want {
		t.Errorf("%v, but it is on line %d", err, want)
	}
}

func TestOwnStyles(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("polka.toml", edited(t, "waltz", "about = ", "about = 'mine' # "))
	write("pop.toml", edited(t, "pop", "about = ", "about = 'my pop' # "))
	write("notes.txt", []byte("not a style"))
	set, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := set.Get("polka"); err != nil || s.About != "mine" {
		t.Errorf("polka: %v", err)
	}
	if s, err := set.Get("pop"); err != nil || s.About != "my pop" {
		t.Errorf("the own pop does not replace the built-in one: %v", err)
	}
	if slices.Contains(set.Embedded(), "polka") {
		t.Error("polka counts as built in")
	}
	if _, err := Load(filepath.Join(dir, "nowhere")); err != nil {
		t.Errorf("a folder that is not there: %v", err)
	}
	write("bad.toml", []byte("tempo = 3"))
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "bad.toml:1") {
		t.Errorf("a bad file gave %v", err)
	}
	write("bad.toml", make([]byte, maxFile+1))
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "bytes") {
		t.Errorf("a huge file gave %v", err)
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

func FuzzParse(f *testing.F) {
	for _, name := range []string{"pop", "waltz", "ambient"} {
		data, err := embedded.ReadFile("data/" + name + ".toml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("[[section]]\nbars=[1]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := Parse("f.toml", data); err == nil && (s.About == "" || len(s.Sections) == 0) {
			t.Error("a style with nothing in it was accepted")
		}
	})
}
