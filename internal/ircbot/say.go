package ircbot

import (
	"fmt"
	"strings"
)

const (
	mostInChannel = 5   // lines of one answer in a channel: what the limiter lets through at once
	mostInPrivate = 8   // in private
	lineBytes     = 512 // of a line, with its end and the prefix that others see
	answerSpace   = " | "
)

// reply tells somebody the answer to an order. Where it is long the beginning is
// told, and "more" goes on.
func (s *session) reply(p *person, channel, text string) {
	var pieces []string
	for line := range strings.Lines(text) {
		if line = clean(line); line != "" {
			pieces = append(pieces, cut(line, s.spaceFor(p, channel))...)
		}
	}
	p.rest = nil
	s.portion(p, channel, pieces)
}

// more goes on with the last long answer.
func (s *session) more(p *person, channel string) {
	if len(p.rest) == 0 {
		s.say(p, channel, "that was all", true)
		return
	}
	s.portion(p, channel, p.rest)
}

// portion says as many pieces as are fit for the place and keeps the rest.
func (s *session) portion(p *person, channel string, pieces []string) {
	most, word := mostInPrivate, "more"
	if channel != "" {
		most, word = mostInChannel, "!more"
	}
	p.rest = nil
	if len(pieces) > most {
		p.rest = pieces[most-1:]
		pieces = append(pieces[:most-1:most-1], fmt.Sprintf("… %d more lines: say %s", len(p.rest), word))
	}
	s.Counts.Answers.Add(1)
	for _, piece := range pieces {
		s.say(p, channel, piece, len(pieces) == 1)
	}
}

// say has one line told to somebody, whole where it is all of the answer.
func (s *session) say(p *person, channel, text string, whole bool) {
	s.queue(answer{to: p, channel: channel, text: text, whole: whole})
}

// queue has a line wait for its turn.
func (s *session) queue(a answer) {
	target := s.support.fold(a.channel)
	if a.channel == "" {
		target = s.support.fold(a.to.nick) // only a key: who is there in the end is asked then
	}
	if !s.lanes.add(target, a) {
		s.Counts.Dropped.Add(1)
		s.log.Warn("too many answers wait for one place; one was dropped", "target", target)
	}
}

// target is where an answer goes to, as things are now.
func (a answer) target() string {
	if a.channel != "" {
		return a.channel
	}
	return a.to.nick
}

// address is what an answer begins with.
func address(nicks []string) string { return strings.Join(nicks, ", ") + ": " }

// spaceFor is how many bytes of text an answer to somebody may have.
func (s *session) spaceFor(p *person, channel string) int {
	if channel == "" {
		return s.space(p.nick)
	}
	return s.space(channel) - len(address([]string{p.nick}))
}

// space is how many bytes of text a message to a target may have: the server puts the
// bot's own name before it when it tells others.
func (s *session) space(target string) int {
	from := len(s.source)
	if from == 0 {
		const user, host = 10, 63 // what most servers allow
		from = len(s.nick) + 1 + user + 1 + host
	}
	return lineBytes - len("\r\n") - len(": PRIVMSG  :") - from - len(target)
}

// utter is the line of the lane whose turn it is, nil where all that waited there had
// nobody to hear it. Where several answers wait, those that fit share the line: the
// same answer to several people is told once, to all of them.
func (s *session) utter() []byte {
	ln := s.lanes.turn()
	defer s.lanes.done()
	for len(ln.waiting) > 0 {
		a := ln.waiting[0]
		ln.waiting = ln.waiting[1:]
		if !s.here(a.to, a.channel) {
			s.drop(a.to, a.channel, "whoever asked has left")
			continue
		}
		text, parts := a.text, []answer{a}
		if a.to != nil && a.channel != "" {
			parts = append(parts, s.sameFor(ln, a)...)
			text = address(nicks(parts)) + text
		}
		space := s.space(a.target())
		for a.whole && len(ln.waiting) > 0 {
			next := ln.waiting[0]
			more := next.text
			if next.to != nil && next.channel != "" && next.to != a.to {
				more = address([]string{next.to.nick}) + more
			}
			if !next.whole || !s.here(next.to, next.channel) || len(text)+len(answerSpace)+len(more) > space {
				break
			}
			ln.waiting = ln.waiting[1:]
			text += answerSpace + more
			parts = append(parts, next)
			a = next
		}
		if pieces := cut(text, space); len(pieces) > 1 { // a longer nick since it was cut
			text = pieces[0]
			ln.waiting = append([]answer{{to: a.to, channel: a.channel, text: strings.Join(pieces[1:], " ")}}, ln.waiting...)
			for i := range parts {
				parts[i].text = text // what a refusal is about; the rest has a line of its own
			}
		}
		if s.login.has("labeled-response") {
			return s.tagged(map[string]string{"label": s.labels.add(parts)}, "PRIVMSG", a.target(), text)
		}
		return s.line("PRIVMSG", a.target(), text)
	}
	return nil
}

// nicks are those whom answers are for.
func nicks(parts []answer) (all []string) {
	for _, a := range parts {
		all = append(all, a.to.nick)
	}
	return all
}

// sameFor takes out of a lane what says the same as a to others.
func (s *session) sameFor(ln *lane, a answer) []answer {
	const mostNames = 8
	var same []answer
	keep := ln.waiting[:0]
	for _, b := range ln.waiting {
		if a.whole && b.whole && b.text == a.text && b.to != nil && b.to != a.to && len(same) < mostNames && s.here(b.to, b.channel) {
			same = append(same, b)
			continue
		}
		keep = append(keep, b)
	}
	ln.waiting = keep
	return same
}
