package ircbot

import (
	"context"
	"crypto/x509"
	"log/slog"
	"net"
	"sync"
	"time"

	"bandstand/internal/command"
)

// Orders is the table of orders.
type Orders interface {
	Do(ctx context.Context, c command.Caller, line string) command.Reply
}

// Config is what a bot works on. Orders is needed.
type Config struct {
	Networks []Network
	Orders   Orders
	Log      *slog.Logger
	Version  string                   // for CTCP VERSION
	Link     func(code string) string // where a song's own page is; nil: it is not told
	Spoke    func(command.Caller)     // told of everybody who says something in a channel; may be nil

	// Dial connects to a server; nil: as net.Dialer does.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Network is a network that the bot is on.
type Network struct {
	Name, Address string // Address is host:port

	TLS                   bool
	Insecure              bool   // take any certificate
	Fingerprint           string // SHA-256 of the only certificate to take, in hexadecimal
	ClientCert, ClientKey string // PEM files

	roots *x509.CertPool // who may sign certificates; nil: whom this computer trusts

	Nick, User, RealName string
	Password             Secret // of the server
	SASL                 string // "", "plain" or "external"
	SASLUser             string
	SASLPassword         Secret
	NickServPassword     Secret

	Channels []Channel
	Ignore   []string // masks of people who are not heard

	// Burst lines may be sent at once, then one in each Every: 5 and a second
	// where they are 0.
	Burst int
	Every time.Duration
}

// Secret is a word that is only known when it is needed: it may be in a file or a
// variable. nil and "" are none. Its errors are sentences.
type Secret interface{ Reveal() (string, error) }

// Channel is a channel to be in.
type Channel struct {
	Name, Key string
	Announce  bool // tell which song starts
}

// Song is a song that starts.
type Song struct{ Code, Title, Band, Style string }

// Bot is the door.
type Bot struct{ networks []*network }

// New makes a bot; Run connects it.
func New(cfg Config) *Bot {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Dial == nil {
		cfg.Dial = new(net.Dialer).DialContext
	}
	b := &Bot{}
	for _, n := range cfg.Networks {
		b.networks = append(b.networks, newNetwork(n, &cfg))
	}
	return b
}

// Run is on all networks until ctx ends, then says goodbye to them. It never fails:
// a network that cannot be reached is tried again for ever.
func (b *Bot) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	for _, n := range b.networks {
		wg.Go(func() { n.run(ctx) })
	}
	wg.Wait()
	return nil
}

// Announce tells the channels that want it which song starts; the zero Song is
// silence, which is not told. It never blocks. Songs that follow each other faster
// than a channel can be told leave it with the last.
func (b *Bot) Announce(s Song) {
	for _, n := range b.networks {
		n.announce(s)
	}
}
