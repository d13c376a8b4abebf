package style

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"bandstand/internal/nearest"
)

//go:embed data/*.toml
var embedded embed.FS

// maxFile is the size of a style file beyond which something must be wrong, in bytes.
const maxFile = 1 << 20

// Set is the styles there are.
type Set struct {
	styles []*Style // by name
	own    []string // names of the embedded ones
}

// Load reads the embedded styles and, where dir is not "", every *.toml in it. A
// file there replaces the embedded style of its name. A folder that does not exist
// is no error; a file that is wrong is, with its name, line and field.
func Load(dir string) (*Set, error) {
	set := &Set{}
	files, err := fs.Glob(embedded, "data/*.toml")
	if err != nil {
		return nil, fmt.Errorf("listing embedded styles: %w", err)
	}
	for _, file := range files {
		data, err := embedded.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("reading embedded style: %w", err)
		}
		s, err := Parse(filepath.Base(file), data)
		if err != nil {
			return nil, err
		}
		set.put(s)
		set.own = append(set.own, s.Name)
	}
	if dir == "" {
		return set, nil
	}
	files, err = filepath.Glob(filepath.Join(dir, "*.toml"))
	if err != nil {
		return nil, fmt.Errorf("listing styles in %s: %w", dir, err)
	}
	slices.Sort(files)
	for _, file := range files {
		s, err := parseFile(file)
		if err != nil {
			return nil, err
		}
		set.put(s)
	}
	return set, nil
}

func parseFile(file string) (*Style, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("reading style: %w", err)
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("style %s has %d bytes: more than %d is no style file", file, info.Size(), maxFile)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading style: %w", err)
	}
	return Parse(file, data)
}

// Parse reads a style; file is its name, for errors and for the style's name.
func Parse(file string, data []byte) (*Style, error) {
	s := &Style{Name: strings.TrimSuffix(filepath.Base(file), ".toml")}
	if s.Name == "" || strings.ContainsAny(s.Name, " \t\"'=") {
		return nil, fmt.Errorf("%s: a style's name must be one word without blanks, quotes or =", file)
	}
	dec := toml.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(s); err != nil {
		return nil, fmt.Errorf("%s%s", file, explain(err))
	}
	index, err := indexLines(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	s.lines = index
	s.fillDefaults()
	if path, err := s.check(); err != nil {
		return nil, fmt.Errorf("%s:%d: %s: %w", file, s.lines.find(path), path, err)
	}
	return s, nil
}

// explain turns a decoding error into ":line: field: what is wrong".
func explain(err error) string {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) && len(strict.Errors) > 0 {
		e := strict.Errors[0]
		row, _ := e.Position()
		return fmt.Sprintf(":%d: there is no field %s", row, strings.Join(e.Key(), "."))
	}
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		row, _ := decode.Position()
		what := strings.TrimPrefix(decode.Error(), "toml: ")
		if key := strings.Join(decode.Key(), "."); key != "" {
			what = key + ": " + what
		}
		return fmt.Sprintf(":%d: %s", row, what)
	}
	return ": " + err.Error()
}

func (s *Set) put(style *Style) {
	at, found := slices.BinarySearchFunc(s.styles, style.Name, func(a *Style, name string) int { return strings.Compare(a.Name, name) })
	if found {
		s.styles[at] = style
		return
	}
	s.styles = slices.Insert(s.styles, at, style)
}

// Names are all styles' names, sorted.
func (s *Set) Names() []string {
	out := make([]string, len(s.styles))
	for i, st := range s.styles {
		out[i] = st.Name
	}
	return out
}

// Embedded are the names of the built-in styles, sorted: songs of no given style
// choose among them, so that a user's own files never change what a seed means.
func (s *Set) Embedded() []string { return slices.Clone(s.own) }

// Get is the style of a name or alias, capitals aside. Its error is a sentence that
// offers the nearest names.
func (s *Set) Get(name string) (*Style, error) {
	known := s.Names()
	for _, st := range s.styles {
		if strings.EqualFold(st.Name, name) {
			return st, nil
		}
	}
	for _, st := range s.styles {
		for _, alias := range st.Aliases {
			if strings.EqualFold(alias, name) {
				return st, nil
			}
		}
		known = append(known, st.Aliases...)
	}
	if near := nearest.Hint(name, known); near != "" {
		return nil, fmt.Errorf("there is no style %q%s", clip(name), near)
	}
	return nil, fmt.Errorf("there is no style %q; there are %s", clip(name), strings.Join(s.Names(), ", "))
}

func clip(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}
