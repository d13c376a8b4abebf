package command

import (
	"errors"
	"fmt"
	"strings"

	"bandstand/internal/band"
)

// bandName finds the name of any band that has played or is kept.
func bandName(rd Reader, text string) (string, error) {
	bands, err := rd.Bands()
	if err != nil {
		return "", err
	}
	names := make([]string, len(bands))
	for i, b := range bands {
		names[i] = b.Name
	}
	return naming{"band", "bands lists them"}.pick(text, names)
}

func doStyles(r *request) (Reply, error) {
	var text []string
	for _, s := range r.table.Composer.Styles() {
		text = append(text, fmt.Sprintf("%-12s %s", s.Name, s.About))
	}
	return Reply{Text: lines(text)}, nil
}

func doBands(r *request) (Reply, error) {
	var text []string
	err := r.look(func(rd Reader) error {
		bands, err := rd.Bands()
		for _, b := range bands {
			text = append(text, fmt.Sprintf("%s — %s, %s", b.Name, b.Style, count(b.Songs, "song")))
		}
		text = append(text, unheard(r.table.Composer.House(), bands)...)
		return err
	})
	return Reply{Text: lines(text)}, err
}

// unheard lists the house bands that have not played yet, a line a style.
func unheard(house []band.Band, heard []BandInfo) []string {
	known := map[string]bool{}
	for _, b := range heard {
		known[strings.ToLower(b.Name)] = true
	}
	var styles []string
	names := map[string][]string{}
	for _, b := range house {
		if known[strings.ToLower(b.Name)] {
			continue
		}
		if names[b.Style] == nil {
			styles = append(styles, b.Style)
		}
		names[b.Style] = append(names[b.Style], b.Name)
	}
	if len(styles) == 0 {
		return nil
	}
	text := []string{"house bands still to be heard:"}
	for _, s := range styles {
		text = append(text, fmt.Sprintf("%s: %s", s, strings.Join(names[s], ", ")))
	}
	return text
}

func doBand(r *request) (Reply, error) {
	var text []string
	err := r.look(func(rd Reader) error {
		b, err := r.table.bandFor(rd, strings.Join(r.plain, " "))
		if err != nil {
			return err
		}
		best, err := rd.Songs(Filter{Band: b.Name, Best: true, Limit: 5})
		text = append(robots(b), songLines(best)...)
		return err
	})
	return Reply{Text: lines(text)}, err
}

func robots(b band.Band) []string {
	text := []string{fmt.Sprintf("%s — %s", b.Name, b.Style)}
	for _, robot := range b.Robots {
		text = append(text, fmt.Sprintf("%s: %s", robot.Role, robot.Name))
	}
	return text
}

func songLines(best []SongInfo) []string {
	if len(best) == 0 {
		return []string{"no songs yet"}
	}
	text := []string{"best songs:"}
	for _, s := range best {
		text = append(text, s.line())
	}
	return text
}

// bandTries is how many seeds are tried for a name that no other band has.
const bandTries = 50

func doBandNew(r *request) (Reply, error) {
	seed := r.table.Seed()
	style, err := r.bandStyle(seed)
	if err != nil {
		return Reply{}, err
	}
	taken := map[string]bool{}
	for _, b := range r.table.Composer.House() {
		taken[strings.ToLower(b.Name)] = true
	}
	return r.change(func(c *change) (Reply, error) {
		for i := range uint64(bandTries) {
			b, err := r.table.Composer.NewBand(style, seed+i)
			if err != nil {
				return Reply{}, &Sentence{Text: "that band would not form: " + err.Error(), Cause: err}
			}
			_, err = c.Band(b.Name)
			if err != nil && !errors.Is(err, ErrNone) {
				return Reply{}, err
			}
			if err == nil || taken[strings.ToLower(b.Name)] {
				continue
			}
			if err := c.AddBand(b); err != nil {
				return Reply{}, fmt.Errorf("keeping the band: %w", err)
			}
			text := append([]string{"a new band: " + robots(b)[0]}, robots(b)[1:]...)
			return Reply{Text: lines(append(text, fmt.Sprintf("new band=%q plays with it", b.Name)))}, nil
		}
		return Reply{}, sayf("no new name for a band was found: try again")
	})
}

// bandStyle is the style asked for, or any.
func (r *request) bandStyle(seed uint64) (string, error) {
	if len(r.plain) > 0 {
		return r.table.styleFor(strings.Join(r.plain, " "))
	}
	styles := r.table.Composer.Styles()
	if len(styles) == 0 {
		return "", sayf("there are no styles to form a band in")
	}
	return styles[seed%uint64(len(styles))].Name, nil
}
