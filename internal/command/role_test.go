package command_test

import (
	"fmt"
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
		{"output", from(command.RoleOperator)},
		{"output list", from(command.RoleOperator)},
		{"output add x icecast://source:pw@host/live.mp3", from(command.RoleAdmin)},
		{"output stop site", from(command.RoleOperator)},
		{"output start site", from(command.RoleOperator)},
		{"output remove x", from(command.RoleAdmin)},
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
		{[]string{"ann[M] admin"}, ann, command.RoleAdmin},
		{[]string{"ann[m] admin home"}, on("HOME", ann), command.RoleAdmin},
		{[]string{"ann[m] admin home"}, on("lab", ann), command.RolePlayer},
		{[]string{"ann[m] admin home #BAND"}, ann, command.RoleAdmin},
		{[]string{"ann[m] admin home #band"}, in("#attic", ann), command.RolePlayer},
		{[]string{"ann[m] admin home #band"}, in("", ann), command.RolePlayer},
		{[]string{"ann[m] admin #band"}, on("lab", ann), command.RoleAdmin},
		{[]string{"ann[m] admin"}, irc("ann[m]", ""), command.RolePlayer}, // a nick is no account
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
		{irc("eve", "eve"), "as a listener you may: queue (look only), skip, auto (look only), rate, songs, song, styles, bands, band, now, history, status, listeners, help; help ORDER explains one"},
		{irc("bob", ""), "as a player you may: new, queue, queue new, queue remove (your own), skip, auto (look only), rate, songs, song, title (your own), styles, bands, band, band new, now, history, status, listeners, help; " +
			"help ORDER explains one"},
		{irc("ann", "ann"), "as an admin you may: new, queue, queue new, queue move, queue remove, play, skip, stop, auto, loop, rate, songs, song, title, delete, undo, styles, bands, band, " +
			"band new, output, output list, output add, output start, output stop, output remove, trust, untrust, now, history, status, listeners, networks, help; help ORDER explains one"},
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
