package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"bandstand/internal/command"
)

func TestSongs(t *testing.T) {
	l := serve(t, nil)
	var list []command.SongInfo
	a := l.ask("GET", "/api/v1/songs?limit=7&style=funk&band=Bots", "")
	if err := json.Unmarshal([]byte(a.body), &list); err != nil || len(list) != 1 || list[0].Title != "7 funk Bots" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if a := l.ask("GET", "/api/v1/songs?limit=7&style=+Funk+&band=Bots", ""); !strings.Contains(a.body, `"7 funk Bots"`) {
		t.Errorf("a style in other letters: %s", a.body)
	}
	for _, limit := range []string{"0", "-1", "1001", "x", "1e3"} {
		if a := l.ask("GET", "/api/v1/songs?limit="+limit, ""); a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, "1 to 1000") {
			t.Errorf("limit=%s: %d %s", limit, a.StatusCode, a.body)
		}
	}
	if a := l.ask("GET", "/api/v1/songs?style=broken", ""); a.StatusCode != http.StatusInternalServerError || strings.Contains(a.body, "fire") {
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
	for _, f := range l.house.Formats() {
		a := l.ask("GET", "/songs/ABC23."+f.Name, "")
		kind, params, err := mime.ParseMediaType(a.Header.Get("Content-Disposition"))
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		if a.StatusCode != http.StatusOK || a.body != "a song as "+f.Name || a.Header.Get("Content-Type") != f.ContentType {
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

func TestFormatsAreTheRenderers(t *testing.T) {
	l := serve(t, nil)
	if a := l.ask("GET", "/songs/ABC23.flac", ""); a.StatusCode != http.StatusNotFound || !strings.Contains(a.body, ".mid, .json, .wav, .mp3, .svg or .spectral:") {
		t.Errorf("a format that it has not: %d %s", a.StatusCode, a.body)
	}
	files, _ := l.ask("GET", "/api/v1/songs/ABC23", "").json(t)["files"].(map[string]any)
	page := l.ask("GET", "/s/ABC23", "").body
	for _, f := range l.house.Formats() {
		if path := "/songs/ABC23." + f.Name; files[f.Name] != path || !strings.Contains(page, `<a href="`+path+`">`+formatTitle(f.Name)+`</a>`) {
			t.Errorf("%s is not offered: %v", f.Name, files)
		}
	}
	if len(files) != len(l.house.Formats()) {
		t.Errorf("too much is offered: %v", files)
	}
}

// TestTheImpatientKeepNoPlaces has more clients leave while they wait for their
// turn than there are places.
func TestTheImpatientKeepNoPlaces(t *testing.T) {
	l := serve(t, func(c *Config) { c.Limits.Renders = 1 })
	l.srv.turns <- struct{}{} // somebody's long song
	for range mostRenders + 1 {
		ctx, cancel := context.WithCancel(t.Context())
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.url("/songs/ABC23.wav"), nil)
		if err != nil {
			t.Fatal(err)
		}
		var gone sync.WaitGroup
		gone.Go(func() {
			if res, err := http.DefaultTransport.RoundTrip(req); err == nil {
				res.Body.Close()
				t.Errorf("one who should wait gets %s", res.Status)
			}
		})
		waitFor(t, 5*time.Second, "the client to wait", func() bool { return l.srv.rendering.taken.Load() == 1 })
		cancel()
		gone.Wait()
		waitFor(t, 5*time.Second, "its place to be free", func() bool { return l.srv.rendering.taken.Load() == 0 })
	}
	<-l.srv.turns
	if a := l.ask("GET", "/songs/ABC23.wav", ""); a.StatusCode != http.StatusOK {
		t.Errorf("after they left: %d %s", a.StatusCode, a.body)
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
	if a.StatusCode != http.StatusInternalServerError || a.Header.Get("Content-Disposition") != "" || strings.Contains(a.body, "strings") {
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

func TestRenderersTakeTurns(t *testing.T) {
	l := serve(t, func(c *Config) { c.Limits.Renders = 1 })
	var at, most int
	var mu sync.Mutex
	count := func(n int) {
		mu.Lock()
		defer mu.Unlock()
		at += n
		most = max(most, at)
	}
	l.house.render = func(w io.Writer, _ string) error {
		for range 200 {
			count(1)
			runtime.Gosched()
			count(-1)
			if _, err := w.Write(make([]byte, 16<<10)); err != nil {
				return err
			}
		}
		return nil
	}
	// One who asks for a song and does not read it must not keep others from theirs.
	_, _ = l.raw("GET /songs/ABC23.wav HTTP/1.1\r\nHost: localhost\r\n\r\n")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if a := l.ask("GET", "/songs/ABC23.wav", ""); a.StatusCode != http.StatusOK || len(a.body) != 200*16<<10 {
				t.Errorf("%d, %d bytes", a.StatusCode, len(a.body))
			}
		})
	}
	all.Wait()
	if most != 1 {
		t.Errorf("%d songs were rendered at once, want 1", most)
	}
}

func FuzzDisposition(f *testing.F) {
	f.Add("Don't <Panic>")
	f.Add("a\r\nSet-Cookie: x=y")
	f.Fuzz(func(t *testing.T, title string) {
		d := disposition(title, "mp3")
		_, params, err := mime.ParseMediaType(d)
		if err != nil || strings.ContainsAny(params["filename"], "/\\\r\n\x00") || strings.ContainsAny(d, "\r\n") {
			t.Errorf("%q: %q: %v", title, d, err)
		}
	})
}
