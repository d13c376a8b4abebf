package ircbot

import (
	"sync/atomic"
	"time"

	"bandstand/internal/command"
)

// Counts are what a network's connections did since the start.
type Counts struct {
	Connections atomic.Int64 // made, however they ended
	Received    atomic.Int64 // lines
	Sent        atomic.Int64 // lines
	Orders      atomic.Int64 // taken from people
	Answers     atomic.Int64 // given to them
	Dropped     atomic.Int64 // answers that nobody was there for, or no room
}

// Stats are a network's figures.
type Stats struct {
	Name      string
	Counts    *Counts
	Connected func() bool
	Lag       func() time.Duration // of the last ping, 0 where it is not known
}

// Stats are the figures of all networks. They may be read at any time.
func (b *Bot) Stats() []Stats {
	var all []Stats
	for _, n := range b.networks {
		all = append(all, Stats{n.Name, &n.Counts, func() bool { return n.seen().on }, func() time.Duration { return n.seen().lag }})
	}
	return all
}

// Networks are the networks as they are now, for the order of that name.
func (b *Bot) Networks() []command.Network {
	var all []command.Network
	for _, n := range b.networks {
		v := n.seen()
		all = append(all, command.Network{Name: n.Name, Address: n.Address, State: v.state, Nick: v.nick, Lag: v.lag, Since: v.since,
			Channels: v.channels, Error: v.lastError})
	}
	return all
}
