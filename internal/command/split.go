package command

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxLine is the longest line, in bytes, that is taken as an order.
const MaxLine = 4096

// word is a word of a line. `band="Iron Llamas"` has a key and a text.
type word struct {
	text   string
	key    string // as written; "" where there is none
	quoted bool   // began with a quote or a backslash: it is no keyword
}

// split cuts a line into words at white space. Quotes ("…" or '…') hold words
// together where they open a word or a key's value, and a backslash makes the
// next character an ordinary one (not within '…'); elsewhere a quote is a letter
// like any other, as in Don't. Its errors are sentences.
func split(line string) ([]word, error) {
	if err := checkLine(line); err != nil {
		return nil, err
	}
	var words []word
	rest := []rune(line)
	for {
		for len(rest) > 0 && unicode.IsSpace(rest[0]) {
			rest = rest[1:]
		}
		if len(rest) == 0 {
			return words, nil
		}
		w, after, err := splitWord(rest)
		if err != nil {
			return nil, err
		}
		words, rest = append(words, w), after
	}
}

func checkLine(line string) error {
	switch {
	case len(line) > MaxLine:
		return sayf("that line is too long: an order has at most %d bytes", MaxLine)
	case strings.ContainsRune(line, 0):
		return sayf("that line has NUL bytes in it: an order is plain text")
	case !utf8.ValidString(line):
		return sayf("that line is not text in UTF-8: send it in UTF-8")
	}
	for _, r := range line {
		if !unicode.IsSpace(r) && unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return sayf("that line has a control character (%U) in it: an order is plain text", r)
		}
	}
	return nil
}

// splitWord takes the word that rest begins with.
func splitWord(rest []rune) (w word, after []rune, err error) {
	var text strings.Builder
	opening := true // a quote would open here
	w.quoted = strings.ContainsRune(`"'\`, rest[0])
	for len(rest) > 0 && !unicode.IsSpace(rest[0]) {
		r := rest[0]
		switch {
		case opening && (r == '"' || r == '\''):
			inner, n := quotedText(rest)
			if n == 0 {
				return w, nil, sayf("the quote %c is never closed: close it, or write \\%c for the character itself", r, r)
			}
			text.WriteString(inner)
			rest, opening = rest[n:], false
			continue
		case r == '\\' && len(rest) > 1:
			rest = rest[1:]
			text.WriteRune(rest[0])
			opening = false
		case r == '=' && w.key == "" && !w.quoted && isKey(text.String()):
			w.key = text.String()
			text.Reset()
			opening = true
		default:
			text.WriteRune(r)
			opening = false
		}
		rest = rest[1:]
	}
	w.text = text.String()
	return w, rest, nil
}

// quotedText is what stands between the quote that rest begins with and its
// fellow, and how many runes that took; 0 where the fellow is missing.
func quotedText(rest []rune) (string, int) {
	var b strings.Builder
	quote := rest[0]
	for i := 1; i < len(rest); i++ {
		switch {
		case rest[i] == quote:
			return b.String(), i + 1
		case rest[i] == '\\' && quote == '"' && i+1 < len(rest):
			i++
		}
		b.WriteRune(rest[i])
	}
	return "", 0
}

// isKey says whether what stands before a = is a key: letters, as an option's
// after two hyphens if one likes.
func isKey(s string) bool {
	s = strings.ToLower(strings.TrimPrefix(s, "--"))
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}
