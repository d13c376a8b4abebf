package web

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bandstand/internal/command"
)

const bearer = "Authorization: Bearer " + token

func TestOrders(t *testing.T) {
	l := serve(t, nil)
	for _, c := range []struct {
		name, body string
		code       int
		reply      string
		line       string
	}{
		{"done", `{"order":"new funk"}`, 200, "Here it is.", "new funk"},
		{"ends of line are cut", `{"order":"new funk\r\n"}`, 200, "Here it is.", "new funk"},
		{"more than an order", `{"order":"new", "lang":"en"}`, 200, "Here it is.", "new"},
		{"failed", `{"order":"dance"}`, 400, "error: there is no such order", "dance"},
		{"empty is an order that fails", `{"order":""}`, 400, "error: there is no such order", ""},
		{"no order", `{}`, 400, "error: this is not an order", "-"},
		{"null", `{"order":null}`, 400, "error: this is not an order", "-"},
		{"number", `{"order":7}`, 400, "error: this is not an order", "-"},
		{"no JSON", `new funk`, 400, "error: this is not an order", "-"},
		{"nothing", ``, 400, "error: this is not an order", "-"},
		{"half", `{"order":"new`, 400, "error: this is not an order", "-"},
		{"two", `{"order":"new"}{"order":"new"}`, 400, "error: this is not an order", "-"},
		{"two lines", `{"order":"new\nskip"}`, 400, "error: an order is one line", "-"},
		{"not UTF-8", "{\"order\":\"new \xff\"}", 400, "error: this is not UTF-8", "-"},
		{"64 KB", `{"order":"` + strings.Repeat("x", bodyBytes) + `"}`, 413, "error: this order is too long", "-"},
		{"1 MB", strings.Repeat(" ", 1<<20), 413, "error: this order is too long", "-"},
	} {
		before := len(l.house.given())
		a := l.ask("POST", "/api/v1/orders", c.body, bearer)
		v := a.json(t)
		if a.StatusCode != c.code || v["ok"] != (c.code == 200) || !strings.HasPrefix(v["reply"].(string), c.reply) {
			t.Errorf("%s: %d %s", c.name, a.StatusCode, a.body)
		}
		if (c.code == 200) != (v["song"] != nil) {
			t.Errorf("%s: song %v", c.name, v["song"])
		}
		given := l.house.given()[before:]
		if c.line == "-" && len(given) != 0 || c.line != "-" && (len(given) != 1 || given[0] != c.line) {
			t.Errorf("%s: carried out %q", c.name, given)
		}
	}
}

func TestEndlessBodyIsCut(t *testing.T) {
	l := serve(t, nil)
	c, r := l.raw("POST /api/v1/orders HTTP/1.1\r\nHost: localhost\r\n" + bearer + "\r\nTransfer-Encoding: chunked\r\n\r\n")
	var all sync.WaitGroup
	all.Go(func() {
		chunk := []byte("1000\r\n" + strings.Repeat(" ", 0x1000) + "\r\n")
		for {
			if _, err := c.Write(chunk); err != nil {
				return // the server has closed: that is the point
			}
		}
	})
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("%s, want 413", res.Status)
	}
	all.Wait()
}

func TestStatus(t *testing.T) {
	l := serve(t, nil)
	a := l.ask("GET", "/api/v1/status", "")
	v := a.json(t)
	if song, ok := v["song"]; a.StatusCode != http.StatusOK || !ok || song != nil || v["state"] != "silent" || v["frame"] != 4711.0 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if queue, ok := v["queue"].([]any); !ok || len(queue) != 0 {
		t.Errorf("queue is %v, want an empty list", v["queue"])
	}
}

func TestHealth(t *testing.T) {
	l := serve(t, nil)
	if a := l.ask("GET", "/health", ""); a.StatusCode != http.StatusOK || a.body != `{"ok":true,"problems":[]}`+"\n" {
		t.Errorf("well: %d %s", a.StatusCode, a.body)
	}
	l.house.mu.Lock()
	l.house.problems = []string{"The encoder is silent."}
	l.house.mu.Unlock()
	if a := l.ask("GET", "/health", ""); a.StatusCode != http.StatusServiceUnavailable || a.body != `{"ok":false,"problems":["The encoder is silent."]}`+"\n" {
		t.Errorf("ill: %d %s", a.StatusCode, a.body)
	}
}

func TestPlaylists(t *testing.T) {
	l := serve(t, nil)
	a := l.ask("GET", "/live.m3u", "", "Host: radio.example.org:8000")
	if want := "#EXTM3U\n#EXTINF:-1,Bandstand (Opus)\nhttp://radio.example.org:8000/live.opus\n#EXTINF:-1,Bandstand (MP3)\nhttp://radio.example.org:8000/live.mp3\n"; a.body != want {
		t.Errorf("m3u: %s", a.body)
	}
	a = l.ask("GET", "/live.pls", "", "Host: radio.example.org", "X-Forwarded-Proto: https")
	for _, want := range []string{"[playlist]\n", "File1=https://radio.example.org/live.opus\n", "File2=https://radio.example.org/live.mp3\n", "NumberOfEntries=2\n"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("pls: %q is missing in %s", want, a.body)
		}
	}
	_, r := l.raw("GET /live.m3u HTTP/1.0\r\n\r\n")
	body, err := io.ReadAll(r)
	if err != nil || !strings.Contains(string(body), "\nhttp://localhost:"+strings.Split(l.addr, ":")[1]+"/live.mp3\n") {
		t.Errorf("without Host: %s", body)
	}
}

func TestIcecastStatus(t *testing.T) {
	l := serve(t, nil)
	l.house.status.Song = &command.OnAir{SongInfo: command.SongInfo{Title: "Rust", Band: "The Bolts", Style: "funk"}}
	play(t, l.mp3, nil, tick)
	l.stream("/live.mp3")
	a := l.ask("GET", "/status-json.xsl", "")
	var v struct {
		Icestats struct {
			ServerID string `json:"server_id"`
			Source   []struct {
				ListenURL, Title, Genre string
				Type                    string `json:"server_type"`
				Bitrate, Listeners      int
			}
		}
	}
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Icestats.Source) != 2 || v.Icestats.ServerID != "Bandstand 0.0.1" {
		t.Fatalf("%s", a.body)
	}
	s := v.Icestats.Source[1]
	if s.ListenURL != "http://"+l.addr+"/live.mp3" || s.Title != "The Bolts - Rust" || s.Genre != "funk" || s.Type != "audio/mpeg" || s.Bitrate != 128 || s.Listeners != 1 {
		t.Errorf("%+v", s)
	}
}

func TestMetrics(t *testing.T) {
	station := prometheus.NewRegistry()
	blocks := prometheus.NewCounter(prometheus.CounterOpts{Name: "bandstand_blocks_total", Help: "Blocks."})
	blocks.Add(42)
	clash := prometheus.NewGauge(prometheus.GaugeOpts{Name: "bandstand_event_streams", Help: "Somebody else's."})
	station.MustRegister(blocks, clash)
	l := serve(t, func(c *Config) { c.Metrics = station })
	play(t, l.mp3, nil, tick)
	l.stream("/live.mp3")
	a := l.ask("GET", "/metrics", "")
	for _, want := range []string{
		"bandstand_blocks_total 42", `bandstand_listeners{mount="/live.mp3"} 1`, `bandstand_listeners{mount="/live.opus"} 0`,
		`bandstand_listeners_dropped_total{mount="/live.mp3"} 0`, `bandstand_encoder_running{mount="/live.mp3"} 1`,
		`bandstand_stream_bytes_total{mount="/live.mp3"}`, "bandstand_event_streams 0",
	} {
		if !strings.Contains(a.body, "\n"+want) {
			t.Errorf("%s is missing in\n%s", want, a.body)
		}
	}
}

// far is a connection that seems to come from somewhere else.
type far struct {
	net.Conn
	from net.Addr
}

func (f far) RemoteAddr() net.Addr { return f.from }

// farAway makes all connections of a listener come from one address.
type farAway struct {
	net.Listener
	from string
}

func (f farAway) Accept() (net.Conn, error) {
	c, err := f.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return far{c, &net.TCPAddr{IP: net.ParseIP(f.from), Port: 4000}}, nil
}

// TestSilentConnectionsOfOneAddress opens many connections that ask for nothing.
func TestSilentConnectionsOfOneAddress(t *testing.T) {
	const limit, many = 3, 40
	l := serveOn(t, func(ln net.Listener) net.Listener { return farAway{ln, "192.0.2.1"} }, func(c *Config) {
		c.Limits.PerAddress, c.Limits.HeaderTime = limit, time.Hour
	})
	var within []net.Conn
	for range limit {
		c, _ := l.raw("")
		within = append(within, c)
	}
	var all sync.WaitGroup
	for range many {
		c, r := l.raw("")
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		all.Go(func() {
			if _, err := r.ReadByte(); errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error("a connection over the limit stays open")
			}
		})
	}
	held := func() int {
		l.srv.places.mu.Lock()
		defer l.srv.places.mu.Unlock()
		return l.srv.places.of["192.0.2.1"]
	}
	all.Wait()
	waitFor(t, 5*time.Second, "only the places within the limit to be taken", func() bool { return held() == limit })
	// Who was there first was not touched.
	fmt.Fprint(within[0], "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
	if res, err := http.ReadResponse(bufio.NewReader(within[0]), nil); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("the first connection: %v, %v", res, err)
	}
}

// TestCrowdOfOneAddress looks at the moment when all of them are there.
func TestCrowdOfOneAddress(t *testing.T) {
	p := &places{limit: 3, of: map[string]int{}}
	closed := 0
	for range 20 {
		ours, theirs := net.Pipe()
		c := far{ours, &net.TCPAddr{IP: net.ParseIP("192.0.2.1"), Port: 4000}}
		p.open(t.Context(), c)
		_ = theirs.SetReadDeadline(time.Now().Add(-1))
		if _, err := theirs.Read(make([]byte, 1)); errors.Is(err, io.EOF) {
			closed++
		}
		t.Cleanup(func() { ours.Close(); theirs.Close() })
	}
	if closed != 20-3-spare {
		t.Errorf("%d of 20 were closed at once, want %d", closed, 20-3-spare)
	}
}

func TestConnectionsOfOneAddress(t *testing.T) {
	for from, limited := range map[string]bool{"192.0.2.1": true, "2001:db8::1": true, "::ffff:192.0.2.1": true, "127.0.0.1": false, "::1": false} {
		l := serveOn(t, func(ln net.Listener) net.Listener { return farAway{ln, from} }, func(c *Config) { c.Limits.PerAddress = 3 })
		play(t, l.mp3, nil, tick)
		var open []*http.Response
		for range 3 {
			open = append(open, l.stream("/live.mp3"))
		}
		a := l.ask("GET", "/", "")
		if want := map[bool]int{true: 503, false: 200}[limited]; a.StatusCode != want {
			t.Errorf("%s: the fourth connection gets %d, want %d: %s", from, a.StatusCode, want, a.body)
		}
		for _, res := range open {
			if res.StatusCode != http.StatusOK {
				t.Errorf("%s: %s", from, res.Status)
			}
			res.Body.Close()
		}
		if got := l.mp3.Listeners(); len(got) > 0 && got[0].Address != net.ParseIP(from).String() {
			t.Errorf("%s: listener from %s", from, got[0].Address)
		}
		waitFor(t, 5e9, "the places to be free", func() bool { return l.ask("GET", "/", "").StatusCode == http.StatusOK })
		l.stop()
		if n := len(l.srv.places.of); n != 0 {
			t.Errorf("%s: %d addresses are still counted", from, n)
		}
	}
}
