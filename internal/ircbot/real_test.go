package ircbot

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"

	"bandstand/internal/command"
	"bandstand/internal/ircbot/irctest"
)

// eachServer runs a test against every real server.
func eachServer(t *testing.T, test func(t *testing.T, s *irctest.Server)) {
	t.Run("ngircd", func(t *testing.T) { test(t, ngircd(t, "")) })
	t.Run("inspircd", func(t *testing.T) { test(t, inspircd(t)) })
}

func TestOrdersOnRealServers(t *testing.T) {
	eachServer(t, func(t *testing.T, s *irctest.Server) {
		ann := dialClient(t, s.Address, "ann", "#band")
		bot := start(t, &orders{}, home(s.Address, "#band"))
		bot.in(t, "#band")
		ann.say("#band", "!now")
		ann.hears("PRIVMSG", "#band :ann: done: now")
		ann.say("#band", "\x02Bandstand\x02: new \x0304funk\x03 key=Em")
		ann.hears("PRIVMSG", "#band :ann: done: new funk key=Em")
		ann.say("bandstand", "now")
		ann.hears("PRIVMSG", "ann :done: now")
		ann.say("bandstand", "\x01VERSION\x01")
		ann.hears("NOTICE", "Bandstand test")
		bot.Announce(Song{Code: "k7m2p", Title: "Tin “Heart”", Band: "Llamas", Style: "funk"})
		ann.hears("PRIVMSG", `#band :on the air: "Tin “Heart”" by Llamas — funk, code k7m2p — http://radio.test/s/k7m2p`)
		if c := bot.orders.seen[0]; c.Network != "home" || c.Channel != "#band" || c.Who != "ann" || !strings.HasPrefix(c.Host, "ann!") {
			t.Errorf("the caller was %+v", c)
		}
		// An own echo gives no order.
		if n := len(bot.orders.lines()); n != 3 {
			t.Errorf("%d orders were taken: %q", n, bot.orders.lines())
		}
		bot.stop()
		ann.hears("QUIT", "bandstand")
	})
}

func TestALateAnswerOnRealServers(t *testing.T) {
	eachServer(t, func(t *testing.T, s *irctest.Server) {
		ann, bob := dialClient(t, s.Address, "ann", "#band"), dialClient(t, s.Address, "bob", "#band")
		composed := make(chan struct{})
		bot := start(t, &orders{do: func(_ context.Context, _ command.Caller, line string) command.Reply {
			<-composed
			return command.Reply{OK: true, Text: "done: " + line}
		}}, home(s.Address, "#band"))
		bot.in(t, "#band")
		ann.say("#band", "!new funk")
		bob.say("#band", "!new jazz")
		until(t, "both orders are being done", func() bool { return len(bot.orders.lines()) == 2 })
		ann.write("NICK annie")
		ann.hears("NICK", "annie")
		bob.write("QUIT :bye")
		ann.hears("QUIT", "bob")
		// The server tells the bot in the same order as ann: what she hears of the bot
		// after this, it said knowing it.
		ann.say("bandstand", "\x01PING 1\x01")
		ann.hears("NOTICE", "PING 1")
		close(composed)
		ann.hears("PRIVMSG", "#band :annie: done: new funk")
		bot.logs(t, "an answer was dropped")
	})
}

func TestLinesOfAnyLengthArriveWhole(t *testing.T) {
	eachServer(t, func(t *testing.T, s *irctest.Server) {
		text := strings.TrimSpace(strings.Repeat("日本 “é” ", 50)) + " end"
		ann := dialClient(t, s.Address, "ann", "#band")
		bot := start(t, &orders{do: func(context.Context, command.Caller, string) command.Reply {
			return command.Reply{OK: true, Text: text}
		}}, home(s.Address, "#band"))
		bot.in(t, "#band")
		ann.say("#band", "!now")
		ann.hears("PRIVMSG", "#band", " end")
		var parts []string
		for _, line := range ann.Said("#band") {
			parts = append(parts, strings.TrimPrefix(line, "ann: "))
		}
		if got := strings.Join(parts, " "); got != text {
			t.Errorf("%d parts arrived: %q", len(parts), parts)
		}
	})
}

func TestANickTakenOnRealServers(t *testing.T) {
	eachServer(t, func(t *testing.T, s *irctest.Server) {
		other := dialClient(t, s.Address, "bandstand", "#band")
		ann := dialClient(t, s.Address, "ann", "#band")
		bot := start(t, &orders{}, home(s.Address, "#band"))
		bot.in(t, "#band")
		nick := bot.Networks()[0].Nick
		ann.say("#band", nick+": now")
		ann.hears("PRIVMSG", "ann: done: now")
		other.write("QUIT")
		until(t, "the bot has its nick back", func() bool { return bot.Networks()[0].Nick == "bandstand" })
		ann.say("#band", "bandstand: songs")
		ann.hears("PRIVMSG", "ann: done: songs")
	})
}

// TestAServerThatComesAndGoes kills a server and starts it again: the bot is back in
// its channel each time, and nothing of the connections before is left.
func TestAServerThatComesAndGoes(t *testing.T) {
	s := ngircd(t, "")
	bot := start(t, &orders{}, home(s.Address, "#band"))
	bot.in(t, "#band")
	goroutines, files := runtime.NumGoroutine(), descriptors(t)
	for range 3 {
		s.Stop()
		until(t, "the bot knows", func() bool { return bot.Networks()[0].State == "away" })
		if err := s.Start(); err != nil {
			t.Fatal(err)
		}
		bot.in(t, "#band")
	}
	until(t, fmt.Sprintf("there are %d goroutines and %d files again", goroutines, files), func() bool {
		return runtime.NumGoroutine() <= goroutines && descriptors(t) <= files
	})
	ann := dialClient(t, s.Address, "ann", "#band")
	ann.say("#band", "!now")
	ann.hears("PRIVMSG", "ann: done: now")
}

func descriptors(t testing.TB) int {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

func TestThePasswordOfARealServer(t *testing.T) {
	s := ngircd(t, "Password = s3cret")
	n := home(s.Address, "#band")
	n.Password = word("s3cret")
	start(t, &orders{}, n).in(t, "#band")
	n.Password = word("hunter2")
	bot := start(t, &orders{}, n)
	bot.logs(t, "the IRC network is away")
	if strings.Contains(bot.log.String(), "hunter2") {
		t.Errorf("the log holds the password:\n%s", bot.log)
	}
}

func TestTLS(t *testing.T) {
	dir := openDir(t)
	cert, key, fingerprint := certificate(t, dir, "localhost")
	port, err := irctest.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	ngircd(t, fmt.Sprintf("[SSL]\nCertFile = %s\nKeyFile = %s\nPorts = %d", cert, key, port))
	secure := func(host string, change func(*Network)) Network {
		n := home(fmt.Sprintf("%s:%d", host, port), "#band")
		n.TLS = true
		if change != nil {
			change(&n)
		}
		return n
	}
	trusted := x509.NewCertPool()
	pem, err := os.ReadFile(cert)
	if err != nil || !trusted.AppendCertsFromPEM(pem) {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, log string // log is "" where the bot gets in
		network   Network
	}{
		{"pinned", "", secure("localhost", func(n *Network) { n.Fingerprint = fingerprint })},
		{"pinned, whatever the host", "", secure("127.0.0.1", func(n *Network) { n.Fingerprint = fingerprint })},
		{"insecure on purpose", "", secure("127.0.0.1", func(n *Network) { n.Insecure = true })},
		{"trusted", "", secure("localhost", func(n *Network) { n.roots = trusted })},
		{"of another host", "the certificate is for another host", secure("127.0.0.1", func(n *Network) { n.roots = trusted })},
		{"signed by nobody", "pin it with fingerprint", secure("localhost", nil)},
		{"another one pinned", "fingerprint " + strings.ToLower(fingerprint), secure("127.0.0.1", func(n *Network) { n.Fingerprint = strings.Repeat("00", 32) })},
		{"not TLS at all", "does not speak TLS", func() Network { n := home(plainServer(t), "#band"); n.TLS = true; return n }()},
		{"no certificate of its own", "mend client_cert", secure("127.0.0.1", func(n *Network) { n.Insecure, n.ClientCert = true, dir+"/none.pem" })},
	} {
		t.Run(c.name, func(t *testing.T) {
			bot := start(t, &orders{}, c.network)
			if c.log == "" {
				bot.in(t, "#band")
				return
			}
			bot.logs(t, c.log)
			if bot.Networks()[0].State == "connected" {
				t.Error("it connected")
			}
		})
	}
}

// plainServer speaks without being asked, and no TLS.
func plainServer(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	t.Cleanup(func() { l.Close(); <-ended })
	go func() {
		defer close(ended)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			fmt.Fprint(conn, ":srv NOTICE * :looking up your host\r\n")
			conn.Close()
		}
	}()
	return l.Addr().String()
}

// TestTheBotShowsItsCertificate is against a server of our own, since EXTERNAL needs services.
func TestTheBotShowsItsCertificate(t *testing.T) {
	dir := openDir(t)
	cert, key, fingerprint := certificate(t, dir, "localhost", "127.0.0.1")
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAnyClientCert})
	if err != nil {
		t.Fatal(err)
	}
	n := home(l.Addr().String(), "#band")
	n.TLS, n.Fingerprint, n.ClientCert, n.ClientKey, n.SASL = true, fingerprint, cert, key, "external"
	start(t, &orders{}, n)
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	defer conn.Close()
	if err := conn.(*tls.Conn).HandshakeContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	if shown := conn.(*tls.Conn).ConnectionState().PeerCertificates; len(shown) != 1 || shown[0].Subject.CommonName != "localhost" {
		t.Errorf("it showed %v", shown)
	}
}
