package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"bandstand/internal/control"
	"bandstand/internal/ircbot/irctest"
)

// channel is a station whose bot is in #band on a real ngIRCd, with a song on the
// air and 50 listeners, and two people in the channel.
type channel struct {
	*program
	server   *irctest.Server
	ann, bob *irctest.Client
	ctx      context.Context
	end      func()
}

// openChannel starts all that. Everybody is an admin there: the limits of players
// are not what is measured.
func (b *bench) openChannel(ctx context.Context) (c *channel, err error) {
	// Penalties slow down the clients, not the bot.
	server, err := irctest.Ngircd("[Limits]\nMaxPenaltyTime = 0")
	if err != nil {
		return nil, err
	}
	c = &channel{server: server}
	ctx, cancel := context.WithCancel(ctx)
	c.ctx = ctx
	var listeners sync.WaitGroup
	c.end = func() {
		cancel()
		listeners.Wait()
		for _, who := range []*irctest.Client{c.ann, c.bob} {
			if who != nil {
				who.Close()
			}
		}
		if c.program != nil {
			c.stop()
		}
		_ = server.Close() // only its temporary files
	}
	defer func() {
		if err != nil {
			c.end()
		}
	}()
	dir, err := os.MkdirTemp("", "bandstand-bench")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "irc.toml")
	text := fmt.Sprintf("[[irc]]\nname = 'home'\naddress = %q\ntls = false\nchannels = ['#band']\nannounce = []\nroles = ['*!*@* admin']\n", server.Address)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return nil, err
	}
	if c.program, err = b.start(ctx, "--config", file, "--play"); err != nil {
		return nil, err
	}
	if err := c.up(ctx); err != nil {
		return nil, err
	}
	if c.ann, err = irctest.Dial(server.Address, "ann", "#band"); err != nil {
		return nil, err
	}
	if c.bob, err = irctest.Dial(server.Address, "bob", "#band"); err != nil {
		return nil, err
	}
	var bytes atomic.Int64
	for i := range 50 {
		listeners.Go(func() { c.swallow(ctx, []string{"/live.mp3", "/live.opus", "/live.flac"}[i%3], &bytes) })
	}
	_, err = c.back()
	return c, err
}

// back waits until the bot is in the channel and says when it was.
func (c *channel) back() (time.Time, error) {
	for range 3000 {
		reply, err := control.Send(c.ctx, control.SocketPath(c.data), "networks")
		if err == nil && strings.Contains(reply.Text, "in #band") {
			return time.Now(), nil
		}
		pause(c.ctx, 10*time.Millisecond)
	}
	return time.Time{}, errors.New("the bot did not come into its channel within 30 s")
}

// measureIRCReplies measures an order in a channel → its reply at somebody else there.
func measureIRCReplies(ctx context.Context, b *bench) ([]row, error) {
	c, err := b.openChannel(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	var took []time.Duration
	for i := range 4 * b.times {
		pause(ctx, 1050*time.Millisecond) // the limiter is idle again
		mark := "error: there is no order \"" + fmt.Sprintf("x%d", i)
		order := fmt.Sprintf("!x%d", i)
		if i%2 == 0 {
			order, mark = fmt.Sprintf("!rate now %d", 1+i/2%5), "ann: "
		}
		seen := len(c.bob.All())
		begin := time.Now()
		if err := c.ann.Say("#band", order); err != nil {
			return nil, err
		}
		at, err := c.heardSince(seen, mark)
		if err != nil {
			return nil, err
		}
		took = append(took, at.Sub(begin))
	}
	median, p99 := percentile(took, .5), percentile(took, .99)
	return []row{{what: "order in a channel → reply line at another client", median: ms(median), p99: ms(p99), target: "p99 ≤ 150 ms", met: p99 <= 150*time.Millisecond,
		how: fmt.Sprintf("ngIRCd, %d orders (`rate` and unknown ones), a song on the air, 50 listeners", len(took))}}, nil
}

// heardSince waits for what bob hears of the bot after his first seen messages.
func (c *channel) heardSince(seen int, mark string) (time.Time, error) {
	for range 20000 {
		for _, m := range c.bob.All()[seen:] {
			if m.Command == "PRIVMSG" && m.Name == "bandstand" && strings.Contains(m.Trailing(), mark) {
				return m.At, nil
			}
		}
		pause(c.ctx, 500*time.Microsecond)
	}
	return time.Time{}, fmt.Errorf("bob did not hear %q within 10 s", mark)
}

// measureIRCNew measures `!new` in a channel → the first audible sample.
func measureIRCNew(ctx context.Context, b *bench) ([]row, error) {
	c, err := b.openChannel(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	e, err := listen(ctx, c.url+"/live.opus?burst=0")
	if err != nil {
		return nil, err
	}
	defer e.stop()
	var took []time.Duration
	for i := range b.times {
		if err := c.do(ctx, "stop"); err != nil {
			return nil, err
		}
		if err := e.quiet(400 * time.Millisecond); err != nil {
			return nil, err
		}
		pause(ctx, time.Second+rand.N(20*time.Millisecond))
		begin := time.Now()
		if err := c.ann.Say("#band", fmt.Sprintf("!new %s seed=%d", struckStyles[i%len(struckStyles)], rand.Uint32())); err != nil {
			return nil, err
		}
		for at := begin; ; { // what is heard before the order is the rest of the silence
			if at, err = e.first(); err != nil {
				return nil, err
			}
			if at.After(begin) {
				took = append(took, at.Sub(begin))
				break
			}
		}
	}
	median := percentile(took, .5)
	return []row{{what: "`!new` in a channel → first audible sample, opus", median: ms(median), p99: ms(percentile(took, .99)), target: "median ≤ 120 ms", met: median <= 120*time.Millisecond,
		how: fmt.Sprintf("ngIRCd, %d times, 50 listeners; nothing is taken off for the decoder", len(took))}}, nil
}

const people, linesEach = 20, 50

// measureIRCFlood has 20 people give 1,000 orders in 5 s.
func measureIRCFlood(ctx context.Context, b *bench) ([]row, error) {
	c, err := b.openChannel(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	var all []*irctest.Client
	defer func() {
		for _, p := range all {
			p.Close()
		}
	}()
	for i := range people {
		p, err := irctest.Dial(c.server.Address, fmt.Sprintf("p%d", i), "#band")
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	before, err := c.faults(ctx)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	var senders sync.WaitGroup
	for i, p := range all {
		senders.Go(func() {
			for n := range linesEach {
				pause(ctx, time.Until(begin.Add(time.Duration(n)*5*time.Second/linesEach)))
				order := "!now"
				if (n+i)%2 == 0 {
					order = fmt.Sprintf("!rate now %d", 1+n%5)
				}
				_ = p.Say("#band", order)
			}
		})
	}
	var console []time.Duration
	for time.Since(begin) < 6*time.Second {
		at := time.Now()
		if _, err := control.Send(ctx, control.SocketPath(c.data), "now"); err != nil {
			return nil, err
		}
		console = append(console, time.Since(at))
		pause(ctx, 20*time.Millisecond)
	}
	senders.Wait()
	exact, killed := 0, false
	for time.Since(begin) < 6*time.Minute && exact < people && !killed {
		pause(ctx, time.Second)
		exact, killed = c.counted()
	}
	took := time.Since(begin)
	pause(ctx, 3*time.Second) // would there be more?
	exact, killed = c.counted()
	after, err := c.faults(ctx)
	if err != nil {
		return nil, err
	}
	p99 := percentile(console, .99)
	return []row{
		{what: "1,000 orders in 5 s from 20 nicks: answered exactly once", median: fmt.Sprintf("%d of %d people, all their %d", exact, people, linesEach), target: "all; not killed",
			met: exact == people && !killed, how: fmt.Sprintf("ngIRCd; at the limiter's pace, answers sharing lines, the last after %.0f s", took.Seconds())},
		{what: "meanwhile: a reply at the socket", median: ms(percentile(console, .5)), p99: ms(p99), target: "p99 ≤ 100 ms", met: p99 <= 100*time.Millisecond,
			how: fmt.Sprintf("%d times `now`", len(console))},
		{what: "meanwhile: faults of the stream", median: fmt.Sprint(after - before), target: "0", met: after == before, how: "starved and dropped blocks, jumps, from /api/v1/status"},
	}, nil
}

// counted says how many of the people have as many answers as they gave orders, and
// whether the bot was thrown out. A line is "p1, p2: answer | p3: answer | another".
func (c *channel) counted() (exact int, killed bool) {
	answers := map[string]int{}
	for _, m := range c.bob.All() {
		if m.Command == "QUIT" && m.Name == "bandstand" {
			killed = true
		}
		if m.Command != "PRIVMSG" || m.Name != "bandstand" {
			continue
		}
		var to []string
		for part := range strings.SplitSeq(m.Trailing(), " | ") {
			if names, _, ok := strings.Cut(part, ": "); ok && strings.HasPrefix(names, "p") && strings.Trim(names, "p0123456789, ") == "" {
				to = strings.Split(names, ", ")
			} else if len(to) > 0 {
				to = to[:1]
			}
			for _, name := range to {
				answers[name]++
			}
		}
	}
	for _, n := range answers {
		if n == linesEach {
			exact++
		}
	}
	return exact, killed
}

// faults are the station's faults that a listener could hear, added up.
func (p *program) faults(ctx context.Context) (int, error) {
	res, err := p.get(ctx, "/api/v1/status")
	if err != nil {
		return 0, err
	}
	defer func() { _ = res.Body.Close() }()
	var status struct{ Faults map[string]int }
	if err := json.NewDecoder(res.Body).Decode(&status); err != nil {
		return 0, fmt.Errorf("reading the status: %w", err)
	}
	f := status.Faults
	return f["starved_blocks"] + f["jumps"] + f["encoder_dropped_blocks"], nil
}

// measureIRCRestarts kills the IRC server and starts it again.
func measureIRCRestarts(ctx context.Context, b *bench) ([]row, error) {
	c, err := b.openChannel(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	const times = 20
	pause(ctx, 2*time.Second)
	before, err := c.held()
	if err != nil {
		return nil, err
	}
	var took []time.Duration
	for range times {
		c.server.Stop()
		pause(ctx, 100*time.Millisecond)
		if err := c.server.Start(); err != nil {
			return nil, err
		}
		open := time.Now()
		at, err := c.back()
		if err != nil {
			return nil, err
		}
		took = append(took, at.Sub(open))
	}
	pause(ctx, 2*time.Second)
	after, err := c.held()
	if err != nil {
		return nil, err
	}
	worst := percentile(took, 1)
	return []row{
		{what: "IRC server killed and started again → back in the channel", median: ms(percentile(took, .5)), p99: ms(worst), target: "≤ 10 s each time", met: worst <= 10*time.Second,
			how: fmt.Sprintf("ngIRCd, %d times, from the moment that its port is open; p99 is the longest", times)},
		{what: "descriptors that were left", median: fmt.Sprint(after - before), target: "0", met: after <= before, how: fmt.Sprintf("in /proc/PID/fd after %d restarts: %d", times, after)},
	}, nil
}

// held is how many descriptors the station holds.
func (p *program) held() (int, error) {
	all, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.cmd.Process.Pid))
	return len(all), err
}
