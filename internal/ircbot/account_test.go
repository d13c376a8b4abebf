package ircbot

import "testing"

// TestAnAccountIsForgottenWithWhoLeaves: where messages do not tell the account, it is
// known from joining. Once somebody has left the bot no longer sees whether they quit
// or log out: whoever comes with their nick then is nobody yet.
func TestAnAccountIsForgottenWithWhoLeaves(t *testing.T) {
	for _, leave := range []string{":ann!a@h PART #band", ":op!o@p KICK #band ann :out"} {
		play(t, home("irc.example:6667", "#band"), func(w *world) {
			s := w.server()
			s.expect("CAP LS")
			s.send(":srv CAP * LS :extended-join account-notify")
			s.expect("CAP REQ")
			s.send(":srv CAP * ACK :account-notify extended-join")
			s.expect("CAP END")
			s.send(":srv 001 bandstand :hello")
			s.send(":srv 376 bandstand :end")
			s.expect("JOIN #band")
			s.send(":bandstand!b@h JOIN #band")
			order := func(from, target, want string) {
				t.Helper()
				s.send(":%s PRIVMSG %s :!now", from, target)
				s.expect("PRIVMSG ")
				w.orders.mu.Lock()
				defer w.orders.mu.Unlock()
				if got := w.orders.seen[len(w.orders.seen)-1].Account; got != want {
					t.Errorf("after %q, %s ordered with the account %q, not %q", leave, from, got, want)
				}
			}
			order("ann!a@h", "#band", "")
			s.send(":ann!a@h JOIN #band annie :Ann")
			order("ann!a@h", "#band", "annie")
			s.send("%s", leave)
			order("ann!evil@elsewhere", "bandstand", "")
		})
	}
}
