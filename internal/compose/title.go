package compose

import (
	"math/rand/v2"
	"strings"
)

// title makes a title of the style's words.
func (sc *score) title() string {
	r := sc.stream("title")
	words := sc.style.Words
	out := pick(r, words.Titles)
	for _, slot := range []struct {
		name string
		list []string
	}{
		{"{noun}", words.Nouns}, {"{adjective}", words.Adjectives}, {"{verb}", words.Verbs}, {"{place}", words.Places},
	} {
		out = fillSlot(r, out, slot.name, slot.list)
	}
	return capital(out)
}

// fillSlot puts a different word of the list in each place that a slot stands.
func fillSlot(r *rand.Rand, text, slot string, list []string) string {
	if len(list) == 0 {
		return text
	}
	for _, i := range r.Perm(len(list)) {
		if !strings.Contains(text, slot) {
			break
		}
		text = strings.Replace(text, slot, list[i], 1)
	}
	return strings.ReplaceAll(text, slot, list[0])
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
