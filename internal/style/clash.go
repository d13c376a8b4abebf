package style

import (
	"fmt"
	"strings"
)

// Clash is a word that would mean two styles, because of a file of the user's.
type Clash struct {
	Style string // of the file
	Text  string // a sentence for people
}

// Clashes are the words of the user's files that mean another style, too: an alias that
// two have, or one that is the name of another.
func (s *Set) Clashes() []Clash {
	var out []Clash
	meant := map[string]*Style{} // what Get makes of a word
	for _, st := range s.styles {
		meant[strings.ToLower(st.Name)] = st
	}
	for _, st := range s.styles {
		for _, alias := range st.Aliases {
			first := meant[strings.ToLower(alias)]
			if first == nil {
				meant[strings.ToLower(alias)] = st
			}
			if first == nil || first == st || !first.own && !st.own {
				continue
			}
			out = append(out, clash(alias, first, st))
		}
	}
	return out
}

// clash says that an alias of one style means another, which has it as a name or an
// alias; one of them is the user's.
func clash(alias string, means, other *Style) Clash {
	how := "an alias"
	if strings.EqualFold(means.Name, alias) {
		how = "the name"
	}
	file := other
	if !other.own {
		file = means
	}
	return Clash{Style: file.Name, Text: fmt.Sprintf("%s.toml: %q is %s of %s and an alias of %s, and means %s: call one of them otherwise",
		file.Name, alias, how, means.Name, other.Name, means.Name)}
}
