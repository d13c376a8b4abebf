// Package nearest finds the names that a mistyped word may have meant.
package nearest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hbollon/go-edlib"
)

// To gives up to three of names that are near to word, the nearest first, or
// nil where none is: those it begins, and those at most a third of its letters away.
func To(word string, names []string) []string {
	type candidate struct {
		name     string
		distance int
	}
	word = strings.ToLower(word)
	if len(word) > 64 {
		return nil
	}
	var near []candidate
	for _, name := range names {
		lower := strings.ToLower(name)
		d := edlib.OSADamerauLevenshteinDistance(word, lower) // two letters swapped count as one slip
		switch {
		case word != "" && strings.HasPrefix(lower, word):
			d = 0
		case d > max(1, (len(word)+1)/3):
			continue
		}
		near = append(near, candidate{name, d})
	}
	slices.SortStableFunc(near, func(a, b candidate) int { return a.distance - b.distance })
	var out []string
	for _, c := range near[:min(3, len(near))] {
		out = append(out, c.name)
	}
	return out
}

// Hint is "; did you mean funk or folk?", or "" where nothing is near.
func Hint(word string, names []string) string {
	near := To(word, names)
	if len(near) == 0 {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", strings.Join(near, " or "))
}
