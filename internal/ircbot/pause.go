package ircbot

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// pause is how long the bot stays away from a server that did not keep it. A server
// that is down is back soon: 1, 2, 4, 8 s, never more. One that throws the bot out
// on purpose, or wants what it has not got, is left alone for longer: from half a
// minute up to ten. All are shortened by chance, up to a half, so that the clients
// of a server that comes back do not all knock at once.
type pause struct{ short, long time.Duration }

const (
	leastShort, mostShort = time.Second, 8 * time.Second
	leastLong, mostLong   = time.Minute, 10 * time.Minute

	// settled is how long a connection must have lasted to be a good one.
	settled = time.Minute
)

// after is the pause after a connection that lasted so long and ended with err.
func (p *pause) after(err error, lasted time.Duration) time.Duration {
	if lasted >= settled {
		*p = pause{}
	}
	var r *refusal
	step, least, most := &p.short, leastShort, mostShort
	if errors.As(err, &r) {
		step, least, most = &p.long, leastLong, mostLong
	}
	*step = min(max(2**step, least), most)
	return *step/2 + rand.N(*step/2)
}

// refusal is an error that trying again soon will not mend.
type refusal struct{ text string }

func (r *refusal) Error() string { return r.text }

func refuse(format string, args ...any) error { return &refusal{fmt.Sprintf(format, args...)} }

// closed is the error for a server that ends a connection with these words.
func closed(why string) error {
	low := strings.ToLower(why)
	for _, sign := range []string{"throttl", "too fast", "too many", "banned", "-line", ":line", "k-lined", "not welcome", "flood"} {
		if strings.Contains(low, sign) {
			return refuse("the server closed the connection: %s (it does not want the bot for now: ask its operators if this goes on)", why)
		}
	}
	return fmt.Errorf("the server closed the connection: %s", why)
}
