package station

import (
	"bandstand/internal/config"
	"bandstand/internal/ircbot"
	"bandstand/internal/playout"
)

// newBot makes the door to the IRC networks of the configuration.
func (s *station) newBot() *ircbot.Bot {
	cfg := ircbot.Config{Orders: s.table, Log: s.log, Version: s.opts.Version, Link: s.songLink, Spoke: s.table.Spoke}
	for i := range s.cfg.IRC {
		cfg.Networks = append(cfg.Networks, ircNetwork(&s.cfg.IRC[i]))
	}
	return ircbot.New(cfg)
}

func ircNetwork(n *config.IRC) ircbot.Network {
	net := ircbot.Network{
		Name: n.Name, Address: n.Address, TLS: n.TLS, Insecure: n.Insecure, Fingerprint: n.Fingerprint, ClientCert: n.ClientCert, ClientKey: n.ClientKey,
		Nick: n.Nick, User: n.User, RealName: n.RealName, Password: n.Password, SASL: n.SASL, SASLUser: n.SASLUser, SASLPassword: n.SASLPassword,
		NickServPassword: n.NickServPassword, Ignore: n.Ignore,
	}
	for _, entry := range n.Channels {
		name, key := config.Channel(entry)
		net.Channels = append(net.Channels, ircbot.Channel{Name: name, Key: key, Announce: n.Announces(name)})
	}
	return net
}

// songLink is where a song's own page is. It holds no token.
func (s *station) songLink(code string) string { return s.address() + "/s/" + code }

// address is where others reach the station's pages.
func (s *station) address() string {
	if s.cfg.URL != "" {
		return s.cfg.URL
	}
	return "http://" + s.place()
}

// announce tells the channels what starts. Of an excerpt that repeats they hear once.
func (s *station) announce(e playout.Event) {
	switch e.Kind {
	case playout.Started:
		s.bot.Announce(ircbot.Song{Code: e.Item.Code, Title: e.Song.Title, Band: e.Song.Band, Style: e.Song.Style})
	case playout.Silent:
		s.bot.Announce(ircbot.Song{})
	}
}
