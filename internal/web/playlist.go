package web

import (
	"fmt"
	"net/http"
	"strings"

	"bandstand/internal/broadcast"
	"bandstand/internal/command"
)

// base is the station's address as the client called it.
func (s *Server) base(r *http.Request) string {
	host := r.Host
	if host == "" {
		host = "localhost"
		if port := s.port.Load(); port != nil {
			host += ":" + *port
		}
	}
	if secure(r) {
		return "https://" + host
	}
	return "http://" + host
}

// formatName is a mount's format as people call it: "MP3" for /live.mp3.
func formatName(m *broadcast.Mount) string {
	name := m.Config().Name
	return formatTitle(name[strings.LastIndexByte(name, '.')+1:])
}

// formatTitle is a format's suffix as people call it.
func formatTitle(suffix string) string {
	switch suffix {
	case "opus":
		return "Opus"
	case "mid":
		return "MIDI"
	}
	return strings.ToUpper(suffix)
}

func (s *Server) m3u(w http.ResponseWriter, r *http.Request) {
	var b strings.Builder
	b.WriteString("#EXTM3U\n")
	for _, m := range s.Mounts {
		fmt.Fprintf(&b, "#EXTINF:-1,%s (%s)\n%s%s\n", stationName, formatName(m), s.base(r), m.Config().Name)
	}
	s.playlist(w, "audio/x-mpegurl", "bandstand.m3u", b.String())
}

func (s *Server) pls(w http.ResponseWriter, r *http.Request) {
	var b strings.Builder
	b.WriteString("[playlist]\n")
	for i, m := range s.Mounts {
		fmt.Fprintf(&b, "File%d=%s%s\nTitle%d=%s (%s)\nLength%d=-1\n", i+1, s.base(r), m.Config().Name, i+1, stationName, formatName(m), i+1)
	}
	fmt.Fprintf(&b, "NumberOfEntries=%d\nVersion=2\n", len(s.Mounts))
	s.playlist(w, "audio/x-scpls", "bandstand.pls", b.String())
}

func (s *Server) playlist(w http.ResponseWriter, contentType, file, text string) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", `inline; filename="`+file+`"`)
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(text))
}

// icecastSource is a mount in the form in which directories read it from Icecast.
type icecastSource struct {
	AudioInfo   string `json:"audio_info"`
	Bitrate     int    `json:"bitrate"`
	Genre       string `json:"genre"`
	Peak        int    `json:"listener_peak"`
	Listeners   int    `json:"listeners"`
	URL         string `json:"listenurl"`
	Description string `json:"server_description"`
	Name        string `json:"server_name"`
	Type        string `json:"server_type"`
	Start       string `json:"stream_start"`
	StartISO    string `json:"stream_start_iso8601"`
	Title       string `json:"title"`
	SampleRate  int    `json:"samplerate"`
	Channels    int    `json:"channels"`
}

// The two ways in which Icecast writes times.
const (
	icecastTime = "Mon, 02 Jan 2006 15:04:05 -0700"
	icecastISO  = "2006-01-02T15:04:05-0700"
)

func (s *Server) icecast(w http.ResponseWriter, r *http.Request) {
	status, err := s.Status.Status(r.Context())
	if err != nil {
		s.fail(w, r, "telling the status", err)
		return
	}
	title, genre := heard(status), "various"
	if status.Song != nil {
		genre = status.Song.Style
	}
	sources := make([]icecastSource, 0, len(s.Mounts))
	for _, m := range s.Mounts {
		c, n := m.Config(), m.Stats()
		kbps := c.BytesPerSecond * 8 / 1000
		sources = append(sources, icecastSource{
			AudioInfo: fmt.Sprintf("channels=2;samplerate=%d;bitrate=%d", c.Rate, kbps),
			Bitrate:   kbps, Genre: genre, Peak: n.Peak, Listeners: n.Listeners,
			URL: s.base(r) + c.Name, Description: "A station whose bands are robots",
			Name: stationName, Type: icecastType(c.ContentType), Title: title, SampleRate: c.Rate, Channels: 2,
			Start: s.started.Format(icecastTime), StartISO: s.started.Format(icecastISO),
		})
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	writeJSON(w, http.StatusOK, map[string]any{"icestats": map[string]any{
		"admin": "", "host": hostOnly(r.Host), "location": "",
		"server_id":    strings.TrimSpace(stationName + " " + s.Version),
		"server_start": s.started.Format(icecastTime), "server_start_iso8601": s.started.Format(icecastISO),
		"source": sources,
	}})
}

// icecastType is a type as Icecast names it: all that is in Ogg alike.
func icecastType(contentType string) string {
	if kind, _, _ := strings.Cut(contentType, ";"); kind != "audio/ogg" {
		return kind
	}
	return "application/ogg"
}

// heard is what plays, as the streams' own titles say it: directories take the
// name before the dash for the artist.
func heard(status command.Status) string {
	if status.Song == nil {
		return ""
	}
	return status.Song.Band + " - " + status.Song.Title
}
