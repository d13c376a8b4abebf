package sqlite

import (
	"crypto/rand"
	"strings"
)

// alphabet has no vowels, so that no code is a word, and no letters or digits
// that look like others.
const (
	digits   = "23456789"
	alphabet = digits + "bcdfghjkmnpqrstvwxz"
)

// newCode draws a code of n characters. At least one is a letter, so that no code
// is taken for a number.
func newCode(n int) string {
	for {
		b := make([]byte, n)
		for i := range b {
			b[i] = alphabet[draw()]
		}
		if code := string(b); strings.Trim(code, digits) != "" {
			return code
		}
	}
}

// draw is an index of the alphabet, each as likely as any other.
func draw() int {
	var b [1]byte
	for {
		_, _ = rand.Read(b[:]) // never fails
		if i := int(b[0]) % 32; i < len(alphabet) {
			return i
		}
	}
}
