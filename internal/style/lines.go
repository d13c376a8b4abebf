package style

import (
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// lines says on which line of a file a field was set: "section[1].bars" → 40.
type lines map[string]int

// find is the line of a field, or of the nearest thing around it that has one.
func (l lines) find(path string) int {
	path = strings.ReplaceAll(path, `"`, "")
	for path != "" {
		if n, ok := l[path]; ok {
			return n
		}
		cut := strings.LastIndexAny(path, ".[")
		if cut < 0 {
			break
		}
		path = path[:cut]
	}
	return 1
}

// indexLines notes the lines of all keys and tables of a document that has
// already been decoded.
func indexLines(data []byte) (lines, error) {
	index, count := lines{}, map[string]int{}
	var p unstable.Parser
	p.Reset(data)
	table := ""
	for p.NextExpression() {
		e := p.Expression()
		key, line := keyOf(&p, e)
		switch e.Kind {
		case unstable.Table:
			table = inside(key, count)
			index[table] = line
		case unstable.ArrayTable:
			key = inside(key, count)
			table = fmt.Sprintf("%s[%d]", key, count[key])
			count[key]++
			index[table] = line
		case unstable.KeyValue:
			if table != "" {
				key = table + "." + key
			}
			index[key] = line
			indexValue(&p, index, key, line, e.Value())
		}
	}
	if err := p.Error(); err != nil {
		return nil, fmt.Errorf("reading lines: %w", err)
	}
	return index, nil
}

// inside is the key of a table with the number of each array of tables that it lies
// in: also.groove is also[1].groove after the second [[also]].
func inside(key string, count map[string]int) string {
	out, rest, more := "", key, true
	for more {
		var part string
		if part, rest, more = strings.Cut(rest, "."); out != "" {
			part = "." + part
		}
		if out += part; more && count[out] > 0 {
			out = fmt.Sprintf("%s[%d]", out, count[out]-1)
		}
	}
	return out
}

// has says whether the file sets a field.
func (l lines) has(path string) bool { _, ok := l[path]; return ok }

// indexValue goes into arrays and inline tables.
func indexValue(p *unstable.Parser, index lines, path string, line int, v *unstable.Node) {
	if v == nil || v.Kind != unstable.Array && v.Kind != unstable.InlineTable {
		return
	}
	it := v.Children()
	for i := 0; it.Next(); i++ {
		child, at := it.Node(), line
		name := fmt.Sprintf("%s[%d]", path, i)
		if v.Kind == unstable.InlineTable {
			var key string
			key, at = keyOf(p, child)
			name, child = path+"."+key, child.Value()
		} else if child.Raw.Length > 0 {
			at = p.Shape(child.Raw).Start.Line
		}
		index[name] = at
		indexValue(p, index, name, at, child)
	}
}

// keyOf is the dotted key of an expression and the line it stands on.
func keyOf(p *unstable.Parser, e *unstable.Node) (key string, line int) {
	var parts []string
	for it := e.Key(); it.Next(); {
		n := it.Node()
		if line == 0 {
			line = p.Shape(n.Raw).Start.Line
		}
		parts = append(parts, string(n.Data))
	}
	return strings.Join(parts, "."), line
}
