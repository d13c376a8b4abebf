package config

import (
	"fmt"
	"log/slog"
	"strings"

	"bandstand/internal/target"
)

// Output is another place that the station is sent to.
type Output struct {
	Name  string `toml:"name" about:"What the station calls it; every output has another name."`
	URL   Place  `toml:"url" about:"icecast://source:PASSWORD@HOST:8000/live.mp3, rtmp://HOST/APP/KEY, hls:FOLDER, file:FOLDER (recordings), command:ARGUMENTS (of ffmpeg), speaker: or player: (mpv or ffplay). For a password or a key env:NAME takes what the variable NAME holds."`
	Start bool   `toml:"start" about:"Run it when the station starts, unless an order has stopped it. Only false does not."`
}

// Place is the URL of an output. However it is printed, its secrets are not seen.
type Place string

// String is the URL without its secrets.
func (p Place) String() string { return target.MaskLine(string(p)) }

// GoString keeps the secrets out of %#v.
func (p Place) GoString() string { return fmt.Sprintf("%q", p.String()) }

// MarshalText keeps the secrets out of files and of JSON.
func (p Place) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// LogValue keeps the secrets out of the log.
func (p Place) LogValue() slog.Value { return slog.StringValue(p.String()) }

// variables are the environment variables that hold its secrets.
func (p Place) variables() (names []string) {
	for _, m := range target.Variable.FindAllStringSubmatch(string(p), -1) {
		names = append(names, m[1])
	}
	return names
}

// settleOutputs fills in what the file left out.
func (c *Config) settleOutputs(folder string, from origin) {
	for i := range c.Output {
		o := &c.Output[i]
		if _, said := from[entryKey("output", i, "start")]; !said {
			o.Start = true
		}
		o.URL = Place(target.Anchor(string(o.URL), folder))
	}
}

func (c *Config) validateOutputs(from origin) error {
	seen := map[string]bool{}
	for i := range c.Output {
		o := &c.Output[i]
		key, what := o.fault()
		if there := c.clashing(i); key == "" && there != "" {
			key, what = "url", fmt.Sprintf("is a folder that the output %s writes into: take another", there)
		}
		if key == "" && seen[strings.ToLower(o.Name)] {
			key, what = "name", fmt.Sprintf("is %q, as that of another output is: give each its own", o.Name)
		}
		if key != "" {
			at := entryKey("output", i, key)
			if _, said := from[at]; !said { // the line of its [[output]] is the nearest there is
				return from.complain(entryKey("output", i, ""), "%s %s", key, what)
			}
			return from.complain(at, "%s", what)
		}
		seen[strings.ToLower(o.Name)] = true
	}
	return nil
}

// clashing is the name of an output before the i-th that cannot be beside it, "" for none.
func (c *Config) clashing(i int) string {
	to, err := target.Parse(string(c.Output[i].URL))
	if err != nil {
		return ""
	}
	for _, o := range c.Output[:i] {
		if there, err := target.Parse(string(o.URL)); err == nil && to.Clashes(there) {
			return o.Name
		}
	}
	return ""
}

// fault is the first key whose value cannot be, and why; "" for none.
func (o *Output) fault() (key, what string) {
	switch {
	case o.Name == "":
		return "name", "is missing: give the output a name, such as 'site'"
	case !target.IsName(o.Name):
		return "name", fmt.Sprintf("is %q: it is %s", o.Name, target.NameRule)
	case o.URL == "":
		return "url", "is missing: write where the output goes to, such as 'icecast://source:PASSWORD@HOST:8000/live.mp3'"
	case strings.Contains(string(o.URL), "***"):
		return "url", "has *** in it, which `bandstand config` writes in the place of a secret: write the secret itself, or env:NAME"
	}
	if _, err := target.Parse(string(o.URL)); err != nil {
		return "url", "is wrong: " + err.Error()
	}
	return "", ""
}
