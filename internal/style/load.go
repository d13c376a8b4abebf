package style

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"

	"bandstand/internal/nearest"
)

//go:embed data/*.toml
var embedded embed.FS

// maxFile is the size of a style file beyond which something must be wrong, in bytes.
const maxFile = 1 << 20

// maxName is the length of a style's name, in bytes.
const maxName = 60

// maxFiles is how many style files of the user's are read: more are no styles but a mistake.
const maxFiles = 500

// Set is the styles there are. It never changes.
type Set struct {
	styles []*Style // by name
	own    []string // names of the embedded ones
	broken []Broken // by file
}

// Broken is a style file that is wrong.
type Broken struct {
	Name string // of the style
	Err  error  // a sentence with file, line and field
	Kept bool   // an earlier version of the file, from before it was broken, still plays
}

// Load reads the embedded styles and, where dir is not "", every *.toml in it. A
// file there replaces the embedded style of its name. A folder that does not exist
// is no error, and a file that is wrong costs only itself: see Broken.
func Load(dir string) (*Set, error) {
	set, err := loadEmbedded()
	if err != nil || dir == "" {
		return set, err
	}
	f := &Folder{dir: dir, embedded: set, log: discard}
	return f.Set(), nil
}

// loadEmbedded is a set of the built-in styles, which are read once: nobody changes
// a style. An error is a fault of the program.
func loadEmbedded() (*Set, error) {
	set, err := readEmbedded()
	if err != nil {
		return nil, err
	}
	return &Set{styles: slices.Clone(set.styles), own: slices.Clone(set.own)}, nil
}

var readEmbedded = sync.OnceValues(func() (*Set, error) {
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
	return set, nil
})

// Parse reads a style; file is its name, for errors and for the style's name. Its
// error is a sentence that names the file, the line and the field.
func Parse(file string, data []byte) (*Style, error) {
	file = filepath.Base(file)
	s := &Style{Name: nameOf(file)}
	if s.Name == "" || strings.ContainsAny(s.Name, " \t\"'=") || len(s.Name) > maxName {
		return nil, fmt.Errorf("%s: a style's name must be one word of up to %d letters, without blanks, quotes or =", clip(file), maxName)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s has %d bytes: more than %d is no style file", file, len(data), maxFile)
	}
	dec := toml.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	dec.EnableUnmarshalerInterface()
	if err := dec.Decode(s); err != nil {
		return nil, fmt.Errorf("%s%s", file, explain(err))
	}
	index, err := indexLines(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	s.lines = index
	if path, err := s.settle(); err != nil {
		return nil, fmt.Errorf("%s line %d: %s: %w", file, s.lines.find(path), s.place(path), err)
	}
	return s, nil
}

// nameOf is the name of a file's style: capitals make no other style of it.
func nameOf(path string) string {
	return strings.ToLower(strings.TrimSuffix(filepath.Base(path), ".toml"))
}

// settle reads what was kept raw, fills in what was left out and checks all.
func (s *Style) settle() (path string, err error) {
	for _, step := range []func() (string, error){s.resolveMeters, s.resolveChoices, s.checkPairs, s.resolveInstruments} {
		if path, err := step(); err != nil {
			return path, err
		}
	}
	s.fillDefaults()
	if path, err := s.check(); err != nil {
		return path, err
	}
	return s.buildAlso()
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

// IsOwn says whether a style comes from a file of the user's.
func (s *Set) IsOwn(name string) bool {
	i := slices.IndexFunc(s.styles, func(st *Style) bool { return st.Name == name })
	return i >= 0 && s.styles[i].own
}

// Broken are the user's files that are wrong, by file name.
func (s *Set) Broken() []Broken { return slices.Clone(s.broken) }

// Fault is what is wrong with the file of a style, and whether anything is.
func (s *Set) Fault(name string) (Broken, bool) {
	for _, b := range s.broken {
		if b.Name == name {
			return b, true
		}
	}
	return Broken{}, false
}

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
	for _, b := range s.broken {
		if strings.EqualFold(b.Name, name) {
			return nil, fmt.Errorf("the style %s is broken: %w", b.Name, b.Err)
		}
	}
	if near := nearest.Hint(name, known); near != "" {
		return nil, fmt.Errorf("there is no style %q%s", clip(name), near)
	}
	return nil, fmt.Errorf("there is no style %q; there are %s", clip(name), strings.Join(s.Names(), ", "))
}

func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}
