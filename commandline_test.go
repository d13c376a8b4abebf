package main

import (
	"testing"
)

// TestOrdersAreToldApart: an order is no command, and whoever says one is told how.
func TestOrdersAreToldApart(t *testing.T) {
	err := commandLine(t.Context(), func() {}, []string{"new", "funk"})
	if want := "new is an order: say it at the prompt, or: bandstand do new funk"; err == nil || err.Error() != want {
		t.Errorf("it says %v", err)
	}
	if err := commandLine(t.Context(), func() {}, []string{"version"}); err != nil {
		t.Errorf("a command is taken for an order: %v", err)
	}
}

func TestOrderLine(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"new"}, `new`},
		{[]string{"new funk"}, `new funk`},
		{[]string{"new", "funk", "seed=7"}, `new funk seed=7`},
		{[]string{"new", "band=The Solar Radiators"}, `new band="The Solar Radiators"`},
		{[]string{"new", `band="The Solar Radiators"`}, `new band="The Solar Radiators"`},
		{[]string{"title", "now", `Say "Hello"`, ""}, `title now "Say \"Hello\"" ""`},
		{[]string{"title", "now", `back\slash`}, `title now "back\\slash"`},
		{[]string{"title", "now", "a b=c d"}, `title now "a b=c d"`},
	} {
		if got := orderLine(c.args); got != c.want {
			t.Errorf("orderLine(%q) = %s, want %s", c.args, got, c.want)
		}
	}
}
