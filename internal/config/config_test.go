package config

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// home is an environment that any user has.
var home = []string{"HOME=/home/ada", "PATH=/bin"}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "radio.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, path string, env []string, flags map[string]string) *Config {
	t.Helper()
	c, err := Load(path, append(home, env...), flags)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDefaultsAreTheDocumentedOnes(t *testing.T) {
	want := &Config{
		Listen: "127.0.0.1:8000", Data: "/home/ada/.local/share/bandstand", Console: true, Names: []string{},
		Limits: Limits{Listeners: 10000, PerAddress: 50, HeaderBytes: 16384, HeaderTime: 10,
			PersonSongs: 3, PersonEvery: 60, ChannelSongs: 10, ChannelEvery: 15, QueueShare: 3, SkipShare: 50, SkipWindow: 15},
		Encoders: Encoders{OpusKbps: 128, MP3Kbps: 128},
		Log:      Log{Level: "info", Format: "text"},
	}
	if got := load(t, "", nil, nil); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestLaterSourcesOverrideEarlierOnes(t *testing.T) {
	path := write(t, "listen = ':1'\nplay = true\nnames = ['a.example']\n[limits]\nlisteners = 1\nper_address = 2\n[log]\nlevel = 'warn'\n")
	env := []string{"BANDSTAND_LIMITS_LISTENERS=11", "BANDSTAND_PLAY=no", "BANDSTAND_NAMES=b.example, c.example", "BANDSTAND_LISTEN=:2", "BANDSTAND_AUTO="}
	c := load(t, path, env, map[string]string{"listen": ":3", "console": "false"})
	want := Default()
	want.Listen, want.Console, want.Names = ":3", false, []string{"b.example", "c.example"}
	want.Data = "/home/ada/.local/share/bandstand"
	want.Limits.Listeners, want.Limits.PerAddress, want.Log.Level = 11, 2, "warn"
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got %+v\nwant %+v", c, want)
	}
}

func TestTheFileMayBeNamedByAVariable(t *testing.T) {
	path := write(t, "auto = true")
	if !load(t, "", []string{"BANDSTAND_CONFIG=" + path}, nil).Auto {
		t.Error("BANDSTAND_CONFIG was not read")
	}
	if c := load(t, write(t, "play = true"), []string{"BANDSTAND_CONFIG=" + path}, nil); c.Auto || !c.Play {
		t.Error("a path given did not come before BANDSTAND_CONFIG")
	}
}

func TestPathsAreMadeAbsolute(t *testing.T) {
	path := write(t, "data = 'songs'\nsoundfont = '~/fonts/my.sf2'")
	c := load(t, path, nil, nil)
	if want := filepath.Join(filepath.Dir(path), "songs"); c.Data != want {
		t.Errorf("data in a file: %s, not %s", c.Data, want)
	}
	if want := "/home/ada/fonts/my.sf2"; c.SoundFont != want {
		t.Errorf("soundfont: %s, not %s", c.SoundFont, want)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if c := load(t, path, nil, map[string]string{"data": "songs"}); c.Data != filepath.Join(here, "songs") {
		t.Errorf("data as a flag: %s", c.Data)
	}
	if c := load(t, "", []string{"XDG_DATA_HOME=/srv/ada"}, nil); c.Data != "/srv/ada/bandstand" {
		t.Errorf("with XDG_DATA_HOME: %s", c.Data)
	}
}

func TestComplaintsSayWhereAndWhatToDo(t *testing.T) {
	cases := []struct {
		name, file, env string
		flag, value     string
		want            []string
	}{
		{name: "unknown key", file: "\n\nlisen = ':1'", want: []string{"radio.toml:3: ", `"lisen"`, "did you mean listen"}},
		{name: "unknown key in a table", file: "[limits]\nlisseners = 5", want: []string{"radio.toml:2: ", `"lisseners" in [limits]`, "did you mean listeners"}},
		{name: "unknown dotted key", file: "limits.lisseners = 5", want: []string{"radio.toml:1: ", "did you mean listeners"}},
		{name: "unknown key in an inline table", file: "limits = { lisseners = 5 }", want: []string{"radio.toml:1: ", "did you mean listeners"}},
		{name: "unknown table", file: "play = true\n[encoder]\nopus_kbps = 1", want: []string{"radio.toml:2: ", `"encoder"`, "did you mean encoders"}},
		{name: "a table of another program", file: "[[whatever]]\nname = 'x'", want: []string{"radio.toml:1: ", `"whatever"`, "bandstand config"}},
		{name: "wrong type", file: "play = 'yes'", want: []string{"radio.toml:1", "play", "true or false"}},
		{name: "number as text", file: "[limits]\nlisteners = 'many'", want: []string{"radio.toml:2", "limits.listeners", "a whole number"}},
		{name: "value where a table is", file: "limits = 5", want: []string{"radio.toml:1", "limits", "[limits]"}},
		{name: "not TOML", file: "play = true\nlisten 127.0.0.1", want: []string{"radio.toml:2:"}},
		{name: "twice", file: "play = true\nplay = false", want: []string{"radio.toml:2:", "play"}},
		{name: "listen without port", file: "play = true\nlisten = '127.0.0.1'", want: []string{"radio.toml:2: listen", "no port", "127.0.0.1:8000"}},
		{name: "listen on IPv6 without port", flag: "listen", value: "::1", want: []string{"--listen: ", "[::1]:8000"}},
		{name: "port only", flag: "listen", value: "8000", want: []string{"127.0.0.1:8000"}},
		{name: "port out of range", env: "BANDSTAND_LISTEN=:70000", want: []string{"BANDSTAND_LISTEN: listen", "0 to 65535"}},
		{name: "port by name", flag: "listen", value: ":http", want: []string{"0 to 65535"}},
		{name: "signed port", flag: "listen", value: ":+80", want: []string{"0 to 65535"}},
		{name: "a URL", flag: "listen", value: "http://localhost:8000", want: []string{"without http://"}},
		{name: "negative limit", file: "[limits]\n\nlisteners = -1", want: []string{"radio.toml:3: limits.listeners is -1", "1 to 1000000"}},
		{name: "more than all", file: "[limits]\nskip_percent = 101", want: []string{"radio.toml:2: limits.skip_percent is 101", "0 to 100"}},
		{name: "inline limit", file: "\nlimits = { per_address = 0 }", want: []string{"radio.toml:2: limits.per_address is 0"}},
		{name: "bit rate", env: "BANDSTAND_ENCODERS_MP3_KBPS=129", want: []string{"BANDSTAND_ENCODERS_MP3_KBPS: ", "one of", "112 128 160"}},
		{name: "log level", flag: "log.level", value: "loud", want: []string{"--log.level: ", "debug, info, warn, error"}},
		{name: "host name with a port", file: "names = ['radio.example.org:80']", want: []string{"radio.toml:1: names", "without a port"}},
		{name: "unknown variable", env: "BANDSTAND_LISTN=:1", want: []string{"BANDSTAND_LISTN", "did you mean BANDSTAND_LISTEN?"}},
		{name: "foreign variable", env: "BANDSTAND_XYZZY=1", want: []string{"BANDSTAND_XYZZY", "bandstand config"}},
		{name: "variable of the wrong kind", env: "BANDSTAND_PLAY=maybe", want: []string{"BANDSTAND_PLAY: ", `"maybe" is neither true nor false`}},
		{name: "unknown flag", flag: "limits.listner", value: "1", want: []string{`"limits.listner"`, "did you mean limits.listeners"}},
		{name: "a table as a flag", flag: "limits", value: "1", want: []string{`"limits"`}},
		{name: "number with a fraction", flag: "limits.listeners", value: "1.5", want: []string{"--limits.listeners: ", "whole number"}},
		{name: "a url without http", file: "url = 'radio.example.org'", want: []string{"radio.toml:1: url", "https://radio.example.org"}},
		{name: "a url with a slash", file: "url = 'https://radio.example.org/'", want: []string{"without a /"}},
		{name: "zero byte", file: `data = "a\u0000b"`, want: []string{"data", "zero byte"}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			env, flags := home, map[string]string{}
			if tc.env != "" {
				env = append(env, tc.env)
			}
			if tc.flag != "" {
				flags[tc.flag] = tc.value
			}
			_, err := Load(write(t, tc.file), env, flags)
			if err == nil {
				t.Fatal("accepted")
			}
			for _, want := range tc.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q\ndoes not contain %q", err, want)
				}
			}
		})
	}
}

func TestFilesThatAreNone(t *testing.T) {
	if _, err := Load("/nowhere/radio.toml", home, nil); err == nil || !strings.Contains(err.Error(), "/nowhere/radio.toml") {
		t.Errorf("missing file: %v", err)
	}
	if _, err := Load(t.TempDir(), home, nil); err == nil {
		t.Error("a folder was read")
	}
	if _, err := Load("/dev/zero", home, nil); err == nil || !strings.Contains(err.Error(), "right file") {
		t.Errorf("endless file: %v", err)
	}
	c, err := Load("", nil, nil)
	if err != nil {
		t.Fatalf("no home: %v", err)
	}
	if err := c.NeedData(); err == nil || !strings.Contains(err.Error(), "--data") {
		t.Errorf("no home, but a folder is needed: %v", err)
	}
}

// again writes a configuration and reads it back.
func again(t *testing.T, c *Config) (*Config, string) {
	t.Helper()
	var out bytes.Buffer
	if err := c.Write(&out); err != nil {
		t.Fatal(err)
	}
	back := &Config{}
	if err := back.decode("written", out.Bytes(), origin{}); err != nil {
		t.Fatalf("what was written cannot be read: %v\n%s", err, out.String())
	}
	return back, out.String()
}

func TestWhatIsWrittenReadsBackTheSame(t *testing.T) {
	c := load(t, "", nil, map[string]string{"names": "a.example,b.example", "data": `/odd "name"/#x\n`, "play": "on", "limits.listeners": "7"})
	back, text := again(t, c)
	if !reflect.DeepEqual(back, c) {
		t.Errorf("read back %+v\nwrote %+v", back, c)
	}
	for _, f := range fields(c) {
		if f.about == "" {
			t.Errorf("%s has no documentation", f.key)
		}
		first, _, _ := strings.Cut(f.about, " ")
		if !strings.Contains(text, "# "+first) {
			t.Errorf("%s is not explained in\n%s", f.key, text)
		}
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") && len(line) > lineWidth+3 {
			t.Errorf("a comment of %d characters: %s", len(line), line)
		}
	}
}

func FuzzFile(f *testing.F) {
	for _, seed := range []string{
		"", "listen = ':1'", "[limits]\nlisteners = 3", "limits = { listeners = 3 }", "limits.listeners = 3", "[[irc]]", "names = ['a']",
		"a.b.c = 1", "[limits]\n[limits.x]", "\xef\xbb\xbfplay = true", "Play = true", "\"li\\u0073ten\" = ''", "names = [[1]]", "data = \"\\u007f\"",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c := Default()
		from := origin{}
		if err := c.decode("f", data, from); err != nil {
			if !strings.HasPrefix(err.Error(), "f:") {
				t.Fatalf("%q does not name the file", err)
			}
			return
		}
		if c.validate(from) != nil {
			return
		}
		if back, text := again(t, c); back.Listen != c.Listen || back.Limits != c.Limits || len(back.Names) != len(c.Names) || back.Data != c.Data {
			t.Fatalf("read back %+v\nwrote %+v\n%s", back, c, text)
		}
	})
}
