package ircbot

import (
	"testing"
	"testing/synctest"
	"time"
)

// Who expects TLS from a server that has none is told so at once, where the server
// shows it at all.
func TestAServerWithoutTLS(t *testing.T) {
	for name, c := range map[string]struct {
		does func(s *script)
		log  string
	}{
		"speaks":   {func(s *script) { s.send(":srv NOTICE * :looking up your host") }, "does not speak TLS"},
		"hangs up": {func(s *script) { _ = s.conn.Close() }, "hung up before TLS was agreed on"},
		"silent":   {func(*script) { time.Sleep(dialTime) }, "does not speak TLS"},
	} {
		t.Run(name, func(t *testing.T) {
			n := home("irc.example:6667", "#band")
			n.TLS = true
			play(t, n, func(w *world) {
				s := w.server()
				synctest.Wait()
				c.does(s)
				w.logs(c.log, "tls = false")
			})
		})
	}
}
