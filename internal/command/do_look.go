package command

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"bandstand/internal/song"
)

const someHistory, mostHistory = 10, 1000

func doNow(r *request) (reply Reply, err error) {
	err = r.look(func(rd Reader) error {
		now, on, err := OnTheAir(rd, r.table.Air.Now())
		if err != nil {
			return err
		}
		if on == nil {
			reply.Text, err = silenceText(rd, now)
			return err
		}
		reply = Reply{Text: on.text(now.State), Song: &on.SongInfo}
		return nil
	})
	return reply, err
}

func silenceText(rd Reader, now Now) (string, error) {
	st, err := rd.Air()
	if err != nil {
		return "", err
	}
	q, err := waiting(rd, now)
	if err != nil {
		return "", err
	}
	if st.Held && len(q) > 0 {
		return "silence; " + count(len(q), "song") + " waiting: play or skip goes on", nil
	}
	return "silence; new composes a song", nil
}

func (on *OnAir) text(state string) string {
	text := fmt.Sprintf("%s — %s, %s, bar %d of %d, %s of %s, code %s", on.name(), on.Style, on.Section, on.Bar, on.Bars,
		clock(on.Position), song.Clock(on.Seconds), on.Code)
	if state == Looping {
		text += " (a loop: rate, skip or stop ends it)"
	}
	return text
}

func doHistory(r *request) (Reply, error) {
	n := someHistory
	if len(r.plain) > 0 {
		var err error
		if n, err = whole("number of plays", r.at(0), 1, mostHistory); err != nil {
			return Reply{}, err
		}
	}
	var text []string
	err := r.look(func(rd Reader) error {
		plays, err := rd.History(n)
		for _, p := range plays {
			text = append(text, fmt.Sprintf("%s  %s  %s%s", p.At.Local().Format("2006-01-02 15:04"), p.Song.Code, p.Song.name(), p.Song.stars()))
		}
		return err
	})
	if err == nil && len(text) == 0 {
		text = []string{"nothing was played yet; new composes a song"}
	}
	return Reply{Text: lines(text)}, err
}

func doStatus(r *request) (Reply, error) {
	st, err := r.table.House.Status(r.ctx)
	if err != nil {
		return Reply{}, err
	}
	text := []string{st.State}
	if s := st.Song; s != nil {
		text[0] = fmt.Sprintf("%s: %s, code %s, %s, bar %d of %d, %s of %s", st.State, s.name(), s.Code, s.Section, s.Bar, s.Bars,
			clock(s.Position), song.Clock(s.Seconds))
	}
	auto := "off"
	if st.Auto {
		auto = "on"
	}
	text = append(text,
		"queue: "+count(len(st.Queue), "song")+", auto "+auto,
		"listeners: "+counts(st.Listeners, "nobody"),
		fmt.Sprintf("up %s, version %s", long(time.Duration(st.Uptime*float64(time.Second))), st.Version))
	if len(st.Outputs) > 0 {
		text = append(text, "outputs: "+outputStates(st.Outputs))
	}
	if faults := counts(st.Faults, ""); faults != "" {
		text = append(text, "faults: "+faults)
	}
	if st.Link != "" && r.caller.Local {
		text = append(text, "page: "+st.Link)
	}
	return Reply{Text: r.facts(text)}, nil
}

// outputStates is "here on, tube retrying".
func outputStates(all []Output) string {
	text := make([]string, len(all))
	for i, o := range all {
		text[i] = o.Name + " " + o.State
	}
	return strings.Join(text, ", ")
}

// counts lists what is not zero, by name: "2 /live.mp3, 1 /live.opus".
func counts(m map[string]int, none string) string {
	var text []string
	for name, n := range m {
		if n != 0 {
			text = append(text, fmt.Sprintf("%s %d", name, n))
		}
	}
	if len(text) == 0 {
		return none
	}
	slices.Sort(text)
	return strings.Join(text, ", ")
}

func doListeners(r *request) (Reply, error) {
	all := r.table.House.Listeners()
	if len(all) == 0 {
		return Reply{Text: "nobody listens at the moment"}, nil
	}
	if !r.caller.atHome() {
		// Where they come from is nobody's business elsewhere.
		mounts := map[string]int{}
		for _, l := range all {
			mounts[l.Mount]++
		}
		return Reply{Text: count(len(all), "listener") + ": " + counts(mounts, "")}, nil
	}
	const most = 50
	text := []string{count(len(all), "listener") + ":"}
	for _, l := range all[:min(most, len(all))] {
		text = append(text, fmt.Sprintf("%s  %s  %s  %s", l.Mount, l.Address, long(r.table.Now().Sub(l.Since)), printable(l.Agent)))
	}
	if len(all) > most {
		text = append(text, fmt.Sprintf("… and %d more", len(all)-most))
	}
	return Reply{Text: lines(text)}, nil
}

// printable makes a stranger's text harmless on one line, and short.
func printable(s string) string { return short(harmless(s)) }

// harmless leaves out what is no text, line breaks too.
func harmless(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || c >= 0x80 && c < 0xa0 {
			return -1
		}
		return c
	}, strings.ToValidUTF8(s, ""))
}

// doShutdown ends the station even where the order cannot be recorded.
func doShutdown(r *request) (Reply, error) {
	reply := Reply{Text: "the station ends; goodbye"}
	r.record("done", reply)
	r.table.House.Shutdown()
	return reply, nil
}
