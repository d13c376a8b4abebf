package command_test

import (
	"log/slog"
	"slices"
	"strings"
	"testing"

	"bandstand/internal/command"
)

func TestTrust(t *testing.T) {
	d := newDesk(t)
	var log strings.Builder
	d.Log = slog.New(slog.NewTextHandler(&log, nil))
	d.Roles = []command.Grant{{Who: "root", Role: command.RoleAdmin, Network: "home", Config: true}}
	d.house.networks = []command.Network{{Name: "home"}, {Name: "lab"}}
	d.bad(t, "trust ada", "trust needs who and a role", "listener, player, operator, admin")
	d.bad(t, "trust ada king", `there is no role "king"`, "the roles are listener, player, operator, admin")
	d.bad(t, "trust ada oprator", "did you mean operator?")
	d.bad(t, "trust ada admin network=hom2", `there is no network "hom2"`, "did you mean home?")
	d.bad(t, "trust ada admin channel=band", `"band" is no channel`, "#band")
	d.bad(t, `trust "a b" admin`, "is nobody", "services account")
	d.bad(t, "trust "+strings.Repeat("x", 201)+" admin", "is nobody")
	d.bad(t, "trust ada admin chanel=#x", "did you mean channel=")
	d.bad(t, "untrust ada", "nobody is trusted by the name of ada everywhere", "trust lists who is")
	d.bad(t, "untrust root", "root is an admin on home by the configuration: change it there")
	if r := d.ok(t, "trust"); r.Text != "who may do what; everybody else from afar is a player:\nadmin     root  on home (configuration)" {
		t.Errorf("got %s", r.Text)
	}
	d.mayNot(t, irc("ada", "ada"), "stop")
	for line, want := range map[string]string{
		"trust ada op":                                "ada is an operator everywhere; mind that whoever has the account ada on any of home, lab is meant: network=home is safer",
		"trust bob player network=la":                 "bob is a player on lab",
		"trust eve listener network=home channel=#b":  "eve is a listener in #b on home",
		"trust cat!*@* operator":                      "cat!*@* is an operator everywhere; mind that anybody can come as cat: an account or a host is safer",
		"trust *!*@h.example.org admin channel=#b":    "*!*@h.example.org is an admin in #b on every network",
		"trust *!*@spam.example.org listener":         "*!*@spam.example.org is a listener everywhere",
		"trust Dan[x] player network=home channel=#B": "Dan[x] is a player in #B on home",
	} {
		if r := d.ok(t, line); r.Text != want {
			t.Errorf("%s: got %s", line, r.Text)
		}
	}
	d.may(t, irc("ada", "ADA"), "stop")
	d.mayNot(t, irc("dan", "dan{x}"), "stop")
	d.ok(t, "trust dan[y] operator network=home")
	d.may(t, irc("dan", "DAN[Y]"), "stop")
	d.mayNot(t, irc("dan", "dan{y}"), "stop") // another account where the server says so
	d.ok(t, "untrust dan[y]")
	// With other capitals it is the same one.
	d.ok(t, "trust ADA listener")
	d.ok(t, "trust dan{X} listener network=home channel=#b")
	d.mayNot(t, irc("ada", "ada"), "stop", "you are a listener here")
	reopened := d.restart(t)
	if r := reopened.ok(t, "trust"); strings.Count(r.Text, "\n") != 8 || !strings.Contains(r.Text, "\nlistener  ADA  everywhere") || strings.Contains(r.Text, "Dan") {
		t.Errorf("got %s", r.Text)
	}
	reopened.mayNot(t, irc("ada", "ada"), "new", "you are a listener here")
	if r := reopened.ok(t, "untrust ada"); r.Text != "ADA is no longer a listener everywhere" {
		t.Errorf("got %s", r.Text)
	}
	reopened.may(t, irc("ada", "ada"), "new")
	for _, want := range []string{"who=ada role=operator", "by=local:ann", "who=*!*@spam.example.org role=listener"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, log.String())
		}
	}
	if orders := ordersIn(t, d.path); !slices.ContainsFunc(orders, func(o string) bool { return strings.Contains(o, `"trust ada op" done ada is an operator`) }) {
		t.Errorf("the order is not recorded: %q", orders)
	}
}

// TestAdminsRuleWhereTheyAreAdmins: nobody may give a role beyond the place of their own.
func TestAdminsRuleWhereTheyAreAdmins(t *testing.T) {
	d := newDesk(t)
	d.house.networks = []command.Network{{Name: "home"}, {Name: "lab"}}
	d.Roles = []command.Grant{{Who: "world", Role: command.RoleAdmin, Config: true}, {Who: "net", Role: command.RoleAdmin, Network: "home", Config: true},
		{Who: "chan", Role: command.RoleAdmin, Network: "home", Channel: "#band", Config: true}, {Who: "any", Role: command.RoleAdmin, Channel: "#band", Config: true}}
	world, net, chan_, anywhere := irc("world", "world"), irc("net", "net"), irc("chan", "chan"), irc("any", "any")
	d.may(t, world, "trust a operator", "a is an operator on home")
	d.may(t, world, "trust a operator network=lab", "on lab")
	d.may(t, net, "trust b operator", "b is an operator on home")
	d.may(t, net, "trust b operator channel=#attic", "in #attic on home")
	d.mayNot(t, net, "trust b operator network=lab", "you are an admin on home only", "say it on lab")
	d.mayNot(t, net, "untrust a network=lab", "you are an admin on home only")
	d.ok(t, "trust z operator")
	d.mayNot(t, net, "untrust z", "z is an operator everywhere: that is taken back at the station's console")
	d.may(t, world, "untrust z")
	d.may(t, chan_, "trust c operator channel=#Band", "in #Band on home")
	d.mayNot(t, chan_, "trust chan admin", "you are an admin in #band on home only", "channel=#band")
	d.mayNot(t, chan_, "trust chan admin channel=#attic", "only")
	d.mayNot(t, chan_, "trust chan admin channel=#band network=lab", "only")
	d.mayNot(t, in("", chan_), "trust c operator channel=#band", "you are a player in private")
	d.may(t, anywhere, "trust x operator channel=#band")
	d.mayNot(t, anywhere, "trust x operator", "only")
	if r := d.may(t, net, "untrust a"); r.Text != "a is no longer an operator on home" {
		t.Errorf("got %s", r.Text)
	}
	if r := d.ok(t, "trust"); !strings.Contains(r.Text, "a  on lab") {
		t.Errorf("that of another network is gone: %s", r.Text)
	}
}

func TestFailedTrustIsNotKept(t *testing.T) {
	d, s := brokenDesk(t)
	d.ok(t, "trust ada operator")
	s.failCommit = &command.Sentence{Text: "the disk is full: make room"}
	d.bad(t, "trust ada admin", "the disk is full")
	d.bad(t, "untrust ada", "the disk is full")
	s.failCommit = nil
	if r := d.ok(t, "trust"); !strings.Contains(r.Text, "operator  ada  everywhere") {
		t.Errorf("got %s", r.Text)
	}
}
