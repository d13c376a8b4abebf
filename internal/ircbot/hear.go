package ircbot

import (
	"strings"
	"time"

	"github.com/ergochat/irc-go/ircmsg"

	"bandstand/internal/command"
)

// hear takes a line from the server.
func (s *session) hear(line string) {
	m, err := ircmsg.ParseLine(line)
	if err != nil {
		s.log.Debug("a line from the server was left out", "error", err)
		return
	}
	s.readClock(m)
	s.hearLabel(m)
	switch m.Command {
	case "PING":
		s.tell("PONG", m.Params...)
	case "PONG":
		s.pong(m)
	case "ERROR":
		s.fault = closed(last(m))
	case "PRIVMSG":
		s.message(m)
	case "CAP":
		s.hearCap(m)
	case "AUTHENTICATE":
		s.authenticate(m)
	case "902", "903", "904", "905", "906", "907", "908":
		s.authenticated(m)
	case "001":
		s.welcome(m)
	case "005":
		if len(m.Params) > 2 {
			s.support.hear(m.Params[1 : len(m.Params)-1])
		}
	case "376", "422": // the end of the message of the day, or none
		s.ready()
	case "432", "433", "436":
		s.nickRefused(m)
	case "437":
		if len(m.Params) > 1 && s.support.isChannel(m.Params[1]) {
			s.notIn(m)
		} else {
			s.nickRefused(m)
		}
	case "464":
		s.fault = refuse("the server refuses the password: mend password in the configuration")
	case "465":
		s.fault = refuse("the bot is banned from the server (%s): ask its operators", last(m))
	case "403", "405", "471", "473", "474", "475", "476", "477", "479", "480", "489", "520":
		s.notIn(m)
	case "404", "415":
		s.notHeard(m)
	case "396": // the server hides the bot's host behind another
		if user, _, ok := strings.Cut(s.source, "@"); ok && len(m.Params) > 1 {
			s.source = user + "@" + m.Params[1]
		}
	default:
		s.hearPeople(m)
	}
}

// hearPeople takes news of people.
func (s *session) hearPeople(m ircmsg.Message) {
	nuh, err := m.NUH()
	if err != nil || len(m.Params) == 0 && m.Command != "QUIT" {
		return
	}
	me := s.nick != "" && s.support.same(nuh.Name, s.nick)
	switch m.Command {
	case "NICK":
		if me {
			s.nick = m.Params[0]
			s.source = ""
			if nuh.Host != "" {
				s.source = s.nick + "!" + nuh.User + "@" + nuh.Host
			}
			s.show(func(v *view) { v.nick = s.nick })
			return
		}
		s.renamed(nuh.Name, m.Params[0])
		s.freed(nuh.Name)
	case "JOIN":
		if me {
			s.source = m.Source
			s.entered(m.Params[0])
			return
		}
		if p := s.known(nuh.Name); p != nil {
			delete(p.parted, s.support.fold(m.Params[0]))
			p.seenAs(m.Source)
			if s.login.has("extended-join") && s.login.has("account-notify") && len(m.Params) > 1 {
				p.account = account(m.Params[1])
			}
		}
	case "PART":
		if me {
			s.outOf(m.Params[0], "taken out")
			return
		}
		s.left(nuh.Name, m.Params[0])
	case "KICK":
		if len(m.Params) > 1 && s.support.same(m.Params[1], s.nick) {
			s.outOf(m.Params[0], "kicked by "+nuh.Name+": "+clean(last(m)))
		} else if len(m.Params) > 1 {
			s.left(m.Params[1], m.Params[0])
		}
	case "QUIT":
		if !me {
			s.quit(nuh.Name)
			s.freed(nuh.Name)
		}
	case "ACCOUNT":
		if p := s.known(nuh.Name); p != nil {
			p.seenAs(m.Source)
			p.account = account(m.Params[0])
		}
	case "CHGHOST":
		if len(m.Params) < 2 {
			return
		}
		if host := nuh.Name + "!" + m.Params[0] + "@" + m.Params[1]; me {
			s.source = host
		} else if p := s.known(nuh.Name); p != nil {
			p.host = host
		}
	case "INVITE":
		if len(m.Params) > 1 && s.support.same(m.Params[0], s.nick) {
			s.invited(m.Params[1])
		}
	}
}

// account is a services account as messages name it, "" for none.
func account(name string) string {
	if name == "*" {
		return ""
	}
	return name
}

// notHeard is when the server does not let the bot speak in a channel.
func (s *session) notHeard(m ircmsg.Message) {
	if len(m.Params) < 2 {
		return
	}
	r := s.room(m.Params[1])
	const what = "the channel lets only some speak: give the bot a voice (/mode +v)"
	if r == nil || r.told == what {
		return
	}
	r.told = what
	s.log.Warn("the bot is not heard in the IRC channel", "channel", r.Name, "what", what, "server", last(m))
}

// stale is how old a message may be: older ones are played back by a bouncer or a
// server, and their orders were meant for then.
const stale = time.Minute

// readClock learns how far the server's clock is behind ours, from what it says itself
// and at once.
func (s *session) readClock(m ircmsg.Message) {
	if m.Command == "001" || m.Command == "PONG" {
		if at, ok := stamped(m); ok {
			s.skew = time.Since(at)
		}
	}
}

// stamped is when a message was sent, by the server's clock, where it says so.
func stamped(m ircmsg.Message) (at time.Time, ok bool) {
	_, text := m.GetTag("time")
	at, err := time.Parse(time.RFC3339, text)
	return at, err == nil
}

// message takes a PRIVMSG: an order, or talk that is none of the bot's business.
func (s *session) message(m ircmsg.Message) {
	nuh, err := m.NUH()
	if err != nil || len(m.Params) < 2 || s.nick == "" || nuh.Name == "" || nuh.Host == "" {
		return
	}
	if s.support.same(nuh.Name, s.nick) { // its own echo
		s.source = m.Source
		return
	}
	if m.HasTag("bot") || m.HasTag("draft/bot") || s.ignored(m.Source) {
		return
	}
	now := time.Now()
	if at, ok := stamped(m); ok && now.Sub(at)-s.skew > stale {
		return
	}
	target, text := m.Params[0], m.Params[1]
	if strings.HasPrefix(text, "\x01") {
		if strings.HasPrefix(text, "\x01ACTION") && s.room(target) != nil { // "/me dances"
			s.spoke(m, nuh.Name, target)
		}
		s.hearCTCP(nuh.Name, text)
		return
	}
	text = strings.TrimSpace(plain(text))
	a := ask{line: text, host: m.Source}
	switch {
	case s.support.isChannel(target):
		if a.channel = target; s.room(target) == nil {
			return
		}
		a.line = s.order(text)
		s.spoke(m, nuh.Name, target)
	case s.support.same(target, s.nick):
		a.line = strings.TrimPrefix(text, "!")
		if own := s.order(text); own != "" {
			a.line = own
		}
		if strings.HasPrefix(strings.ToLower(a.line), "error:") {
			return
		}
	default:
		return // to some of a channel only, or to a mask
	}
	if a.line == "" {
		return
	}
	p := s.person(nuh.Name)
	p.seenAs(m.Source)
	delete(p.parted, s.support.fold(a.channel))
	if s.login.has("account-tag") {
		_, p.account = m.GetTag("account")
	}
	a.person, a.account = p, p.account
	s.touch(p, now)
	s.ask(a)
}

// spoke tells that somebody said something in a channel, be it an order or not.
func (s *session) spoke(m ircmsg.Message, nick, channel string) {
	if s.bot.Spoke == nil {
		return
	}
	_, account := m.GetTag("account")
	if p := s.known(nick); p != nil && !s.login.has("account-tag") {
		account = p.account
	}
	s.bot.Spoke(command.Caller{Door: "irc", Who: nick, Network: s.Name, Channel: channel, Account: account, Host: m.Source})
}

// hearCTCP answers what is polite to answer, at a limited rate. CTCP is answered by
// NOTICE (https://modern.ircdocs.horse/ctcp), so that two bots cannot talk for ever.
func (s *session) hearCTCP(nick, text string) {
	word, rest, _ := strings.Cut(strings.Trim(text, "\x01"), " ")
	var reply string
	switch strings.ToUpper(word) {
	case "VERSION":
		reply = "VERSION Bandstand " + s.bot.Version + ", a radio station whose bands are robots"
	case "PING":
		reply = "PING " + rest[:min(len(rest), 64)]
	case "CLIENTINFO":
		reply = "CLIENTINFO CLIENTINFO PING VERSION"
	default:
		return
	}
	now := time.Now()
	if s.ctcp.wait(now) > 0 {
		return
	}
	s.ctcp.take(now)
	s.tell("NOTICE", nick, "\x01"+clean(reply)+"\x01")
}
