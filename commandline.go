package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/alecthomas/kong"

	"bandstand/internal/config"
	"bandstand/internal/control"
	"bandstand/internal/offline"
	"bandstand/internal/station"
)

// cli is the command line. Its names are a contract.
type cli struct {
	stationFlags

	ShowVersion kong.VersionFlag `name:"version" help:"Print the version."`

	Run     struct{}   `cmd:"" default:"1" hidden:""`
	Do      doCmd      `cmd:"" help:"Give one order to the running station and print the reply."`
	Compose composeCmd `cmd:"" help:"Compose songs into files; no station is needed."`
	Config  struct{}   `cmd:"" help:"Print the effective configuration."`
	Doctor  struct{}   `cmd:"" help:"Check what the station needs: SoundFont, ffmpeg, port, database, write rights."`
	Version struct{}   `cmd:"" help:"Print the version."`
}

// stationFlags override the configuration. They are strings so that the
// configuration's own checks see what was typed.
type stationFlags struct {
	Listen    *string `placeholder:"ADDRESS" help:"Address and port of the web server (127.0.0.1:8000)."`
	Data      *string `placeholder:"DIR" help:"Folder of the songs, the token and the control socket."`
	ConfigAt  string  `name:"config" placeholder:"FILE" help:"Configuration file (TOML)."`
	SoundFont *string `name:"soundfont" placeholder:"FILE" help:"An SF2 file to play with instead of the built-in one."`
	Play      bool    `help:"Compose a song and play it at once."`
	Auto      bool    `help:"Never stop composing."`
	NoConsole bool    `name:"no-console" help:"Take no orders from the keyboard."`
	Speaker   bool    `help:"Play on this computer's speakers too (PulseAudio or PipeWire)."`
}

type doCmd struct {
	JSON  bool     `name:"json" help:"Print the reply as the HTTP API does."`
	Order []string `arg:"" passthrough:"" help:"The order, such as: new funk."`
}

type composeCmd struct {
	Style string   `help:"Style; without one the seed chooses."`
	Seed  *uint64  `help:"Seed: the same seed gives the same song."`
	Key   string   `help:"Key, such as Em, Bbmaj or Ddorian; a letter alone is that tonic in the style's usual mode."`
	Tempo *float64 `placeholder:"BPM" help:"Quarter notes a minute, 20 to 400."`
	Bars  *int     `help:"Length in bars, 4 to 1000."`
	Meter string   `placeholder:"M" help:"Metre, such as 3/4 or 6/8, as near as the style can."`
	Band  string   `help:"One of the house bands, by name."`
	Count int      `default:"1" help:"Compose so many songs, with seeds N, N+1 …; needs {seed} in the names of the files."`
	Force bool     `help:"Replace files that exist."`
	Out   []string `short:"o" required:"" sep:"none" placeholder:"FILE" help:"File to write: .mid .json .wav .flac .mp3 .opus or .svg. May be given several times."`
}

const about = `Bandstand: a radio station whose bands are robots.

Without a command it runs the station: type new and listen at the link it prints.`

// commandLine parses the arguments and does what they say.
func commandLine(ctx context.Context, ending func(), args []string) error {
	var c cli
	left := false
	parser, err := kong.New(&c, kong.Name("bandstand"), kong.Description(about), kong.UsageOnError(), kong.Vars{"version": "bandstand " + version},
		kong.Exit(func(int) { left = true }))
	if err != nil {
		return fmt.Errorf("building the command line: %w", err)
	}
	if len(args) > 0 && station.IsOrder(args[0]) {
		return fmt.Errorf("%s is an order: say it at the prompt, or: bandstand do %s", args[0], strings.Join(args, " "))
	}
	k, err := parser.Parse(args)
	if left {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w (bandstand --help shows what there is)", err)
	}
	word := strings.Fields(k.Command())[0]
	if word == "version" {
		fmt.Println("bandstand", version)
		return nil
	}
	if word == "do" {
		c.takeTrailing()
	}
	cfg, err := config.Load(c.ConfigAt, os.Environ(), c.overrides())
	if err != nil {
		return err
	}
	switch word {
	case "compose":
		return offline.Compose(ctx, c.Compose.options(cfg), os.Stdout, os.Stderr)
	case "config":
		return cfg.Write(os.Stdout)
	}
	if err := cfg.NeedData(); err != nil {
		return err
	}
	switch word {
	case "doctor":
		if !station.Doctor(ctx, cfg, os.Stdout) {
			return exitCode(1)
		}
		return nil
	case "do":
		return c.Do.send(ctx, cfg.Data, os.Stdout)
	}
	return station.Run(ctx, cfg, station.Options{Version: version, In: os.Stdin, Out: os.Stdout, Ending: ending})
}

// overrides are the flags that were given, as configuration keys.
func (f *stationFlags) overrides() map[string]string {
	given := map[string]string{}
	for key, value := range map[string]*string{"listen": f.Listen, "data": f.Data, "soundfont": f.SoundFont} {
		if value != nil {
			given[key] = *value
		}
	}
	for key, set := range map[string]bool{"play": f.Play, "auto": f.Auto, "speaker": f.Speaker} {
		if set {
			given[key] = "true"
		}
	}
	if f.NoConsole {
		given["console"] = "false"
	}
	return given
}

// takeTrailing takes the flags of do that were written after the order.
func (c *cli) takeTrailing() {
	for d := &c.Do; ; {
		n := len(d.Order)
		switch {
		case n > 1 && d.Order[n-1] == "--json":
			d.JSON, d.Order = true, d.Order[:n-1]
		case n > 1 && strings.HasPrefix(d.Order[n-1], "--data="):
			data := strings.TrimPrefix(d.Order[n-1], "--data=")
			c.Data, d.Order = &data, d.Order[:n-1]
		case n > 2 && d.Order[n-2] == "--data":
			data := d.Order[n-1]
			c.Data, d.Order = &data, d.Order[:n-2]
		default:
			return
		}
	}
}

// send gives an order to the running station.
func (d *doCmd) send(ctx context.Context, data string, out io.Writer) error {
	if err := d.resolveFile(); err != nil {
		return err
	}
	reply, err := control.Send(ctx, control.SocketPath(data), orderLine(d.Order))
	if err != nil {
		return err
	}
	switch {
	case d.JSON:
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(reply); err != nil {
			return fmt.Errorf("printing the reply: %w", err)
		}
	case reply.OK:
		fmt.Fprintln(out, reply.Text)
	default:
		fmt.Fprintln(os.Stderr, reply.Text)
	}
	if !reply.OK {
		return exitCode(1)
	}
	return nil
}

// resolveFile makes the file of an export one of this folder: the station may run
// in another.
func (d *doCmd) resolveFile() error {
	if len(d.Order) < 3 || strings.HasPrefix(d.Order[2], "-") {
		return nil
	}
	const export = "export"
	if word := strings.ToLower(d.Order[0]); word == "" || !strings.HasPrefix(export, word) {
		return nil
	}
	file, err := filepath.Abs(d.Order[2])
	if err != nil {
		return fmt.Errorf("finding %s: %w", d.Order[2], err)
	}
	d.Order[2] = file
	return nil
}

// orderLine makes one line of the shell's words. A single word is the line
// itself: do "new funk" and do new funk are the same.
func orderLine(args []string) string {
	if len(args) == 1 {
		return args[0]
	}
	words := make([]string, len(args))
	for i, arg := range args {
		key, value, pair := strings.Cut(arg, "=")
		if pair && !strings.ContainsAny(key, " \t\n\"'\\") {
			words[i] = key + "=" + quoteWord(unquoted(value))
		} else {
			words[i] = quoteWord(arg)
		}
	}
	return strings.Join(words, " ")
}

// unquoted is a value without the quotes that somebody wrote for the order as at the
// prompt, inside those that the shell took.
func unquoted(value string) string {
	if n := len(value); n > 2 && value[0] == '"' && value[n-1] == '"' && !strings.ContainsAny(value[1:n-1], `"\\`) {
		return value[1 : n-1]
	}
	return value
}

// quoteWord keeps a word of the shell one word of the order.
func quoteWord(w string) string {
	if w != "" && !strings.ContainsAny(w, " \t\n\"'\\") {
		return w
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(w) + `"`
}

// options are the flags as offline takes them. The SoundFont and the user's
// styles are the station's.
func (c *composeCmd) options(cfg *config.Config) offline.Options {
	styles := ""
	if cfg.Data != "" {
		styles = filepath.Join(cfg.Data, "styles")
	}
	return offline.Options{Style: c.Style, Styles: styles, Seed: c.Seed, Key: c.Key, Tempo: c.Tempo,
		Bars: c.Bars, Meter: c.Meter, Band: c.Band, Count: c.Count, Force: c.Force, Out: c.Out, SoundFont: cfg.SoundFont}
}
