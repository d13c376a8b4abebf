package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
)

// mayOrder says whether a request carries the token, in its header or its cookie.
func (s *Server) mayOrder(r *http.Request) bool {
	if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return s.isToken(strings.TrimSpace(token))
	}
	cookie, err := r.Cookie(s.cookieName())
	return err == nil && s.isToken(cookie.Value)
}

// isToken compares in a time that tells nothing about the token.
func (s *Server) isToken(guess string) bool {
	a, b := sha256.Sum256([]byte(guess)), sha256.Sum256([]byte(s.Token))
	return s.Token != "" && subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// cookieName has the port in it: cookies know only hosts, and two stations on
// one computer must not take each other's.
func (s *Server) cookieName() string {
	if port := s.port.Load(); port != nil {
		return "bandstand-" + *port
	}
	return "bandstand"
}

// takeToken turns the token of the link that the station prints into a cookie,
// and leads to the page without it, so that it stays in no address bar.
func (s *Server) takeToken(w http.ResponseWriter, r *http.Request, token string) {
	if !s.isToken(token) {
		refuse(w, r, http.StatusForbidden, "This is not the station's token: open the link that it printed when it started.")
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(), Value: token, Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: secure(r),
	})
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// secure says whether the client speaks HTTPS, to us or to a proxy before us.
func secure(r *http.Request) bool {
	return r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}
