package ircbot

import "strings"

// folder makes names that a server takes for the same the same.
type folder string

// fold is a nick or a channel in the small letters of the server's CASEMAPPING
// (https://modern.ircdocs.horse/#casemapping-parameter): in rfc1459, what every
// server is taken for that does not say otherwise, {}|^ are the small []\~.
func (f folder) fold(name string) string {
	upper, lower := `[]\~`, `{}|^`
	switch f {
	case "ascii":
		upper, lower = "", ""
	case "strict-rfc1459", "rfc1459-strict":
		upper, lower = `[]\`, `{}|`
	case "rfc7613", "precis":
		return strings.ToLower(name)
	}
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		if i := strings.IndexRune(upper, r); i >= 0 {
			return rune(lower[i])
		}
		return r
	}, name)
}

func (f folder) same(a, b string) bool { return f.fold(a) == f.fold(b) }
