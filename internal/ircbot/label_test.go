package ircbot

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"bandstand/internal/command"
	"bandstand/internal/ircbot/irctest"
)

// labelling takes the bot into #band on a server that knows labels.
func (s *script) labelling() {
	s.t.Helper()
	s.send("CAP * LS :batch message-tags labeled-response echo-message")
	s.send("CAP * ACK :message-tags echo-message batch labeled-response")
	s.welcome("bandstand", "#band")
}

// label splits a line from its label.
func label(t *testing.T, line string) (label, rest string) {
	t.Helper()
	tag, rest, ok := strings.Cut(line, " ")
	label, labelled := strings.CutPrefix(tag, "@label=")
	if !ok || !labelled {
		t.Fatalf("%q has no label", line)
	}
	return label, rest
}

func TestWhatAChannelDoesNotHearIsToldInPrivate(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		s := w.server()
		s.labelling()
		ask := func(from, want string) string {
			t.Helper()
			s.send(":%s!a@h PRIVMSG #band :!now", from)
			l, rest := label(t, s.expect("@label="))
			if rest != want {
				t.Errorf("it said %q, not %q", rest, want)
			}
			return l
		}
		first := ask("ann", "PRIVMSG #band :ann: done: now")
		second := ask("bob", "PRIVMSG #band :bob: done: now")
		s.send("@label=%s :bandstand!b@h PRIVMSG #band :bob: done: now", second) // was heard
		s.send("@label=%s :srv 404 bandstand #band :Cannot send to channel", second)
		s.send("@label=%s :srv 404 bandstand #band :Cannot send to channel", first)
		l, rest := label(t, s.expect("@label="))
		if rest != "PRIVMSG ann :not heard in #band: done: now" {
			t.Errorf("then it said %q", rest)
		}
		s.send("@label=%s :srv 401 bandstand ann :No such nick", l)
		third := ask("cid", "PRIVMSG #band :cid: done: now")
		s.send(":cid!a@h QUIT :bye")
		s.send("@label=%s :srv 404 bandstand #band :no", third)
		s.send("@label=nonsense :srv 404 bandstand #band :no")
		s.send("@label :srv 404 bandstand #band :no")
		if more := s.said(); len(more) > 0 {
			t.Errorf("and then %q", more)
		}
		w.logs("give the bot a voice", "who=ann", "does not pass it on", "who=cid")
	})
}

// TestAnswersInOneLineAreToldToEach has several answers refused at once.
func TestAnswersInOneLineAreToldToEach(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		w.answers(func(c command.Caller, _ string) command.Reply {
			return command.Reply{OK: true, Text: map[string]string{"ann": "same", "bob": "same", "cid": "other"}[c.Who]}
		})
		s := w.server()
		s.labelling()
		for range 5 { // what may go at once has gone
			s.send(":bob!a@h PRIVMSG #band :!now")
			s.expect("@label=")
		}
		for _, who := range []string{"ann", "cid", "bob"} {
			s.send(":%s!a@h PRIVMSG #band :!now", who)
			s.said()
		}
		l, rest := label(t, s.expect("@label="))
		if rest != "PRIVMSG #band :ann, bob: same | cid: other" {
			t.Fatalf("it said %q", rest)
		}
		s.send("@label=%s :srv 404 bandstand #band :no", l)
		var got []string
		for range 3 {
			_, rest := label(t, s.expect("@label="))
			got = append(got, rest)
		}
		slices.Sort(got)
		want := []string{"PRIVMSG ann :not heard in #band: same", "PRIVMSG bob :not heard in #band: same", "PRIVMSG cid :not heard in #band: other"}
		if !slices.Equal(got, want) {
			t.Errorf("it told %q, not %q", got, want)
		}
	})
}

func TestLabelsAreForgotten(t *testing.T) {
	var l labels
	for range 3 * mostLabels {
		l.add([]answer{{text: "x"}})
	}
	if len(l.pending) != mostLabels || l.take("1") != nil || l.take(fmt.Sprint(3*mostLabels)) == nil || l.take(fmt.Sprint(3*mostLabels)) != nil {
		t.Errorf("%d lines are remembered", len(l.pending))
	}
}

// TestAMutedBotOnARealServer is in a channel where only some may speak.
func TestAMutedBotOnARealServer(t *testing.T) {
	s, err := irctest.Inspircd()
	s = keep(t, s, err, func() { _ = s.Close() })
	ann := dialClient(t, s.Address, "ann", "#band")
	bot := start(t, &orders{}, home(s.Address, "#band"))
	bot.in(t, "#band")
	ann.write("MODE #band +m")
	ann.hears("MODE", "+m")
	ann.say("#band", "!now")
	ann.hears("PRIVMSG", "ann :not heard in #band: done: now")
	bot.logs(t, "give the bot a voice")
}
