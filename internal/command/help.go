package command

import (
	"fmt"
	"slices"
	"strings"
)

func doHelp(r *request) (Reply, error) {
	if len(r.plain) == 0 {
		return Reply{Text: r.overview()}, nil
	}
	var words []word
	for _, p := range r.plain {
		words = append(words, word{text: p})
	}
	o, rest, err := r.table.find(words)
	if err != nil {
		return Reply{}, err
	}
	if len(rest) > 0 {
		return Reply{}, naming{"order", ""}.unknownSub(o.name, rest[0].text, r.table.names(o.name))
	}
	return Reply{Text: r.facts(r.table.about(o))}, nil
}

// unknownSub is the error for a second word that the order has not.
func (k naming) unknownSub(parent, text string, subs []string) error {
	if len(subs) == 0 {
		return sayf("%s has no %q; help %s tells what it takes", parent, short(text), parent)
	}
	return sayf("%s has no %q, but %s %s", parent, short(text), parent, strings.Join(subs, ", "+parent+" "))
}

func (r *request) overview() string {
	may := slices.DeleteFunc(slices.Clone(r.table.orders), func(o *order) bool { return !r.mayTry(o) })
	if r.inChat() {
		names := make([]string, len(may))
		for i, o := range may {
			names[i] = o.name + r.only(o)
		}
		return fmt.Sprintf("as %s you may: %s; help ORDER explains one", r.role.a(), strings.Join(names, ", "))
	}
	widest := 0
	for _, o := range may {
		widest = max(widest, len(o.short()))
	}
	text := []string{"The orders; help ORDER tells more, and the beginning of a word will do:"}
	for _, o := range may {
		text = append(text, fmt.Sprintf("  %-*s  %s", widest, o.short(), o.about+r.only(o)))
	}
	return lines(text)
}

// short is the usage, with the arguments of a brief left out.
func (o *order) short() string {
	return strings.Replace(o.usage, briefUsage, "[STYLE] […]", 1)
}

// about is all that is told of an order, in lines.
func (t *Table) about(o *order) []string {
	text := append([]string{o.usage, upperFirst(o.about) + "."}, strings.Split(o.help, "\n")...)
	text = append(text, "who may: "+o.whoMay())
	for _, sub := range t.names(o.name) {
		s := t.named(o.name + " " + sub)
		text = append(text, "see also: "+s.usage+" — "+s.about)
	}
	return text
}
