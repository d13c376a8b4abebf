package style

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"bandstand/internal/nearest"
)

// explain turns a decoding error into " line N: field: what is wrong".
func explain(err error) string {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) && len(strict.Errors) > 0 {
		e := strict.Errors[0]
		row, _ := e.Position()
		key := e.Key()
		last := key[len(key)-1]
		return fmt.Sprintf(" line %d: there is no field %s%s", row, strings.Join(key, "."), nearest.Hint(last, fields))
	}
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		row, _ := decode.Position()
		what := strings.TrimPrefix(decode.Error(), "toml: ")
		key := strings.Join(decode.Key(), ".")
		if m := mismatch.FindStringSubmatch(what); m != nil {
			field := strings.ToLower(m[2])
			if field == "preset" {
				field = "program"
			}
			if !strings.HasSuffix("."+strings.ReplaceAll(key, "_", ""), "."+field) && slices.Contains(fields, field) {
				key += "." + field // of a table in one line: the library names the line's own key only
			}
			what = fmt.Sprintf("must be %s, not %s", wanted(m[3]), given(m[1]))
		}
		if key != "" {
			what = key + ": " + what
		}
		return fmt.Sprintf(" line %d: %s", row, what)
	}
	return ": " + err.Error()
}

// mismatch is the TOML library's error about a value of the wrong type.
var mismatch = regexp.MustCompile(`(?s)^cannot decode TOML (.+?) into struct field .*\.(\w+) of type (.+)$`)

// wanted is a Go type in words.
func wanted(goType string) string {
	switch goType {
	case "bool":
		return "true or false"
	case "float64":
		return "a number"
	case "int":
		return "a whole number"
	case "string", "style.Meter", "style.Plan", "style.Pattern":
		return "a text in quotes"
	case "style.Span", "[2]float64", "[2]int":
		return "two numbers such as [90, 120]"
	case "[]int":
		return "a list of whole numbers such as [8, 16]"
	case "[]string", "[]style.Pattern":
		return "a list of texts in quotes"
	case "[]style.Instrument":
		return "a list such as [\"tenor sax\", { name = \"my sax\", program = 66 }]"
	}
	if strings.HasPrefix(goType, "[]") {
		return "a list of tables"
	}
	return "a table"
}

// given is a kind of TOML value in words.
func given(kind string) string {
	switch kind {
	case "string":
		return "a text"
	case "integer":
		return "a whole number"
	case "float":
		return "a number with a fraction"
	case "boolean":
		return "true or false"
	case "array":
		return "a list"
	case "inline table", "table":
		return "a table"
	}
	return "a " + kind
}

// fields are the names that a style file knows, for hints.
var fields = fieldsOf(reflect.TypeFor[Style](), nil)

// fieldsOf adds the names in TOML of all that a type holds.
func fieldsOf(t reflect.Type, names []string) []string {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Map || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return names
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if name := f.Tag.Get("toml"); name != "" && name != "-" {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
			names = fieldsOf(f.Type, names)
		}
	}
	return names
}

var numbered = regexp.MustCompile(`(section|groove|part|fills|also|instruments)\[(\d+)\]`)

// step is where a table's number or name is followed by one of its fields.
var step = regexp.MustCompile(`([0-9")])\.([a-z])`)

var item = regexp.MustCompile(`\[\d+\]`)

// place is a field for people: section[1].bars is `section "verse", bars`.
func (s *Style) place(path string) string {
	named := numbered.ReplaceAllStringFunc(path, func(m string) string {
		parts := numbered.FindStringSubmatch(m)
		i, _ := strconv.Atoi(parts[2])
		name := ""
		switch {
		case parts[1] == "section" && i < len(s.Sections):
			name = s.Sections[i].Name
		case parts[1] == "part" && i < len(s.Parts):
			name = s.Parts[i].Role
		case parts[1] == "groove" && i < len(s.Grooves) && !strings.HasPrefix(path, "also"):
			name = s.Grooves[i].Family
		}
		if name == "" {
			return fmt.Sprintf("%s %d", strings.TrimSuffix(parts[1], "s"), i+1)
		}
		if parts[1] == "groove" {
			return fmt.Sprintf("groove %d (%s)", i+1, clip(name))
		}
		return fmt.Sprintf("%s %q", parts[1], clip(name))
	})
	named = item.ReplaceAllStringFunc(named, func(m string) string {
		i, _ := strconv.Atoi(m[1 : len(m)-1])
		return fmt.Sprintf(" #%d", i+1)
	})
	return step.ReplaceAllString(named, "$1, $2")
}
