package ircbot

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ergochat/irc-go/ircmsg"
)

// capabilities are what the bot asks for where a server offers it
// (https://ircv3.net/irc/).
var capabilities = []string{
	"message-tags", "server-time", "echo-message", "account-tag", "account-notify", "extended-join", "chghost", "batch", "labeled-response",
}

// login is how far the connection is until the welcome.
type login struct {
	offered  map[string]string // capabilities, with their values
	caps     map[string]bool   // those agreed on
	tries    int               // nicks that were refused
	trying   string
	welcomed bool
	account  bool // logged in by SASL
	failed   bool // or tried to and could not
}

// has says whether a capability was agreed on.
func (l *login) has(name string) bool { return l.caps[name] }

// register begins to log in.
func (s *session) register() {
	s.login = login{offered: map[string]string{}, caps: map[string]bool{}, trying: s.Nick}
	s.agenda.after(registerTime, func() {
		if s.nick == "" {
			s.fault = fmt.Errorf("the server said no welcome within %.0f s: is %s an IRC server, and is it well?", registerTime.Seconds(), s.Address)
		}
	})
	if s.server != "" {
		s.tell("PASS", s.server)
	}
	s.tell("CAP", "LS", "302")
	s.tell("NICK", s.login.trying)
	s.tell("USER", s.User, "0", "*", s.RealName)
}

// hearCap takes the server's part of the negotiation of capabilities.
func (s *session) hearCap(m ircmsg.Message) {
	if len(m.Params) < 3 {
		return
	}
	words := strings.Fields(m.Params[len(m.Params)-1])
	switch m.Params[1] {
	case "LS":
		for _, w := range words {
			name, value, _ := strings.Cut(w, "=")
			s.login.offered[name] = value
		}
		if m.Params[2] != "*" && s.nick == "" { // the last line of the list
			s.askFor()
		}
	case "ACK":
		for _, w := range words {
			s.login.caps[strings.TrimPrefix(w, "-")] = !strings.HasPrefix(w, "-")
		}
		switch {
		case s.nick != "":
		case s.login.has("sasl"):
			s.tell("AUTHENTICATE", strings.ToUpper(s.SASL))
		default:
			s.tell("CAP", "END")
		}
	case "NAK":
		if s.nick != "" {
			return
		}
		if slices.Contains(words, "sasl") {
			s.noAccount("the server offers SASL and then refuses it")
		}
		if s.fault == nil {
			s.tell("CAP", "END")
		}
	case "NEW":
		var more []string
		for _, w := range words {
			if name, _, _ := strings.Cut(w, "="); slices.Contains(capabilities, name) {
				more = append(more, name)
			}
		}
		if len(more) > 0 {
			s.tell("CAP", "REQ", strings.Join(more, " "))
		}
	case "DEL":
		for _, w := range words {
			delete(s.login.caps, w)
		}
		s.distrust() // it may have been what told of logins
	}
}

// askFor asks for the capabilities that are offered and wanted.
func (s *session) askFor() {
	var want []string
	for _, name := range capabilities {
		if _, ok := s.login.offered[name]; ok {
			want = append(want, name)
		}
	}
	if s.SASL != "" {
		mechanisms, ok := s.login.offered["sasl"]
		mechanism := strings.ToUpper(s.SASL)
		switch {
		case !ok:
			s.noAccount("the server offers no SASL")
		case mechanisms != "" && !slices.Contains(strings.Split(mechanisms, ","), mechanism):
			s.noAccount("the server offers SASL by %s, not %s", mechanisms, mechanism)
		default:
			want = append(want, "sasl")
		}
	}
	if s.fault != nil {
		return
	}
	if len(want) == 0 {
		s.tell("CAP", "END")
		return
	}
	s.tell("CAP", "REQ", strings.Join(want, " "))
}

// noAccount is what becomes of a login by SASL that failed: NickServ is asked
// instead where the configuration has a password for it, else the bot stays away,
// since it would be another one there than its operators think.
func (s *session) noAccount(format string, args ...any) {
	why := fmt.Sprintf(format, args...)
	s.login.failed = true
	if s.nickServ == "" {
		s.fault = refuse("logging in failed: %s; mend sasl, sasl_user and sasl_password, or leave them out", why)
		return
	}
	s.log.Warn("logging in by SASL failed; the bot asks NickServ instead", "why", why)
}

// authenticate answers the server's AUTHENTICATE.
func (s *session) authenticate(m ircmsg.Message) {
	if len(m.Params) == 0 || m.Params[0] != "+" {
		return
	}
	if s.SASL == "external" {
		s.tell("AUTHENTICATE", "+")
		return
	}
	const most = 400 // https://ircv3.net/specs/extensions/sasl-3.1
	text := base64.StdEncoding.EncodeToString([]byte(s.SASLUser + "\x00" + s.SASLUser + "\x00" + s.sasl))
	for len(text) >= most {
		s.tell("AUTHENTICATE", text[:most])
		text = text[most:]
	}
	if text == "" {
		text = "+"
	}
	s.tell("AUTHENTICATE", text)
}

// authenticated ends the login by SASL, well or not.
func (s *session) authenticated(m ircmsg.Message) {
	switch m.Command {
	case "903":
		s.login.account = true
	case "907": // already
		s.login.account = true
	default: // 902 904 905 906 908
		s.noAccount("the server said %q", last(m))
	}
	if s.fault == nil && s.nick == "" {
		s.tell("CAP", "END")
	}
}

// nickRefused tries another nick.
func (s *session) nickRefused(m ircmsg.Message) {
	if s.nick != "" { // it was the attempt to get the wanted one back
		return
	}
	if s.login.tries == 0 {
		s.log.Warn("the nick cannot be had; the bot takes another and tries to get it back", "nick", s.Nick, "server", last(m))
	}
	s.login.tries++
	if s.login.tries > mostNicks {
		s.fault = refuse("the server takes none of %d nicks (%q): choose another nick", mostNicks, last(m))
		return
	}
	s.login.trying = anotherNick(s.Nick, s.login.tries)
	s.tell("NICK", s.login.trying)
}

const mostNicks = 12

// anotherNick is the nick for the nth try. Names of nine letters are taken by every
// server (RFC 1459), so from the second on they are no longer.
func anotherNick(nick string, n int) string {
	if n == 1 {
		return nick + "_"
	}
	short := []byte(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("[]{}_|-", r) {
			return r
		}
		return -1
	}, nick))
	for len(short) > 0 && (short[0] == '-' || short[0] >= '0' && short[0] <= '9') {
		short = short[1:]
	}
	if len(short) == 0 || n > 8 {
		short = []byte("bandbot")
	}
	if n == 2 {
		return string(short[:min(len(short), 8)]) + "_"
	}
	return fmt.Sprintf("%s%d", short[:min(len(short), 7)], n-1)
}

// welcome is when the server has taken the bot.
func (s *session) welcome(m ircmsg.Message) {
	if len(m.Params) == 0 || s.nick != "" {
		return
	}
	if s.SASL != "" && !s.login.account && !s.login.failed {
		if s.noAccount("the server knows no SASL"); s.fault != nil {
			return
		}
	}
	s.nick = m.Params[0]
	s.show(func(v *view) { v.state, v.on, v.nick, v.since = "connected", true, s.nick, time.Now() })
	s.log.Info("on the IRC network", "nick", s.nick)
	if s.nickServ != "" && !s.login.account {
		if s.support.same(s.nick, s.Nick) {
			s.tell("PRIVMSG", "NickServ", "IDENTIFY "+s.nickServ)
		} else {
			s.tell("PRIVMSG", "NickServ", "IDENTIFY "+s.Nick+" "+s.nickServ)
		}
	}
	s.agenda.after(pingEvery, s.ping)
	s.agenda.after(reclaimEvery, s.reclaim)
}

// reclaimEvery is how often the bot tries to get its nick back.
const reclaimEvery = 30 * time.Second

func (s *session) reclaim() {
	s.agenda.after(reclaimEvery, s.reclaim)
	if !s.support.same(s.nick, s.Nick) {
		s.tell("NICK", s.Nick)
	}
}

// freed is called when somebody leaves a nick.
func (s *session) freed(nick string) {
	if s.support.same(nick, s.Nick) && !s.support.same(s.nick, s.Nick) {
		s.tell("NICK", s.Nick)
	}
}

// ready is when the server has told all about itself: the bot goes into its channels.
func (s *session) ready() {
	if s.login.welcomed {
		return
	}
	s.login.welcomed = true
	if s.support.botMode != "" {
		s.tell("MODE", s.nick, "+"+s.support.botMode)
	}
	for _, r := range s.rooms {
		s.join(r)
	}
}

// ping measures the lag, and finds a server that has gone without a word.
func (s *session) ping() {
	if !s.pinged.IsZero() {
		s.fault = fmt.Errorf("the server has not answered for %.0f s", time.Since(s.pinged).Seconds())
		return
	}
	s.pinged = time.Now()
	s.tell("PING", "bandstand")
	s.agenda.after(pongTime, s.ping)
}

func (s *session) pong(m ircmsg.Message) {
	if s.pinged.IsZero() || last(m) != "bandstand" {
		return
	}
	lag := time.Since(s.pinged)
	s.pinged = time.Time{}
	s.show(func(v *view) { v.lag = lag })
}

// last is the last parameter of a message, "" where it has none.
func last(m ircmsg.Message) string {
	if len(m.Params) == 0 {
		return ""
	}
	return m.Params[len(m.Params)-1]
}
