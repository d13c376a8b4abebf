package nearest_test

import (
	"slices"
	"strings"
	"testing"

	"bandstand/internal/nearest"
)

func TestTo(t *testing.T) {
	orders := []string{"new", "now", "skip", "stop", "queue move", "history"}
	for _, c := range []struct {
		word string
		want []string
	}{
		{"nwe", []string{"new"}},
		{"NEW", []string{"new"}},
		{"histry", []string{"history"}},
		{"hist", []string{"history"}},
		{"sotp", []string{"stop"}},
		{"xylophone", nil},
		{strings.Repeat("new", 100), nil},
	} {
		got := nearest.To(c.word, orders)
		if len(c.want) == 0 && len(got) != 0 || len(c.want) > 0 && (len(got) == 0 || got[0] != c.want[0]) {
			t.Errorf("To(%q) = %v, want %v first", c.word, got, c.want)
		}
	}
	if got := nearest.To("n", slices.Repeat([]string{"new"}, 9)); len(got) != 3 {
		t.Errorf("%d names, want at most 3", len(got))
	}
}

func TestHint(t *testing.T) {
	if got := nearest.Hint("fnuk", []string{"rock", "funk"}); got != "; did you mean funk?" {
		t.Errorf("%q", got)
	}
	if got := nearest.Hint("zzz", []string{"funk"}); got != "" {
		t.Errorf("%q", got)
	}
}
