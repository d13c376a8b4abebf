package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layers is the architecture: what each package may import of ours, nothing else.
// Change it on purpose, with a reason in the commit.
var layers = map[string][]string{
	"":                   {"internal/config", "internal/control", "internal/offline", "internal/station"},
	"assets":             {},
	"internal/theory":    {},
	"internal/nearest":   {},
	"internal/pcm":       {},
	"internal/broadcast": {},
	"internal/config":    {"internal/nearest", "internal/target"},
	// Where outputs go to: read, checked and masked. Configuration and orders ask it alike.
	"internal/target": {},
	// What keeps them going. It knows no protocol, so that every way out is kept alike.
	"internal/output": {},
	// A child process an output: fed sound by us, kept by output.
	"internal/ffmpeg": {"internal/pcm", "internal/output"},
	// A mount of ours at an Icecast server. It shares the mount's packets, so it knows no encoder, only Ogg's pages to put FLAC on.
	"internal/icecast":             {"internal/pcm", "internal/broadcast", "internal/output", "internal/encode/ogg"},
	"internal/icecast/icecasttest": {},
	// Tables of human music. It knows nothing of songs, so that styles and composer may both ask it.
	"internal/corpus":      {},
	"internal/song":        {"internal/theory"},
	"internal/style":       {"internal/theory", "internal/song", "internal/nearest", "internal/corpus"},
	"internal/band":        {"internal/song", "internal/style"},
	"internal/measure":     {"internal/song", "internal/theory"},
	"internal/loudness":    {"internal/pcm"},
	"internal/balance":     {"internal/song", "internal/theory", "internal/loudness", "internal/mix"}, // mix: it follows the master chain's own curve
	"internal/compose":     {"internal/song", "internal/theory", "internal/style", "internal/band", "internal/measure", "internal/balance", "internal/corpus"},
	"internal/midi":        {"internal/song", "internal/theory"},
	"internal/draw":        {"internal/song", "internal/theory"},
	"internal/picture":     {"internal/song", "internal/theory", "internal/draw"}, // draw: robots have the same colours everywhere
	"internal/synth":       {"internal/song", "internal/pcm", "internal/synth/sf2"},
	"internal/synth/sf2":   {},
	"internal/mix":         {"internal/pcm"},
	"internal/speaker":     {"internal/pcm"},
	"internal/monitor":     {"internal/pcm"}, // it knows no format, so that every stream is judged alike
	"internal/encode":      {"internal/pcm"},
	"internal/encode/ogg":  {}, // pages of Ogg, for Opus and for the FLAC that Icecast takes
	"internal/encode/opus": {"internal/pcm", "internal/encode", "internal/encode/ogg"},
	"internal/encode/mp3":  {"internal/pcm", "internal/encode"},
	"internal/encode/flac": {"internal/pcm", "internal/encode"},
	"internal/encode/wav":  {"internal/pcm", "internal/encode"},
	// Recordings, by our own encoders: an output like the others, which needs no other program.
	"internal/recording": {"internal/pcm", "internal/output", "internal/encode", "internal/encode/opus", "internal/encode/mp3",
		"internal/encode/flac", "internal/encode/wav"},
	"internal/pcm/pcmtest":       {"internal/pcm"},
	"internal/encode/encodetest": {"internal/pcm", "internal/encode"},
	"internal/playout":           {"internal/song", "internal/pcm", "internal/mix"},
	"internal/command":           {"internal/theory", "internal/song", "internal/band", "internal/style", "internal/nearest", "internal/target"},
	"internal/sqlite":            {"internal/song", "internal/band", "internal/command"},
	"internal/console":           {"internal/command"},
	"internal/control":           {"internal/command"},
	"internal/ircbot/irctest":    {},
	"internal/ircbot":            {"internal/command", "internal/song"},
	"internal/web":               {"internal/broadcast", "internal/song", "internal/draw", "internal/midi", "internal/command"},
	"internal/export": {"internal/song", "internal/pcm", "internal/midi", "internal/draw", "internal/synth", "internal/mix",
		"internal/encode", "internal/encode/opus", "internal/encode/mp3", "internal/encode/flac", "internal/encode/wav"},
	"internal/offline": {"internal/song", "internal/theory", "internal/style", "internal/band", "internal/compose",
		"internal/export", "internal/synth", "internal/nearest", "assets"},
	"internal/station": {"*"}, // the composition root
}

// testsAlso is what test files may import besides.
var testsAlso = []string{"internal/pcm/pcmtest", "internal/encode/encodetest", "internal/ircbot/irctest", "internal/icecast/icecasttest"}

type goPackage struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func TestLayers(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range ourPackages(t) {
		name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, "bandstand"), "/")
		seen[name] = true
		if strings.HasPrefix(name, "tools/") {
			continue // they serve the developers; nothing imports them
		}
		allowed, known := layers[name]
		if !known {
			t.Errorf("%s is a new room: add it to the table of layers, with a reason", name)
			continue
		}
		check(t, name, p.Imports, allowed)
		if !slices.Contains(allowed, "*") && name != "" {
			check(t, name+" (tests)", slices.Concat(p.TestImports, p.XTestImports), slices.Concat(allowed, testsAlso, []string{name}, wiring[name]))
		}
	}
	for name := range layers {
		if !seen[name] && name != "internal/measure" {
			t.Errorf("the table of layers names %s, which is not there", name)
		}
	}
}

// wiring is what the tests of a room may import to stand on real parts instead of fakes.
var wiring = map[string][]string{
	"internal/command": {"internal/sqlite"},
	"internal/sqlite":  {"internal/theory"},
	"internal/synth":   {"internal/theory", "assets", "internal/synth/sf2"},
	"internal/offline": {"internal/pcm"},
	"internal/icecast": {"internal/encode", "internal/encode/opus", "internal/encode/mp3", "internal/encode/flac"},
	"internal/playout": {"internal/theory"},
	"internal/monitor": {"internal/encode", "internal/encode/opus", "internal/encode/mp3", "internal/encode/flac"},
	"internal/balance": {"internal/theory", "internal/style", "internal/compose", "internal/synth", "internal/pcm", "assets"},
	"assets":           {"internal/synth", "internal/synth/sf2"},
}

func check(t *testing.T, name string, imports, allowed []string) {
	t.Helper()
	for _, path := range imports {
		rest, ours := strings.CutPrefix(path, "bandstand/")
		if ours && !slices.Contains(allowed, "*") && !slices.Contains(allowed, rest) {
			t.Errorf("%s must not import %s", name, rest)
		}
	}
}

func ourPackages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...").Output()
	if err != nil {
		t.Fatalf("listing the packages: %v", err)
	}
	var all []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
