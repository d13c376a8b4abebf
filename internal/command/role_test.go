package command_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bandstand/internal/command"
	"bandstand/internal/sqlite"
)

// irc is somebody in #band on the network home, with a services account or none.
func irc(nick, account string) command.Caller {
	return command.Caller{Door: "irc", Who: nick, Network: "home", Channel: "#band", Account: account, Host: nick + "!~" + nick + "@" + nick + ".example.org"}
}

// in is the same person elsewhere; "" is in private.
func in(channel string, c command.Caller) command.Caller {
	c.Channel = channel
	return c
}

func on(network string, c command.Caller) command.Caller {
	c.Network = network
	return c
}

// may gives an order that must succeed for a caller, with words its reply must have.
func (d *desk) may(t testing.TB, c command.Caller, line string, want ...string) command.Reply {
	t.Helper()
	r := d.Do(t.Context(), c, line)
	if !r.OK {
		t.Fatalf("%s may not %q: %s", c.Who, line, r.Text)
	}
	for _, w := range want {
		if !strings.Contains(r.Text, w) {
			t.Errorf("%s: %q: the reply %q lacks %q", c.Who, line, r.Text, w)
		}
	}
	return r
}

// mayNot gives an order that must be refused in one sentence.
func (d *desk) mayNot(t testing.TB, c command.Caller, line string, want ...string) {
	t.Helper()
	r := d.Do(t.Context(), c, line)
	if r.OK || !strings.HasPrefix(r.Text, "error: ") || strings.Contains(r.Text, "\n") {
		t.Fatalf("%s: %q: %+v is no refusal", c.Who, line, r)
	}
	for _, w := range want {
		if !strings.Contains(r.Text, w) {
			t.Errorf("%s: %q: the refusal %q lacks %q", c.Who, line, r.Text, w)
		}
	}
}

// TestRolesAndOrders gives every order as every role.
func TestRolesAndOrders(t *testing.T) {
	everybody := []command.Role{command.RoleListener, command.RolePlayer, command.RoleOperator, command.RoleAdmin}
	from := func(least command.Role) []command.Role { return everybody[least-1:] }
	table := []struct {
		line string
		may  []command.Role
	}{
		{"new funk", from(command.RolePlayer)},
		{"queue", everybody},
		{"queue CODE", from(command.RolePlayer)},
		{"queue new", from(command.RolePlayer)},
		{"queue move WAITING 1", from(command.RoleOperator)},
		{"queue remove WAITING", from(command.RoleOperator)},
		{"play CODE", from(command.RoleOperator)},
		{"play", from(command.RoleOperator)},
		{"skip", everybody}, // as a vote: two others are there
		{"stop", from(command.RoleOperator)},
		{"auto", everybody},
		{"auto on", from(command.RoleOperator)},
		{"loop now", from(command.RoleOperator)},
		{"rate now 3", everybody},
		{"songs", everybody},
		{"song CODE", everybody},
		{"title CODE x", from(command.RoleOperator)},
		{"delete CODE", from(command.RoleOperator)},
		{"undo", from(command.RoleOperator)},
		{"export CODE x.mid", nil},
		{"styles", everybody},
		{"bands", everybody},
		{"band house", everybody},
		{"band new funk", from(command.RolePlayer)},
		{"now", everybody},
		{"history", everybody},
		{"status", everybody},
		{"listeners", everybody},
		{"networks", from(command.RoleOperator)},
		{"help", everybody},
		{"help stop", everybody},
		{"trust", from(command.RoleAdmin)},
		{"trust bob player", from(command.RoleAdmin)},
		{"untrust carol", from(command.RoleAdmin)},
		{"shutdown", nil},
	}
	tried := map[string]bool{}
	for _, role := range everybody {
		d := newDesk(t)
		d.Roles = []command.Grant{{Who: "ann", Role: role, Network: "home", Config: true}}
		d.Limits.PersonSongs, d.Limits.QueueShare = 100, 100
		d.Spoke(irc("bob", ""))
		d.Spoke(irc("cid", ""))
		for _, row := range table {
			d.ok(t, "trust carol operator network=home")
			code, waiting := d.ok(t, "new").Song.Code, d.queued(t)
			switch row.line {
			case "delete CODE":
				code = waiting
			case "undo":
				d.ok(t, "title "+code+" x")
			case "play":
				d.ok(t, "stop")
			}
			line := strings.NewReplacer("CODE", code, "WAITING", waiting).Replace(row.line)
			tried[strings.Fields(line)[0]] = true
			before := len(d.air.all())
			if ann := irc("ann", "ann"); slices.Contains(row.may, role) {
				d.may(t, ann, line)
			} else {
				d.mayNot(t, ann, line)
				if len(d.air.all()) != before {
					t.Errorf("%s as %s was refused but heard", line, role)
				}
			}
		}
	}
	if all := newDesk(t).Complete(""); len(tried) != len(all) {
		t.Errorf("%d of %d orders were tried: %v", len(tried), len(all), tried)
	}
}

// TestWhichGrantCounts puts grants before callers; the most particular counts.
func TestWhichGrantCounts(t *testing.T) {
	grant := func(text string) command.Grant {
		words := strings.Fields(text) // WHO ROLE [network] [channel] [config]
		role, err := command.ParseRole(words[1])
		if err != nil {
			t.Fatal(err)
		}
		g := command.Grant{Who: words[0], Role: role}
		for _, w := range words[2:] {
			switch {
			case w == "config":
				g.Config = true
			case strings.HasPrefix(w, "#"):
				g.Channel = w
			default:
				g.Network = w
			}
		}
		return g
	}
	ann := irc("Ann", "Ann[m]")
	for _, c := range []struct {
		grants []string
		who    command.Caller
		want   command.Role
	}{
		{nil, ann, command.RolePlayer},
		{[]string{"ann{M} admin"}, ann, command.RoleAdmin},
		{[]string{"ann{m} admin home"}, on("HOME", ann), command.RoleAdmin},
		{[]string{"ann{m} admin home"}, on("lab", ann), command.RolePlayer},
		{[]string{"ann{m} admin home #BAND"}, ann, command.RoleAdmin},
		{[]string{"ann{m} admin home #band"}, in("#attic", ann), command.RolePlayer},
		{[]string{"ann{m} admin home #band"}, in("", ann), command.RolePlayer},
		{[]string{"ann{m} admin #band"}, on("lab", ann), command.RoleAdmin},
		{[]string{"ann{m} admin"}, irc("ann[m]", ""), command.RolePlayer}, // a nick is no account
		{[]string{"* listener"}, irc("eve", ""), command.RoleListener},
		{[]string{"* listener", "ann[m] operator"}, ann, command.RoleOperator},
		{[]string{"*!*@*.example.org operator", "eve!*@* listener"}, irc("eve", ""), command.RoleOperator},
		{[]string{"*!*@*.example.org operator", "*!~eve@eve.example.org listener"}, irc("eve", ""), command.RoleListener},
		{[]string{"*!*@*.example.org operator", "ann[m] listener"}, ann, command.RoleListener},
		{[]string{"ann[m] operator home", "ann[m] admin", "ann[m] listener home #band"}, ann, command.RoleListener},
		{[]string{"ann[m] operator home", "ann[m] admin"}, ann, command.RoleOperator},
		{[]string{"ann[m] admin home config", "ann[m] listener home"}, ann, command.RoleListener},
		{[]string{"ann[m] admin home #band config", "ann[m] listener home"}, ann, command.RoleAdmin},
		{[]string{"* admin"}, command.Caller{Door: "irc", Network: "home", Who: "ghost"}, command.RolePlayer}, // no host: fits no mask
		{[]string{"* listener"}, command.Caller{Door: "http", Who: "10.0.0.7"}, command.RoleAdmin},
		{[]string{"* listener"}, me, command.RoleAdmin},
		{nil, command.Caller{Door: "a new door", Who: "x"}, command.RolePlayer},
	} {
		d := newDesk(t)
		for _, text := range c.grants {
			g := grant(text)
			if g.Config {
				d.Roles = append(d.Roles, g)
				continue
			}
			if err := d.db.Update(t.Context(), func(tx command.Tx) error { return tx.Trust(g, 1) }); err != nil {
				t.Fatal(err)
			}
		}
		got := command.RoleListener // what may be told by what is refused
		for _, probe := range []struct {
			line string
			role command.Role
		}{{"band new funk", command.RolePlayer}, {"auto off", command.RoleOperator}, {"trust", command.RoleAdmin}} {
			if d.Do(t.Context(), c.who, probe.line).OK {
				got = probe.role
			}
		}
		if got != c.want {
			t.Errorf("%v: %+v is %s, want %s", c.grants, c.who, got, c.want)
		}
	}
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	d := newDesk(t)
	d.Roles = []command.Grant{{Who: "eve", Role: command.RoleListener}}
	for _, c := range []struct {
		who        command.Caller
		line, want string
	}{
		{irc("bob", ""), "stop", "error: stop is for operators, and you are a player here: log in to services if the station trusts your account, or ask one of its admins"},
		{irc("bob", "Bob"), "auto on", "error: auto is for operators, and you are a player here: ask an admin of the station to trust Bob"},
		{in("", irc("bob", "Bob")), "trust x admin", "error: trust is for admins, and you are a player in private: ask an admin of the station to trust Bob"},
		{irc("eve", "eve"), "new", "error: new is for players, and you are a listener here: ask an admin of the station to trust eve"},
		{irc("eve", "eve"), "shutdown", "error: shutdown is only for the console and the control socket of the station's own computer"},
	} {
		if r := d.Do(t.Context(), c.who, c.line); r.OK || r.Text != c.want {
			t.Errorf("%s: got %s\nwant %s", c.line, r.Text, c.want)
		}
	}
	code := d.queued(t)
	d.mayNot(t, irc("bob", ""), "queue remove "+code, "queue remove of other people's songs is for operators")
}

func TestHelpShowsWhatOneMay(t *testing.T) {
	d := newDesk(t)
	d.Roles = []command.Grant{{Who: "eve", Role: command.RoleListener}, {Who: "ann", Role: command.RoleAdmin}}
	for _, c := range []struct {
		who  command.Caller
		want string
	}{
		{irc("eve", "eve"), "as a listener you may: queue, skip, auto, rate, songs, song, styles, bands, band, now, history, status, listeners, help; help ORDER explains one"},
		{irc("bob", ""), "as a player you may: new, queue, queue new, queue remove, skip, auto, rate, songs, song, title, styles, bands, band, band new, now, history, status, listeners, help; " +
			"help ORDER explains one"},
		{irc("ann", "ann"), "as an admin you may: new, queue, queue new, queue move, queue remove, play, skip, stop, auto, loop, rate, songs, song, title, delete, undo, styles, bands, band, " +
			"band new, trust, untrust, now, history, status, listeners, networks, help; help ORDER explains one"},
	} {
		if r := d.may(t, c.who, "help"); r.Text != c.want {
			t.Errorf("got  %s\nwant %s", r.Text, c.want)
		}
	}
	d.may(t, irc("eve", "eve"), "help stop", "who may: operators")
	stranger := command.Caller{Door: "http", Who: "10.0.0.7"}
	if r := d.may(t, stranger, "help", "  trust [WHO ROLE]"); strings.Contains(r.Text, "shutdown") {
		t.Errorf("offers what is not possible: %s", r.Text)
	}
}

func TestListenersAreNotNamedToStrangers(t *testing.T) {
	d := newDesk(t)
	d.house.listeners = []command.Listener{{Mount: "/live.mp3", Address: "10.1.2.3", Agent: "mpv"}, {Mount: "/live.opus", Address: "10.1.2.4"}, {Mount: "/live.mp3"}}
	if r := d.may(t, irc("bob", ""), "listeners"); r.Text != "3 listeners: /live.mp3 2, /live.opus 1" {
		t.Errorf("got %s", r.Text)
	}
	d.may(t, command.Caller{Door: "http", Who: "x"}, "listeners", "10.1.2.3")
}

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
		"trust ada op":                                "ada is an operator everywhere",
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

// TestManyPeople has strangers and admins order and trust at once; -race looks on.
func TestManyPeople(t *testing.T) {
	d := newDesk(t)
	d.ok(t, "new")
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			who := irc(fmt.Sprint("n", i), "")
			d.Spoke(who)
			for _, line := range []string{"new", "queue new", "skip", "help", fmt.Sprintf("trust n%d operator", i), "rate now 3"} {
				if r := d.Do(t.Context(), who, line); r.Text == "" {
					t.Errorf("%s: no reply", line)
				}
			}
			d.Do(t.Context(), me, fmt.Sprintf("trust acc%d operator network=home", i))
			d.Do(t.Context(), me, fmt.Sprintf("untrust acc%d", i))
		})
	}
	all.Wait()
	if r := d.ok(t, "trust"); !strings.HasPrefix(r.Text, "nobody has a role") {
		t.Errorf("got %s", r.Text)
	}
}

// restart closes the database and opens it again, with a new table and a new air that
// goes on where the old one was.
func (d *desk) restart(t *testing.T) *desk {
	t.Helper()
	if err := d.db.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(t.Context(), d.path, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	deps := d.Deps
	deps.Store = db
	n := &desk{db: db, path: d.path, air: d.air, composer: d.composer, exporter: d.exporter, house: d.house, seed: d.seed}
	n.Table = command.New(deps)
	return n
}

// clock is a time that only the test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }

func (c *clock) pass(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.at = c.at.Add(d) }
