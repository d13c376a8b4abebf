package ircbot

import (
	"strings"
	"time"

	"github.com/ergochat/irc-go/ircmsg"
)

// room is a channel that the bot is in, or wants to be.
type room struct {
	Channel
	in      bool
	tries   int    // to get in, since the bot was in for a while
	waiting bool   // a next try is on the agenda
	told    string // the trouble that is in the log already

	asked    int       // orders from here that are being carried out
	called   time.Time // when an invitation was last followed
	known    string    // code of the song that the channel has been told of
	upcoming *Song     // to be told once those orders are answered
}

type rooms []*room

func newRooms(channels []Channel) rooms {
	var all rooms
	for _, c := range channels {
		all = append(all, &room{Channel: c})
	}
	return all
}

// room is the one of that name, nil where the bot has no business there.
func (s *session) room(name string) *room {
	for _, r := range s.rooms {
		if s.support.same(r.Name, name) {
			return r
		}
	}
	return nil
}

func (s *session) join(r *room) {
	r.waiting = false
	if r.in {
		return
	}
	if r.Key != "" {
		s.tell("JOIN", r.Name, r.Key)
		return
	}
	s.tell("JOIN", r.Name)
}

// joinAgain tries later, ever later: 5 s, 10 s, 20 s … 10 minutes.
func (s *session) joinAgain(r *room) {
	if r.waiting {
		return
	}
	const least, most = 5 * time.Second, 10 * time.Minute
	r.waiting = true
	wait := min(least<<min(r.tries, 10), most)
	r.tries++
	s.agenda.after(wait, func() { s.join(r) })
}

// invited follows an invitation to a channel that the bot wants to be in, but not
// many in a row.
func (s *session) invited(name string) {
	const rest = 5 * time.Second
	r := s.room(name)
	if now := time.Now(); r != nil && !r.in && now.Sub(r.called) >= rest {
		r.called = now
		s.join(r)
	}
}

// entered is when the bot is in a channel.
func (s *session) entered(name string) {
	r := s.room(name)
	if r == nil {
		s.tell("PART", name) // somebody brought it where it has nothing to do
		return
	}
	r.in, r.told = true, ""
	s.showRooms()
	s.log.Info("in the IRC channel", "channel", r.Name)
	// Who stays for an hour is welcome again, and need not be patient next time.
	tries := r.tries
	s.agenda.after(time.Hour, func() {
		if r.in && r.tries == tries {
			r.tries = 0
		}
	})
}

// outOf is when the bot is no longer in a channel.
func (s *session) outOf(name, why string) {
	r := s.room(name)
	if r == nil || !r.in {
		return
	}
	r.in = false
	s.distrust()
	s.showRooms()
	s.log.Warn("out of the IRC channel; the bot comes back with patience", "channel", r.Name, "why", why)
	s.joinAgain(r)
}

// refusals to join, and what to do about them.
var refusals = map[string]string{
	"403": "the server has no channel of that name: mend channels in the configuration",
	"405": "the bot is in too many channels for this server",
	"437": "the channel is not to be had just now",
	"471": "the channel is full",
	"473": "the channel is for the invited only: its operators can invite the bot or set an exception (/mode +I)",
	"474": "the bot is banned from the channel: ask its operators",
	"475": "the channel wants its key: write it as \"#channel key\" in channels",
	"476": "that is no name for a channel: mend channels in the configuration",
	"477": "the channel is for registered nicks: give the bot sasl_user and sasl_password, or nickserv_password",
	"479": "that is no name for a channel: mend channels in the configuration",
	"480": "the channel lets nobody in so fast: the bot waits",
	"489": "the channel is for TLS connections: set tls = true",
	"520": "the channel is for operators of the server",
}

// notIn is when the server refuses a JOIN.
func (s *session) notIn(m ircmsg.Message) {
	if len(m.Params) < 2 {
		return
	}
	r := s.room(m.Params[1])
	if r == nil || r.in {
		return
	}
	if what := refusals[m.Command]; r.told != what {
		r.told = what
		s.log.Warn("the bot cannot get into the IRC channel; it tries again later", "channel", r.Name, "what", what, "server", last(m))
	}
	s.joinAgain(r)
}

func (s *session) showRooms() {
	var in []string
	for _, r := range s.rooms {
		if r.in {
			in = append(in, r.Name)
		}
	}
	s.show(func(v *view) { v.channels = in })
}

// hearNews tells the channels what starts.
func (s *session) hearNews() {
	song := s.takeNews()
	if song == nil || s.nick == "" {
		return
	}
	for _, r := range s.rooms {
		switch {
		case !r.Announce:
		case song.Code == "": // silence: the same song may start again
			r.known, r.upcoming = "", nil
		case song.Code != r.known:
			r.upcoming = song
			s.announceIn(r)
		}
	}
}

// announceIn tells a channel what starts, unless an order from there is about to be
// answered: its answer may say the same, and nobody wants to read it twice.
func (s *session) announceIn(r *room) {
	if r.upcoming == nil || r.asked > 0 || !r.in {
		return
	}
	song := *r.upcoming
	r.upcoming = nil
	if song.Code == r.known {
		return
	}
	r.known = song.Code
	text := clean("on the air: \"" + song.Title + "\" by " + song.Band + " — " + song.Style + ", code " + song.Code)
	s.queue(answer{channel: r.Name, text: s.withLink(text, song.Code), news: true})
}

// withLink ends the first line of a text with the link to a song.
func (s *session) withLink(text, code string) string {
	if s.bot.Link == nil || code == "" {
		return text
	}
	first, rest, more := strings.Cut(text, "\n")
	first = strings.TrimRight(first, "\r") + " — " + s.bot.Link(code)
	if !more {
		return first
	}
	return first + "\n" + rest
}
