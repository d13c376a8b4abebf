package command

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"bandstand/internal/band"
)

// bandName finds the name of any band: one that has played, is kept, or is a house band.
func (t *Table) bandName(rd Reader, text string) (string, error) {
	bands, err := rd.Bands()
	if err != nil {
		return "", err
	}
	var names []string
	seen := map[string]bool{}
	add := func(name string) {
		if lower := strings.ToLower(name); !seen[lower] {
			seen[lower] = true
			names = append(names, name)
		}
	}
	for _, b := range bands {
		add(b.Name)
	}
	for _, b := range t.Composer.House() {
		add(b.Name)
	}
	return naming{"band", "bands lists them"}.pick(text, names)
}

// doBands lists the bands that have songs or were formed here, or all of a style.
func doBands(r *request) (Reply, error) {
	var style string
	var err error
	if len(r.plain) > 0 {
		if style, err = r.table.styleFor(strings.Join(r.plain, " ")); err != nil {
			return Reply{}, err
		}
	}
	var text []string
	house := r.table.Composer.House()
	err = r.look(func(rd Reader) error {
		bands, err := rd.Bands()
		if err != nil {
			return err
		}
		for _, b := range bands {
			known, ok := withRobots(rd, b, house)
			if style != "" && b.Style != style && !(ok && known.Style == style) {
				continue
			}
			line := fmt.Sprintf("%s — %s, %s", b.Name, b.Style, count(b.Songs, "song"))
			if ok {
				line += r.table.inShort(known)
			}
			text = append(text, line)
		}
		text = append(text, unheard(house, bands, style)...)
		return nil
	})
	if err == nil && len(text) == 0 {
		text = []string{"there are no bands; band new forms one"}
	}
	return Reply{Text: lines(text)}, err
}

// withRobots is a band of the list with its robots, where they are known.
func withRobots(rd Reader, info BandInfo, house []band.Band) (band.Band, bool) {
	if info.Stored {
		b, err := rd.Band(info.Name) // one that this program cannot read is listed without its robots
		return b, err == nil
	}
	for _, b := range house {
		if strings.EqualFold(b.Name, info.Name) {
			return b, true
		}
	}
	return band.Band{}, false
}

// inShort is what a band is like and who plays what in it, for a list.
func (t *Table) inShort(b band.Band) string {
	text := ""
	if like := b.Character(); len(like) > 0 {
		text = "; " + strings.Join(like, ", ")
	}
	var who []string
	for _, p := range t.players(b) {
		who = append(who, fmt.Sprintf("%s (%s)", p.Robot.Name, p.plays()))
	}
	if len(who) > 0 {
		text += ": " + strings.Join(who, ", ")
	}
	return text
}

// unheard lists the house bands of a style that have not played yet, or says how
// many there are of all styles, "".
func unheard(house []band.Band, heard []BandInfo, style string) []string {
	known := map[string]bool{}
	for _, b := range heard {
		known[strings.ToLower(b.Name)] = true
	}
	var names []string
	for _, b := range house {
		if !known[strings.ToLower(b.Name)] && (style == "" || b.Style == style) {
			names = append(names, b.Name)
		}
	}
	switch {
	case len(names) == 0:
		return nil
	case style == "":
		return []string{count(len(names), "house band") + " still to be heard: bands STYLE lists those of a style"}
	}
	return []string{"still to be heard: " + strings.Join(names, ", ")}
}

func doBand(r *request) (Reply, error) {
	var text []string
	err := r.look(func(rd Reader) error {
		b, err := r.table.bandFor(rd, strings.Join(r.plain, " "))
		if err != nil {
			return err
		}
		best, err := rd.Songs(Filter{Band: b.Name, Best: true, Limit: 5})
		text = append(r.table.robots(b), songLines(best)...)
		return err
	})
	return Reply{Text: r.facts(text)}, err
}

// robots is a band, a line a robot: what it plays and what it is like.
func (t *Table) robots(b band.Band) []string {
	head := fmt.Sprintf("%s — %s, %s", b.Name, b.Style, count(len(b.Robots), "robot"))
	if like := b.Character(); len(like) > 0 {
		head += "; " + strings.Join(like, ", ")
	}
	text := []string{head}
	for _, p := range t.players(b) {
		text = append(text, p.line())
	}
	return text
}

// players are a band's robots with their instruments, or without where the band's
// style is gone.
func (t *Table) players(b band.Band) []Player {
	players, err := t.Composer.Lineup(b)
	if err == nil {
		return players
	}
	for _, r := range b.Robots {
		players = append(players, Player{Robot: r})
	}
	return players
}

// plays is "alto sax", or the robot's roles where nobody knows its instruments.
func (p Player) plays() string {
	var names []string
	for _, name := range p.Instruments {
		if name != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return strings.Join(p.Robot.Roles(), " and ")
	}
	return strings.Join(names, " and ")
}

// line is a robot in its band: `drums: Bolt, room kit — laid back; plays ghost notes before the backbeat`.
func (p Player) line() string {
	roles := strings.Join(p.Robot.Roles(), " and ")
	line := fmt.Sprintf("%s: %s", roles, p.Robot.Name)
	if what := p.plays(); what != roles {
		line += ", " + what
	}
	like := p.Robot.Character()
	like = like[:min(2, len(like))]
	var say []string
	if len(like) > 0 {
		say = append(say, strings.Join(like, ", "))
	}
	if habits := p.Robot.Habits(2); len(habits) > 0 {
		say = append(say, strings.Join(habits, ", "))
	}
	if len(say) > 0 {
		line += " — " + strings.Join(say, "; ")
	}
	return line
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
	if err := r.spend(1); err != nil {
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
			text := r.table.robots(b)
			text[0] = "a new band: " + text[0]
			return Reply{Text: r.facts(append(text, fmt.Sprintf("new band=%q plays with it", b.Name)))}, nil
		}
		return Reply{}, sayf("no new name for a band was found: try again")
	})
}

// bandStyle is the style asked for, or any.
func (r *request) bandStyle(seed uint64) (string, error) {
	if len(r.plain) > 0 {
		return r.table.styleFor(strings.Join(r.plain, " "))
	}
	styles := slices.DeleteFunc(r.table.Composer.Styles(), func(s StyleInfo) bool { return s.Lost })
	if len(styles) == 0 {
		return "", sayf("there are no styles to form a band in")
	}
	return styles[seed%uint64(len(styles))].Name, nil
}
