package compose

import (
	"strings"
	"testing"
)

// TestTitlesAreMany wants two songs of a style to share a title less than once in a
// thousand pairs, and no title with a slot left or a word twice.
func TestTitlesAreMany(t *testing.T) {
	c := composer(t)
	for _, info := range c.Styles() {
		st, err := c.styles.Get(info.Name)
		if err != nil {
			t.Fatal(err)
		}
		sum, alike, all := 0.0, 0.0, 0.0
		weights := titleWeights(st.Words)
		for _, w := range weights {
			sum += w
		}
		for i, w := range weights {
			n := ways(st.Words, i)
			all += n
			alike += w / sum * w / sum / n
		}
		t.Logf("%-10s %5.0f titles; of %5.0f pairs one is alike", info.Name, all, 1/alike)
		if all < 1000 || alike > .001 {
			t.Errorf("%s: %.0f titles, of %.0f pairs one is alike", info.Name, all, 1/alike)
		}
		for seed := range uint64(300) {
			title := (&score{terms: terms{style: st, seed: seed}}).title()
			if strings.ContainsAny(title, "{}") || len(title) > 70 {
				t.Errorf("%s: %q", info.Name, title)
			}
			if saysTwice(title) && !strings.Contains(title, "Round and Round") {
				t.Errorf("%s: %q says it twice", info.Name, title)
			}
		}
	}
}

func TestPutKeepsTheGrammar(t *testing.T) {
	for _, c := range []struct{ text, word, want string }{
		{"No More {noun}s", "Fuse Box", "No More Fuse Boxes"},
		{"Two {noun}s and a Mule", "Lorry", "Two Lorries and a Mule"},
		{"{noun}s", "Amp", "Amps"},
		{"A {noun} Walks into Low Power Mode", "Olive", "An Olive Walks into Low Power Mode"},
		{"I Married a {noun}", "Engine", "I Married an Engine"},
		{"I Married a {noun}", "Motor", "I Married a Motor"},
		{"Banana {noun}", "Engine", "Banana Engine"},
		{"The {noun}'s Wedding", "Box", "The Box's Wedding"},
		{"{noun}", "Engine", "Engine"},
		{"{noun}s", "y", "ys"},
	} {
		if got := put(c.text, "{noun}", c.word); got != c.want {
			t.Errorf("%s with %s is %q, want %q", c.text, c.word, got, c.want)
		}
	}
}

func TestCapitalOfAnyLetter(t *testing.T) {
	for text, want := range map[string]string{"": "", "a": "A", "élan Vital": "Élan Vital", "ßy": "ßy", "7 Up": "7 Up"} {
		if got := capital(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
