package ircbot

import (
	"strings"
	"testing"
	"time"

	"bandstand/internal/command"
)

func TestWholeAnswersOfFiveLinesKeepTheLimit(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		w.answers(func(_ command.Caller, line string) command.Reply {
			return command.Reply{OK: true, Text: strings.Repeat(line+"\n", mostInChannel)}
		})
		s := w.server()
		s.welcome("bandstand", "#band")
		time.Sleep(time.Minute)
		s.said()
		begun := time.Now()
		const people = 10
		for p := range people {
			s.send(":p%d!p@h PRIVMSG #band :!song%d", p, p)
		}
		for n := 1; n <= people*mostInChannel; n++ {
			line := s.expect("PRIVMSG")
			if strings.Contains(line, "more line") {
				t.Errorf("not whole: %s", line)
			}
			if most := 5 + int(time.Since(begun)/time.Second); n > most {
				t.Fatalf("%d lines within %v", n, time.Since(begun))
			}
		}
	})
}
