package ircbot

import "strings"

// support is what the server says of itself in RPL_ISUPPORT
// (https://modern.ircdocs.horse/#rplisupport-parameters).
type support struct {
	folder
	chantypes string
	statusmsg string // prefixes that send to some of a channel only
	botMode   string // the user mode of bots
}

// hear takes the tokens of a line.
func (s *support) hear(tokens []string) {
	for _, t := range tokens {
		name, value, _ := strings.Cut(t, "=")
		switch name {
		case "CASEMAPPING":
			s.folder = folder(strings.ToLower(value))
		case "CHANTYPES":
			s.chantypes = value
		case "STATUSMSG":
			s.statusmsg = value
		case "BOT":
			if len(value) == 1 {
				s.botMode = value
			}
		}
	}
}

// isChannel says whether a target is a channel and not a person.
func (s *support) isChannel(target string) bool {
	return target != "" && strings.ContainsRune(s.chantypes, rune(target[0]))
}
