package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"bandstand/internal/command"
	"bandstand/internal/song"
)

// fail answers that something broke here; what, the log knows.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, doing string, err error) {
	if r.Context().Err() == nil {
		s.Log.Error("an HTTP request failed", "doing", doing, "path", r.URL.Path, "err", err)
	}
	refuse(w, r, http.StatusInternalServerError, "Something went wrong here; the station's log says more.")
}

func (s *Server) status(w http.ResponseWriter, r *http.Request) {
	status, err := s.Status.Status(r.Context())
	if err != nil {
		s.fail(w, r, "telling the status", err)
		return
	}
	writeJSON(w, http.StatusOK, status)
}

func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	problems := s.Health.Problems()
	if problems == nil {
		problems = []string{}
	}
	code := http.StatusOK
	if len(problems) > 0 {
		code = http.StatusServiceUnavailable
	}
	writeJSON(w, code, map[string]any{"ok": len(problems) == 0, "problems": problems})
}

// orders carries out an order for who has the token. Asked with GET it says
// whether one may order, so that a page can know before its reader types.
func (s *Server) orders(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		writeJSON(w, http.StatusOK, map[string]bool{"allowed": s.mayOrder(r)})
		return
	}
	if !s.mayOrder(r) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="bandstand"`)
		w.Header().Set("Connection", "close") // its body stays unread
		refuse(w, r, http.StatusUnauthorized, `Orders need the station's token: open the link that the station printed when it started, or send the token as "Authorization: Bearer TOKEN".`)
		return
	}
	line, code, sentence := readOrder(w, r)
	if code != 0 {
		w.Header().Set("Connection", "close")
		refuse(w, r, code, sentence)
		return
	}
	reply := s.Orders.Do(r.Context(), command.Caller{Door: "http", Who: addressText(r)}, line)
	s.hub.changed()
	code = http.StatusOK
	if !reply.OK {
		code = http.StatusBadRequest
	}
	writeJSON(w, code, reply)
}

// readOrder reads the line of an order, or says with which code and sentence to
// refuse it.
func readOrder(w http.ResponseWriter, r *http.Request) (line string, code int, sentence string) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(bodyTime))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyBytes))
	_ = control.SetReadDeadline(time.Time{})
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return "", http.StatusRequestEntityTooLarge, "This order is too long: send at most 64 KB."
	case err != nil:
		return "", http.StatusBadRequest, "The order did not arrive whole: send it again."
	case !utf8.Valid(body):
		return "", http.StatusBadRequest, "This is not UTF-8: send JSON such as {\"order\":\"new funk\"}."
	}
	var order struct {
		Order *string `json:"order"`
	}
	if err := json.Unmarshal(body, &order); err != nil || order.Order == nil {
		return "", http.StatusBadRequest, `This is not an order: send JSON such as {"order":"new funk"}.`
	}
	line = strings.TrimRight(*order.Order, "\r\n")
	if strings.ContainsAny(line, "\r\n") {
		return "", http.StatusBadRequest, "An order is one line: send several one after the other."
	}
	return line, 0, ""
}

func (s *Server) songs(w http.ResponseWriter, r *http.Request) {
	q, limit := r.URL.Query(), 50
	if text := q.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 1000 {
			refuse(w, r, http.StatusBadRequest, "limit="+quote(text)+" is not possible: write a number from 1 to 1000.")
			return
		}
		limit = n
	}
	// Styles are named in small letters; a band's name the library takes in any.
	all, err := s.Library.Songs(r.Context(), limit, strings.ToLower(strings.TrimSpace(q.Get("style"))), q.Get("band"))
	if err != nil {
		s.fail(w, r, "listing songs", err)
		return
	}
	if all == nil {
		all = []command.SongInfo{}
	}
	writeJSON(w, http.StatusOK, all)
}

// songDetail is a song without its notes.
type songDetail struct {
	command.SongInfo
	Meter    song.Meter        `json:"meter"`
	Sections []song.Section    `json:"sections"`
	Robots   []robot           `json:"robots"`
	Files    map[string]string `json:"files"` // by format
}

type robot struct {
	Name       string   `json:"name"`
	Role       string   `json:"role"`
	Instrument string   `json:"instrument"`
	Traits     []string `json:"traits,omitempty"` // such as "busy"; none known for a band that was not kept
}

func (s *Server) detail(ctx context.Context, sg *song.Song, info command.SongInfo) songDetail {
	traits, err := s.Library.Traits(ctx, info.Band)
	if err != nil && ctx.Err() == nil {
		s.Log.Warn("a song is shown without its robots' traits", "song", info.Code, "err", err)
	}
	d := songDetail{SongInfo: info, Meter: sg.Meter, Sections: sg.Sections, Robots: []robot{}, Files: map[string]string{}}
	for _, p := range sg.Parts {
		d.Robots = append(d.Robots, robot{Name: p.Robot, Role: p.Role, Instrument: p.Instrument, Traits: traits[p.Robot]})
	}
	for _, f := range s.Renderer.Formats() {
		d.Files[f.Name] = "/songs/" + info.Code + "." + f.Name
	}
	return d
}

func (s *Server) songInfo(w http.ResponseWriter, r *http.Request) {
	if sg, info, ok := s.find(w, r, r.PathValue("code")); ok {
		writeJSON(w, http.StatusOK, s.detail(r.Context(), sg, info))
	}
}

// style is a style that songs can be ordered in.
type style struct {
	Name    string     `json:"name"`
	About   string     `json:"about"`
	Aliases []string   `json:"aliases"`
	Tempo   [2]float64 `json:"tempo"`  // quarter notes a minute at which it is happiest
	Meters  []string   `json:"meters"` // such as "4/4"; the usual one first
	Modes   []string   `json:"modes"`
	Own     bool       `json:"own"` // from a file of the owner's
}

// styles lists the styles that can be played. What is wrong with a file is for the
// station's owner: it names paths.
func (s *Server) styles(w http.ResponseWriter, _ *http.Request) {
	all := []style{}
	for _, i := range s.Styles.Styles() {
		if !i.Lost {
			all = append(all, style{i.Name, i.About, listed(i.Aliases), i.Tempo, listed(i.Meters), listed(i.Modes), i.Own})
		}
	}
	writeJSON(w, http.StatusOK, all)
}

// listed is words that are a list in JSON even where there are none.
func listed(words []string) []string { return append([]string{}, words...) }
