package ircbot

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"bandstand/internal/command"
)

// TestManyChannelsAreNoFlood: joins keep to the limiter too.
func TestManyChannelsAreNoFlood(t *testing.T) {
	var channels []string
	for i := range 30 {
		channels = append(channels, fmt.Sprint("#c", i))
	}
	play(t, home("irc.example:6667", channels...), func(w *world) {
		s := w.server()
		s.welcome("bandstand")
		begun := time.Now()
		for i := range channels {
			s.expect(fmt.Sprint("JOIN #c", i))
			if most := 5 + int(time.Since(begun)/time.Second); i+1 > most {
				t.Fatalf("%d joins within %v", i+1, time.Since(begun))
			}
		}
	})
}

func TestInvitationsAreNoFlood(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		s := w.server()
		s.welcome("bandstand")
		s.send(":srv 474 bandstand #band :banned")
		for range 100 {
			s.send(":ann!a@h INVITE bandstand #band")
		}
		if n := len(s.said()); n > 2 {
			t.Errorf("a hundred invitations made %d lines", n)
		}
	})
}

func TestAServerThatAsksWithoutListeningIsLeft(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		s := w.server()
		s.welcome("bandstand", "#band")
		for range 2 * mostProtocol {
			if _, err := s.conn.Write([]byte(":bandstand!b@h JOIN #elsewhere\r\n")); err != nil {
				break
			}
		}
		s.gone()
		w.logs("lines of protocol wait")
	})
}

// TestItStaysAwayWithoutItsAccount: where SASL is wanted and cannot be had the bot
// does not come in as somebody else.
func TestItStaysAwayWithoutItsAccount(t *testing.T) {
	for name, act := range map[string]func(s *script){
		"refused": func(s *script) {
			s.send("CAP * LS :sasl")
			s.send("CAP * NAK :sasl")
		},
		"not known": func(s *script) { s.send(":srv 001 bandstand :hello") },
	} {
		n := home("irc.example:6667", "#band")
		n.SASL, n.SASLUser, n.SASLPassword = "plain", "bandstand", word("s3cret")
		play(t, n, func(w *world) {
			s := w.server()
			s.expect("USER")
			act(s)
			s.gone()
			w.logs("mend sasl")
			if got := w.Networks()[0]; got.State != "away" {
				t.Errorf("%s: it shows %+v", name, got)
			}
		})
	}
}

// TestWhoTakesANickInheritsNothing: neither the account nor the rest of an answer, nor
// the answer that is under way.
func TestWhoTakesANickInheritsNothing(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		w.answers(func(c command.Caller, line string) command.Reply {
			if line == "slow" {
				time.Sleep(time.Minute)
			}
			return command.Reply{OK: true, Text: strings.Repeat("line\n", 20)}
		})
		s := w.server()
		s.welcome("bandstand", "#band")
		s.send(":ann!a@h PRIVMSG bandstand :trust")
		s.expect("PRIVMSG ann :…")
		s.send(":ann!a@h CHGHOST a cloak")
		s.send(":ann!a@cloak PRIVMSG bandstand :more")
		s.expect("PRIVMSG ann :…")
		time.Sleep(time.Minute)
		s.send(":ann!evil@elsewhere PRIVMSG bandstand :more")
		s.expect("PRIVMSG ann :that was all")
		s.send(":ann!a@h PRIVMSG bandstand :slow")
		synctest.Wait()
		s.send(":bob!b@h PRIVMSG bandstand :now")
		s.expect("PRIVMSG bob :…")
		s.send(":bob!b@h NICK ann") // ann must have left, and the bot did not see it
		time.Sleep(2 * time.Minute)
		w.logs("an answer was dropped")
		if more := s.said(); len(more) > 0 {
			t.Errorf("it said %q", more)
		}
	})
}

func TestWhoSpokeIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var spoke []string
		w := &world{t: t, orders: &orders{}, conns: make(chan *script, 1)}
		b := New(Config{Networks: []Network{home("irc.example:6667", "#band")}, Orders: w.orders, Dial: w.dial, Spoke: func(c command.Caller) {
			mu.Lock()
			defer mu.Unlock()
			spoke = append(spoke, c.Who+c.Channel)
		}})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- b.Run(ctx) }()
		s := <-w.conns
		s.welcome("bandstand", "#band")
		s.send(":ann!a@h PRIVMSG #band :I like it")
		s.send(":bob!b@h PRIVMSG #band :\x01ACTION dances\x01")
		s.send(":cid!c@h PRIVMSG #band :\x01VERSION\x01")
		s.send(":dee!d@h PRIVMSG bandstand :\x01ACTION waves\x01")
		s.send(":eve!e@h PRIVMSG #other :\x01ACTION waves\x01")
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		if got := strings.Join(spoke, " "); got != "ann#band bob#band" {
			t.Errorf("these spoke: %s", got)
		}
		cancel()
		<-ended
	})
}

// FuzzHear has a server say anything.
func FuzzHear(f *testing.F) {
	for _, line := range []string{
		":ann!a@h PRIVMSG #band :!now", "@label=1;account=x :s 404 bandstand #band :no", ":bandstand!b@h KICK #band bandstand", ":s CAP * LS :sasl=PLAIN",
		":ann!a@h NICK bob", ":ann!a@h CHGHOST x y", "AUTHENTICATE +", ":s 005 b CHANTYPES= CASEMAPPING=ascii :x", ":s 396 bandstand x :y", ":a!b@c PRIVMSG #band :\x01PING",
	} {
		f.Add(line, "bandstand")
	}
	f.Fuzz(func(t *testing.T, lines, nick string) {
		cfg := &Config{Orders: &orders{}, Log: slog.New(slog.DiscardHandler)}
		ours, theirs := net.Pipe()
		defer ours.Close()
		defer theirs.Close()
		s := newSession(newNetwork(home("irc.example:6667", "#band"), cfg), ours)
		s.work.ctx = t.Context()
		s.register()
		s.hear(":srv 001 " + nick + " :hello")
		s.hear(":" + nick + "!b@h JOIN #band")
		for line := range strings.SplitSeq(lines, "\n") {
			s.hear(line)
			for s.work.running > 0 {
				s.answered(<-s.work.done)
			}
		}
		for line := s.pick(time.Now().Add(time.Hour)); line != nil; line = s.pick(time.Now().Add(time.Hour)) {
			if text := string(line); strings.Count(text, "\n") != 1 || !strings.HasSuffix(text, "\r\n") || strings.Count(text, "\r") != 1 || strings.Contains(text, "\x00") {
				t.Fatalf("%q is not one line", text)
			}
		}
	})
}
