package command

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Role is what somebody may do; each role may all that those before it may.
type Role int

// The roles. Which order needs which is said in the table of orders.
const (
	RoleListener Role = 1 + iota // looks and rates
	RolePlayer                   // has songs composed, within limits, and rules over them
	RoleOperator                 // rules over what is heard
	RoleAdmin                    // all that may be done from afar
)

var roleNames = []string{"listener", "player", "operator", "admin"}

func (r Role) String() string {
	if r < RoleListener || r > RoleAdmin {
		return "nobody"
	}
	return roleNames[r-1]
}

// a is "a player" or "an operator".
func (r Role) a() string {
	if r >= RoleOperator {
		return "an " + r.String()
	}
	return "a " + r.String()
}

// ParseRole reads a role's name or the beginning of it. Its error is a Sentence.
func ParseRole(text string) (Role, error) {
	name, err := naming{"role", "the roles are " + strings.Join(roleNames, ", ")}.pick(text, roleNames)
	if err != nil {
		return 0, err
	}
	return Role(1 + slices.Index(roleNames, name)), nil
}

// Grant gives somebody who comes from afar a role.
type Grant struct {
	Who     string // a services account, or a mask (see MatchMask)
	Role    Role
	Network string // "" for all
	Channel string // "" for everywhere on the network, in private too
	Config  bool   // by the configuration, not by an order
}

// ParseGrant reads "WHO ROLE" or "WHO ROLE #channel" of the configuration of a
// network. Its error is a Sentence.
func ParseGrant(network, text string) (Grant, error) {
	words := strings.Fields(text)
	if len(words) < 2 || len(words) > 3 {
		return Grant{}, sayf("%q gives nobody a role: write WHO ROLE or WHO ROLE #channel, such as ada operator", short(text))
	}
	g := Grant{Who: words[0], Network: network, Config: true}
	if len(words) == 3 {
		g.Channel = words[2]
	}
	var err error
	if g.Role, err = ParseRole(words[1]); err != nil {
		return g, err
	}
	return g, g.check()
}

// check refuses names that nobody can have.
func (g Grant) check() error {
	const most = 200
	outside := func(s string) bool {
		return len(s) > most || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == ',' })
	}
	switch {
	case g.Who == "" || outside(g.Who):
		return sayf("%q is nobody: say a services account, or a mask such as *!*@host.example.org", short(g.Who))
	case g.Channel != "" && (!strings.ContainsAny(g.Channel[:1], "#&+!") || outside(g.Channel)):
		return sayf("%q is no channel: write it as #band", short(g.Channel))
	}
	return nil
}

// isMask says whether it is for a mask rather than an account.
func (g Grant) isMask() bool { return strings.ContainsAny(g.Who, "*?!@") }

// fits says whether it is for a caller, there where the order was said.
func (g Grant) fits(c Caller) bool {
	switch {
	case g.Network != "" && !strings.EqualFold(g.Network, c.Network),
		g.Channel != "" && Fold(g.Channel) != Fold(c.Channel):
		return false
	case g.isMask():
		return MatchMask(g.Who, c.Host)
	}
	return c.Account != "" && foldAccount(g.Who) == foldAccount(c.Account)
}

// outranks says whether it counts where both fit: what is said of an account before
// what is said of a mask, of a channel before a network, by an order before the
// configuration, and of a longer mask before a shorter.
func (g Grant) outranks(h Grant) bool {
	for _, by := range [][2]bool{
		{!g.isMask(), !h.isMask()},
		{g.Channel != "", h.Channel != ""},
		{g.Network != "", h.Network != ""},
		{!g.Config, !h.Config},
	} {
		if by[0] != by[1] {
			return by[0]
		}
	}
	return g.letters() > h.letters()
}

// letters is how much a mask asks for.
func (g Grant) letters() int { return len(g.Who) - strings.Count(g.Who, "*") }

// same says whether one replaces the other.
func (g Grant) same(h Grant) bool {
	return Fold(g.Who) == Fold(h.Who) && strings.EqualFold(g.Network, h.Network) && Fold(g.Channel) == Fold(h.Channel)
}

// where is "in #band on home", "on home" or "everywhere".
func (g Grant) where() string {
	switch {
	case g.Channel != "" && g.Network != "":
		return fmt.Sprintf("in %s on %s", g.Channel, g.Network)
	case g.Channel != "":
		return fmt.Sprintf("in %s on every network", g.Channel)
	case g.Network != "":
		return "on " + g.Network
	}
	return "everywhere"
}

// atHome says whether a caller came through a door that only the station's own
// people have the key of.
func (c Caller) atHome() bool { return c.Local || c.Door == "http" }

// standing is the role that a caller has, and the grant that gave it.
func (t *Table) standing(rd Reader, c Caller) (Role, Grant, error) {
	if c.atHome() {
		return RoleAdmin, Grant{}, nil
	}
	grants, err := rd.Trusted()
	if err != nil {
		return 0, Grant{}, err
	}
	best := Grant{Role: RolePlayer, Config: true}
	found := false
	for _, g := range append(grants, t.Roles...) {
		if g.fits(c) && (!found || g.outranks(best)) {
			best, found = g, true
		}
	}
	return best.Role, best, nil
}

// stand finds out what the caller may do.
func (r *request) stand() (err error) {
	if r.caller.atHome() {
		r.role = RoleAdmin
		return nil
	}
	return r.look(func(rd Reader) error {
		r.role, r.grant, err = r.table.standing(rd, r.caller)
		return err
	})
}

// least is the role that an order with these words needs, where the song is the
// caller's own if that matters.
func (o *order) needs(a args) Role {
	switch {
	case o.alone != 0 && len(a.plain) == 0:
		return o.alone
	case o.own != 0:
		return o.own
	}
	return o.role
}

// mayTry says whether the caller may give an order at all, with some words or others.
func (r *request) mayTry(o *order) bool {
	least := o.role
	for _, other := range []Role{o.alone, o.own} {
		if other != 0 {
			least = min(least, other)
		}
	}
	return r.role >= least && (!o.local || r.caller.Local)
}

// only is what is said after the name of an order that the caller may give with some
// words only, "" where there is no such limit.
func (r *request) only(o *order) string {
	switch {
	case r.role >= o.role:
		return ""
	case o.own != 0 && r.role >= o.own:
		return " (your own)"
	}
	return " (look only)"
}

// need refuses who has not the role that something is for.
func (r *request) need(least Role, what string) error {
	if r.role >= least {
		return nil
	}
	where := "here"
	if r.caller.Channel == "" {
		where = "in private"
	}
	hint := "ask an admin of the station to trust " + r.caller.Account
	if r.caller.Account == "" {
		hint = "log in to services if the station trusts your account, or ask one of its admins"
	}
	return sayf("%s is for %ss, and you are %s %s: %s", what, least, r.role.a(), where, hint)
}

// needOwn refuses who has not the role of the order, unless the song is theirs.
func (r *request) needOwn(person string) error {
	if r.order.own != 0 && r.role >= r.order.own && person == r.caller.person() {
		return nil
	}
	return r.need(r.order.role, r.order.name+" of other people's songs")
}

// whoMay tells which roles may give an order.
func (o *order) whoMay() string {
	if o.local {
		return "console and socket only"
	}
	text := "everybody"
	if o.role > RoleListener {
		text = o.role.String() + "s"
	}
	if o.own != 0 {
		text += ", " + o.own.String() + "s with their own songs"
	}
	if o.alone != 0 && o.alone < o.role {
		rest := o.alone.String() + "s"
		if o.alone == RoleListener {
			rest = "everybody"
		}
		text += "; " + o.name + " alone: " + rest
	}
	return text
}
