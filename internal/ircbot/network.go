package ircbot

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// network is one network for as long as the bot runs: one connection after the other.
type network struct {
	Network
	bot   *Config
	log   *slog.Logger
	pause pause
	secrets

	Counts Counts
	bell   chan struct{} // rings when there is news

	mu   sync.Mutex // guards news and view
	news *Song      // what starts, not yet taken by the session
	view view
}

// view is what others may see of a network.
type view struct {
	state     string // in words
	nick      string // "" while it is not connected
	since     time.Time
	lag       time.Duration
	channels  []string
	lastError string
	on        bool
}

func newNetwork(n Network, cfg *Config) *network {
	if n.Burst == 0 {
		n.Burst, n.Every = 5, time.Second
	}
	return &network{Network: n, bot: cfg, log: cfg.Log.With("network", n.Name), bell: make(chan struct{}, 1),
		view: view{state: "connecting", since: time.Now()}}
}

// run connects again and again until ctx ends.
func (n *network) run(ctx context.Context) {
	for ctx.Err() == nil {
		begun := time.Now()
		err := n.connect(ctx)
		if ctx.Err() != nil {
			return
		}
		wait := n.pause.after(err, time.Since(begun))
		why := n.hide(clean(err.Error()))
		n.log.Warn("the IRC network is away; the station plays on", "error", why, "again_in", wait.Round(100*time.Millisecond).String())
		n.show(func(v *view) {
			since := v.since
			if v.on || v.lastError == "" {
				since = time.Now()
			}
			*v = view{state: "away", since: since, lastError: why}
		})
		sleep(ctx, wait)
	}
}

// connect is one connection, from the dialling to its end. Its error says why it ended.
func (n *network) connect(ctx context.Context) error {
	if err := n.reveal(); err != nil {
		return err
	}
	conn, err := n.dial(ctx)
	if err != nil {
		return err
	}
	n.Counts.Connections.Add(1)
	return newSession(n, conn).run(ctx)
}

func (n *network) announce(song Song) {
	n.mu.Lock()
	n.news = &song
	n.mu.Unlock()
	select {
	case n.bell <- struct{}{}:
	default:
	}
}

// takeNews is what started since it was last asked, nil for nothing.
func (n *network) takeNews() *Song {
	n.mu.Lock()
	defer n.mu.Unlock()
	song := n.news
	n.news = nil
	return song
}

// show changes what others see.
func (n *network) show(change func(*view)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	change(&n.view)
}

func (n *network) seen() view {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.view
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
