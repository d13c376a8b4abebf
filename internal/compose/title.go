package compose

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"bandstand/internal/band"
	"bandstand/internal/style"
)

// titleTries is how many titles are drawn until one says nothing twice.
const titleTries = 8

// title makes a title of the style's words.
func (sc *score) title() string {
	r := sc.stream("title")
	weights := titleWeights(sc.style.Words)
	out := ""
	for range titleTries {
		if out = titleOf(r, sc.style.Words, weights); !saysTwice(out) {
			break
		}
	}
	return out
}

func titleOf(r *rand.Rand, words style.Words, weights []float64) string {
	out := words.Titles[weighted(r, weights)]
	for _, s := range slots(words) {
		out = fillSlot(r, out, s.name, s.list)
	}
	return capital(out)
}

// slot is a place in a template and the words that may stand there.
type slot struct {
	name string
	list []string
}

// slots are the places that templates have, always in the same order.
func slots(words style.Words) [4]slot {
	return [4]slot{{"{noun}", words.Nouns}, {"{adjective}", words.Adjectives}, {"{verb}", words.Verbs}, {"{place}", words.Places}}
}

// saysTwice says whether a word of four letters or more comes twice.
func saysTwice(title string) bool {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return !unicode.IsLetter(r) })
	slices.Sort(words)
	for i := 1; i < len(words); i++ {
		if len(words[i]) > 3 && words[i] == words[i-1] {
			return true
		}
	}
	return false
}

// titleWeights makes templates that words can fill in many ways more likely, by the root
// of how many: so few songs share a title, and the short ones are still heard.
func titleWeights(words style.Words) []float64 {
	weights := make([]float64, len(words.Titles))
	for i := range words.Titles {
		weights[i] = math.Sqrt(ways(words, i))
	}
	return weights
}

// ways is how many titles a template can become.
func ways(words style.Words, template int) float64 {
	n := 1.0
	for _, s := range slots(words) {
		for i := range strings.Count(words.Titles[template], s.name) {
			n *= float64(max(1, len(s.list)-i))
		}
	}
	return n
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
	first, size := utf8.DecodeRuneInString(s)
	return strings.ToUpper(string(first)) + s[size:]
}
