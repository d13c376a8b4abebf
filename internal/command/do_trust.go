package command

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

func doTrust(r *request) (Reply, error) {
	switch len(r.plain) {
	case 0:
		return r.listTrust()
	case 1:
		return Reply{}, sayf("trust needs who and a role: %s; the roles are %s", r.order.usage, strings.Join(roleNames, ", "))
	}
	g, err := r.scope(r.caller.Network)
	if err != nil {
		return Reply{}, err
	}
	if g.Role, err = ParseRole(r.at(1)); err != nil {
		return Reply{}, err
	}
	return r.change(func(c *change) (Reply, error) {
		all, err := c.Trusted()
		if err != nil {
			return Reply{}, err
		}
		for _, old := range all { // also one that is written with other capitals
			if old.same(g) {
				if err := c.Untrust(old); err != nil {
					return Reply{}, err
				}
			}
		}
		if err := c.Trust(g, c.turn); err != nil {
			return Reply{}, err
		}
		r.logTrust(c, "somebody was given a role", g)
		text := fmt.Sprintf("%s is %s %s", g.Who, g.Role.a(), g.where())
		if nick, host, _ := strings.Cut(wholeMask(g.Who), "@"); g.isMask() && g.Role > RolePlayer && strings.Trim(host, "*") == "" {
			text += fmt.Sprintf("; mind that anybody can come as %s: an account or a host is safer", cmp.Or(strings.TrimSuffix(nick, "!*"), "that"))
		}
		if known := r.table.networks(); !g.isMask() && g.Role > RolePlayer && g.Network == "" && len(known) > 1 {
			text += fmt.Sprintf("; mind that whoever has the account %s on any of %s is meant: network=%s is safer", g.Who, strings.Join(known, ", "), known[0])
		}
		return Reply{Text: text}, nil
	})
}

func doUntrust(r *request) (Reply, error) {
	network := "" // what is not said is every one that the caller rules over
	if r.bound() {
		network = r.caller.Network
	}
	g, err := r.scope(network)
	if err != nil {
		return Reply{}, err
	}
	return r.change(func(c *change) (Reply, error) {
		all, err := c.Trusted()
		if err != nil {
			return Reply{}, err
		}
		var text []string
		for _, old := range all {
			if !old.within(g) {
				continue
			}
			if err := c.Untrust(old); err != nil {
				return Reply{}, err
			}
			r.logTrust(c, "a role was taken back", old)
			text = append(text, fmt.Sprintf("%s is no longer %s %s", old.Who, old.Role.a(), old.where()))
		}
		if len(text) > 0 {
			return Reply{Text: lines(text)}, nil
		}
		for _, other := range all {
			if Fold(other.Who) == Fold(g.Who) {
				return Reply{}, sayf("%s is %s %s: that is taken back at the station's console, or by who is an admin there", other.Who, other.Role.a(), other.where())
			}
		}
		for _, fixed := range r.table.Roles {
			if fixed.within(g) {
				return Reply{}, sayf("%s is %s %s by the configuration: change it there, or trust them with another role", fixed.Who, fixed.Role.a(), fixed.where())
			}
		}
		return Reply{}, sayf("nobody is trusted by the name of %s %s: trust lists who is", short(g.Who), g.where())
	})
}

// within says whether it is of the person of h, there or in a part of it.
func (g Grant) within(h Grant) bool {
	return Fold(g.Who) == Fold(h.Who) && (h.Network == "" || strings.EqualFold(g.Network, h.Network)) &&
		(h.Channel == "" || Fold(g.Channel) == Fold(h.Channel))
}

// bound says whether the caller is an admin of only a part of the world.
func (r *request) bound() bool {
	return !r.caller.atHome() && (r.grant.Network != "" || r.grant.Channel != "")
}

// scope is who the order is about, and where: on the network given where it names
// none. An admin from afar rules over no more than where they are admin: one
// network, or one channel of it.
func (r *request) scope(network string) (Grant, error) {
	g := Grant{Who: r.at(0), Channel: r.keys["channel"], Network: network}
	if name, ok := r.keys["network"]; ok {
		known := r.table.networks()
		if len(known) == 0 {
			return g, sayf("there is no network %q: the station is on none", short(name))
		}
		var err error
		if g.Network, err = (naming{"network", "networks lists them"}).pick(name, known); err != nil {
			return g, err
		}
	}
	if err := g.check(); err != nil {
		return g, err
	}
	switch {
	case !r.bound():
	case r.grant.Network != "" && !strings.EqualFold(g.Network, r.grant.Network):
		return g, sayf("you are an admin %s only: say it on %s, or ask at the station's console", r.grant.where(), cmp.Or(g.Network, "the console"))
	case r.grant.Channel != "" && Fold(g.Channel) != Fold(r.grant.Channel):
		return g, sayf("you are an admin %s only: add channel=%s, or ask at the station's console", r.grant.where(), r.grant.Channel)
	}
	return g, nil
}

// networks are the names of the networks that there are.
func (t *Table) networks() []string {
	var names []string
	for _, n := range t.House.Networks() {
		names = append(names, n.Name)
	}
	for _, g := range t.Roles {
		names = append(names, g.Network)
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(s string) bool { return s == "" })
}

func (r *request) listTrust() (Reply, error) {
	var all []Grant
	err := r.look(func(rd Reader) (err error) {
		all, err = rd.Trusted()
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	all = append(all, r.table.Roles...)
	if len(all) == 0 {
		return Reply{Text: "nobody has a role: everybody from afar is a player; trust ada operator makes ada's account an operator"}, nil
	}
	slices.SortStableFunc(all, func(a, b Grant) int { return int(b.Role - a.Role) })
	text := []string{"who may do what; everybody else from afar is a player:"}
	for _, g := range all {
		line := fmt.Sprintf("%-8s  %s  %s", g.Role, g.Who, g.where())
		if g.Config {
			line += " (configuration)"
		}
		text = append(text, line)
	}
	return Reply{Text: lines(text)}, nil
}

// logTrust has the log tell of a change of who may do what, once it is on the disk.
func (r *request) logTrust(c *change, what string, g Grant) {
	c.after(func(Air) {
		r.table.Log.Info(what, "who", g.Who, "role", g.Role.String(), "network", g.Network, "channel", g.Channel, "by", r.caller.person())
	})
}
