package config

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"bandstand/internal/nearest"
)

// decode reads a TOML document over c and notes the line of each key. name is
// what complaints call the file.
func (c *Config) decode(name string, data []byte, from origin) error {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) // editors on Windows put it there
	dec := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields()
	if err := dec.Decode(c); err != nil {
		return c.explain(name, data, err)
	}
	for _, p := range places(data) {
		if c.isList(p.key) && p.single {
			return fmt.Errorf("%s:%d: %s is a list of tables: write [[%s]], with two brackets", name, p.line, p.key, p.key)
		}
		from[p.key] = fmt.Sprintf("%s:%d", name, p.line)
	}
	return nil
}

// explain makes a sentence of what the decoder says about data.
func (c *Config) explain(name string, data []byte, err error) error {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		all := fields(c)
		for _, p := range places(data) {
			key := listIndex.ReplaceAllString(p.key, "")
			if !slices.ContainsFunc(all, func(f field) bool { return f.key == key }) {
				return fmt.Errorf("%s:%d: %w", name, p.line, c.unknown(key))
			}
		}
	}
	var wrong *toml.DecodeError
	if !errors.As(err, &wrong) {
		return fmt.Errorf("%s: %w", name, err)
	}
	line, column := wrong.Position()
	for _, f := range fields(c) {
		if f.key == strings.Join(wrong.Key(), ".") {
			return fmt.Errorf("%s:%d: %s must be %s", name, line, f.key, f.kind())
		}
	}
	return fmt.Errorf("%s:%d:%d: %s", name, line, column, strings.TrimPrefix(wrong.Error(), "toml: "))
}

func (c *Config) isList(key string) bool {
	return slices.ContainsFunc(fields(c), func(f field) bool { return f.key == key && f.isList() })
}

// unknown is a sentence about a key that no field has.
func (c *Config) unknown(key string) error {
	// A key in a table that exists is compared with that table's only: the
	// table's name would drown the mistyped word.
	within, word := "", key
	all := fields(c)
	for _, f := range all {
		if rest, ok := strings.CutPrefix(key, f.key+"."); ok && f.table {
			within, word = f.key, rest
		}
	}
	var names []string
	for _, f := range all {
		if within == "" {
			names = append(names, f.key)
		} else if rest, ok := strings.CutPrefix(f.key, within+"."); ok {
			names = append(names, rest)
		}
	}
	hint := nearest.Hint(word, names)
	if hint == "" {
		hint = " (`bandstand config` prints all there are)"
	}
	if within != "" {
		i := slices.IndexFunc(all, func(f field) bool { return f.key == within })
		return fmt.Errorf("unknown key %q in %s%s", word, all[i].header(), hint)
	}
	return fmt.Errorf("unknown key %q%s", key, hint)
}

// entryKey is the key of a place in a list of tables: "irc[1].nick", and "irc[1]"
// for the table itself.
func entryKey(list string, i int, key string) string {
	if key != "" {
		key = "." + key
	}
	return fmt.Sprintf("%s[%d]%s", list, i, key)
}

var listIndex = regexp.MustCompile(`\[\d+\]`)

// place is a key, whole and in small letters (the decoder does not tell them
// apart), and the line it is on, from 1.
type place struct {
	key    string
	line   int
	single bool // [key] or key = {…}, not one of a list
}

// places are the keys and tables of a document up to its first fault, in order.
func places(data []byte) []place {
	var out []place
	var p unstable.Parser
	p.Reset(data)
	table := ""
	lists := map[string]int{} // how many tables each has so far
	for p.NextExpression() {
		switch e := p.Expression(); e.Kind {
		case unstable.Table:
			at := locate(&p, e, "")
			at.single = true
			out = append(out, at)
			table = at.key + "."
		case unstable.ArrayTable:
			at := locate(&p, e, "")
			lists[at.key]++
			at.key = entryKey(at.key, lists[at.key]-1, "")
			out = append(out, at)
			table = at.key + "."
		case unstable.KeyValue:
			out = appendPlaces(out, &p, e, table)
		}
	}
	return out
}

// appendPlaces appends an expression's key and those in its inline tables.
func appendPlaces(out []place, p *unstable.Parser, e *unstable.Node, within string) []place {
	at := locate(p, e, within)
	at.single = e.Value().Kind == unstable.InlineTable
	out = append(out, at)
	switch e.Value().Kind {
	case unstable.InlineTable:
		return appendTable(out, p, e.Value(), at.key)
	case unstable.Array:
		i := 0
		for it := e.Value().Children(); it.Next(); {
			if it.Node().Kind == unstable.InlineTable {
				out = append(out, place{key: entryKey(at.key, i, ""), line: at.line})
				out = appendTable(out, p, it.Node(), entryKey(at.key, i, ""))
				i++
			}
		}
	}
	return out
}

func appendTable(out []place, p *unstable.Parser, table *unstable.Node, key string) []place {
	for it := table.Children(); it.Next(); {
		if child := it.Node(); child.Kind == unstable.KeyValue {
			out = appendPlaces(out, p, child, key+".")
		}
	}
	return out
}

func locate(p *unstable.Parser, e *unstable.Node, within string) place {
	var parts []string
	line := 0
	for it := e.Key(); it.Next(); {
		if line == 0 {
			line = p.Shape(it.Node().Raw).Start.Line
		}
		parts = append(parts, strings.ToLower(string(it.Node().Data)))
	}
	return place{key: within + strings.Join(parts, "."), line: line}
}
