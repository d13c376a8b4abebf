package ircbot

import (
	"slices"

	"bandstand/internal/command"
)

// ignored says whether somebody is on the network's list of people not to be heard.
func (s *session) ignored(host string) bool {
	return slices.ContainsFunc(s.Ignore, func(mask string) bool { return command.MatchMask(mask, host) })
}
