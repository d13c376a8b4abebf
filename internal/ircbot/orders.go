package ircbot

import (
	"context"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"bandstand/internal/command"
)

const (
	atOnce   = 4  // orders of a network that are carried out at one time
	mostAsks = 60 // orders of one person that may wait
)

// ask is an order as somebody gave it.
type ask struct {
	person        *person
	channel       string // "" in private
	line          string
	account, host string // the person's then: what they may do is decided by that
}

// result is what became of an ask.
type result struct {
	ask
	reply command.Reply
}

// work is the orders of a session that are waiting and being carried out. A person's
// are done one after the other, those of different people side by side.
type work struct {
	ctx     context.Context
	ready   []*person // who have orders waiting and none being carried out, in turn
	running int
	open    int         // taken and not answered
	done    chan result // has room for all that run, so that none is held up
	wg      sync.WaitGroup
}

// order is what a line of a channel asks of the bot, "" for nothing: "!new funk" or
// "bandstand: new funk", also with a comma or an @ before the name.
func (s *session) order(text string) string {
	if rest, ok := strings.CutPrefix(text, "!"); ok {
		// "!!!" and "! oh no" are no orders.
		if r, _ := utf8.DecodeRuneInString(rest); unicode.IsLetter(r) || r == '?' && strings.TrimRight(rest, "?") == "" {
			return strings.TrimSpace(rest)
		}
		return ""
	}
	text = strings.TrimPrefix(text, "@")
	if len(text) <= len(s.nick) || !s.support.same(text[:len(s.nick)], s.nick) {
		return ""
	}
	rest := text[len(s.nick):]
	if rest[0] != ':' && rest[0] != ',' {
		return ""
	}
	rest = strings.TrimPrefix(strings.TrimSpace(rest[1:]), "!")
	if strings.HasPrefix(strings.ToLower(rest), "error:") {
		return "" // another bot's answer: two would go on for ever
	}
	return rest
}

// ask takes an order.
func (s *session) ask(a ask) {
	p := a.person
	if word := strings.ToLower(a.line); word == "more" || word == "m" {
		s.more(p, a.channel)
		return
	}
	if len(p.asked) >= mostAsks {
		s.say(p, a.channel, "error: you have given more orders than the bot can keep: wait until they are answered", true)
		return
	}
	s.Counts.Orders.Add(1)
	s.work.open++
	if r := s.room(a.channel); r != nil {
		r.asked++
	}
	p.asked = append(p.asked, a)
	if !p.busy && len(p.asked) == 1 {
		s.work.ready = append(s.work.ready, p)
	}
	s.begin()
}

// begin has orders carried out as long as there are hands for them.
func (s *session) begin() {
	w := &s.work
	for w.running < atOnce && len(w.ready) > 0 {
		p := w.ready[0]
		w.ready = w.ready[1:]
		a := p.asked[0]
		p.asked = p.asked[1:]
		p.busy = true
		w.running++
		caller := s.caller(a)
		w.wg.Go(func() { w.done <- result{a, s.bot.Orders.Do(w.ctx, caller, a.line)} })
	}
}

// answered passes a reply on and begins what waited for it.
func (s *session) answered(r result) {
	s.work.running--
	s.work.open--
	r.person.busy = false
	if len(r.person.asked) > 0 {
		s.work.ready = append(s.work.ready, r.person)
	}
	s.begin()
	room := s.room(r.channel)
	if !s.here(r.person, r.channel) {
		s.drop(r.person, r.channel, "whoever asked has left")
	} else {
		text := r.reply.Text
		if r.reply.OK && r.reply.Song != nil {
			text = s.withLink(text, r.reply.Song.Code)
		}
		if room != nil && r.reply.OK && r.reply.Starts != "" {
			room.known = r.reply.Starts
		}
		s.reply(r.person, r.channel, text)
	}
	if room != nil {
		room.asked--
		s.announceIn(room)
	}
}

// drop logs an answer that nobody is there for.
func (s *session) drop(p *person, channel, why string) {
	s.Counts.Dropped.Add(1)
	s.log.Info("an answer was dropped", "who", p.nick, "channel", channel, "why", why)
}

// abandon ends a session's orders: those begun are finished, all else is dropped.
func (s *session) abandon() {
	s.work.wg.Wait()
	if waiting := s.lanes.count() + s.work.open; waiting > 0 {
		s.Counts.Dropped.Add(int64(waiting))
		s.log.Info("the connection ended before answers could be given", "answers", waiting)
	}
}

// touch notes that somebody spoke.
func (s *session) touch(p *person, now time.Time) {
	p.last = now
	s.tidy(now)
}
