package web

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"bandstand/internal/broadcast"
	"bandstand/internal/command"
	"bandstand/internal/song"
)

//go:embed page
var pageFiles embed.FS

// pages are the embedded page and its parts.
type pages struct {
	index, song *template.Template
	files       map[string][]byte
}

func newPages() (*pages, error) {
	p := &pages{files: map[string][]byte{}}
	sub, err := fs.Sub(pageFiles, "page")
	if err != nil {
		return nil, err
	}
	if p.index, err = template.ParseFS(sub, "index.html"); err != nil {
		return nil, err
	}
	if p.song, err = template.New("song.html").Funcs(template.FuncMap{"clock": song.Clock, "title": formatTitle, "words": words, "count": count, "times": times}).ParseFS(sub, "song.html"); err != nil {
		return nil, err
	}
	for _, name := range []string{"app.js", "song.js", "style.css", "icon.svg"} {
		if p.files[name], err = fs.ReadFile(sub, name); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// count is a number of things: 1 bar, 2 bars.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// words is what somebody is like: busy, laid back.
func words(all []string) string { return strings.Join(all, ", ") }

// times is how often: once, twice, 3 times.
func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}

// asset serves a part of the page.
func (p *pages) asset(w http.ResponseWriter, r *http.Request) {
	p.file(w, r, r.PathValue("file"))
}

func (p *pages) favicon(w http.ResponseWriter, r *http.Request) {
	p.file(w, r, "icon.svg")
}

func (p *pages) file(w http.ResponseWriter, r *http.Request, name string) {
	data, ok := p.files[name]
	if !ok {
		notFound(w, r)
		return
	}
	kinds := map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
	w.Header().Set("Content-Type", kinds[path.Ext(name)])
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
}

func (p *pages) show(w http.ResponseWriter, t *template.Template, data any) error {
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return fmt.Errorf("filling in %s: %w", t.Name(), err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(b.Bytes())
	return nil
}

// mountChoice is a stream that the page offers.
type mountChoice struct{ Path, Format, Type string }

func choices(mounts []*broadcast.Mount) (all []mountChoice) {
	for _, m := range mounts {
		all = append(all, mountChoice{m.Config().Name, formatName(m), m.Config().ContentType})
	}
	return all
}

// index is the page. A token in its address becomes a cookie first.
func (s *Server) index(p *pages) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query(); q.Has("token") {
			s.takeToken(w, r, q.Get("token"))
			return
		}
		if err := p.show(w, p.index, map[string]any{"Mounts": choices(s.Mounts), "Version": s.Version}); err != nil {
			s.fail(w, r, "showing the page", err)
		}
	}
}

// mostMore is how many more songs of its band a song's page links to.
const mostMore = 5

// more is the newest other songs of a song's band.
func (s *Server) more(ctx context.Context, of command.SongInfo) ([]command.SongInfo, error) {
	all, err := s.Library.Songs(ctx, mostMore+1, "", of.Band)
	if err != nil {
		return nil, fmt.Errorf("listing the songs of %s: %w", of.Band, err)
	}
	all = slices.DeleteFunc(all, func(i command.SongInfo) bool { return i.Code == of.Code })
	return all[:min(len(all), mostMore)], nil
}

// songPage is a song's own page.
func (s *Server) songPage(p *pages) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		sg, info, ok := s.find(w, r, r.PathValue("code"))
		if !ok {
			return
		}
		more, err := s.more(r.Context(), info)
		if err != nil {
			s.fail(w, r, "looking for a band's songs", err)
			return
		}
		data := map[string]any{"Song": s.detail(r.Context(), sg, info), "Formats": s.Renderer.Formats(), "More": more}
		if err := p.show(w, p.song, data); err != nil {
			s.fail(w, r, "showing a song", err)
		}
	}
}
