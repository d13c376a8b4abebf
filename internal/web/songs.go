package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"bandstand/internal/command"
	"bandstand/internal/song"
)

// fileFormat is a format that a song can be had in.
type fileFormat struct {
	Name, Title string
	contentType string
	sound       bool // takes a renderer's time
}

var fileFormats = []fileFormat{
	{"mid", "MIDI", "audio/midi", false},
	{"json", "JSON", "application/json", false},
	{"svg", "SVG", "image/svg+xml", false},
	{"wav", "WAV", "audio/wav", true},
	{"flac", "FLAC", "audio/flac", true},
	{"opus", "Opus", "audio/ogg; codecs=opus", true},
	{"mp3", "MP3", "audio/mpeg", true},
}

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
	format := formatOf(suffix)
	if format == nil {
		refuse(w, r, http.StatusNotFound, "A song is to be had as .mid, .json, .svg, .wav, .flac, .opus or .mp3: "+quote(suffix)+" is none of these.")
		return
	}
	sg, info, ok := s.find(w, r, code)
	if !ok {
		return
	}
	if format.sound && r.Method != http.MethodHead {
		if !s.takeTurn(r.Context()) {
			w.Header().Set("Retry-After", "10")
			refuse(w, r, http.StatusServiceUnavailable, "Other songs are being rendered at the moment: try again in a few seconds.")
			return
		}
		defer func() { <-s.renders }()
	}
	h := w.Header()
	h.Set("Content-Type", format.contentType)
	h.Set("Content-Disposition", disposition(info.Title, format.Name))
	h.Set("Cache-Control", "no-cache")
	// An SVG opened by itself is a document: it may style itself and no more.
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	if r.Method == http.MethodHead {
		return
	}
	out := &rendered{w: w}
	if err := s.Renderer.Render(r.Context(), out, sg, format.Name); err != nil {
		if !out.begun {
			for _, name := range []string{"Content-Type", "Content-Disposition"} {
				h.Del(name)
			}
			s.fail(w, r, "rendering a song", err)
			return
		}
		if r.Context().Err() == nil {
			s.Log.Error("a song broke off", "path", r.URL.Path, "err", err)
		}
		panic(http.ErrAbortHandler) // what was sent is not whole: the client must see that
	}
}

func formatOf(suffix string) *fileFormat {
	for i := range fileFormats {
		if fileFormats[i].Name == suffix {
			return &fileFormats[i]
		}
	}
	return nil
}

// takeTurn waits a while for a free renderer.
func (s *Server) takeTurn(ctx context.Context) bool {
	patience := time.NewTimer(10 * time.Second)
	defer patience.Stop()
	select {
	case s.renders <- struct{}{}:
		return true
	case <-patience.C:
	case <-ctx.Done():
	case <-s.quitting.Done():
	}
	return false
}

// rendered gives every write its own time, so that a long song may take long and
// a client who stops reading may not.
type rendered struct {
	w     http.ResponseWriter
	begun bool
}

func (o *rendered) Write(p []byte) (int, error) {
	o.begun = true
	deadline(o.w, replyTime)
	return o.w.Write(p)
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
