package command

import (
	"fmt"
	"strings"
)

// doStyles lists the styles, the user's own apart and the broken ones last, or tells
// about one.
func doStyles(r *request) (Reply, error) {
	if len(r.plain) > 0 {
		s, err := r.table.styleInfo(strings.Join(r.plain, " "))
		return Reply{Text: r.facts(s.details())}, err
	}
	var built, own, broken []string
	for _, s := range r.table.Composer.Styles() {
		switch {
		case s.Lost:
		case s.Own:
			own = append(own, r.listed(s))
		default:
			built = append(built, r.listed(s))
		}
		if s.Fault != "" {
			broken = append(broken, "broken: "+s.Fault+s.meanwhile())
		}
		broken = append(broken, s.Clashes...)
	}
	if r.inChat() {
		text := append([]string{strings.Join(append(built, own...), ", ")}, broken...)
		return Reply{Text: r.facts(append(text, "styles NAME tells about one"))}, nil
	}
	text := built
	if len(own) > 0 {
		text = append(append(text, "your own:"), own...)
	}
	text = append(text, broken...)
	if r.table.Deps.Styles != "" && r.caller.Local {
		text = append(text, "your own go into "+r.table.Deps.Styles)
	}
	return Reply{Text: lines(text)}, nil
}

// listed is a style in the list: a line of its own, in a chat its name.
func (r *request) listed(s StyleInfo) string {
	if r.inChat() {
		return s.Name
	}
	text := fmt.Sprintf("%-12s %s", s.Name, s.About)
	var more []string
	if len(s.Aliases) > 0 {
		more = append(more, "also "+strings.Join(s.Aliases, ", "))
	}
	if s.Tempo[1] > 0 {
		more = append(more, fmt.Sprintf("%s–%s BPM", bpm(s.Tempo[0]), bpm(s.Tempo[1])))
	}
	if len(more) > 0 {
		text += " (" + strings.Join(more, "; ") + ")"
	}
	return text
}

// meanwhile is what plays instead of a broken file.
func (s StyleInfo) meanwhile() string {
	switch {
	case s.Lost:
		return ""
	case s.Own:
		return " (until it is mended, the file's last good version plays)"
	}
	return " (until it is mended, the built-in " + s.Name + " plays)"
}

// details is all about a style.
func (s StyleInfo) details() []string {
	text := []string{s.Name + ": " + s.About}
	if len(s.Aliases) > 0 {
		text = append(text, "also called "+strings.Join(s.Aliases, ", "))
	}
	if s.Tempo[1] > 0 {
		text = append(text, fmt.Sprintf("%s–%s BPM", bpm(s.Tempo[0]), bpm(s.Tempo[1])))
	}
	if len(s.Meters) > 0 {
		text = append(text, "metre "+strings.Join(s.Meters, ", or "))
	}
	if len(s.Modes) > 0 {
		text = append(text, "modes "+strings.Join(s.Modes, ", "))
	}
	if s.Own {
		text = append(text, "your own, from the file "+s.Name+".toml")
	}
	if s.Fault != "" {
		text = append(text, "broken: "+s.Fault+s.meanwhile())
	}
	return append(text, s.Clashes...)
}
