package web

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// strict forbids a page of ours to load or send anything elsewhere.
const strict = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guard checks what holds for every request before it is answered.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", strict)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Server", "Bandstand")
		if code, sentence := s.objection(r); code != 0 {
			// Nothing more is read of who is refused here: its body may be endless.
			h.Set("Connection", "close")
			if code == http.StatusServiceUnavailable {
				h.Set("Retry-After", "10")
			}
			refuse(w, r, code, sentence)
			return
		}
		if !clean(r.URL.Path) {
			notFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// objection is why a request is not answered at all; 0 when it is.
func (s *Server) objection(r *http.Request) (code int, sentence string) {
	if p := placeOf(r); p != nil && p.over {
		return http.StatusServiceUnavailable, fmt.Sprintf("Your address already has %d connections to this station: close one and try again.", s.Limits.PerAddress)
	}
	if !s.ourHost(r, r.Host) {
		return http.StatusForbidden, fmt.Sprintf("This station does not answer to the name %s: if it is yours, add it to names in the configuration.", quote(hostOnly(r.Host)))
	}
	if origin := r.Header.Get("Origin"); origin != "" && !s.openToAll(r) && !s.ourOrigin(r, origin) {
		return http.StatusForbidden, fmt.Sprintf("Pages of %s may not use this station.", quote(origin))
	}
	return 0, ""
}

// quote shows a stranger's words, not too many of them.
func quote(s string) string {
	if len(s) > 60 {
		s = s[:60] + "…"
	}
	return fmt.Sprintf("%q", strings.ToValidUTF8(s, ""))
}

// openToAll says whether pages of other sites may read the answer: the streams
// and their playlists, as with every radio station.
func (s *Server) openToAll(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	for _, m := range s.Mounts {
		if r.URL.Path == m.Config().Name {
			return true
		}
	}
	return r.URL.Path == "/live.m3u" || r.URL.Path == "/live.pls"
}

func (s *Server) ourOrigin(r *http.Request, origin string) bool {
	u, err := url.Parse(origin)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return false
	}
	return s.ourHost(r, u.Host)
}

// ourHost says whether a name, with or without a port, is this station. Without
// this check a foreign page could have its own name resolve to our address and
// then read and order as if it were ours.
func (s *Server) ourHost(r *http.Request, host string) bool {
	if host == "" {
		return true // HTTP/1.0; HTTP/1.1 without it never comes here
	}
	name := hostOnly(host)
	if name == "localhost" || slices.ContainsFunc(s.Names, func(own string) bool { return strings.EqualFold(name, strings.TrimSuffix(own, ".")) }) {
		return true
	}
	if listen := s.listen.Load(); listen != nil && name == *listen {
		return true
	}
	ip, err := netip.ParseAddr(name)
	if err != nil {
		return false
	}
	if ip.Unmap().IsLoopback() {
		return true
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return ok && addressOf(local) == ip.Unmap().WithZone("")
}

// hostOnly is a host without port, brackets, capitals or a final dot.
func hostOnly(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// addressOf is the IP address of a network address, the zero Addr if it has none.
func addressOf(a net.Addr) netip.Addr {
	if a == nil {
		return netip.Addr{}
	}
	ap, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

// learn takes the listening address: its host is ours, its port names the cookie.
func (s *Server) learn(a net.Addr) {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return
	}
	host = strings.ToLower(host)
	s.listen.Store(&host)
	s.port.Store(&port)
}
