package command_test

import (
	"strings"
	"testing"

	"bandstand/internal/command"
)

func TestMatchMask(t *testing.T) {
	const ada = "Ada[1]!~ada@host-7.Example.org"
	for _, c := range []struct {
		mask, host string
		want       bool
	}{
		{"*", ada, true},
		{"*!*@*", ada, true},
		{"ada{1}", ada, true},
		{"ADA[1]!*", ada, true},
		{"ada", ada, false},
		{"ada*", ada, true},
		{"ada???!*@*", ada, true},
		{"ada????!*@*", ada, false},
		{"*@*.example.org", ada, true},
		{"*!~ada@*", ada, true},
		{"*!ada@*", ada, false},
		{"*@*.example.net", ada, false},
		{"*example*", ada, false}, // a nick that has it
		{"*!*@*EXAMPLE*", ada, true},
		{"*1}!?ada@host-?.example.???", ada, true},
		{"ada[1]!~ada@host-7.example.org", ada, true},
		{"ada[1]!~ada@host-7.example.or", ada, false},
		{"a\\b^c", "A|B~C!x@y", true},
		{"", ada, false},
		{"*", "", false},
		{"*!*@*", "ada", false},
		{"grüße!*", "grüße!x@y", true},
		{"gr??e!*", "grüße!x@y", true},
		{strings.Repeat("*a", 200) + "b", strings.Repeat("a", 5000) + "!x@y", false},
	} {
		if got := command.MatchMask(c.mask, c.host); got != c.want {
			t.Errorf("%.40s and %.40s: got %t", c.mask, c.host, got)
		}
	}
}

func FuzzMatchMask(f *testing.F) {
	f.Add("*!*@*", "a!b@c")
	f.Add("a?[*", "\xff!\x00@")
	f.Fuzz(func(t *testing.T, mask, host string) {
		command.MatchMask(mask, host)
		_, after, whole := strings.Cut(host, "!")
		if whole && strings.Contains(after, "@") && !strings.ContainsAny(host, "*?") && !command.MatchMask(host, host) {
			t.Errorf("%q does not match itself", host)
		}
	})
}
