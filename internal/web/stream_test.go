package web

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"bandstand/internal/broadcast"
)

const tick = 2 * time.Millisecond // a packet in these tests: ten times real time

// stream opens a stream; headers are "Name: value".
func (l *live) stream(path string, headers ...string) *http.Response {
	l.t.Helper()
	req, err := http.NewRequest(http.MethodGet, l.url(path), nil)
	if err != nil {
		l.t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { res.Body.Close() })
	return res
}

// readPackets reads count whole packets and returns their numbers.
func readPackets(r io.Reader, count int) (numbers []int, err error) {
	for range count {
		data := make([]byte, packetBytes)
		if _, err := io.ReadFull(r, data); err != nil {
			return numbers, err
		}
		n := binary.BigEndian.Uint32(data)
		for i := 0; i < len(data); i += 4 {
			if m := binary.BigEndian.Uint32(data[i:]); m != n {
				return numbers, fmt.Errorf("packet %d has a piece of packet %d in it", n, m)
			}
		}
		numbers = append(numbers, int(n))
	}
	return numbers, nil
}

// inOrder says what is wrong with packets that should follow each other from first.
func inOrder(numbers []int, first int) error {
	for i, n := range numbers {
		if n != first+i {
			return fmt.Errorf("packet %d is number %d, want %d", i, n, first+i)
		}
	}
	return nil
}

func TestStreamStartsWhereItSays(t *testing.T) {
	l := serve(t, nil)
	play(t, l.opus, []byte("OggSheader"), tick)
	for _, burst := range []string{"?burst=0", "?burst=0.5", "", "?burst=30"} {
		res := l.stream("/live.opus" + burst)
		if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "audio/ogg; codecs=opus" || res.Header.Get("Cache-Control") != "no-store" ||
			res.Header.Get("Access-Control-Allow-Origin") != "*" || len(res.TransferEncoding) != 0 {
			t.Errorf("%s: %s, %v", burst, res.Status, res.Header)
		}
		first, err := strconv.Atoi(res.Header.Get("X-Bandstand-Frame"))
		if err != nil {
			t.Fatal(err)
		}
		header := make([]byte, len("OggSheader"))
		if _, err := io.ReadFull(res.Body, header); err != nil || string(header) != "OggSheader" {
			t.Fatalf("%s begins with %q, %v", burst, header, err)
		}
		numbers, err := readPackets(res.Body, 50)
		if err != nil {
			t.Fatal(err)
		}
		if err := inOrder(numbers, first/frames); err != nil {
			t.Errorf("%s: %v", burst, err)
		}
		res.Body.Close()
	}
}

func TestBurstLength(t *testing.T) {
	l := serve(t, nil)
	l.mp3.Begin(nil, 0)
	for n := range 3000 {
		l.mp3.Publish(packet(n, ""))
	}
	for query, first := range map[string]int{"": 2900, "?burst=2": 2900, "?burst=0.1": 2995, "?burst=10": 2500, "?burst=30": 1500} {
		res := l.stream("/live.mp3" + query)
		if got := res.Header.Get("X-Bandstand-Frame"); got != strconv.Itoa(first*frames) {
			t.Errorf("%s starts at frame %s, want %d", query, got, first*frames)
		}
		numbers, err := readPackets(res.Body, 3000-first)
		if err != nil {
			t.Fatal(err)
		}
		if err := inOrder(numbers, first); err != nil {
			t.Errorf("%s: %v", query, err)
		}
		res.Body.Close()
	}
	l.mp3.End()
	for _, query := range []string{"?burst=-1", "?burst=31", "?burst=x", "?burst=NaN", "?burst=1e99", "?burst=%00"} {
		if a := l.ask("GET", "/live.mp3"+query, ""); a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, "0 to 30") {
			t.Errorf("%s: %d %q", query, a.StatusCode, a.body)
		}
	}
}

func TestHead(t *testing.T) {
	l := serve(t, nil)
	for path, kind := range map[string]string{
		"/live.mp3": "audio/mpeg", "/live.opus": "audio/ogg; codecs=opus", "/live.m3u": "audio/x-mpegurl", "/live.pls": "audio/x-scpls",
		"/": "text/html; charset=utf-8", "/songs/ABC23.wav": "audio/wav", "/api/v1/events": "text/event-stream", "/api/v1/status": "application/json",
	} {
		a := l.ask("HEAD", path, "")
		if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != kind || a.body != "" {
			t.Errorf("%s: %d, %q, %d bytes", path, a.StatusCode, a.Header.Get("Content-Type"), len(a.body))
		}
	}
	if s := l.mp3.Stats(); s.Peak != 0 || s.Running {
		t.Errorf("HEAD listened: %+v", s)
	}
}

func TestStreamToOldClient(t *testing.T) {
	l := serve(t, nil)
	play(t, l.mp3, nil, tick)
	_, r := l.raw("GET /live.mp3 HTTP/1.0\r\n\r\n")
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK || len(res.TransferEncoding) != 0 || !res.Close {
		t.Errorf("%s, %v", res.Status, res.TransferEncoding)
	}
	first, _ := strconv.Atoi(res.Header.Get("X-Bandstand-Frame"))
	numbers, err := readPackets(res.Body, 20)
	if err != nil {
		t.Fatal(err)
	}
	if err := inOrder(numbers, first/frames); err != nil {
		t.Error(err)
	}
}

// icyTitle is a title and the byte of the stream from which it holds.
type icyTitle struct {
	at    int
	title string
}

// readICY separates a stream of ICY's kind into its bytes and its titles.
func readICY(r io.Reader, interval, blocks int) (data []byte, titles []icyTitle, err error) {
	for range blocks {
		piece := make([]byte, interval)
		if _, err := io.ReadFull(r, piece); err != nil {
			return data, titles, err
		}
		data = append(data, piece...)
		var size [1]byte
		if _, err := io.ReadFull(r, size[:]); err != nil {
			return data, titles, err
		}
		if size[0] == 0 {
			continue
		}
		block := make([]byte, 16*int(size[0]))
		if _, err := io.ReadFull(r, block); err != nil {
			return data, titles, err
		}
		text := strings.TrimRight(string(block), "\x00")
		title, ok := strings.CutPrefix(text, "StreamTitle='")
		end := strings.Index(title, "';")
		if !ok || end < 0 || end+2 != len(title) {
			return data, titles, fmt.Errorf("%q is no title", text)
		}
		titles = append(titles, icyTitle{len(data), title[:end]})
	}
	return data, titles, nil
}

func TestTitlesAreWhereTheMusicIs(t *testing.T) {
	l := serve(t, nil)
	const count = 400
	titleOf := func(n int) string {
		return [...]string{"Don't Stop by The Bolts", "", `A "quoted" one`, "It's';over by X", "Größe by Löt & Zinn", strings.Repeat("ü", 3000)}[n/70]
	}
	l.mp3.Begin(nil, 0)
	for n := range count {
		l.mp3.Publish(packet(n, titleOf(n)))
	}
	res := l.stream("/live.mp3?burst=30", "Icy-MetaData: 1")
	interval, err := strconv.Atoi(res.Header.Get("icy-metaint"))
	if err != nil || interval < 1 || interval > 4000 {
		t.Fatalf("icy-metaint %q", res.Header.Get("icy-metaint"))
	}
	if res.Header.Get("icy-name") != "Bandstand" || res.Header.Get("icy-br") != "128" {
		t.Errorf("headers %v", res.Header)
	}
	data, titles, err := readICY(res.Body, interval, count*packetBytes/interval-1)
	if err != nil {
		t.Fatal(err)
	}
	numbers, err := readPackets(strings.NewReader(string(data)), len(data)/packetBytes)
	if err != nil {
		t.Fatal(err)
	}
	if err := inOrder(numbers, 0); err != nil {
		t.Errorf("the sound between the titles: %v", err)
	}
	// A title may come at the first block that lies where it holds, and nowhere else.
	var want []icyTitle
	for at := interval; at <= len(data); at += interval {
		title := icyText(titleOf(min(at/packetBytes, count-1)))
		if len(want) == 0 || want[len(want)-1].title != title {
			want = append(want, icyTitle{at, title})
		}
	}
	if len(titles) != 6 || fmt.Sprint(titles) != fmt.Sprint(want) {
		t.Errorf("titles %.300v\nwant   %.300v", titles, want)
	}
	if titles[0].title != "Don't Stop by The Bolts" || titles[3].title != "It's’;over by X" {
		t.Errorf("titles %.100q, %.100q", titles[0].title, titles[3].title)
	}
	l.mp3.End()

	play(t, l.opus, nil, tick)
	if res := l.stream("/live.opus", "Icy-MetaData: 1"); res.Header.Get("icy-metaint") != "" {
		t.Error("titles inside Ogg")
	}
}

func TestListenersAreIslands(t *testing.T) {
	l := serve(t, nil)
	play(t, l.opus, []byte("head"), tick)

	dead, err := (&net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096) })
	}}).Dial("tcp", l.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer dead.Close()
	fmt.Fprintf(dead, "GET /live.opus?burst=30 HTTP/1.1\r\nHost: localhost\r\n\r\n")

	stop := make(chan struct{})
	var all sync.WaitGroup
	for range 20 {
		res := l.stream("/live.opus?burst=0")
		all.Go(func() {
			first, _ := strconv.Atoi(res.Header.Get("X-Bandstand-Frame"))
			_, _ = io.ReadFull(res.Body, make([]byte, 4))
			for next := first / frames; ; {
				numbers, err := readPackets(res.Body, 10)
				if err != nil {
					t.Error(err)
					return
				}
				if err := inOrder(numbers, next); err != nil {
					t.Error(err)
					return
				}
				next += len(numbers)
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	begun := time.Now()
	waitFor(t, 10*time.Second, "the one who never reads to be dropped", func() bool { return l.opus.Stats().Dropped == 1 })
	t.Logf("dropped after %v", time.Since(begun))
	close(stop)
	all.Wait()
	if s := l.opus.Stats(); s.Dropped != 1 {
		t.Errorf("stats %+v", s)
	}
}

// waitFor waits until something is so.
func waitFor(t *testing.T, limit time.Duration, what string, so func() bool) {
	t.Helper()
	deadline := time.After(limit)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !so() {
		select {
		case <-look.C:
		case <-deadline:
			t.Fatalf("waited %v for %s", limit, what)
		}
	}
}

func TestFullStation(t *testing.T) {
	l := serve(t, func(c *Config) { c.Limits.Listeners = 2 })
	play(t, l.mp3, nil, tick)
	play(t, l.opus, nil, tick)
	one := l.stream("/live.mp3")
	l.stream("/live.opus")
	for _, path := range []string{"/live.mp3", "/live.opus", "/api/v1/events"} {
		a := l.ask("GET", path, "")
		if a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" || !strings.Contains(a.body, "full") {
			t.Errorf("%s: %d %q", path, a.StatusCode, a.body)
		}
	}
	if a := l.ask("GET", "/", ""); a.StatusCode != http.StatusOK {
		t.Errorf("the page of a full station: %d", a.StatusCode)
	}
	one.Body.Close()
	waitFor(t, 5*time.Second, "the place to be free", func() bool { return l.mp3.Stats().Listeners == 0 })
	if res := l.stream("/live.mp3"); res.StatusCode != http.StatusOK {
		t.Errorf("after one left: %s", res.Status)
	}
}

func TestStreamWithoutEncoder(t *testing.T) {
	l := serve(t, func(c *Config) {
		c.Mounts = []*broadcast.Mount{broadcast.NewMount(broadcast.Config{Name: "/live.mp3", ContentType: "audio/mpeg", JoinWait: time.Millisecond})}
	})
	res := l.ask("GET", "/live.mp3", "")
	if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || !strings.Contains(res.body, "not running") {
		t.Errorf("%d %q", res.StatusCode, res.body)
	}
}

func TestHeaderNamesForOldPlayers(t *testing.T) {
	l := serve(t, nil)
	_, r := l.raw("HEAD /live.mp3 HTTP/1.0\r\nicy-metadata: 1\r\n\r\n")
	head, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\r\nicy-metaint: 2000\r\n", "\r\nicy-name: Bandstand\r\n", "\r\nicy-br: 128\r\n"} {
		if !strings.Contains(string(head), want) {
			t.Errorf("%q is missing in %q", want, head)
		}
	}
}

func FuzzICYText(f *testing.F) {
	f.Add("It's';over")
	f.Add("\xff\x00\n")
	f.Fuzz(func(t *testing.T, title string) {
		var out strings.Builder
		w := &icyWriter{w: &out}
		if err := w.write([]byte{1}, title); err != nil {
			t.Fatal(err)
		}
		data, titles, err := readICY(strings.NewReader(strings.Repeat("x", icyInterval)+strings.TrimSuffix(out.String(), "\x01")), icyInterval, 1)
		if err != nil || len(data) != icyInterval || len(titles) != 1 {
			t.Errorf("%q: %d bytes, %d titles, %v", title, len(data), len(titles), err)
		}
	})
}
