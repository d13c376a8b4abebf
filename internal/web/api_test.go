package web

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

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
	if res.StatusCode != 413 {
		t.Errorf("%s, want 413", res.Status)
	}
	all.Wait()
}

func TestStatus(t *testing.T) {
	l := serve(t, nil)
	a := l.ask("GET", "/api/v1/status", "")
	v := a.json(t)
	if song, ok := v["song"]; a.StatusCode != 200 || !ok || song != nil || v["state"] != "silent" || v["frame"] != 4711.0 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if queue, ok := v["queue"].([]any); !ok || len(queue) != 0 {
		t.Errorf("queue is %v, want an empty list", v["queue"])
	}
}

func TestHealth(t *testing.T) {
	l := serve(t, nil)
	if a := l.ask("GET", "/health", ""); a.StatusCode != 200 || a.body != `{"ok":true,"problems":[]}`+"\n" {
		t.Errorf("well: %d %s", a.StatusCode, a.body)
	}
	l.house.mu.Lock()
	l.house.problems = []string{"The encoder is silent."}
	l.house.mu.Unlock()
	if a := l.ask("GET", "/health", ""); a.StatusCode != 503 || a.body != `{"ok":false,"problems":["The encoder is silent."]}`+"\n" {
		t.Errorf("ill: %d %s", a.StatusCode, a.body)
	}
}

func TestSongs(t *testing.T) {
	l := serve(t, nil)
	var list []command.SongInfo
	a := l.ask("GET", "/api/v1/songs?limit=7&style=funk&band=Bots", "")
	if err := json.Unmarshal([]byte(a.body), &list); err != nil || len(list) != 1 || list[0].Title != "7 funk Bots" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	for _, limit := range []string{"0", "-1", "1001", "x", "1e3"} {
		if a := l.ask("GET", "/api/v1/songs?limit="+limit, ""); a.StatusCode != 400 || !strings.Contains(a.body, "1 to 1000") {
			t.Errorf("limit=%s: %d %s", limit, a.StatusCode, a.body)
		}
	}
	if a := l.ask("GET", "/api/v1/songs?style=broken", ""); a.StatusCode != 500 || strings.Contains(a.body, "fire") {
		t.Errorf("a failing library: %d %s", a.StatusCode, a.body)
	}
	v := l.ask("GET", "/api/v1/songs/ABC23", "").json(t)
	robots, _ := v["robots"].([]any)
	files, _ := v["files"].(map[string]any)
	if v["code"] != "ABC23" || len(robots) != 1 || files["mp3"] != "/songs/ABC23.mp3" {
		t.Errorf("a song: %v", v)
	}
}

func TestSongFiles(t *testing.T) {
	l := serve(t, nil)
	for _, f := range fileFormats {
		a := l.ask("GET", "/songs/ABC23."+f.Name, "")
		kind, params, err := mime.ParseMediaType(a.Header.Get("Content-Disposition"))
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		if a.StatusCode != 200 || a.body != "a song as "+f.Name || a.Header.Get("Content-Type") != f.contentType {
			t.Errorf("%s: %d %q %s", f.Name, a.StatusCode, a.Header.Get("Content-Type"), a.body)
		}
		if (kind == "inline") != (f.Name == "svg") || params["filename"] != "Don't <Panic>."+f.Name {
			t.Errorf("%s: %s %q", f.Name, kind, params["filename"])
		}
		if !strings.Contains(a.Header.Get("Content-Disposition"), `filename="Don't -Panic-.`+f.Name+`"`) {
			t.Errorf("%s: for old browsers %q", f.Name, a.Header.Get("Content-Disposition"))
		}
		if csp := a.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "script") {
			t.Errorf("%s: a file may run scripts: %q", f.Name, csp)
		}
	}
}

func TestDispositionIsSafe(t *testing.T) {
	for _, title := range []string{"", "...", "a\r\nSet-Cookie: x=y", `"; filename="evil.exe`, "../../etc/passwd", "Größe 🎷", "\xff\xfe", strings.Repeat("x", 300)} {
		d := disposition(title, "mp3")
		kind, params, err := mime.ParseMediaType(d)
		if err != nil || kind != "attachment" || !strings.HasSuffix(params["filename"], ".mp3") || strings.ContainsAny(params["filename"], "/\\\r\n") || strings.ContainsAny(d, "\r\n") {
			t.Errorf("%q: %q: %v", title, d, err)
		}
	}
}

func TestRenderingThatFails(t *testing.T) {
	l := serve(t, nil)
	l.house.render = func(io.Writer, string) error { return errors.New("out of strings") }
	a := l.ask("GET", "/songs/ABC23.wav", "")
	if a.StatusCode != 500 || a.Header.Get("Content-Disposition") != "" || strings.Contains(a.body, "strings") {
		t.Errorf("before the first byte: %d %v %s", a.StatusCode, a.Header, a.body)
	}
	l.house.render = func(w io.Writer, _ string) error {
		_, _ = w.Write(make([]byte, 100<<10))
		return errors.New("out of strings")
	}
	res := l.stream("/songs/ABC23.wav")
	if n, err := io.Copy(io.Discard, res.Body); err == nil {
		t.Errorf("half a song looks whole: %d bytes", n)
	}
}

func TestRenderersAreFew(t *testing.T) {
	l := serve(t, func(c *Config) { c.Limits.Renders = 1 })
	first, release := make(chan struct{}), make(chan struct{})
	var at, most int
	var mu sync.Mutex
	l.house.render = func(w io.Writer, _ string) error {
		mu.Lock()
		at++
		most = max(most, at)
		if at == 1 {
			select {
			case <-first:
			default:
				close(first)
			}
		}
		mu.Unlock()
		<-release
		mu.Lock()
		at--
		mu.Unlock()
		_, err := w.Write([]byte("x"))
		return err
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if a := l.ask("GET", "/songs/ABC23.wav", ""); a.StatusCode != 200 {
				t.Errorf("%d %s", a.StatusCode, a.body)
			}
		})
	}
	<-first
	close(release)
	all.Wait()
	if most != 1 {
		t.Errorf("%d songs were rendered at once, want 1", most)
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
	if s.ListenURL != "http://"+l.addr+"/live.mp3" || s.Title != "Rust by The Bolts" || s.Genre != "funk" || s.Type != "audio/mpeg" || s.Bitrate != 128 || s.Listeners != 1 {
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
			if res.StatusCode != 200 {
				t.Errorf("%s: %s", from, res.Status)
			}
			res.Body.Close()
		}
		if got := l.mp3.Listeners(); len(got) > 0 && got[0].Address != net.ParseIP(from).String() {
			t.Errorf("%s: listener from %s", from, got[0].Address)
		}
		waitFor(t, 5e9, "the places to be free", func() bool { return l.ask("GET", "/", "").StatusCode == 200 })
		l.stop()
		if n := len(l.srv.places.of); n != 0 {
			t.Errorf("%s: %d addresses are still counted", from, n)
		}
	}
}

// readEvent reads one server-sent event; comments come as an event named "".
func readEvent(r *bufio.Reader) (id, name, data string, err error) {
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return id, name, data, err
		}
		field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch field {
		case "id":
			id = value
		case "event":
			name = value
		case "data":
			data = value
		case "":
			if value != "" {
				data = value // a comment
			} else if name != "" || data != "" {
				return id, name, data, nil
			}
		}
	}
}

func TestEvents(t *testing.T) {
	l := serve(t, nil)
	res := l.stream("/api/v1/events")
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%s %v", res.Status, res.Header)
	}
	r := bufio.NewReader(res.Body)
	next := func() string {
		t.Helper()
		id, name, data, err := readEvent(r)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(id, " ", name, " ", data)
	}
	if got := next(); !strings.HasPrefix(got, `4711 status {"state":"silent"`) {
		t.Errorf("first came %s", got)
	}
	waitFor(t, 5e9, "the hub to subscribe", func() bool { l.house.mu.Lock(); defer l.house.mu.Unlock(); return len(l.house.subs) == 1 })
	l.house.emit(Event{Name: "song", Frame: 5000, Data: map[string]string{"title": "two\nlines"}})
	if got := next(); got != `5000 song {"title":"two\nlines"}` {
		t.Errorf("then came %s", got)
	}
	if got := next(); !strings.HasPrefix(got, "4711 status ") {
		t.Errorf("after an event came %s, want the status", got)
	}
	l.house.emit(Event{Name: "status", Frame: 6000, Data: command.Status{State: "playing"}})
	l.house.emit(Event{Name: "status", Frame: 6001, Data: make(chan int)}) // cannot be written: skipped
	l.house.emit(Event{Name: "status", Frame: 6002, Data: command.Status{State: "silent"}})
	if got := next(); !strings.HasPrefix(got, `6000 status {"state":"playing"`) {
		t.Errorf("came %s, want the station's own status and no other", got)
	}
	if got := next(); !strings.HasPrefix(got, `6002 status `) {
		t.Errorf("came %s, want 6002", got)
	}
	res.Body.Close()
	waitFor(t, 5e9, "the event stream to be gone", func() bool { return l.srv.hub.count() == 0 })
}

func TestSlowEventStreamIsDropped(t *testing.T) {
	h := newHub(nil, &house{}, nil)
	slow, quick := h.subscribe(), h.subscribe()
	for n := range hubQueue + 1 {
		h.send([]byte{byte(n)})
		if got := <-quick; got[0] != byte(n) {
			t.Fatalf("message %d is %d", n, got[0])
		}
	}
	for range hubQueue {
		if _, ok := <-slow; !ok {
			t.Fatal("closed too early")
		}
	}
	if _, ok := <-slow; ok || h.count() != 1 {
		t.Error("the slow one is still there")
	}
	h.unsubscribe(slow)
	h.unsubscribe(quick)
}
