package ircbot

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestAServerThatIsDownIsTriedForEver(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		for range 30 {
			w.refuse <- errTest
		}
		s := w.server()
		s.welcome("bandstand", "#band")
		for i := 1; i < len(w.dialed); i++ {
			if d := w.dialed[i].Sub(w.dialed[i-1]); d > 8*time.Second || i > 4 && d < 4*time.Second {
				t.Errorf("pause %d was %v", i, d)
			}
		}
		if got := w.Networks()[0]; got.State != "connected" || got.Nick != "bandstand" || len(got.Channels) != 1 || got.Error != "connecting to irc.example:6667: as the test wants it" {
			t.Errorf("it shows %+v", got)
		}
		time.Sleep(time.Hour)
		s.conn.Close()
		synctest.Wait()
		if got := w.Networks()[0]; got.State != "away" || got.Nick != "" || len(got.Channels) != 0 || got.Error != "the server closed the connection" || !got.Since.Equal(time.Now()) {
			t.Errorf("after the server is gone it shows %+v", got)
		}
		lost := time.Now()
		w.server().welcome("bandstand", "#band")
		if d := time.Since(lost); d > time.Second {
			t.Errorf("after a good connection the pause was %v", d)
		}
		w.logs("the IRC network is away", "as the test wants it", "in the IRC channel")
	})
}

// TestServersThatDoNotKeepTheBot tries what a server can do to a bot that is on its
// way in. Each time there is a log line that says what to do, and a next try: soon
// where trying may help, after a long pause where it will not.
func TestServersThatDoNotKeepTheBot(t *testing.T) {
	login := func(n *Network) { n.SASL, n.SASLUser, n.SASLPassword = "plain", "bandstand", word("s3cret") }
	for _, c := range []struct {
		name   string
		change func(*Network)
		act    func(s *script)
		log    string
		soon   bool
	}{
		{"says nothing", nil, func(*script) {}, "said no welcome within 30 s", true},
		{"closes at once", nil, func(s *script) { s.conn.Close() }, "the IRC network is away", true},
		{"sends a megabyte without a newline", nil, func(s *script) {
			for range 1024 {
				if _, err := s.conn.Write([]byte(strings.Repeat("x", 1024))); err != nil {
					return
				}
			}
			s.t.Error("the bot took a megabyte")
		}, "without an end of line", false},
		{"wants another password", func(n *Network) { n.Password = word("hunter2") }, func(s *script) {
			if s.expect("PASS") != "PASS hunter2" {
				s.t.Error("the password was not sent")
			}
			s.send(":srv 464 * :Password incorrect")
		}, "mend password", false},
		{"tells the password in its error", func(n *Network) { n.Password = word("hunter2") }, func(s *script) { s.send("ERROR :Closing link: bad password hunter2") },
			"bad password •••", true},
		{"is banned", nil, func(s *script) { s.send(":srv 465 * :You are banned: spam") }, "banned from the server (You are banned: spam)", false},
		{"is throttled", nil, func(s *script) { s.send("ERROR :Trying to reconnect too fast.") }, "reconnect too fast", false},
		{"goes down", nil, func(s *script) { s.send("ERROR :Server shutting down") }, "Server shutting down", true},
		{"has no SASL", login, func(s *script) { s.send("CAP * LS :server-time") }, "offers no SASL", false},
		{"has another SASL", login, func(s *script) { s.send("CAP * LS :sasl=EXTERNAL,SCRAM-SHA-256") }, "SASL by EXTERNAL,SCRAM-SHA-256, not PLAIN", false},
		{"refuses SASL", login, func(s *script) {
			s.send("CAP * LS :sasl=PLAIN")
			s.expect("CAP REQ")
			s.send("CAP * ACK :sasl")
			s.expect("AUTHENTICATE PLAIN")
			s.send("AUTHENTICATE +")
			s.expect("AUTHENTICATE")
			s.send(":srv 904 * :Invalid credentials")
		}, "mend sasl, sasl_user and sasl_password", false},
		{"takes no nick", nil, func(s *script) {
			for range mostNicks + 1 {
				s.expect("NICK")
				s.send(":srv 432 * x :Erroneous nickname")
			}
		}, "choose another nick", false},
		{"forgets to answer pings", nil, func(s *script) {
			s.mute.Store(true)
			s.welcome("bandstand", "#band")
		}, "the server has not answered for 60 s", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := home("irc.example:6667", "#band")
			if c.change != nil {
				c.change(&n)
			}
			play(t, n, func(w *world) {
				s := w.server()
				c.act(s)
				s.gone()
				lost := time.Now()
				w.logs(c.log)
				w.server()
				pause := time.Since(lost)
				if c.soon != (pause <= 8*time.Second) || !c.soon && pause < 30*time.Second {
					t.Errorf("it came back after %v", pause)
				}
			})
		})
	}
}

func TestASecretThatIsMissing(t *testing.T) {
	n := home("irc.example:6667", "#band")
	n.Password = missing{}
	play(t, n, func(w *world) {
		time.Sleep(time.Second)
		w.logs("the variable is not set")
		if len(w.conns) > 0 {
			t.Error("the bot connected without its password")
		}
	})
}

type missing struct{}

func (missing) Reveal() (string, error) {
	return "", fmt.Errorf("the variable is not set: %w", errTest)
}

func TestSASLPlain(t *testing.T) {
	n := home("irc.example:6667", "#band")
	n.SASL, n.SASLUser, n.SASLPassword, n.NickServPassword = "plain", "bandstand", word("s3cret"+strings.Repeat("x", 400)), word("hunter2")
	play(t, n, func(w *world) {
		s := w.server()
		s.send("CAP * LS :sasl message-tags")
		s.expect("CAP REQ :message-tags sasl")
		s.send("CAP * ACK :message-tags sasl")
		s.expect("AUTHENTICATE PLAIN")
		s.send("AUTHENTICATE +")
		text := ""
		for part := 400; part == 400; {
			_, chunk, _ := strings.Cut(s.expect("AUTHENTICATE"), " ")
			part = len(chunk)
			text += chunk
		}
		got, err := base64.StdEncoding.DecodeString(text)
		if want := "bandstand\x00bandstand\x00s3cret" + strings.Repeat("x", 400); err != nil || string(got) != want {
			t.Errorf("it authenticated with %q", got)
		}
		s.send(":srv 900 * * bandstand :You are now logged in")
		s.send(":srv 903 * :SASL authentication successful")
		s.expect("CAP END")
		s.send(":srv 001 bandstand :hi")
		s.send(":srv 376 bandstand :end")
		if line := s.expect(""); line != "JOIN #band" {
			t.Errorf("logged in, it said %q", line)
		}
	})
}

func TestSASLExternal(t *testing.T) {
	n := home("irc.example:6667", "#band")
	n.SASL = "external"
	play(t, n, func(w *world) {
		s := w.server()
		s.send("CAP * LS :sasl=PLAIN,EXTERNAL")
		s.send("CAP * ACK :sasl")
		s.expect("AUTHENTICATE EXTERNAL")
		s.send("AUTHENTICATE +")
		if line := s.expect("AUTHENTICATE"); line != "AUTHENTICATE +" {
			t.Errorf("it said %q", line)
		}
		s.send(":srv 903 * :fine")
		s.expect("CAP END")
	})
}

func TestNickServInsteadOfSASL(t *testing.T) {
	n := home("irc.example:6667", "#band")
	n.SASL, n.SASLUser, n.SASLPassword, n.NickServPassword = "plain", "bandstand", word("s3cret"), word("hunter2")
	play(t, n, func(w *world) {
		s := w.server()
		s.send("CAP * LS :sasl")
		s.send("CAP * ACK :sasl")
		s.expect("AUTHENTICATE")
		s.send(":srv 904 * :no")
		s.expect("CAP END")
		s.send(":srv 001 bandstand :hi")
		s.expect("PRIVMSG NickServ :IDENTIFY hunter2")
		w.logs("the bot asks NickServ instead")
	})
}

func TestANickThatIsTakenIsTakenBack(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		s := w.server()
		s.expect("NICK bandstand")
		s.send(":srv 433 * bandstand :in use")
		s.expect("NICK bandstand_")
		s.send(":srv 432 * bandstand_ :too long")
		s.expect("NICK bandstan_")
		s.send(":srv 001 bandstan_ :hi")
		s.send(":srv 376 bandstan_ :end")
		s.expect("JOIN #band")
		s.send(":bandstan_!b@h JOIN #band")
		s.send(":ann!a@h PRIVMSG #band :bandstand: now") // that is somebody else
		s.send(":ann!a@h PRIVMSG #band :bandstan_: now")
		s.expect("PRIVMSG #band :ann: done: now")
		if n := len(w.orders.lines()); n != 1 {
			t.Errorf("%d orders were taken, not 1", n)
		}
		s.expect("NICK bandstand") // from time to time
		s.send(":srv 433 bandstan_ bandstand :in use")
		s.said()
		s.send(":bandstand!x@y QUIT :bye") // and as soon as it is free
		if got := s.said(); len(got) != 1 || got[0] != "NICK bandstand" {
			t.Errorf("when the nick was free it said %q", got)
		}
		s.send(":bandstan_!b@h NICK bandstand")
		s.send(":ann!a@h PRIVMSG #band :bandstand: now")
		s.expect("PRIVMSG #band :ann: done: now")
		time.Sleep(5 * time.Minute)
		if got := s.said(); len(got) != 0 || w.Networks()[0].Nick != "bandstand" {
			t.Errorf("with its nick back it said %q", got)
		}
	})
}

func TestItComesBackAfterAKickWithPatience(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		s := w.server()
		s.welcome("bandstand", "#band")
		for i, want := range []time.Duration{5, 10, 20, 40, 80, 160, 320, 600, 600} {
			s.send(":op!o@h KICK #band bandstand :too loud")
			kicked := time.Now()
			s.expect("JOIN #band")
			if d := time.Since(kicked); d != want*time.Second {
				t.Errorf("after kick %d it came back in %v, not %d s", i+1, d, want)
			}
			s.send(":bandstand!b@h JOIN #band")
		}
		w.logs("out of the IRC channel", "kicked by op: too loud")
		time.Sleep(2 * time.Hour) // all is forgiven
		s.send(":op!o@h KICK #band bandstand :again")
		kicked := time.Now()
		s.expect("JOIN #band")
		if d := time.Since(kicked); d != 5*time.Second {
			t.Errorf("after hours it came back in %v", d)
		}
	})
}

func TestChannelsThatDoNotLetItIn(t *testing.T) {
	for numeric, want := range map[string]string{
		"403": "mend channels", "471": "full", "473": "invite", "474": "banned", "475": "key", "477": "registered", "489": "tls = true",
	} {
		play(t, home("irc.example:6667", "#band", "#other"), func(w *world) {
			s := w.server()
			s.expect("USER")
			s.send(":srv 001 bandstand :hi")
			s.send(":srv 376 bandstand :end")
			s.expect("JOIN #band")
			s.send(":srv %s bandstand #band :no", numeric)
			s.expect("JOIN #other")
			s.send(":bandstand!b@h JOIN #other")
			for range 3 {
				s.expect("JOIN #band")
				s.send(":srv %s bandstand #band :no", numeric)
			}
			w.logs(want)
			if n := strings.Count(w.log.String(), "cannot get into"); n != 1 {
				t.Errorf("%s: logged %d times", numeric, n)
			}
			s.send(":ann!a@h PRIVMSG #other :!now")
			s.expect("PRIVMSG #other :ann: done: now")
			s.send(":op!o@h INVITE bandstand #band")
			if got := s.said(); len(got) != 1 || got[0] != "JOIN #band" {
				t.Errorf("invited, it said %q", got)
			}
		})
	}
}

func TestAKeyIsSent(t *testing.T) {
	n := home("irc.example:6667", "#band")
	n.Channels[0].Key = "open sesame"[:4]
	play(t, n, func(w *world) {
		s := w.server()
		s.expect("USER")
		s.send(":srv 001 bandstand :hi")
		s.send(":srv 005 bandstand BOT=B :are supported")
		s.send(":srv 376 bandstand :end")
		s.expect("MODE bandstand +B")
		if got := s.expect("JOIN"); got != "JOIN #band open" {
			t.Errorf("it said %q", got)
		}
	})
}

func TestCTCP(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		s := w.server()
		s.welcome("bandstand", "#band")
		time.Sleep(30 * time.Second)
		s.send(":ann!a@h PRIVMSG bandstand :\x01VERSION\x01")
		if got, want := s.expect("NOTICE"), "NOTICE ann :\x01VERSION Bandstand test, a radio station whose bands are robots\x01"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		s.send(":ann!a@h PRIVMSG bandstand :\x01PING 12 34\x01")
		if got, want := s.expect("NOTICE"), "NOTICE ann :\x01PING 12 34\x01"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		s.send(":ann!a@h PRIVMSG #band :\x01ACTION says !now\x01")
		s.send(":ann!a@h PRIVMSG bandstand :\x01DCC SEND x 1 2 3\x01")
		if got := s.said(); len(got) > 0 || len(w.orders.lines()) > 0 {
			t.Errorf("it said %q and did %q", got, w.orders.lines())
		}
		for i := range 500 {
			s.send(":x%d!a@h PRIVMSG bandstand :\x01VERSION\x01", i)
		}
		if n := len(s.said()); n > 3 {
			t.Errorf("500 questions were answered %d times", n)
		}
		s.send(":ann!a@h PRIVMSG #band :!now")
		s.expect("PRIVMSG #band :ann: done: now")
	})
}

func TestGoodbye(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		s := w.server()
		s.welcome("bandstand", "#band")
		begun := time.Now()
		w.stop()
		if got := strings.Join(s.said(), "\n"); got != "QUIT :the station ends; goodbye" {
			t.Errorf("at the end it said %q", got)
		}
		if d := time.Since(begun); d > time.Second {
			t.Errorf("the end took %v", d)
		}
	})
}

// TestAccountsWithoutTags is on a server that tells of accounts only as they change:
// nobody inherits one with a nick.
func TestAccountsWithoutTags(t *testing.T) {
	play(t, home("irc.example:6667", "#band"), func(w *world) {
		s := w.server()
		s.send("CAP * LS :extended-join account-notify")
		s.send("CAP * ACK :account-notify extended-join")
		s.welcome("bandstand", "#band")
		ask := func() string {
			t.Helper()
			s.send(":ann!a@h PRIVMSG bandstand :now")
			s.expect("PRIVMSG ann")
			return w.orders.seen[len(w.orders.seen)-1].Account
		}
		for _, c := range []struct{ line, want string }{
			{"PING x", ""},
			{":ann!a@h ACCOUNT annie", "annie"},
			{":ann!a@h JOIN #band * :Ann", ""},
			{":ann!a@h JOIN #band annie :Ann", "annie"},
			{":ann!a@h QUIT :bye", ""},
			{":ann!a@h ACCOUNT annie", "annie"},
			{":op!o@h KICK #band bandstand :out", ""},
		} {
			s.send("%s", c.line)
			if got := ask(); got != c.want {
				t.Errorf("after %q the account is %q, not %q", c.line, got, c.want)
			}
		}
	})
}
