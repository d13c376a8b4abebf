package station

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"bandstand/internal/command"
	"bandstand/internal/config"
	"bandstand/internal/console"
	"bandstand/internal/control"
	"bandstand/internal/ircbot/irctest"
)

// onNetworks begins a station that is on ngIRCd and InspIRCd, with somebody in the
// channel of each.
func onNetworks(t *testing.T) (r *running, ann, bob *irctest.Client) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	one, err := irctest.Ngircd("")
	must(err)
	t.Cleanup(func() { _ = one.Close() })
	two, err := irctest.Inspircd()
	must(err)
	t.Cleanup(func() { _ = two.Close() })
	ann, err = irctest.Dial(one.Address, "ann", "#band")
	must(err)
	t.Cleanup(ann.Close)
	bob, err = irctest.Dial(two.Address, "bob", "#band")
	must(err)
	t.Cleanup(bob.Close)
	r = begin(t, t.TempDir(), func(c *config.Config) {
		c.URL = "https://radio.example.org"
		for name, address := range map[string]string{"one": one.Address, "two": two.Address} {
			c.IRC = append(c.IRC, config.IRC{Name: name, Address: address, Nick: "bandstand", User: "bandstand", RealName: "Bandstand",
				Channels: []string{"#band"}, Announce: []string{"all"}, Roles: []string{"*!*@* operator"}})
		}
	})
	r.until("the bot is in both channels", func() bool {
		return !slices.ContainsFunc(r.bot.Networks(), func(n command.Network) bool { return len(n.Channels) == 0 })
	})
	return r, ann, bob
}

// TestConsoleSocketAndTwoNetworksAtOnce has four doors give orders at one time: every
// one sees its own answers, all of them, and nobody else's.
func TestConsoleSocketAndTwoNetworksAtOnce(t *testing.T) {
	r, ann, bob := onNetworks(t)
	const each = 6
	orders := func(door int) (lines []string) {
		for i := range each {
			lines = append(lines, fmt.Sprintf("queue new funk bars=8 seed=%d", 1000*door+i))
		}
		return lines
	}
	var wg sync.WaitGroup
	in, keys, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var printed safeBuffer
	ctx, cancel := context.WithCancel(t.Context())
	cons := console.New(console.Config{In: in, Out: &printed, Orders: r.table, Who: "me"})
	consEnded := make(chan error, 1)
	go func() { consEnded <- cons.Run(ctx) }()
	var sent safeBuffer
	wg.Go(func() { fmt.Fprintln(keys, strings.Join(orders(1), "\n")) })
	wg.Go(func() {
		for _, line := range orders(2) {
			reply, err := control.Send(t.Context(), control.SocketPath(r.cfg.Data), line)
			fmt.Fprintln(&sent, reply.Text, err)
		}
	})
	for i, c := range []*irctest.Client{ann, bob} {
		wg.Go(func() {
			for _, line := range orders(3 + i) {
				_ = c.Say("#band", "!"+line)
			}
		})
	}
	wg.Wait()
	for door, said := range map[int]func() string{
		1: printed.String, 2: sent.String,
		3: func() string { return strings.Join(ann.Said("#band"), "\n") },
		4: func() string { return strings.Join(bob.Said("#band"), "\n") },
	} {
		for i := range each {
			mark := fmt.Sprintf("(seed %d)", 1000*door+i)
			r.until(fmt.Sprintf("door %d is told %s", door, mark), func() bool { return strings.Contains(said(), mark) })
			if n := strings.Count(said(), mark); n != 1 {
				t.Errorf("door %d was told %s %d times", door, mark, n)
			}
		}
		for other := 1; other <= 4; other++ {
			if other != door && strings.Contains(said(), fmt.Sprintf("(seed %d00", other)) {
				t.Errorf("door %d was told what door %d asked:\n%s", door, other, said())
			}
		}
	}
	cancel()
	keys.Close()
	if err := <-consEnded; err != nil {
		t.Error(err)
	}
}

// TestChannelsAreToldWhatStarts looks at announcements, the link and the figures.
func TestChannelsAreToldWhatStarts(t *testing.T) {
	r, ann, bob := onNetworks(t)
	song := r.do("new funk seed=7").Song
	want := fmt.Sprintf("on the air: %q by %s — %s, code %s — https://radio.example.org/s/%s", song.Title, song.Band, song.Style, song.Code, song.Code)
	for _, c := range []*irctest.Client{ann, bob} {
		if _, err := c.Hears("PRIVMSG", "#band :"+want); err != nil {
			t.Error(err)
		}
	}
	if err := ann.Say("#band", "!new jazz seed=8"); err != nil {
		t.Fatal(err)
	}
	answer, err := ann.Hears("PRIVMSG", "ann: on the air: ", "(seed 8)", "https://radio.example.org/s/")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bob.Hears("PRIVMSG", "on the air: ", "jazz"); err != nil { // the other network has the announcement
		t.Error(err)
	}
	if err := ann.Say("bandstand", "networks"); err != nil {
		t.Fatal(err)
	}
	if _, err := ann.Hears("PRIVMSG", "ann :", "connected", "in #band"); err != nil {
		t.Error(err)
	}
	if said := ann.Said("#band"); len(said) != 2 || said[1] != answer.Trailing() {
		t.Errorf("two songs made these lines: %q", said)
	}
	res, err := http.Get("http://" + r.place() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	for _, line := range []string{`bandstand_irc_connected{network="one"} 1`, `bandstand_irc_connected{network="two"} 1`, `bandstand_irc_orders_total{network="one"} 2`} {
		if !strings.Contains(string(body), line) {
			t.Errorf("the metrics lack %s", line)
		}
	}
}

// safeBuffer is a buffer that is written and read at one time.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
