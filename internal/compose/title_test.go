package compose

import "testing"

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
	} {
		if got := put(c.text, "{noun}", c.word); got != c.want {
			t.Errorf("%s with %s is %q, want %q", c.text, c.word, got, c.want)
		}
	}
}
