package web

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func TestHostsAndOrigins(t *testing.T) {
	l := serve(t, nil)
	for _, c := range []struct {
		path, headers string
		code          int
	}{
		{"/api/v1/status", "", 200},
		{"/api/v1/status", "Host: localhost", 200},
		{"/api/v1/status", "Host: LOCALHOST:1234", 200},
		{"/api/v1/status", "Host: localhost.", 200},
		{"/api/v1/status", "Host: 127.0.0.1", 200},
		{"/api/v1/status", "Host: 127.8.9.1:80", 200},
		{"/api/v1/status", "Host: [::1]:8000", 200},
		{"/api/v1/status", "Host: [::1]", 200},
		{"/api/v1/status", "Host: radio.example.org", 200},
		{"/api/v1/status", "Host: Radio.Example.ORG:443", 200},
		{"/api/v1/status", "Host: evil.example", 403},
		{"/api/v1/status", "Host: evil.example:8000", 403},
		{"/api/v1/status", "Host: localhost.evil.example", 403},
		{"/api/v1/status", "Host: 127.0.0.1.evil.example", 403},
		{"/api/v1/status", "Host: 192.0.2.7", 403},
		{"/live.mp3", "Host: evil.example", 403},
		{"/", "Host: evil.example", 403},
		{"/metrics", "Host: evil.example", 403},
		{"/api/v1/status", "Origin: http://localhost", 200},
		{"/api/v1/status", "Origin: http://127.0.0.1:8000", 200},
		{"/api/v1/status", "Origin: https://radio.example.org", 200},
		{"/api/v1/status", "Origin: https://evil.example", 403},
		{"/api/v1/status", "Origin: null", 403},
		{"/api/v1/status", "Origin: http://localhost@evil.example", 403},
		{"/api/v1/status", "Origin: file://localhost", 403},
		{"/api/v1/status", "Origin: ://", 403},
		{"/live.m3u", "Origin: https://evil.example", 200},
		{"/live.m3u", "Origin: https://evil.example|Host: evil.example", 403},
	} {
		var headers []string
		if c.headers != "" {
			headers = strings.Split(c.headers, "|")
		}
		a := l.ask("GET", c.path, "", headers...)
		if a.StatusCode != c.code {
			t.Errorf("%s with %q: %d, want %d: %s", c.path, c.headers, a.StatusCode, c.code, a.body)
		}
		if c.code == 403 {
			if strings.HasPrefix(c.path, "/api/") {
				if v := a.json(t); v["ok"] != false || !strings.HasPrefix(v["reply"].(string), "error: ") {
					t.Errorf("%s with %q: %s", c.path, c.headers, a.body)
				}
			} else if !strings.HasSuffix(strings.TrimSpace(a.body), ".") {
				t.Errorf("%s with %q is no sentence: %q", c.path, c.headers, a.body)
			}
		}
	}
}

func TestTokens(t *testing.T) {
	l := serve(t, nil)
	cookie := l.cookie()
	for _, c := range []struct {
		name    string
		headers []string
		code    int
	}{
		{"none", nil, 401},
		{"bearer", []string{"Authorization: Bearer " + token}, 200},
		{"bearer, small", []string{"Authorization: bearer " + token}, 200},
		{"wrong", []string{"Authorization: Bearer " + token + "x"}, 401},
		{"empty", []string{"Authorization: Bearer "}, 401},
		{"basic", []string{"Authorization: Basic " + token}, 401},
		{"cookie", []string{"Cookie: " + cookie + "=" + token}, 200},
		{"cookie and our page", []string{"Cookie: " + cookie + "=" + token, "Origin: http://" + l.addr}, 200},
		{"cookie and a foreign page", []string{"Cookie: " + cookie + "=" + token, "Origin: https://evil.example"}, 403},
		{"bearer and a foreign page", []string{"Authorization: Bearer " + token, "Origin: https://evil.example"}, 403},
		{"bearer and a foreign host", []string{"Authorization: Bearer " + token, "Host: evil.example"}, 403},
		{"cookie of another station", []string{"Cookie: bandstand-1=" + token}, 401},
		{"wrong cookie", []string{"Cookie: " + cookie + "=x"}, 401},
	} {
		before := len(l.house.given())
		a := l.ask("POST", "/api/v1/orders", `{"order":"new funk"}`, c.headers...)
		if a.StatusCode != c.code {
			t.Errorf("%s: %d, want %d: %s", c.name, a.StatusCode, c.code, a.body)
		}
		if done := len(l.house.given()) - before; (done == 1) != (c.code == 200) {
			t.Errorf("%s: %d orders were carried out", c.name, done)
		}
		if v := a.json(t); v["ok"] != (c.code == 200) {
			t.Errorf("%s: %s", c.name, a.body)
		}
	}
	if who := l.house.caller; who.Door != "http" || who.Local || who.Who != "127.0.0.1" {
		t.Errorf("orders came from %+v", who)
	}
}

func TestNoTokenNoOrders(t *testing.T) {
	l := serve(t, func(c *Config) { c.Token = "" })
	for _, h := range []string{"Authorization: Bearer ", "Authorization: Bearer x", "Cookie: " + l.cookie() + "="} {
		if a := l.ask("POST", "/api/v1/orders", `{"order":"new"}`, h); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %d", h, a.StatusCode)
		}
	}
}

func TestTheLinkSetsACookie(t *testing.T) {
	l := serve(t, nil)
	a := l.ask("GET", "/?token="+token, "")
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/" {
		t.Fatalf("%d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	set := a.Cookies()
	if len(set) != 1 || !set[0].HttpOnly || set[0].SameSite != http.SameSiteStrictMode || set[0].Path != "/" {
		t.Fatalf("cookies %v", a.Header["Set-Cookie"])
	}
	if a := l.ask("GET", "/api/v1/orders", "", "Cookie: "+set[0].String()); a.body != `{"allowed":true}`+"\n" {
		t.Errorf("the cookie does not allow orders: %s", a.body)
	}
	if a := l.ask("GET", "/api/v1/orders", ""); a.body != `{"allowed":false}`+"\n" {
		t.Errorf("without it: %s", a.body)
	}
	a = l.ask("GET", "/?token=guess", "")
	if a.StatusCode != http.StatusForbidden || len(a.Cookies()) != 0 {
		t.Errorf("a wrong token: %d, cookies %v", a.StatusCode, a.Cookies())
	}
}

func TestStrangePaths(t *testing.T) {
	l := serve(t, nil)
	for _, path := range []string{
		"/nothing", "/songs", "/songs/", "/songs/../../etc/passwd", "/songs/..", "/songs/%2e%2e/%2e%2e/etc/passwd", "/songs/..%2f..%2fetc%2fpasswd",
		"/songs/ABC23.exe", "/songs/ABC23", "/songs/ABC23.mp3.exe", "/songs/.mp3", "/songs/NOPE1.mp3", "/songs/A%00B.mp3", "/songs//ABC23.mp3",
		"/s/NOPE1", "/s/..", "/page/../guard.go", "/page/index.html", "/api/v1/", "/api/v1/songs/NOPE1", "/api/v1/songs/%2e%2e", "//", "/./", "/live.mp3/",
	} {
		_, r := l.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		line, _ := bufio.NewReader(res.Body).ReadString('\n')
		if res.StatusCode != http.StatusNotFound || !strings.Contains(line, ".") {
			t.Errorf("%s: %d %q; want a 404 and a sentence", path, res.StatusCode, line)
		}
	}
}

func TestWrongMethods(t *testing.T) {
	l := serve(t, nil)
	for path, method := range map[string]string{"/": "POST", "/live.mp3": "PUT", "/api/v1/orders": "DELETE", "/api/v1/status": "POST"} {
		if a := l.ask(method, path, ""); a.StatusCode != http.StatusMethodNotAllowed || a.Header.Get("Allow") == "" || !strings.Contains(a.body, "use ") {
			t.Errorf("%s %s: %d %q", method, path, a.StatusCode, a.body)
		}
	}
}

func TestHugeHeaders(t *testing.T) {
	l := serve(t, nil)
	_, r := l.raw("GET / HTTP/1.1\r\nHost: localhost\r\nX-Big: " + strings.Repeat("x", 100<<10) + "\r\n\r\n")
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%s, want 431", res.Status)
	}
}

func TestOldClients(t *testing.T) {
	l := serve(t, nil)
	for _, host := range []string{"", "Host: localhost\r\n"} {
		_, r := l.raw("GET /api/v1/status HTTP/1.0\r\n" + host + "\r\n")
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != http.StatusOK || len(res.TransferEncoding) != 0 {
			t.Errorf("%s, %v", res.Status, res.TransferEncoding)
		}
	}
}

func FuzzHost(f *testing.F) {
	for _, host := range []string{"localhost", "[::1]:8000", "127.0.0.1.", "evil.example", "[fe80::1%25lo]:1", "::ffff:127.0.0.1"} {
		f.Add(host)
	}
	s := &Server{}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	f.Fuzz(func(t *testing.T, host string) {
		if !s.ourHost(r, host) || host == "" {
			return
		}
		name := hostOnly(host)
		if ip, err := netip.ParseAddr(name); name != "localhost" && (err != nil || !ip.Unmap().IsLoopback()) {
			t.Errorf("%q is taken for ours", host)
		}
	})
}
