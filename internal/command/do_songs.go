package command

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	someSongs, mostSongs = 20, 1000
	longestTitle         = 100
)

func doRate(r *request) (Reply, error) {
	stars, err := whole("rating", r.at(1), 1, 5)
	if err != nil {
		return Reply{}, err
	}
	return r.change(func(c *change) (Reply, error) {
		info, err := songFor(c, r.at(0), c.now)
		if err != nil {
			return Reply{}, err
		}
		if err := c.Rate(info.Code, r.caller.person(), stars); err != nil {
			return Reply{}, fmt.Errorf("rating: %w", err)
		}
		if info, err = c.Song(info.Code); err != nil {
			return Reply{}, err
		}
		reply := Reply{Text: fmt.Sprintf("%s has %d of 5 from you%s", info.name(), stars, meanText(info)), Song: &info}
		st, err := c.Air()
		if err != nil || st.State != Looping || st.Code != info.Code {
			return reply, err
		}
		if r.role < RoleOperator && st.Person != r.caller.person() {
			return reply, nil // what is heard is not theirs to end
		}
		then, err := c.next()
		reply.Text += "\nthe loop is over; " + then.Text
		reply.Starts = then.Starts
		return reply, err
	})
}

func meanText(info SongInfo) string {
	if info.Rating == float64(int(info.Rating)) {
		return ""
	}
	return info.stars() + " from all"
}

func doSongs(r *request) (Reply, error) {
	f := Filter{Limit: someSongs}
	var err error
	if len(r.plain) > 0 {
		if f.Limit, err = whole("number of songs", r.at(0), 1, mostSongs); err != nil {
			return Reply{}, err
		}
	}
	if v, ok := r.keys["style"]; ok {
		if f.Style, err = r.table.styleFor(v); err != nil {
			return Reply{}, err
		}
	}
	var text []string
	err = r.look(func(rd Reader) error {
		if v, ok := r.keys["band"]; ok {
			if f.Band, err = r.table.bandName(rd, v); err != nil {
				return err
			}
		}
		songs, err := rd.Songs(f)
		for _, s := range songs {
			text = append(text, s.line())
		}
		return err
	})
	if err == nil && len(text) == 0 {
		text = []string{f.none()}
	}
	return Reply{Text: lines(text)}, err
}

// none says that there are no songs of that kind.
func (f Filter) none() string {
	switch {
	case f.Band != "" && f.Style == "":
		return f.Band + " have no songs yet"
	case f.Band != "" || f.Style != "":
		return "there are no such songs yet; new composes one"
	}
	return "there are no songs yet; new composes one"
}

func doSong(r *request) (Reply, error) {
	info, s, err := r.songNotes(r.at(0))
	if err != nil {
		return Reply{}, err
	}
	text := []string{
		fmt.Sprintf("%s in %d/%d, composed %s, %s", count(info.Bars, "bar"), s.Meter.Beats, s.Meter.Unit,
			ago(r.table.Now().Sub(info.Created)), played(info)),
	}
	var sections []string
	for _, sec := range s.Sections {
		sections = append(sections, fmt.Sprintf("%s (%d)", sec.Name, sec.Bars))
	}
	if len(sections) > 0 {
		text = append(text, "sections: "+strings.Join(sections, ", "))
	}
	for _, p := range s.Parts {
		text = append(text, fmt.Sprintf("%s: %s, %s", p.Role, p.Robot, p.Instrument))
	}
	return Reply{Text: info.whole() + "\n" + r.facts(text), Song: &info}, nil
}

func played(s SongInfo) string {
	text := "never played"
	if s.Plays > 0 {
		text = "played " + count(s.Plays, "time")
	}
	return text + s.stars()
}

func doTitle(r *request) (Reply, error) {
	title := strings.Join(strings.Fields(strings.Join(r.plain[min(1, len(r.plain)):], " ")), " ")
	if len(r.plain) < 2 || title == "" {
		return Reply{}, sayf("title needs a code and words: %s", r.order.usage)
	}
	if utf8.RuneCountInString(title) > longestTitle {
		return Reply{}, sayf("that title is too long: it may have %d characters", longestTitle)
	}
	return r.change(func(c *change) (Reply, error) {
		info, err := songFor(c, r.at(0), c.now)
		if err != nil {
			return Reply{}, err
		}
		if err := r.needOwn(info.Person); err != nil {
			return Reply{}, err
		}
		if err := c.AddUndo(Undo{Kind: UndoTitle, Code: info.Code, Title: info.Title}); err != nil {
			return Reply{}, err
		}
		if err := c.Retitle(info.Code, title); err != nil {
			return Reply{}, fmt.Errorf("keeping the title: %w", err)
		}
		c.after(func(a Air) { a.Retitle(info.Code, title) })
		old := info.Title
		info.Title = title
		return Reply{Text: fmt.Sprintf("%q is now called %s", old, info.name()), Song: &info}, nil
	})
}

func doDelete(r *request) (Reply, error) {
	return r.change(func(c *change) (Reply, error) {
		info, err := songFor(c, r.at(0), c.now)
		if err != nil {
			return Reply{}, err
		}
		st, err := c.Air()
		if err != nil {
			return Reply{}, err
		}
		if info.Code == st.Code || info.Code == c.now.Code {
			return Reply{}, sayf("%s is on the air: skip it first", info.name())
		}
		q, err := c.Queue()
		if err != nil {
			return Reply{}, err
		}
		places := placesOf(q, info.Code)
		for _, p := range places {
			if err := c.Dequeue(q[p-1].ID); err != nil {
				return Reply{}, fmt.Errorf("taking it out of the queue: %w", err)
			}
		}
		if err := c.Hide(info.Code, true); err != nil {
			return Reply{}, fmt.Errorf("deleting: %w", err)
		}
		if err := c.AddUndo(Undo{Kind: UndoDelete, Code: info.Code, Places: places}); err != nil {
			return Reply{}, err
		}
		if len(places) == 0 {
			return Reply{Text: info.name() + " is deleted; undo brings it back"}, nil
		}
		return Reply{Text: info.name() + " is deleted and out of the queue; undo brings it back"}, c.sendQueue()
	})
}

func doUndo(r *request) (Reply, error) {
	return r.change(func(c *change) (Reply, error) {
		u, err := c.LastUndo()
		if errors.Is(err, ErrNone) {
			return Reply{}, sayf("there is nothing to undo: undo takes back delete, queue remove and title")
		}
		if err != nil {
			return Reply{}, err
		}
		if err := c.Undone(u.ID); err != nil {
			return Reply{}, err
		}
		info, err := c.Song(u.Code)
		if err != nil {
			return Reply{}, err
		}
		reply := Reply{Song: &info}
		switch u.Kind {
		case UndoTitle:
			now := info.Title
			info.Title = u.Title
			reply.Text = fmt.Sprintf("%q is called %s again", now, info.name())
			c.after(func(a Air) { a.Retitle(info.Code, u.Title) })
			return reply, c.Retitle(u.Code, u.Title)
		case UndoDelete:
			reply.Text = info.name() + " is back"
			if err := c.Hide(u.Code, false); err != nil {
				return Reply{}, err
			}
		default:
			reply.Text = info.name() + " is back"
		}
		if len(u.Places) == 0 {
			return reply, nil
		}
		reply.Text += " in the queue"
		if err := c.room(len(u.Places)); err != nil {
			return Reply{}, err
		}
		for _, p := range slices.Sorted(slices.Values(u.Places)) {
			if _, err := c.Enqueue(u.Code, p, r.caller.person()); err != nil {
				return Reply{}, fmt.Errorf("adding to the queue: %w", err)
			}
		}
		return reply, c.sendQueue()
	})
}

func doExport(r *request) (Reply, error) {
	force := false
	if v, ok := r.keys["force"]; ok {
		var err error
		if force, err = yes("force", v); err != nil {
			return Reply{}, err
		}
	}
	info, s, err := r.songNotes(r.at(0))
	if err != nil {
		return Reply{}, err
	}
	file := r.at(1)
	if err := r.table.Exporter.Export(r.ctx, s, file, force); err != nil {
		var said *Sentence
		if errors.As(err, &said) || r.ctx.Err() != nil {
			return Reply{}, err
		}
		return Reply{}, &Sentence{Text: err.Error()}
	}
	if abs, err := filepath.Abs(file); err == nil {
		file = abs // whoever asked may be in another folder
	}
	reply := Reply{Text: fmt.Sprintf("%s is in %s", info.name(), file), Song: &info}
	r.record("done", reply)
	return reply, nil
}
