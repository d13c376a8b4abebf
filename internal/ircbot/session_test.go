package ircbot

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"bandstand/internal/command"
)

func TestBadLinesFromAServer(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		s := w.server()
		s.welcome("bandstand", "#band")
		for _, bad := range []string{
			":ann!a@h PRIVMSG #band :!nul\x00byte", ":ann!a@h PRIVMSG", ":ann!a@h PRIVMSG #band", "PRIVMSG #band :!nobody",
			":ann PRIVMSG #band :!server", ":", "@", "@x", "   ", "@=;=;= :ann!a@h", "KICK", ":x!y@z KICK", ":x!y@z KICK #band", "001", "005", "CAP", ":s CAP * LS",
			"433", "AUTHENTICATE", ":bandstand!b@h NICK", ":bandstand!b@h JOIN", ":ann!a@h NICK", "404", "471 x", ":a!b@c CHGHOST", "PONG", "ERRO", "PING",
			"@time=nonsense :ann!a@h PRIVMSG #other :!elsewhere", "\xff\xfe\xfd", ":ann!a@h PRIVMSG @#band :!ops only",
		} {
			s.send("%s", bad)
		}
		s.send(":ann!a@h PRIVMSG #band :!new \xff\xfe funk")
		s.send(":ann!a@h PRIVMSG #band :!now")
		if got := s.expect("PRIVMSG #band :ann: done: now"); got == "" {
			t.Error("no answer")
		}
		if got := w.orders.lines(); !slices.Equal(got, []string{"new \xff\xfe funk", "now"}) {
			t.Errorf("the orders were %q", got)
		}
	})
}

func TestNothingBreaksOutOfItsLine(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		w.answers(func(command.Caller, string) command.Reply {
			return command.Reply{OK: true, Text: "on the air: \"Bad\r\nQUIT :bye\x00\x01 \x02bold\" by X\nsecond\rPRIVMSG #other :spam", Song: &command.SongInfo{Code: "k7m2p"}}
		})
		s := w.server()
		s.welcome("bandstand", "#band")
		s.send(":ann!a@h PRIVMSG #band :!now")
		for i, want := range []string{
			`PRIVMSG #band :ann: on the air: "Bad — http://radio.test/s/k7m2p`, `PRIVMSG #band :ann: QUIT :bye bold" by X`, `PRIVMSG #band :ann: second PRIVMSG #other :spam`,
		} {
			if got := s.expect(""); got != want {
				t.Errorf("line %d is %q, not %q", i, got, want)
			}
		}
		w.Announce(Song{Code: "abcde", Title: "A\r\nQUIT", Band: "B\x01", Style: "funk\n"})
		if got, want := s.expect("PRIVMSG"), `PRIVMSG #band :on the air: "A  QUIT" by B — funk , code abcde — http://radio.test/s/abcde`; got != want {
			t.Errorf("announced %q, not %q", got, want)
		}
		if more := s.said(); len(more) > 0 {
			t.Errorf("and then %q", more)
		}
	})
}

func TestBotsEchoesAndOldLinesAreNoOrders(t *testing.T) {
	n := home("irc.example:6667", "#band")
	n.Ignore = []string{"*!*@spam.example"}
	play(t, n, func(w *world) {
		s := w.server()
		s.welcome("bandstand", "#band")
		s.send(":bandstand!bandstand@host.example PRIVMSG #band :!echo")
		s.send("@bot :rob!r@h PRIVMSG #band :!from a bot")
		s.send(":ann!a@h NOTICE #band :!notice")
		s.send(":bad!x@spam.example PRIVMSG #band :!ignored")
		s.send("@time=%s :ann!a@h PRIVMSG #band :!played back", time.Now().Add(-time.Hour).UTC().Format("2006-01-02T15:04:05.000Z"))
		s.send(":other!o@h PRIVMSG #band :bandstand: error: there is no order")
		s.send(":other!o@h PRIVMSG bandstand :error: there is no order")
		s.send(":ann!a@h PRIVMSG #elsewhere :!not mine")
		s.send("@time=%s :ann!a@h PRIVMSG #band :\x02!now\x02", time.Now().UTC().Format("2006-01-02T15:04:05.000Z"))
		s.expect("PRIVMSG #band :ann: done: now")
		if got := w.orders.lines(); !slices.Equal(got, []string{"now"}) {
			t.Errorf("the orders were %q", got)
		}
	})
}

func TestAServerWhoseClockIsWrong(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		s := w.server()
		s.expect("USER ")
		stamp := func(d time.Duration) string { return "@time=" + time.Now().Add(d).UTC().Format(time.RFC3339) }
		s.send("%s :srv 001 bandstand :hi", stamp(-time.Hour))
		s.send(":srv 376 bandstand :end")
		s.expect("JOIN #band")
		s.send(":bandstand!b@h JOIN #band")
		s.send("%s :ann!a@h PRIVMSG #band :!played back", stamp(-2*time.Hour))
		s.send("%s :ann!a@h PRIVMSG #band :!now", stamp(-time.Hour))
		s.expect("PRIVMSG #band :ann: done: now")
		if got := w.orders.lines(); !slices.Equal(got, []string{"now"}) {
			t.Errorf("the orders were %q", got)
		}
	})
}

func TestWhoGaveAnOrder(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		s := w.server()
		s.expect("CAP LS 302")
		s.send(":srv CAP * LS * :message-tags account-tag sts=port=6697 unknown/cap")
		s.send(":srv CAP * LS :echo-message server-time labeled-response batch chghost")
		if got, want := s.expect("CAP REQ"), "CAP REQ :message-tags server-time echo-message account-tag chghost batch labeled-response"; got != want {
			t.Errorf("asked for %q, not %q", got, want)
		}
		s.send(":srv CAP * ACK :message-tags server-time echo-message account-tag chghost batch labeled-response")
		s.expect("CAP END")
		s.send(":srv 001 bandstand :hello")
		s.send(":srv 376 bandstand :end")
		s.expect("JOIN #band")
		s.send(":bandstand!b@h JOIN #band")
		s.send("@account=annie;time=%s :Ann!a@h PRIVMSG #Band :!now", time.Now().UTC().Format(time.RFC3339))
		s.expect("@label=1 PRIVMSG #Band :Ann: done")
		s.send(":bob!b@h PRIVMSG BandStand :!now")
		s.expect("@label=2 PRIVMSG bob :done: now")
		want := []command.Caller{
			{Door: "irc", Who: "Ann", Network: "home", Channel: "#Band", Account: "annie", Host: "Ann!a@h"},
			{Door: "irc", Who: "bob", Network: "home", Host: "bob!b@h"},
		}
		if !slices.Equal(w.orders.seen, want) {
			t.Errorf("got  %+v\nwant %+v", w.orders.seen, want)
		}
	})
}

func TestALateAnswerFindsTheOneWhoAsked(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		w.answers(func(_ command.Caller, line string) command.Reply {
			time.Sleep(time.Minute) // composing
			return command.Reply{OK: true, Text: "done: " + line}
		})
		s := w.server()
		s.welcome("bandstand", "#band")
		s.send(":ann!a@h PRIVMSG #band :!one")
		s.send(":bob!b@h PRIVMSG #band :!two")
		s.send(":cid!c@h PRIVMSG bandstand :three")
		s.send(":dee!d@h PRIVMSG #band :!four")
		s.send(":eve!e@h PRIVMSG #band :!five") // waits for a hand
		synctest.Wait()
		s.send(":ann!a@h NICK anna")
		s.send(":anna!a@h NICK annie")
		s.send(":bob!b@h QUIT :bye")
		s.send(":cid!c@h NICK sid")
		s.send(":dee!d@h PART #band")
		s.send(":eve!e@h NICK ann")
		got := []string{s.expect("PRIVMSG"), s.expect("PRIVMSG"), s.expect("PRIVMSG")}
		slices.Sort(got)
		if want := []string{"PRIVMSG #band :ann: done: five", "PRIVMSG #band :annie: done: one", "PRIVMSG sid :done: three"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		w.logs("an answer was dropped", "who=bob", "who=dee")
		if more := s.said(); len(more) > 0 {
			t.Errorf("and then %q", more)
		}
	})
}

func TestOnePersonsOrdersStayInOrder(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		w.answers(func(_ command.Caller, line string) command.Reply {
			if line == "slow" {
				time.Sleep(10 * time.Second)
			}
			return command.Reply{OK: true, Text: line}
		})
		s := w.server()
		s.welcome("bandstand", "#band")
		for _, line := range []string{"slow", "a", "b", "c"} {
			s.send(":ann!a@h PRIVMSG #band :!%s", line)
		}
		s.send(":bob!b@h PRIVMSG #band :!quick")
		var got []string
		for len(strings.Join(got, " ")) < len("quick slow a b c") {
			_, text, _ := strings.Cut(s.expect("PRIVMSG"), " :")
			for part := range strings.SplitSeq(text, answerSpace) {
				if _, rest, ok := strings.Cut(part, ": "); ok {
					part = rest
				}
				got = append(got, part)
			}
		}
		if want := []string{"quick", "slow", "a", "b", "c"}; !slices.Equal(got, want) {
			t.Errorf("answers came as %q", got)
		}
	})
}

func TestLongAnswersAreCut(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		var lines []string
		for i := range 20 {
			lines = append(lines, fmt.Sprintf("song %d", i+1))
		}
		w.answers(func(command.Caller, string) command.Reply {
			return command.Reply{OK: true, Text: strings.Join(lines, "\n")}
		})
		s := w.server()
		s.welcome("bandstand", "#band")
		s.send(":ann!a@h PRIVMSG #band :!songs")
		hear := func(want ...string) {
			t.Helper()
			for _, line := range want {
				if got := s.expect("PRIVMSG"); got != line {
					t.Errorf("got %q, want %q", got, line)
				}
			}
			if more := s.said(); len(more) > 0 {
				t.Errorf("and then %q", more)
			}
		}
		part := func(from, to int) (all []string) {
			for i := from; i <= to; i++ {
				all = append(all, fmt.Sprintf("PRIVMSG #band :ann: song %d", i))
			}
			return all
		}
		hear(append(part(1, 4), "PRIVMSG #band :ann: … 16 more lines: say !more")...)
		time.Sleep(time.Minute)
		s.send(":ann!a@h PRIVMSG #band :!more")
		hear(append(part(5, 8), "PRIVMSG #band :ann: … 12 more lines: say !more")...)
		time.Sleep(time.Minute)
		lines = lines[:5] // what fits is told whole
		s.send(":ann!a@h PRIVMSG #band :!songs")
		hear(part(1, 5)...)
		time.Sleep(time.Minute)
		lines = append(lines, "song 6", "song 7", "song 8", "song 9", "song 10", "song 11", "song 12")
		s.send(":ann!a@h PRIVMSG #band :!songs")
		hear(append(part(1, 4), "PRIVMSG #band :ann: … 8 more lines: say !more")...)
		time.Sleep(time.Minute)
		s.send(":ann!a@h PRIVMSG bandstand :more")
		hear("PRIVMSG ann :song 5", "PRIVMSG ann :song 6", "PRIVMSG ann :song 7", "PRIVMSG ann :song 8",
			"PRIVMSG ann :song 9", "PRIVMSG ann :song 10", "PRIVMSG ann :song 11", "PRIVMSG ann :song 12")
		s.send(":ann!a@h PRIVMSG bandstand :more")
		hear("PRIVMSG ann :that was all")
	})
}

func TestEveryLineFits(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		long := strings.Repeat("日本 — “long” 👩‍👩‍👧‍👦 title ", 60)
		w.answers(func(command.Caller, string) command.Reply { return command.Reply{OK: true, Text: long} })
		s := w.server()
		s.welcome("bandstand", "#band")
		s.send(":ann!a@h PRIVMSG #band :!now")
		const prefix = ":bandstand!bandstand@host.example "
		var text []string
		for range mostInChannel {
			line := s.expect("PRIVMSG")
			if n := len(prefix) + len(line) + 2; n > 512 {
				t.Errorf("%d bytes arrive: %q", n, line)
			}
			text = append(text, line)
		}
		if len(text[0]) < 440 || !strings.Contains(text[mostInChannel-1], "more line") {
			t.Errorf("cut into %q", text)
		}
	})
}

func TestTheLimiterHoldsWhileAnswersShareLines(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		w.answers(func(c command.Caller, line string) command.Reply {
			return command.Reply{OK: true, Text: c.Who + "'s " + line + " " + strings.Repeat("x", 60)}
		})
		s := w.server()
		s.welcome("bandstand", "#band")
		time.Sleep(time.Minute)
		s.said()
		begun := time.Now()
		const people, each = 20, 50
		for i := range each {
			for p := range people {
				s.send(":p%d!p@h PRIVMSG #band :!n%d", p, i)
			}
		}
		answers := map[string]int{}
		lines := 0
		for len(answers) < people*each {
			_, text, _ := strings.Cut(s.expect("PRIVMSG"), " :")
			lines++
			for part := range strings.SplitSeq(text, answerSpace) {
				if i := strings.Index(part, "'s n"); i >= 0 {
					who := part[strings.LastIndexByte(part[:i], ' ')+1 : i]
					answers[who+" "+strings.Fields(part[i+3:])[0]]++
				}
			}
			if most := 5 + int(time.Since(begun)/time.Second); lines > most {
				t.Fatalf("%d lines within %v", lines, time.Since(begun))
			}
		}
		for key, n := range answers {
			if n != 1 {
				t.Errorf("%s was answered %d times", key, n)
			}
		}
		t.Logf("%d answers in %d lines, %v", len(answers), lines, time.Since(begun).Round(time.Second))
	})
}

func TestTheSameAnswerIsToldOnceToAll(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		w.answers(func(command.Caller, string) command.Reply { return command.Reply{OK: true, Text: "silence"} })
		s := w.server()
		s.welcome("bandstand", "#band")
		time.Sleep(30 * time.Second)
		for i := range 9 {
			s.send(":p%d!p@h PRIVMSG #band :!now", i)
			synctest.Wait()
		}
		var got []string
		for range 6 {
			got = append(got, s.expect("PRIVMSG"))
		}
		if want := "PRIVMSG #band :p5, p6, p7, p8: silence"; got[5] != want {
			t.Errorf("the last line is %q, not %q", got[5], want)
		}
	})
}

func TestAnnouncements(t *testing.T) {
	n := home("irc.example:6667", "#band", "#quiet")
	n.Channels[1].Announce = false
	play(t, n, func(w *world) {
		s := w.server()
		s.welcome("bandstand", "#band", "#quiet")
		time.Sleep(time.Minute)
		song := Song{Code: "k7m2p", Title: "Tin Heart", Band: "Iron Llamas", Style: "funk"}
		w.Announce(song)
		w.Announce(song)
		if got, want := s.expect("PRIVMSG"), `PRIVMSG #band :on the air: "Tin Heart" by Iron Llamas — funk, code k7m2p — http://radio.test/s/k7m2p`; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		w.Announce(song) // a loop of what is heard
		if more := s.said(); len(more) > 0 {
			t.Errorf("told twice: %q", more)
		}
		w.Announce(Song{})
		synctest.Wait()
		w.Announce(song) // again, after silence
		s.expect("PRIVMSG #band :on the air")

		// One line for a song that was ordered here: the answer.
		w.answers(func(command.Caller, string) command.Reply {
			w.Announce(Song{Code: "abcde", Title: "New", Band: "B", Style: "pop"})
			time.Sleep(time.Second)
			return command.Reply{OK: true, Text: `on the air: "New" by B`, Song: &command.SongInfo{Code: "abcde"}, Starts: "abcde"}
		})
		time.Sleep(time.Minute)
		s.send(":ann!a@h PRIVMSG #band :!new")
		if got, want := s.expect("PRIVMSG"), `PRIVMSG #band :ann: on the air: "New" by B — http://radio.test/s/abcde`; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		time.Sleep(time.Minute)
		if more := s.said(); slices.ContainsFunc(more, func(l string) bool { return strings.HasPrefix(l, "PRIVMSG") }) {
			t.Errorf("and then %q", more)
		}
		// Nor for one that starts at once from the queue, whether before the answer or after.
		for i, late := range []bool{false, true} {
			song := Song{Code: fmt.Sprint("queue", i), Title: "Q"}
			w.answers(func(command.Caller, string) command.Reply {
				if !late {
					w.Announce(song)
					time.Sleep(time.Second)
				}
				return command.Reply{OK: true, Text: "queued to start now", Starts: song.Code}
			})
			s.send(":ann!a@h PRIVMSG #band :!queue new")
			s.expect("PRIVMSG #band :ann: queued to start now")
			w.Announce(song)
			time.Sleep(time.Minute)
			if more := s.said(); slices.ContainsFunc(more, func(l string) bool { return strings.HasPrefix(l, "PRIVMSG") }) {
				t.Errorf("told twice: %q", more)
			}
		}
		// A hundred songs in a second are not a hundred lines.
		for i := range 100 {
			w.Announce(Song{Code: fmt.Sprint("c", i), Title: fmt.Sprint("T", i)})
			synctest.Wait()
		}
		time.Sleep(time.Minute)
		told := slices.DeleteFunc(s.said(), func(l string) bool { return !strings.HasPrefix(l, "PRIVMSG") })
		if len(told) > 6 || !strings.Contains(told[len(told)-1], "code c99") {
			t.Errorf("a hundred songs in a moment made %d lines: %q", len(told), told)
		}
	})
}
