package station

import (
	"context"
	"fmt"
	"slices"
	"time"

	"bandstand/internal/broadcast"
	"bandstand/internal/command"
	"bandstand/internal/ircbot"
	"bandstand/internal/playout"
	"bandstand/internal/target"
)

// house is what the station tells of itself: to orders, over HTTP and to health checks.
type house struct {
	version  string
	started  time.Time
	store    command.Store
	playout  *playout.Playout
	air      *air
	streams  []*stream
	recorder *recorder
	auto     *auto
	bot      *ircbot.Bot
	outputs  *outputs
	link     string
	shutdown func()
}

// Shutdown begins the orderly end.
func (h *house) Shutdown() { h.shutdown() }

// Networks are the IRC networks that the station's bot is on.
func (h *house) Networks() []command.Network { return h.bot.Networks() }

// Status is the state of the station at a moment.
func (h *house) Status(ctx context.Context) (command.Status, error) {
	st := command.Status{
		Auto: h.air.auto.Load(), Listeners: map[string]int{}, Outputs: h.outputs.List(), Uptime: time.Since(h.started).Seconds(),
		Version: h.version, Frame: h.playout.Now().Frame, Faults: h.faults(), Link: h.link,
	}
	for i, o := range st.Outputs {
		if o.Kind == string(target.Command) { // whoever reaches the port reads this, and no rule knows every secret in arguments
			st.Outputs[i].URL = "command:"
		}
	}
	for _, s := range h.streams {
		st.Listeners[s.mount.Config().Name] = s.mount.Stats().Listeners
	}
	err := h.store.View(ctx, func(r command.Reader) error {
		now, on, err := command.OnTheAir(r, h.air.Now())
		if err != nil {
			return err
		}
		st.State, st.Song, st.Loop = now.State, on, now.Loop.Excerpt()
		st.Queue, err = command.WaitingSongs(r, now)
		return err
	})
	if err != nil {
		return st, fmt.Errorf("reading the station's state: %w", err)
	}
	return st, nil
}

// onAir is the song that is on the air, nil in silence.
func (h *house) onAir(ctx context.Context) (on *command.OnAir, err error) {
	err = h.store.View(ctx, func(r command.Reader) error {
		_, on, err = command.OnTheAir(r, h.air.Now())
		return err
	})
	return on, err
}

// faults are what went wrong since the start, counted.
func (h *house) faults() map[string]int {
	f := map[string]int{
		"starved_blocks": int(h.playout.Stats.Starved.Load()),
		"late_blocks":    int(h.playout.Stats.Late.Load()),
		"jumps":          int(h.playout.Stats.Jumps.Load()),
		"failed_songs":   int(h.playout.Stats.Failed.Load()),
	}
	for _, s := range h.streams {
		f["encoder_failures"] += int(s.failures.Load())
		f["encoder_dropped_blocks"] += int(s.dropped.Load())
		f["slow_listeners"] += int(s.mount.Stats().Dropped)
	}
	return f
}

// Listeners are all who listen, mount by mount.
func (h *house) Listeners() []command.Listener {
	var all []command.Listener
	for _, s := range h.streams {
		for _, l := range s.mount.Listeners() {
			all = append(all, listener(s.mount, l))
		}
	}
	slices.SortStableFunc(all, func(a, b command.Listener) int { return a.Since.Compare(b.Since) })
	return all
}

func listener(m *broadcast.Mount, l broadcast.Info) command.Listener {
	return command.Listener{Mount: m.Config().Name, Address: l.Address, Agent: l.Agent, Since: l.Since, Bytes: l.Bytes}
}
