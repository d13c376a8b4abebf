package compose

import (
	"math/rand/v2"
	"strings"
	"unicode"

	"bandstand/internal/band"
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
		text = put(text, slot, list[i])
	}
	return strings.ReplaceAll(text, slot, list[0])
}

// put puts a word where a slot first stands: in the plural where an s follows it,
// and behind the right article.
func put(text, slot, word string) string {
	before, after, _ := strings.Cut(text, slot)
	if rest, many := strings.CutPrefix(after, "s"); many && (rest == "" || !unicode.IsLetter(rune(rest[0]))) {
		word, after = band.Plural(word), rest
	}
	last := before[strings.LastIndexByte(strings.TrimSuffix(before, " "), ' ')+1:]
	if strings.EqualFold(last, "a ") && strings.ContainsRune("AEIOU", rune(word[0])) {
		before = strings.TrimSuffix(before, " ") + "n "
	}
	return before + word + after
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
