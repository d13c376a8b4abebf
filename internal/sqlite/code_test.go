package sqlite

import (
	"strings"
	"testing"
)

func TestCodes(t *testing.T) {
	seen := map[string]bool{}
	letters := map[rune]int{}
	for range 20000 {
		code := newCode(5)
		if len(code) != 5 || strings.Trim(code, alphabet) != "" || strings.Trim(code, digits) == "" {
			t.Fatalf("%q is no code", code)
		}
		for _, r := range code {
			letters[r]++
		}
		seen[code] = true
	}
	if len(seen) < 19900 {
		t.Errorf("only %d of 20000 codes are different", len(seen))
	}
	for _, r := range alphabet { // 100,000 letters, 3,704 of each expected
		if n := letters[r]; n < 3000 || n > 4500 {
			t.Errorf("%c came %d times", r, n)
		}
	}
	if strings.ContainsAny(alphabet, "aeiouy01l") {
		t.Errorf("%s makes words, or looks like others", alphabet)
	}
}
