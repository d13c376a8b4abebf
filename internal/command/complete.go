package command

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Complete gives what the last word of a line may become, such as "funk" for
// "new fu"; the last word is "" where the line ends in a space. It is for a
// person at a prompt.
func (t *Table) Complete(line string) []string {
	words := strings.Fields(line)
	if len(words) == 0 || strings.HasSuffix(line, " ") {
		words = append(words, "")
	}
	last := words[len(words)-1]
	var all []string
	if before := words[:len(words)-1]; len(before) == 0 {
		all = t.names("")
	} else {
		all = t.nextWords(before, last)
	}
	var fit []string
	for _, w := range all {
		if strings.HasPrefix(strings.ToLower(w), strings.ToLower(last)) {
			fit = append(fit, w)
		}
	}
	slices.Sort(fit)
	return slices.Compact(fit)
}

// nextWords are all words that may follow the words before.
func (t *Table) nextWords(before []string, last string) []string {
	var words []word
	for _, b := range before {
		words = append(words, word{text: b})
	}
	o, rest, err := t.find(words)
	if err != nil {
		return nil
	}
	key, _, hasKey := strings.Cut(last, "=")
	if hasKey {
		return prefixed(key+"=", t.values(key))
	}
	var all []string
	if len(rest) == 0 {
		all = append(t.names(o.name), t.firstWords(o)...)
	}
	if o.name == "trust" && len(rest) == 1 {
		all = roleNames
	}
	for _, k := range o.keys {
		all = append(all, k+"=")
	}
	return all
}

// firstWords are what an order's first argument may be.
func (t *Table) firstWords(o *order) []string {
	usage := o.usage + " "
	switch {
	case o.name == "help":
		return t.names("")
	case o.name == "trust" || o.name == "untrust":
		return t.someTrusted()
	case strings.HasPrefix(o.name, "output ") && o.name != "output add":
		return t.someOutputs()
	case o.name == "auto":
		return []string{"on", "off"}
	case o.name == "band":
		return t.values("band")
	case strings.Contains(usage, "[STYLE]"):
		return t.values("style")
	case strings.Contains(usage, "CODE|now "):
		return append(t.someCodes(), "now")
	case strings.Contains(usage, "CODE"):
		return t.someCodes()
	}
	return nil
}

// values are what may stand after a key's =.
func (t *Table) values(key string) []string {
	var all []string
	switch key {
	case "style":
		for _, s := range t.Composer.Styles() {
			if !s.Lost {
				all = append(all, s.Name)
			}
		}
	case "meter":
		for _, s := range t.Composer.Styles() {
			all = append(all, s.Meters...)
		}
	case "network":
		all = t.networks()
	case "band":
		t.glance(func(rd Reader) error {
			bands, err := rd.Bands()
			for _, b := range bands {
				all = append(all, quoteIfNeeded(b.Name))
			}
			for _, b := range t.Composer.House() {
				all = append(all, quoteIfNeeded(b.Name))
			}
			return err
		})
	}
	return all
}

func (t *Table) someCodes() (codes []string) {
	const some = 50
	t.glance(func(rd Reader) (err error) {
		codes, err = rd.Codes(some)
		return err
	})
	return codes
}

// someTrusted are those whom an order gave a role.
func (t *Table) someTrusted() (who []string) {
	t.glance(func(rd Reader) error {
		all, err := rd.Trusted()
		for _, g := range all {
			who = append(who, g.Who)
		}
		return err
	})
	return who
}

func (t *Table) someOutputs() []string { return namesOf(t.Outputs.List()) }

func namesOf(outputs []Output) []string {
	names := make([]string, len(outputs))
	for i, o := range outputs {
		names[i] = o.Name
	}
	return names
}

// glance looks at the store for a moment; where that fails there is nothing to offer.
func (t *Table) glance(fn func(Reader) error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := t.Store.View(ctx, fn); err != nil {
		t.Log.Debug("nothing to complete with", "error", err)
	}
}

func quoteIfNeeded(s string) string {
	if strings.ContainsAny(s, " \t'\"\\=") {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
	}
	return s
}

func prefixed(prefix string, words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = prefix + w
	}
	return out
}
