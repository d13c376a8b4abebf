package ircbot

import (
	"strconv"

	"github.com/ergochat/irc-go/ircmsg"
)

// mostLabels is how many lines are remembered until the server has answered them.
const mostLabels = 100

// labels tie what the server says of a line to the answers in it
// (https://ircv3.net/specs/extensions/labeled-response).
type labels struct {
	last    int
	pending []labelled // the oldest first
}

// labelled is a line that is under way.
type labelled struct {
	label string
	parts []answer
}

// add remembers a line and gives it a label.
func (l *labels) add(parts []answer) string {
	l.last++
	label := strconv.Itoa(l.last)
	if len(l.pending) == mostLabels {
		l.pending = l.pending[1:]
	}
	l.pending = append(l.pending, labelled{label, parts})
	return label
}

// take is what was in the line of that label, which is forgotten.
func (l *labels) take(label string) []answer {
	for i, p := range l.pending {
		if p.label == label {
			l.pending = append(l.pending[:i:i], l.pending[i+1:]...)
			return p.parts
		}
	}
	return nil
}

// hearLabel takes what the server says of a line of the bot's: its echo or an ACK is
// good news; an error means that nobody heard it. What a channel did not hear goes to
// whoever asked, in private; what was private already is dropped.
func (s *session) hearLabel(m ircmsg.Message) {
	ok, label := m.GetTag("label")
	if !ok {
		return
	}
	parts := s.labels.take(label)
	if number, err := strconv.Atoi(m.Command); m.Command != "FAIL" && (err != nil || number < 400) {
		return
	}
	for _, a := range parts {
		switch {
		case a.to == nil: // an announcement
			s.Counts.Dropped.Add(1)
		case a.channel == "":
			s.drop(a.to, "", "the server does not pass it on: "+clean(last(m)))
		case a.to.gone:
			s.drop(a.to, a.channel, "whoever asked has left")
		default:
			for _, piece := range cut("not heard in "+a.channel+": "+a.text, s.spaceFor(a.to, "")) {
				s.say(a.to, "", piece, false)
			}
		}
	}
}
