package main

import "testing"

func TestOrderLine(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"new"}, `new`},
		{[]string{"new funk"}, `new funk`},
		{[]string{"new", "funk", "seed=7"}, `new funk seed=7`},
		{[]string{"new", "band=The Solar Radiators"}, `new band="The Solar Radiators"`},
		{[]string{"title", "now", `Say "Hello"`, ""}, `title now "Say \"Hello\"" ""`},
		{[]string{"title", "now", `back\slash`}, `title now "back\\slash"`},
		{[]string{"title", "now", "a b=c d"}, `title now "a b=c d"`},
	} {
		if got := orderLine(c.args); got != c.want {
			t.Errorf("orderLine(%q) = %s, want %s", c.args, got, c.want)
		}
	}
}
