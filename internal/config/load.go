package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"bandstand/internal/nearest"
)

const (
	prefix       = "BANDSTAND_"
	fileVariable = prefix + "CONFIG" // names the file where no flag does
	maxFile      = 64 << 10          // bytes
)

// origin says where each value that is not a default came from: "radio.toml:3",
// "BANDSTAND_LISTEN", "--listen". Complaints begin with it.
type origin map[string]string

// complain is a sentence about the value of a key.
func (o origin) complain(key, format string, args ...any) error {
	from, ok := o[key]
	if !ok {
		from = "the configuration"
	}
	return fmt.Errorf("%s: %s %s", from, key, fmt.Sprintf(format, args...))
}

// Load is the effective configuration: defaults, the file at path (none where
// it is "" and BANDSTAND_CONFIG is not set), the BANDSTAND_* variables of env
// (entries "NAME=value", as os.Environ gives; an empty value counts as not set)
// and flags, a value for each key that the command line set, such as
// "limits.listeners": "20". Errors are sentences for people.
func Load(path string, env []string, flags map[string]string) (*Config, error) {
	vars := variables(env)
	if path == "" {
		path = vars[fileVariable]
	}
	c, from := Default(), origin{}
	if path != "" {
		data, err := readFile(path)
		if err != nil {
			return nil, err
		}
		if err := c.decode(path, data, from); err != nil {
			return nil, err
		}
		c.anchor(filepath.Dir(path))
		c.settleIRC(filepath.Dir(path), from)
		c.settleOutputs(filepath.Dir(path), from)
	}
	if err := c.setVariables(vars, from); err != nil {
		return nil, err
	}
	if err := c.setFlags(flags, from); err != nil {
		return nil, err
	}
	if err := c.settlePaths(vars); err != nil {
		return nil, err
	}
	if err := c.validate(from); err != nil {
		return nil, err
	}
	return c, nil
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("reading the configuration: %s is larger than %d bytes: is it the right file?", path, maxFile)
	}
	return data, nil
}

// variables are the entries of env that concern us, empty ones left out.
func variables(env []string) map[string]string {
	vars := map[string]string{}
	for _, entry := range env {
		name, value, _ := strings.Cut(entry, "=")
		switch {
		case !strings.HasPrefix(name, prefix) && name != "XDG_DATA_HOME" && name != "HOME":
		case value == "":
			delete(vars, name)
		default:
			vars[name] = value
		}
	}
	return vars
}

func (c *Config) setVariables(vars map[string]string, from origin) error {
	known := []string{fileVariable}
	for i := range c.IRC {
		for _, s := range c.IRC[i].secrets() {
			known = append(known, s.variable()) // BANDSTAND_PASSWORD may well be its name
		}
	}
	for i := range c.Output {
		known = append(known, c.Output[i].URL.variables()...)
	}
	for _, f := range fields(c) {
		if f.table || f.entry {
			continue
		}
		name := f.variable()
		known = append(known, name)
		value, ok := vars[name]
		if !ok {
			continue
		}
		if err := f.set(value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		from[f.key] = name
	}
	for _, name := range sortedKeys(vars) {
		if strings.HasPrefix(name, prefix) && !slices.Contains(known, name) {
			return fmt.Errorf("the environment variable %s means nothing to Bandstand%s", name, hintVariable(name, known))
		}
	}
	return nil
}

// hintVariable is nearest.Hint for variables: what all begin with must not make them alike.
func hintVariable(name string, known []string) string {
	var rest []string
	for _, k := range known {
		rest = append(rest, strings.TrimPrefix(k, prefix))
	}
	near := nearest.To(strings.TrimPrefix(name, prefix), rest)
	if len(near) == 0 {
		return "; `bandstand config` prints all settings"
	}
	return "; did you mean " + prefix + strings.Join(near, " or "+prefix) + "?"
}

func (c *Config) setFlags(flags map[string]string, from origin) error {
	all := fields(c)
	for _, key := range sortedKeys(flags) {
		i := slices.IndexFunc(all, func(f field) bool { return f.key == key && !f.table && !f.entry })
		if i < 0 {
			return fmt.Errorf("no setting is called %q%s", key, nearest.Hint(key, keys(all)))
		}
		if err := all[i].set(flags[key]); err != nil {
			return fmt.Errorf("--%s: %w", key, err)
		}
		from[key] = "--" + key
	}
	return nil
}

// anchor makes the file's relative paths start at its folder.
func (c *Config) anchor(folder string) {
	for _, p := range []*string{&c.Data, &c.SoundFont} {
		if *p != "" && !filepath.IsAbs(*p) && !strings.HasPrefix(*p, "~/") {
			*p = filepath.Join(folder, *p)
		}
	}
}

// NeedData is nil where the data folder is known. It is not where nobody named one
// and HOME is not set; composing into files needs none.
func (c *Config) NeedData() error {
	if c.Data == "" {
		return errors.New("your data folder is not known, since HOME is not set: say --data DIR")
	}
	return nil
}

// settlePaths fills in the user's data folder and makes all paths absolute.
func (c *Config) settlePaths(vars map[string]string) error {
	home := vars["HOME"]
	if c.Data == "" {
		switch base := vars["XDG_DATA_HOME"]; {
		case filepath.IsAbs(base): // the specification says to ignore others
			c.Data = filepath.Join(base, "bandstand")
		case home != "":
			c.Data = filepath.Join(home, ".local", "share", "bandstand")
		}
	}
	paths := []*string{&c.Data, &c.SoundFont}
	for i := range c.IRC {
		paths = append(paths, &c.IRC[i].ClientCert, &c.IRC[i].ClientKey)
		for _, s := range c.IRC[i].secrets() {
			*s = s.homely(home)
		}
	}
	for _, p := range paths {
		if *p == "" {
			continue
		}
		if rest, ok := strings.CutPrefix(*p, "~/"); ok && home != "" {
			*p = filepath.Join(home, rest)
		}
		abs, err := filepath.Abs(*p)
		if err != nil {
			return fmt.Errorf("finding the folder of %s: %w", *p, err)
		}
		*p = abs
	}
	return nil
}

func keys(all []field) []string {
	var out []string
	for _, f := range all {
		if !f.table && !f.entry {
			out = append(out, f.key)
		}
	}
	return out
}

func sortedKeys(m map[string]string) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
