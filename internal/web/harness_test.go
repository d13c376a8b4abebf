package web

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bandstand/internal/broadcast"
	"bandstand/internal/command"
	"bandstand/internal/song"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const token = "a-token-for-tests"

// house is a small station behind the server.
type house struct {
	mu       sync.Mutex
	orders   []string
	caller   command.Caller
	problems []string
	status   command.Status
	subs     map[chan Event]bool
	render   func(w io.Writer, format string) error
}

func (h *house) Do(_ context.Context, who command.Caller, line string) command.Reply {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.orders, h.caller = append(h.orders, line), who
	if strings.HasPrefix(line, "new") {
		return command.Reply{OK: true, Text: "Here it is.", Song: &command.SongInfo{Code: "ABC23", Title: "Rust Never Sleeps"}}
	}
	return command.Reply{Text: "error: there is no such order"}
}

func (h *house) given() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string{}, h.orders...)
}

func (h *house) Status(context.Context) (command.Status, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.status, nil
}

func (h *house) Problems() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.problems
}

func (h *house) Songs(_ context.Context, limit int, style, band string) ([]command.SongInfo, error) {
	if style == "broken" {
		return nil, errors.New("the disk is on fire")
	}
	songs := []command.SongInfo{{Code: "ABC23", Title: fmt.Sprintf("%d %s %s", limit, style, band)}}
	if band == "The Größe/Bots" {
		songs = append(songs, command.SongInfo{Code: "DEF45", Title: "Their <Other>", Band: band, Style: "funk", Key: "Em", Seconds: 65})
	}
	return songs, nil
}

func (h *house) Song(_ context.Context, code string) (*song.Song, command.SongInfo, error) {
	if code != "ABC23" {
		return nil, command.SongInfo{}, fmt.Errorf("finding %s: %w", code, ErrNotFound)
	}
	s := &song.Song{
		Title: "Don't <Panic>", Tempo: 120, Bars: 8, Meter: song.Meter{Beats: 4, Unit: 4},
		Sections: []song.Section{{Name: "intro", Bars: 7}, {Name: "verse 1", Start: 7, Bars: 1}},
		Parts:    []song.Part{{Role: "lead", Robot: "Rusty", Instrument: "Flute"}},
	}
	return s, command.SongInfo{
		Code: "ABC23", Title: s.Title, Band: "The Größe/Bots", Style: "funk", Key: "Am", Tempo: 120, Bars: 8, Seconds: 16, Plays: 1,
	}, nil
}

func (h *house) Traits(_ context.Context, band string) (map[string][]string, error) {
	if band != "The Größe/Bots" {
		return nil, errors.New("the disk is on fire")
	}
	return map[string][]string{"Rusty": {"busy", "laid back"}}, nil
}

func (h *house) Styles() []command.StyleInfo {
	return []command.StyleInfo{
		{Name: "funk", About: "Tight <b>bass</b>", Aliases: []string{"groove"}, Tempo: [2]float64{96, 118}, Meters: []string{"4/4"}, Modes: []string{"dorian"}},
		{Name: "gone", Fault: "/home/ada/gone.toml:3 is wrong", Lost: true},
		{Name: "mine", About: "My own", Own: true, Fault: "/home/ada/mine.toml:1 is wrong"},
	}
}

func (h *house) Formats() []Format {
	return []Format{
		{"mid", "audio/midi", false}, {"json", "application/json", false}, {"wav", "audio/wav", true}, {"mp3", "audio/mpeg", true},
		{"svg", "image/svg+xml", false}, {"spectral", "audio/x-of-tomorrow", true}, // one that only the house knows
	}
}

func (h *house) Render(_ context.Context, w io.Writer, _ *song.Song, format string) error {
	h.mu.Lock()
	render := h.render
	h.mu.Unlock()
	if render != nil {
		return render(w, format)
	}
	_, err := io.WriteString(w, "a song as "+format)
	return err
}

func (h *house) Subscribe() (<-chan Event, func()) {
	ch := make(chan Event, 16)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.subs == nil {
		h.subs = map[chan Event]bool{}
	}
	h.subs[ch] = true
	return ch, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.subs, ch)
	}
}

func (h *house) set(status command.Status) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.status = status
}

func (h *house) emit(e Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for ch := range h.subs {
		ch <- e
	}
}

// live is a server that listens, with its house and its two mounts.
type live struct {
	t     *testing.T
	house *house
	srv   *Server
	mp3   *broadcast.Mount
	opus  *broadcast.Mount
	addr  string
	stop  func() // ends the server and waits for it
}

// serve starts a server with whatever change makes of the usual configuration.
func serve(t *testing.T, change func(*Config)) *live {
	t.Helper()
	return serveOn(t, func(ln net.Listener) net.Listener { return ln }, change)
}

// serveOn is serve on whatever wrap makes of a listener.
func serveOn(t *testing.T, wrap func(net.Listener) net.Listener, change func(*Config)) *live {
	t.Helper()
	h := &house{status: command.Status{State: "silent", Queue: []command.SongInfo{}, Frame: 4711, Listeners: map[string]int{}}}
	l := &live{
		t: t, house: h,
		opus: broadcast.NewMount(broadcast.Config{Name: "/live.opus", ContentType: "audio/ogg; codecs=opus", BytesPerSecond: 16000}),
		mp3:  broadcast.NewMount(broadcast.Config{Name: "/live.mp3", ContentType: "audio/mpeg", BytesPerSecond: 16000}),
	}
	c := Config{
		Mounts: []*broadcast.Mount{l.opus, l.mp3}, Orders: h, Status: h, Library: h, Styles: h, Renderer: h, Events: h, Health: h,
		Token: token, Names: []string{"radio.example.org"}, Version: "0.0.1",
	}
	if change != nil {
		change(&c)
	}
	var err error
	if l.srv, err = New(c); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.addr = ln.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	var served sync.WaitGroup
	served.Go(func() {
		if err := l.srv.Serve(ctx, wrap(ln)); err != nil {
			t.Errorf("serving: %v", err)
		}
	})
	l.stop = func() { cancel(); served.Wait() }
	t.Cleanup(l.stop)
	return l
}

func (l *live) url(path string) string { return "http://" + l.addr + path }

// cookie is the name of the cookie that holds the token.
func (l *live) cookie() string {
	_, port, _ := net.SplitHostPort(l.addr)
	return "bandstand-" + port
}

// answer is a response, read whole.
type answer struct {
	*http.Response
	body string
}

func (a answer) json(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("%q is not JSON: %v", a.body, err)
	}
	return v
}

// ask sends a request of its own connection; headers are "Name: value".
func (l *live) ask(method, path, body string, headers ...string) answer {
	l.t.Helper()
	req, err := http.NewRequest(method, l.url(path), strings.NewReader(body))
	if err != nil {
		l.t.Fatal(err)
	}
	req.Close = true
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			req.Host = value
		} else {
			req.Header.Set(name, value)
		}
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		l.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		l.t.Fatal(err)
	}
	return answer{res, string(data)}
}

// raw sends bytes as they are and returns the response as it comes.
func (l *live) raw(request string) (net.Conn, *bufio.Reader) {
	l.t.Helper()
	c, err := net.Dial("tcp", l.addr)
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { c.Close() })
	if _, err := io.WriteString(c, request); err != nil {
		l.t.Fatal(err)
	}
	return c, bufio.NewReader(c)
}

// frames is how long a packet sounds in these tests: 20 ms.
const frames = 960

// packetBytes is the size of a packet: 160 kbit/s.
const packetBytes = 400

// packet is the n-th packet: its number, again and again.
func packet(n int, title string) broadcast.Packet {
	data := make([]byte, 0, packetBytes)
	for len(data) < packetBytes {
		data = binary.BigEndian.AppendUint32(data, uint32(n))
	}
	return broadcast.Packet{Data: data, Frame: int64(n) * frames, Frames: frames, Title: title}
}

// play publishes packets from first on, a packet each tick, whenever the mount is
// wanted, until stop. It returns how far it came.
func play(t *testing.T, m *broadcast.Mount, header []byte, tick time.Duration) (stop func() int) {
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	n := 1000
	done.Go(func() {
		for {
			if _, err := m.Wait(ctx); err != nil {
				return
			}
			m.Begin(header, int64(n)*frames)
			ticker := time.NewTicker(tick)
			for ctx.Err() == nil && !m.Idle() {
				m.Publish(packet(n, fmt.Sprintf("Song %d", n/50)))
				n++
				select {
				case <-ticker.C:
				case <-ctx.Done():
				}
			}
			ticker.Stop()
			m.End()
		}
	})
	stop = func() int { cancel(); done.Wait(); return n }
	t.Cleanup(func() { stop() })
	return stop
}
