package ircbot

import (
	"strings"
	"time"

	"bandstand/internal/command"
)

// person is somebody who gave an order. They are known by their nick as long as the
// bot can see them, also when they change it.
type person struct {
	nick, host string // host is nick!user@host
	account    string // "" for none or not known
	gone       bool   // left the network
	parted     map[string]bool

	asked []ask // waiting, in order
	busy  bool  // one is being carried out
	last  time.Time
	rest  []string // what "more" shows
}

// seenAs notes the nick!user@host that a person now has. Where it is another
// user@host than before, and no CHGHOST told why, it may be somebody else with the
// nick: what only the first may have is forgotten.
func (p *person) seenAs(host string) {
	_, was, known := strings.Cut(p.host, "!")
	if _, is, _ := strings.Cut(host, "!"); known && is != was {
		p.account, p.rest = "", nil
	}
	p.host = host
}

type people struct{ byNick map[string]*person }

// person is the one with that nick, made where they are not yet known.
func (s *session) person(nick string) *person {
	key := s.support.fold(nick)
	p := s.people.byNick[key]
	if p == nil {
		p = &person{nick: nick, parted: map[string]bool{}}
		s.people.byNick[key] = p
	}
	return p
}

// known is the one with that nick, nil where the bot has nothing to do with them.
func (s *session) known(nick string) *person { return s.people.byNick[s.support.fold(nick)] }

// renamed is when somebody takes another nick.
func (s *session) renamed(from, to string) {
	p := s.known(from)
	if p == nil {
		return
	}
	delete(s.people.byNick, s.support.fold(from))
	if old := s.known(to); old != nil {
		old.gone = true // the bot did not see them leave
	}
	p.nick = to
	s.people.byNick[s.support.fold(to)] = p
}

// quit is when somebody leaves the network.
func (s *session) quit(nick string) {
	if p := s.known(nick); p != nil {
		p.gone = true
		delete(s.people.byNick, s.support.fold(nick))
	}
}

// left is when somebody leaves a channel. It may have been the last from which the bot
// would see them quit or log out, and another could come with their nick: their
// account is not known any more, until a message or a JOIN tells it.
func (s *session) left(nick, channel string) {
	if p := s.known(nick); p != nil {
		p.parted[s.support.fold(channel)] = true
		p.account = ""
	}
}

// distrust forgets who is logged in: where the bot sees no more who comes and goes,
// somebody else may have a nick by now.
func (s *session) distrust() {
	for _, p := range s.people.byNick {
		p.account = ""
	}
}

// here says whether somebody can still be answered.
func (s *session) here(p *person, channel string) bool {
	return p == nil || !p.gone && (channel == "" || !p.parted[s.support.fold(channel)])
}

// tidy forgets those who have long said nothing.
func (s *session) tidy(now time.Time) {
	const many, far = 1000, 5000
	long := time.Hour
	switch n := len(s.people.byNick); {
	case n < many:
		return
	case n > far: // a flood of strangers
		long = 10 * time.Minute
	}
	for key, p := range s.people.byNick {
		if !p.busy && len(p.asked) == 0 && now.Sub(p.last) > long {
			delete(s.people.byNick, key)
		}
	}
}

func (s *session) caller(a ask) command.Caller {
	return command.Caller{Door: "irc", Who: a.person.nick, Network: s.Name, Channel: a.channel, Account: a.account, Host: a.host}
}
