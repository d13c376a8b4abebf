package command

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"bandstand/internal/song"
)

// line is a song in a list: `k7m2p  "Title" by Band — funk, Em, 104 BPM, 3:12, ★4.5`.
func (s SongInfo) line() string { return s.Code + "  " + s.about() + s.stars() }

// about is a song without its code.
func (s SongInfo) about() string {
	return fmt.Sprintf("%s — %s, %s, %s BPM, %s", s.name(), s.Style, s.Key, bpm(s.Tempo), song.Clock(s.Seconds))
}

func (s SongInfo) name() string { return fmt.Sprintf(`"%s" by %s`, s.Title, s.Band) }

func (s SongInfo) stars() string {
	if s.Rating == 0 {
		return ""
	}
	return ", ★" + strconv.FormatFloat(math.Round(s.Rating*10)/10, 'f', -1, 64)
}

// whole is what is said of a song just composed.
func (s SongInfo) whole() string {
	return fmt.Sprintf("%s, code %s (seed %d)", s.about(), s.Code, s.Seed)
}

func bpm(tempo float64) string { return strconv.FormatFloat(math.Round(tempo*10)/10, 'f', -1, 64) }

// clock is a place in a song: a second counts when it is over.
func clock(seconds float64) string { return song.Clock(math.Floor(seconds)) }

// count is "1 song" or "3 songs".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// long is how long something lasted, in words.
func long(d time.Duration) string {
	switch {
	case d < time.Minute:
		return count(int(d.Seconds()), "second")
	case d < time.Hour:
		return count(int(d.Minutes()), "minute")
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return count(int(d.Hours()/24), "day")
}

// ago is "5 minutes ago".
func ago(d time.Duration) string {
	if d < 2*time.Second {
		return "just now"
	}
	return long(d) + " ago"
}

func lines(l []string) string { return strings.Join(l, "\n") }

// between stands between facts on one line.
const between = " · "

// facts is what is told of one thing: a line each, but in a chat all on one line,
// since every line there is a message to everybody.
func (r *request) facts(l []string) string {
	if r.inChat() {
		return strings.ReplaceAll(strings.Join(l, between), ":"+between, ": ")
	}
	return lines(l)
}

// inChat says whether every line of an answer is a message to others.
func (r *request) inChat() bool { return r.caller.Network != "" }

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
