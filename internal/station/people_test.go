package station

import (
	"testing"

	"bandstand/internal/command"
	"bandstand/internal/config"
)

func TestLimitsAgree(t *testing.T) {
	if got := limits(config.Default().Limits); got != command.DefaultLimits() {
		t.Errorf("the configuration has %+v, the orders %+v", got, command.DefaultLimits())
	}
}

func TestRolesOfTheConfiguration(t *testing.T) {
	got, err := roles([]config.IRC{
		{Name: "home", Roles: []string{"ada admin", "*!*@*.example.org operator #band", "bob player", "eve listener"}},
		{Name: "lab", Roles: nil},
	})
	want := []command.Grant{
		{Who: "ada", Role: command.RoleAdmin, Network: "home", Config: true},
		{Who: "*!*@*.example.org", Role: command.RoleOperator, Network: "home", Channel: "#band", Config: true},
		{Who: "bob", Role: command.RolePlayer, Network: "home", Config: true},
		{Who: "eve", Role: command.RoleListener, Network: "home", Config: true},
	}
	if err != nil || len(got) != len(want) {
		t.Fatalf("got %+v, %v", got, err)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %+v, want %+v", got[i], want[i])
		}
	}
	if _, err := roles([]config.IRC{{Name: "home", Roles: []string{"ada king"}}}); err == nil {
		t.Error("a king was crowned")
	}
}
