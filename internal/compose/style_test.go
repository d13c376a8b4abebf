package compose

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
