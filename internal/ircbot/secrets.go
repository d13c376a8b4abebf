package ircbot

import "strings"

// secrets are the words of a network's configuration that nobody may read.
type secrets struct{ server, sasl, nickServ string }

// reveal asks for the secrets, anew for every connection: they may have been changed.
func (n *network) reveal() error {
	n.secrets = secrets{}
	for _, s := range []struct {
		from Secret
		to   *string
	}{{n.Password, &n.server}, {n.SASLPassword, &n.sasl}, {n.NickServPassword, &n.nickServ}} {
		if s.from == nil {
			continue
		}
		word, err := s.from.Reveal()
		if err != nil {
			return refuse("%v", err)
		}
		*s.to = word
	}
	return nil
}

// hide takes the secrets out of a text for the log.
func (s secrets) hide(text string) string {
	for _, secret := range []string{s.server, s.sasl, s.nickServ} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "•••")
		}
	}
	return text
}
