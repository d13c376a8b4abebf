package station

import (
	"fmt"
	"slices"
	"strings"

	"bandstand/internal/command"
	"bandstand/internal/compose"
)

// Styles are the styles it knows, and those whose files are broken.
func (c composer) Styles() []command.StyleInfo {
	set := c.styles.Set()
	var all []command.StyleInfo
	for _, s := range compose.New(set).Styles() {
		info := command.StyleInfo{Name: s.Name, About: s.About, Aliases: s.Aliases, Tempo: s.Tempo, Own: s.Own, Fault: s.Fault}
		for _, m := range s.Meters {
			info.Meters = append(info.Meters, fmt.Sprintf("%d/%d", m.Beats, m.Unit))
		}
		for _, m := range s.Modes {
			info.Modes = append(info.Modes, string(m))
		}
		for _, c := range set.Clashes() {
			if c.Style == s.Name {
				info.Clashes = append(info.Clashes, c.Text)
			}
		}
		all = append(all, info)
	}
	for _, b := range set.Broken() {
		if !slices.ContainsFunc(all, func(s command.StyleInfo) bool { return s.Name == b.Name }) {
			all = append(all, command.StyleInfo{Name: b.Name, Own: true, Fault: b.Err.Error(), Lost: true})
		}
	}
	slices.SortStableFunc(all, func(a, b command.StyleInfo) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// IsOrder says whether a word is the name of an order.
func IsOrder(word string) bool { return command.IsOrder(word) }
