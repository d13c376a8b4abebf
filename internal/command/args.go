package command

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"bandstand/internal/nearest"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

// args are the words of an order after its name.
type args struct {
	plain []string
	keys  map[string]string
}

// parseArgs sorts words into plain ones and keys that the order knows.
func parseArgs(o *order, words []word) (args, error) {
	a := args{keys: map[string]string{}}
	if o.free {
		for _, w := range words {
			a.plain = append(a.plain, w.whole())
		}
		return a, nil
	}
	for _, w := range words {
		if w.key == "" && !w.quoted && strings.HasPrefix(w.text, "--") && len(w.text) > 2 {
			w = word{key: w.text, text: "yes"}
		}
		key := strings.ToLower(strings.TrimPrefix(w.key, "--"))
		switch {
		case key == "":
			a.plain = append(a.plain, w.text)
			continue
		case !slices.Contains(o.keys, key):
			return a, unknownKey(o, key)
		case w.text == "":
			return a, sayf("%s= needs a value: %s", key, o.usage)
		}
		if _, twice := a.keys[key]; twice {
			return a, sayf("%s is given twice: say it once", key)
		}
		a.keys[key] = w.text
	}
	if len(a.plain) > 0 && o.most == 0 {
		return a, sayf("%s takes no words: say %s alone", o.name, o.name)
	}
	if len(a.plain) > o.most {
		return a, sayf("%s takes no more than %s; %q is too much: %s", o.name, count(o.most, "word"), a.plain[o.most], o.usage)
	}
	if len(a.plain) < o.least {
		return a, sayf("%s needs more words: %s", o.name, o.usage)
	}
	return a, nil
}

func unknownKey(o *order, key string) error {
	if len(o.keys) == 0 {
		return sayf("%s takes no %s=: %s", o.name, key, o.usage)
	}
	if near := nearest.To(key, o.keys); len(near) > 0 {
		return sayf("%s knows no %s=; did you mean %s=?", o.name, key, strings.Join(near, "= or "))
	}
	return sayf("%s knows no %s=; it knows %s=", o.name, key, strings.Join(o.keys, "=, "))
}

// whole is the word as it was before keys were seen in it.
func (w word) whole() string {
	if w.key == "" {
		return w.text
	}
	return w.key + "=" + w.text
}

// at is the i-th plain word, "" beyond the last.
func (a args) at(i int) string {
	if i < len(a.plain) {
		return a.plain[i]
	}
	return ""
}

// whole reads a whole number from least to most.
func whole(name, text string, least, most int) (int, error) {
	n, err := strconv.Atoi(text)
	switch {
	case err != nil && !isDigits(text):
		return 0, sayf("%s %q is not a whole number: say one from %d to %d", name, text, least, most)
	case err != nil || n < least || n > most:
		return 0, sayf("%s %s is out of range: say one from %d to %d", name, text, least, most)
	}
	return n, nil
}

func isDigits(s string) bool {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// number reads a number from least to most.
func number(name, text string, least, most float64) (float64, error) {
	f, err := strconv.ParseFloat(text, 64)
	if (err != nil && !math.IsInf(f, 0)) || math.IsNaN(f) || strings.ContainsAny(text, "xX_") {
		return 0, sayf("%s %q is not a number: say one from %g to %g", name, text, least, most)
	}
	if f < least || f > most {
		return 0, sayf("%s %s is out of range: say one from %g to %g", name, text, least, most)
	}
	return f, nil
}

func seedOf(text string) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, sayf("seed %q is not a seed: say a whole number from 0 to %d", text, uint64(math.MaxUint64))
	}
	return n, nil
}

func keyOf(text string) (theory.Key, error) {
	k, err := theory.ParseWish(text)
	if err != nil {
		return k, &Sentence{Text: err.Error()}
	}
	return k, nil
}

func meterOf(text string) (song.Meter, error) {
	m, err := style.ParseMeter(text)
	if err != nil {
		return m, &Sentence{Text: err.Error()}
	}
	return m, nil
}

// yes reads a yes or a no.
func yes(name, text string) (bool, error) {
	switch strings.ToLower(text) {
	case "yes", "y", "true", "on", "1":
		return true, nil
	case "no", "n", "false", "off", "0":
		return false, nil
	}
	return false, sayf("%s=%s is neither yes nor no", name, text)
}

// seconds reads a number of seconds, such as 1, 0.5 or 2s.
func seconds(name, text string, least, most float64) (time.Duration, error) {
	f, err := number(name, strings.TrimSuffix(strings.ToLower(text), "s"), least, most)
	return time.Duration(f * float64(time.Second)), err
}

// naming is a kind of name for pick: what it is, and where to find them all.
type naming struct{ what, list string }

// mostListed is how many candidates for a word are listed; of more there are a few.
const mostListed = 8

// begins says whether a word begins a name; the The that many bands have may be left out.
func begins(lowerWord, name string) bool {
	name = strings.ToLower(name)
	if lowerWord == "" || strings.HasPrefix(name, lowerWord) {
		return lowerWord != ""
	}
	bare := strings.TrimPrefix(lowerWord, "the ")
	return bare != "" && strings.HasPrefix(strings.TrimPrefix(name, "the "), bare)
}

// pick finds the one of names that a word means: itself, or the only one that it
// begins. Its error offers the nearest, lists the candidates, or says where the
// names are.
func (k naming) pick(text string, names []string) (string, error) {
	lower := strings.ToLower(text)
	var begun []string
	for _, n := range names {
		switch {
		case strings.ToLower(n) == lower:
			return n, nil
		case begins(lower, n):
			begun = append(begun, n)
		}
	}
	switch len(begun) {
	case 0:
		return "", k.none(text, names)
	case 1:
		return begun[0], nil
	}
	slices.Sort(begun)
	if len(begun) > mostListed {
		return "", sayf("%q could be %d %ss, such as %s, %s and %s; write more of the name", short(text), len(begun), k.what, begun[0], begun[1], begun[2])
	}
	return "", sayf("%q could be %s", short(text), strings.Join(begun, ", "))
}

// none says that there is no such name and offers the nearest.
func (k naming) none(text string, names []string) error {
	hint := nearest.Hint(text, names)
	if hint == "" {
		hint = "; " + k.list
	}
	return sayf("there is no %s %q%s", k.what, short(text), hint)
}

// short keeps a quoted word from filling the screen.
func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
