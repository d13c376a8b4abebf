package compose

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bandstand/internal/song"
	"bandstand/internal/style"
)

// smallest is a style file with nothing in it that may be left out.
const smallest = `
about = "as little as possible"
meter = "%s"
tempo = [60, 200]
modes = { major = 1 }
[form]
plans = ["verse outro"]
cycle = "verse"
peak = "verse"
[ending]
major = ["I"]
[melody]
cells = ["%s"]
[[section]]
name = "verse"
bars = [%d]
tune = "sing"
phrases = ["a"]
groove = "all"
layers = ["lead", "bass", "chords"]
loops.major = ["I"]
[[section]]
name = "outro"
bars = [1]
tune = "none"
groove = "all"
layers = ["chords"]
loops.major = ["I | I | I"]
[[groove]]
family = "all"
bass = ["%s"]
chords = ["%s"]
[[part]]
role = "lead"
range = [60, 72]
instruments = [{ name = "a", program = 0 }]
[[part]]
role = "bass"
range = [36, 48]
instruments = [{ name = "b", program = 32 }]
[[part]]
role = "chords"
range = [48, 60]
instruments = [{ name = "c", program = 0 }]
[words]
titles = ["x"]
`

// TestPoorStyles composes in styles that say hardly anything, in odd meters, with
// sections as short and as long as can be.
func TestPoorStyles(t *testing.T) {
	for _, meter := range []struct {
		name  string
		steps int
	}{{"4/4", 16}, {"3/4", 12}, {"2/4", 8}, {"5/4", 20}, {"6/8", 12}, {"7/8", 14}, {"12/8", 24}} {
		for _, bars := range []int{1, 3, 64} {
			for _, letter := range []string{"x", "R", "walk", "."} {
				cell := "x" + strings.Repeat("-", meter.steps-1)
				bass, chords := strings.Repeat("R", meter.steps), strings.Repeat("x", meter.steps)
				switch letter {
				case "walk":
					bass = "walk"
				case ".":
					cell = strings.Repeat(".", meter.steps)
					bass, chords = cell, cell
				}
				name := fmt.Sprintf("%s %d %s", meter.name, bars, letter)
				composePoor(t, name, fmt.Sprintf(smallest, meter.name, cell, bars, bass, chords))
			}
		}
	}
}

func composePoor(t *testing.T, name, file string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "poor.toml"), []byte(file), 0o644); err != nil {
		t.Fatal(err)
	}
	set, err := style.Load(dir)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	c := New(set)
	for _, bars := range []int{0, 5, 133} {
		s := compose(t, c, Brief{Style: "poor", Seed: uint64(bars), Bars: bars})
		if checkSong(t, c, s); t.Failed() {
			t.Fatalf("%s, %d bars", name, bars)
		}
	}
}

// TestOddRegisters composes where the registers are as low, as high, as narrow and as
// ill suited to each other as a style file may have them.
func TestOddRegisters(t *testing.T) {
	data, err := os.ReadFile("../style/testdata/mine.toml")
	if err != nil {
		t.Fatal(err)
	}
	compose := func(name string, change func(*style.Style)) {
		st, err := style.Parse("mine.toml", data)
		if err != nil {
			t.Fatal(err)
		}
		change(st)
		for seed := range uint64(3) {
			sc := newScore(st, Brief{Seed: seed}, houseAlone(st.Name))
			sc.writePlain(12)
			sc.bendParts()
			if err := sc.perform().Validate(); err != nil {
				t.Errorf("%s, seed %d: %v", name, seed, err)
			}
		}
	}
	for _, register := range [][2]int{{0, 12}, {60, 72}, {115, 127}, {0, 127}} {
		for _, role := range []string{song.Lead, song.Bass, song.Chords, song.Pad, song.Arp, song.Counter, song.Solo} {
			compose(fmt.Sprint(role, register), func(st *style.Style) {
				p := st.Part(role)
				if p == nil {
					return
				}
				p.Range = register
				for i := range p.Instruments {
					p.Instruments[i].Range = register
				}
			})
		}
	}
	for _, part := range [][2]int{{40, 100}, {100, 40}, {0, 0}} {
		compose(fmt.Sprint("a narrow instrument in ", part), func(st *style.Style) {
			lead := st.Part(song.Lead)
			lead.Range, st.Melody.Climb = part, 12
			for i := range lead.Instruments {
				lead.Instruments[i].Range = [2]int{40, 60}
			}
		})
	}
}

// TestLongestSong: however fast and long a style's songs are, none is longer than what
// an order may ask for.
func TestLongestSong(t *testing.T) {
	st, err := style.Parse("poor.toml", fmt.Appendf(nil, smallest, "2/8", "x---", 4, "R---", "x---"))
	if err != nil {
		t.Fatal(err)
	}
	st.Tempo, st.Form.Seconds = style.Span{400, 400}, style.Span{1200, 1200}
	sc := newScore(st, Brief{}, houseAlone(st.Name))
	if sc.planForm(0); sc.bars > MaxBars+4 || sc.bars < MaxBars-4 {
		t.Errorf("%d bars of 150 ms", sc.bars)
	}
}

// TestDocsExample composes in the style that docs/styles.md shows how to make.
func TestDocsExample(t *testing.T) {
	docs, err := os.ReadFile("../../docs/styles.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(docs), "```toml\n# ska.toml")
	example, _, closed := strings.Cut(rest, "\n```")
	if !found || !closed {
		t.Fatal("docs/styles.md has no example that begins with # ska.toml")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ska.toml"), []byte("# ska.toml"+example), 0o644); err != nil {
		t.Fatal(err)
	}
	set, err := style.Load(dir)
	if err != nil || len(set.Broken()) > 0 {
		t.Fatalf("%v, broken %v", err, set.Broken())
	}
	c := New(set)
	for seed := range uint64(5) {
		s := compose(t, c, Brief{Style: "skank", Seed: seed})
		if checkSong(t, c, s); s.Style != "ska" || len(s.Parts) != 6 {
			t.Errorf("seed %d: %s with %d parts", seed, s.Style, len(s.Parts))
		}
	}
	for _, sentence := range strings.Split(string(docs), "\n") {
		if strings.HasPrefix(sentence, "ska.toml line 5: ") {
			broken := strings.Replace("# ska.toml"+example, "tempo = [120, 152]", "tempo = [152, 120]", 1)
			if _, err := style.Parse("ska.toml", []byte(broken)); err == nil || err.Error() != sentence {
				t.Errorf("it says %v, the docs %s", err, sentence)
			}
			return
		}
	}
	t.Error("docs/styles.md shows no sentence about line 5")
}
