package config

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// outputs reads a file of a folder of its own.
func outputs(t *testing.T, file string, env ...string) (*Config, string, error) {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, "radio.toml")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path, append(env, "HOME="+folder), nil)
	return c, folder, err
}

func TestOutputs(t *testing.T) {
	c, folder, err := outputs(t, `
[[output]]
name = "site"
url = "icecast://source:sesame@radio.example.org/live.mp3"

[[output]]
name = "tapes"
url = "file:tapes?every=song"
start = false

[[output]]
name = "tube"
url = "rtmp://video.example.org/live2/env:BANDSTAND_TUBE"
`, "BANDSTAND_TUBE=x")
	if err != nil {
		t.Fatal(err)
	}
	want := []Output{
		{Name: "site", URL: "icecast://source:sesame@radio.example.org/live.mp3", Start: true},
		{Name: "tapes", URL: Place("file:" + folder + "/tapes?every=song")},
		{Name: "tube", URL: "rtmp://video.example.org/live2/env:BANDSTAND_TUBE", Start: true},
	}
	if len(c.Output) != len(want) {
		t.Fatalf("got %v", c.Output)
	}
	for i := range want {
		if c.Output[i] != want[i] {
			t.Errorf("got %#v, want %#v", c.Output[i], want[i])
		}
	}
	var text bytes.Buffer
	if err := c.Write(&text); err != nil {
		t.Fatal(err)
	}
	if all := text.String() + fmt.Sprintf("%v %+v %#v", c.Output, c.Output, c.Output); strings.Contains(all, "sesame") {
		t.Errorf("the secret is shown: %s", all)
	}
	if _, _, err := outputs(t, text.String(), "BANDSTAND_TUBE=x"); err == nil || !strings.Contains(err.Error(), "in the place of a secret") {
		t.Errorf("what is printed in the place of a secret is taken for one: %v", err)
	}
}

func TestBadOutputs(t *testing.T) {
	for file, want := range map[string]string{
		"[[output]]\nurl = 'speaker:'":                                                                  "radio.toml:1: output[0] name is missing",
		"[[output]]\nname = 'a b'\nurl = 'speaker:'":                                                    "radio.toml:2: output[0].name is \"a b\": it is one word",
		"[[output]]\nname = 'x'":                                                                        "radio.toml:1: output[0] url is missing",
		"[[output]]\nname = 'x'\nurl = 'gopher://sesame'":                                               "radio.toml:3: output[0].url is wrong",
		"[[output]]\nname = 'x'\nurl = 'speaker:'\n[[output]]\nname = 'X'\nurl = 'player:'":             "radio.toml:5: output[1].name is \"X\", as that of another output",
		"[[output]]\nname = 'x'\nurl = 'icecast://source:sesame@host/live.mp3?pubic=yes'\nstart = true": "has no option \"pubic\"",
		"[[output]]\nname = 'x'\nurl = 'speaker:'\nstart = 'yes'":                                       "true or false",
		"[[output]]\nname = 'x'\nurl = 'rtmp://host/app/***#fps=10'":                                    "in the place of a secret",
		"[[output]]\nname = 'x'\nurl = 'hls:/a'\n[[output]]\nname = 'y'\nurl = 'hls:/a/?codec=opus'":    "radio.toml:6: output[1].url is a folder that the output x writes into",
		"[[output]]\nname = 'x'\nurls = 'speaker:'":                                                     "did you mean url?",
	} {
		_, _, err := outputs(t, file)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "sesame@") {
			t.Errorf("%s: %v, want %s", file, err, want)
		}
	}
}
