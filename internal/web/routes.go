package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// routes is what is served where. Methods are checked here so that a wrong one
// is answered with a sentence too.
func (s *Server) routes(p *pages) http.Handler {
	mux := http.NewServeMux()
	read := []string{http.MethodGet, http.MethodHead}
	on := func(pattern string, h http.HandlerFunc, methods ...string) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if !slices.Contains(methods, r.Method) {
				w.Header().Set("Allow", strings.Join(methods, ", "))
				refuse(w, r, http.StatusMethodNotAllowed, fmt.Sprintf("%s is not possible here: use %s.", r.Method, strings.Join(methods, " or ")))
				return
			}
			h(w, r)
		})
	}
	for _, m := range s.Mounts {
		on(m.Config().Name, s.stream(m), read...)
	}
	on("/live.m3u", s.m3u, read...)
	on("/live.pls", s.pls, read...)
	on("/status-json.xsl", s.icecast, read...)
	on("/health", s.health, read...)
	on("/metrics", s.metrics.serve, read...)
	on("/api/v1/status", s.status, read...)
	on("/api/v1/orders", s.orders, http.MethodPost, http.MethodGet)
	on("/api/v1/events", s.events, read...)
	on("/api/v1/songs", s.songs, read...)
	on("/api/v1/songs/{code}", s.songInfo, read...)
	on("/api/v1/styles", s.styles, read...)
	on("/songs/{file}", s.songFile, read...)
	on("/s/{code}", s.songPage(p), read...)
	on("/page/{file}", p.asset, read...)
	on("/favicon.ico", p.favicon, read...)
	on("/{$}", s.index(p), read...)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { notFound(w, r) })
	return mux
}

// clean says whether a path is written in the one way that we serve.
func clean(p string) bool {
	return p == "/" || path.Clean(p) == p
}

func notFound(w http.ResponseWriter, r *http.Request) {
	refuse(w, r, http.StatusNotFound, "There is nothing here: the station's page is at /.")
}

// refuse answers with one sentence: as JSON to programs, else as text.
func refuse(w http.ResponseWriter, r *http.Request, code int, sentence string) {
	w.Header().Set("Cache-Control", "no-store")
	if strings.HasPrefix(r.URL.Path, "/api/") {
		// "error: " begins the reply of every order that failed; what has no
		// order behind it looks the same to a program.
		writeJSON(w, code, failure{Reply: "error: " + lowerFirst(sentence)})
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	deadline(w, replyTime)
	w.WriteHeader(code)
	fmt.Fprintln(w, sentence)
}

// failure is command.Reply for what is no order.
type failure struct {
	OK    bool   `json:"ok"`
	Reply string `json:"reply"`
}

func lowerFirst(s string) string {
	if len(s) > 1 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'a' && s[1] <= 'z' {
		return string(s[0]+'a'-'A') + s[1:]
	}
	return s
}

func writeJSON(w http.ResponseWriter, code int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		code, data = http.StatusInternalServerError, []byte(`{"ok":false,"reply":"error: the answer could not be written as JSON"}`)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	deadline(w, replyTime)
	w.WriteHeader(code)
	_, _ = w.Write(append(data, '\n'))
}

// deadline gives the next writes d. A writer that knows no deadlines (a test's)
// does without.
func deadline(w http.ResponseWriter, d time.Duration) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(d))
}
