package band

import (
	"slices"

	"bandstand/internal/song"
)

// partners are the roles that one robot can play together, the best partner first:
// hands that are free, or instruments that take turns.
var partners = map[string][]string{
	song.Pad:     {song.Arp, song.Counter, song.Chords},
	song.Solo:    {song.Counter, song.Lead},
	song.Counter: {song.Solo, song.Lead, song.Pad},
	song.Arp:     {song.Pad, song.Chords},
	song.Chords:  {song.Pad, song.Arp},
}

// cast deals roles to at most six robots: one each, and where there are more roles
// the pad goes to another keyboard, then the solos to whoever answers the singer.
// Each row is a robot's roles, its own one first.
func cast(roles []string) [][]string {
	rows := make([][]string, len(roles))
	for i, role := range roles {
		rows[i] = []string{role}
	}
	for _, role := range []string{song.Pad, song.Solo, song.Counter, song.Arp} {
		if len(rows) <= most {
			break
		}
		at := slices.IndexFunc(rows, func(row []string) bool { return row[0] == role && len(row) == 1 })
		with := partner(role, len(rows), func(i int) []string { return rows[i] })
		if at < 0 || with < 0 {
			continue
		}
		rows[with] = append(rows[with], role)
		rows = slices.Delete(rows, at, at+1)
	}
	return rows
}

// partner is the index of who could play a role besides its own, or −1. Nobody
// plays more than two.
func partner(role string, n int, roles func(i int) []string) int {
	for _, other := range partners[role] {
		for i := range n {
			if row := roles(i); row[0] == other && len(row) == 1 {
				return i
			}
		}
	}
	return -1
}

// Whole is the band as it plays a style with these roles: its own robots keep their
// roles, genes and nets; a role that none of them plays goes to a guest until they
// are six, then to one of their own who has a hand free. The guests' names are given.
func (b Band) Whole(style string, roles []string) (whole Band, guests []string) {
	whole = b
	whole.Robots = slices.Clone(b.Robots)
	taken := map[string]bool{}
	for _, r := range whole.Robots {
		taken[r.Name] = true
	}
	for _, role := range roles {
		if _, ok := whole.Robot(role); ok {
			continue
		}
		if len(whole.Robots) >= most {
			if i := partner(role, len(whole.Robots), func(i int) []string { return whole.Robots[i].Roles() }); i >= 0 {
				whole.Robots[i].Also = append(slices.Clone(whole.Robots[i].Also), role)
				continue
			}
		}
		guest := newRobot(style, []string{role}, b.Seed, taken)
		whole.Robots = append(whole.Robots, guest)
		guests = append(guests, guest.Name)
	}
	return whole, guests
}
