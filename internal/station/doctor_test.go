package station

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bandstand/internal/config"
	"bandstand/internal/style"
)

// TestDoctorLeavesNothing: where there is no data folder yet, there is none afterwards.
func TestDoctorLeavesNothing(t *testing.T) {
	home := t.TempDir()
	cfg := &config.Config{Data: filepath.Join(home, "a", "b"), Listen: "127.0.0.1:0"}
	var out strings.Builder
	if !Doctor(t.Context(), cfg, &out) || strings.Count(out.String(), "which the station will make") != 2 {
		t.Errorf("it says\n%s", &out)
	}
	left, err := os.ReadDir(home)
	if err != nil || len(left) > 0 {
		t.Errorf("it left %v, %v", left, err)
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		t.Fatal(err)
	}
	if Doctor(t.Context(), cfg, &out); len(must(os.ReadDir(cfg.Data))) > 0 {
		t.Errorf("it left %v", must(os.ReadDir(cfg.Data)))
	}
}

// TestDoctorTellsOfWordsOfTwoStyles copies a built-in style, with its aliases, to a file
// of another name.
func TestDoctorTellsOfWordsOfTwoStyles(t *testing.T) {
	cfg := &config.Config{Data: t.TempDir(), Listen: "127.0.0.1:0"}
	styles := filepath.Join(cfg.Data, "styles")
	data := must(os.ReadFile("../style/data/waltz.toml"))
	if err := os.Mkdir(styles, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(styles, "mine.toml"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if Doctor(t.Context(), cfg, &out); !strings.Contains(out.String(), "an alias of waltz, and means mine") {
		t.Errorf("it says\n%s", &out)
	}
	log := slog.New(slog.DiscardHandler)
	c := composer{styles: must(style.Open(styles, log))}
	for _, s := range c.Styles() {
		if (len(s.Clashes) > 0) != (s.Name == "mine") {
			t.Errorf("%s: %v", s.Name, s.Clashes)
		}
	}
}

// TestDoctorTellsWhatOutputsLack: a variable, ffmpeg, a folder.
func TestDoctorTellsWhatOutputsLack(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("TUBE_KEY", "sesame")
	cfg := &config.Config{Data: t.TempDir(), Listen: "127.0.0.1:0", Output: []config.Output{
		{Name: "site", URL: "icecast://source:env:NO_SUCH_WORD@127.0.0.1:8000/live.mp3"},
		{Name: "tube", URL: "rtmp://127.0.0.1/live/env:TUBE_KEY"},
		{Name: "tapes", URL: "file:/no/such/folder"},
		{Name: "well", URL: "icecast://source:x@127.0.0.1:8000/live.mp3"},
	}}
	var out strings.Builder
	if !Doctor(t.Context(), cfg, &out) {
		t.Errorf("what outputs lack makes the station ill:\n%s", &out)
	}
	for _, want := range []string{"site: the environment variable NO_SUCH_WORD", "tube: it needs ffmpeg", "tapes: there is no folder /no/such/folder"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "sesame") {
		t.Errorf("it tells a secret:\n%s", &out)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
