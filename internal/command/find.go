package command

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"bandstand/internal/band"
)

// maxCodes is how many codes are looked through for the nearest to a mistyped one.
const maxCodes = 5000

var songs = naming{"song", "songs lists them"}

// heard is what is on the air. An order's effects take a moment to be heard, so
// what the store says counts; but where the air has just gone on by itself to
// the next song of the queue, the store has not heard of it yet.
func heard(rd Reader, now Now) (Now, error) {
	st, err := rd.Air()
	if err != nil {
		return now, err
	}
	if now.Code == st.Code && now.Queue == st.Queue {
		now.State, now.Loop = st.State, st.Loop // a loop of what was heard already
		return now, nil
	}
	if now.Queue != 0 {
		q, err := rd.Queue()
		if err != nil {
			return now, err
		}
		if slices.ContainsFunc(q, func(w Waiting) bool { return w.ID == now.Queue }) {
			return now, nil
		}
	}
	return Now{State: st.State, Code: st.Code, Queue: st.Queue, Position: st.Position, Loop: st.Loop}, nil
}

// songFor finds a song that is not deleted by its code, or by "now" the one
// that is heard.
func songFor(rd Reader, text string, now Now) (SongInfo, error) {
	code := text
	if isNow(text) {
		if now.Code == "" {
			return SongInfo{}, nothingNow(rd)
		}
		code = now.Code
	}
	info, err := rd.Song(code)
	if err == nil {
		deleted, err := rd.Deleted(code)
		if err != nil {
			return info, err
		}
		if deleted {
			return info, sayf("song %s was deleted; undo brings back what was deleted last", info.Code)
		}
		return info, nil
	}
	if !errors.Is(err, ErrNone) {
		return info, err
	}
	codes, err := rd.Codes(maxCodes)
	if err != nil {
		return info, err
	}
	return info, songs.none(code, codes)
}

func isNow(text string) bool { return strings.EqualFold(text, "now") }

func nothingNow(rd Reader) error {
	last, err := rd.History(1)
	if err != nil {
		return err
	}
	if len(last) == 0 {
		return sayf("nothing is on the air; new composes a song")
	}
	return sayf("nothing is on the air; the last song was %s, code %s", last[0].Song.name(), last[0].Song.Code)
}

// bandFor finds a band by its name or the beginning of it: one that is kept, or a
// house band.
func (t *Table) bandFor(rd Reader, text string) (band.Band, error) {
	bands, err := rd.Bands()
	if err != nil {
		return band.Band{}, err
	}
	var names []string
	house := map[string]band.Band{}
	for _, b := range t.Composer.House() {
		house[strings.ToLower(b.Name)] = b
		names = append(names, b.Name)
	}
	for _, b := range bands {
		if _, is := house[strings.ToLower(b.Name)]; b.Stored && !is {
			names = append(names, b.Name)
		}
	}
	name, err := naming{"band", "bands lists them, and band new forms one"}.pick(text, names)
	if err != nil {
		return band.Band{}, err
	}
	b, err := rd.Band(name)
	if errors.Is(err, ErrNone) {
		return house[strings.ToLower(name)], nil
	}
	if err != nil {
		return b, fmt.Errorf("reading band %s: %w", name, err)
	}
	return b, nil
}

// styleFor finds a style by its name, another name of it, or the beginning of one.
func (t *Table) styleFor(text string) (string, error) {
	s, err := t.styleInfo(text)
	return s.Name, err
}

func (t *Table) styleInfo(text string) (StyleInfo, error) {
	var names, others []string
	byName := map[string]StyleInfo{}
	for _, s := range t.Composer.Styles() {
		if s.Lost && strings.EqualFold(s.Name, text) {
			return s, sayf("the style %s is broken: %s", s.Name, s.Fault)
		}
		if s.Lost {
			continue
		}
		names = append(names, s.Name)
		byName[s.Name] = s
		for _, alias := range s.Aliases {
			if _, taken := byName[alias]; !taken {
				others = append(others, alias)
				byName[alias] = s
			}
		}
	}
	kind := naming{"style", "styles lists them"}
	name, err := kind.pick(text, names)
	if err != nil && !slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, strings.ToLower(text)) }) {
		name, err = kind.pick(text, slices.Concat(names, others))
	}
	return byName[name], err
}
