package web

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"bandstand/internal/command"
	"bandstand/internal/song"
)

var codeShape = regexp.MustCompile(`^[A-Za-z0-9]{1,32}$`)

// find is the song of a code, or answers that there is none.
func (s *Server) find(w http.ResponseWriter, r *http.Request, code string) (*song.Song, command.SongInfo, bool) {
	err := ErrNotFound
	if codeShape.MatchString(code) {
		var sg *song.Song
		var info command.SongInfo
		if sg, info, err = s.Library.Song(r.Context(), code); err == nil {
			return sg, info, true
		}
	}
	if errors.Is(err, ErrNotFound) {
		refuse(w, r, http.StatusNotFound, "There is no song "+quote(code)+": /api/v1/songs lists those there are.")
	} else {
		s.fail(w, r, "looking for a song", err)
	}
	return nil, command.SongInfo{}, false
}

// songFile answers with a song as a file, rendered as it is sent.
func (s *Server) songFile(w http.ResponseWriter, r *http.Request) {
	code, suffix, _ := strings.Cut(r.PathValue("file"), ".")
	formats := s.Renderer.Formats()
	i := slices.IndexFunc(formats, func(f Format) bool { return f.Name == suffix })
	if i < 0 {
		refuse(w, r, http.StatusNotFound, "A song is to be had as "+suffixes(formats)+": "+quote(suffix)+" is none of these.")
		return
	}
	format := formats[i]
	sg, info, ok := s.find(w, r, code)
	if !ok {
		return
	}
	h := w.Header()
	h.Set("Content-Type", format.ContentType)
	h.Set("Content-Disposition", disposition(info.Title, format.Name))
	h.Set("Cache-Control", "no-cache")
	// An SVG opened by itself is a document: it may style itself and no more.
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	if r.Method == http.MethodHead {
		return
	}
	s.render(w, r, sg, format)
}

// render sends a song as it is rendered.
func (s *Server) render(w http.ResponseWriter, r *http.Request, sg *song.Song, format Format) {
	out := &rendered{w: w, ctx: r.Context()}
	if format.Sound {
		out.turns = s.turns
		if !s.rendering.enter(mostRenders) {
			h := w.Header()
			h.Set("Retry-After", "10")
			h.Del("Content-Disposition")
			refuse(w, r, http.StatusServiceUnavailable, "Many songs are being rendered at the moment: try again in a few seconds.")
			return
		}
		defer s.rendering.leave()
		if !out.take() {
			panic(http.ErrAbortHandler) // the client has gone, or the server ends: nobody waits for a sentence
		}
		defer out.give()
	}
	buffered := bufio.NewWriterSize(out, 16<<10)
	err := s.Renderer.Render(r.Context(), buffered, sg, format.Name)
	if err != nil && !out.begun {
		w.Header().Del("Content-Disposition")
		s.fail(w, r, "rendering a song", err)
		return
	}
	if err == nil {
		err = buffered.Flush()
	}
	if err != nil {
		if r.Context().Err() == nil {
			s.Log.Warn("a song broke off", "path", r.URL.Path, "err", err)
		}
		panic(http.ErrAbortHandler) // what was sent is not whole: the client must see that
	}
}

// suffixes lists formats for people: ".mid, .wav or .mp3".
func suffixes(formats []Format) string {
	var b strings.Builder
	for i, f := range formats {
		switch {
		case i > 0 && i == len(formats)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString("." + f.Name)
	}
	return b.String()
}

// mostRenders is how many songs may be on their way at once, most of them waiting
// for their clients.
const mostRenders = 64

// rendered is where a song's file is written to. Rendering sound takes a whole
// processor, so only who has a turn does; while the client takes its time others
// have the turn. Every write has its own deadline: a long song may take long, a
// client who stops reading may not.
type rendered struct {
	w     http.ResponseWriter
	ctx   context.Context
	turns chan struct{} // nil: no turn is needed
	has   bool
	begun bool
}

func (o *rendered) Write(p []byte) (int, error) {
	o.begun = true
	o.give()
	deadline(o.w, replyTime)
	n, err := o.w.Write(p)
	if err == nil && !o.take() {
		err = fmt.Errorf("waiting to render on: %w", o.ctx.Err())
	}
	return n, err
}

// take waits for a turn. It fails when the client or the server has gone.
func (o *rendered) take() bool {
	if o.turns == nil {
		return true
	}
	select {
	case o.turns <- struct{}{}:
		o.has = true
	case <-o.ctx.Done():
	}
	return o.has
}

func (o *rendered) give() {
	if o.has {
		<-o.turns
		o.has = false
	}
}

// disposition offers a song under its title; a picture is shown.
func disposition(title, format string) string {
	kind := "attachment"
	if format == "svg" {
		kind = "inline"
	}
	var plain strings.Builder
	for _, c := range title {
		switch {
		case c < ' ' || strings.ContainsRune(`"\/:*?<>|%`, c) || c == 0x7f:
			plain.WriteByte('-')
		case c > '~':
			plain.WriteByte('_')
		default:
			plain.WriteRune(c)
		}
	}
	name := strings.Trim(plain.String(), " .")
	if name == "" {
		name = "song"
	}
	full := strings.Map(func(c rune) rune {
		if c < ' ' || c == '/' || c == '\\' || c == 0x7f {
			return '-'
		}
		return c
	}, strings.ToValidUTF8(title, "-"))
	return fmt.Sprintf(`%s; filename="%s.%s"; filename*=UTF-8''%s.%s`, kind, name, format, strings.ReplaceAll(url.QueryEscape(full), "+", "%20"), format)
}
