package command

import (
	"fmt"
	"strings"
	"time"
)

func doNetworks(r *request) (Reply, error) {
	all := r.table.House.Networks()
	if len(all) == 0 {
		return Reply{Text: "the station is on no IRC network: an [[irc]] table in its configuration brings it to one"}, nil
	}
	var text []string
	for _, n := range all {
		text = append(text, n.line(r.table.Now()))
	}
	return Reply{Text: lines(text)}, nil
}

// line is `home  irc.example.org:6697  connected for 3 minutes as bandstand, lag 40 ms, in #band, #attic`.
func (n Network) line(now time.Time) string {
	text := fmt.Sprintf("%s  %s  %s", n.Name, n.Address, n.State)
	if !n.Since.IsZero() {
		text += " for " + long(max(0, now.Sub(n.Since)))
	}
	if n.Nick != "" {
		text += " as " + n.Nick
	}
	if n.Lag > 0 {
		text += fmt.Sprintf(", lag %d ms", n.Lag.Milliseconds())
	}
	if len(n.Channels) > 0 {
		text += ", in " + strings.Join(n.Channels, ", ")
	}
	if n.Error != "" {
		text += "; last error: " + n.Error
	}
	return harmless(text)
}
