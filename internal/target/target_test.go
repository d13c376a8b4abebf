package target

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for line, want := range map[string]string{
		"icecast://source:pw@radio.example.org/live.mp3":                  "icecast false radio.example.org:8000 source pw /live.mp3 map[format:mp3]",
		"icecasts://dj:p%40w@[::1]:9000/a/b.ogg?name=My+Radio&public=yes": "icecast true [::1]:9000 dj p@w /a/b.ogg map[format:opus name:My Radio public:yes]",
		"icecast://source:env:ICE@h:80/stream?format=flac":                "icecast false h:80 source env:ICE /stream map[format:flac]",
		"rtmp://video.example.org/live2/key?a=b":                          "rtmp false video.example.org   /live2/key?a=b map[]",
		"RTMPS://u:p@video.example.org:443/app/key#fps=25&picture=still":  "rtmp true video.example.org:443 u p /app/key map[fps:25 picture:still]",
		"hls:/srv/www?codec=opus&segment=2":                               "hls false    /srv/www map[codec:opus segment:2]",
		"file:///srv/tapes?every=song&limit=20G":                          "file false    /srv/tapes map[every:song limit:20G]",
		"speaker:":                                                        "speaker false     map[]",
		"player:mpv":                                                      "player false     map[]",
	} {
		to, err := Parse(line)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if got := fmt.Sprint(to.Kind, " ", to.TLS, " ", to.Host, " ", to.User, " ", to.Password, " ", to.Path, " ", to.Options); got != want {
			t.Errorf("%s\n got %s\nwant %s", line, got, want)
		}
		if to.Raw() != line {
			t.Errorf("%s is kept as %s", line, to.Raw())
		}
	}
	to, err := Parse(`command:-c:a aac -metadata "title=a 'b'  c" it\'s 'x\y'`)
	if want := []string{"-c:a", "aac", "-metadata", "title=a 'b'  c", "it's", `x\y`}; err != nil || strings.Join(to.Args, "|") != strings.Join(want, "|") {
		t.Errorf("got %q, %v", to.Args, err)
	}
}

// TestFaults: every fault is a sentence that holds no secret.
func TestFaults(t *testing.T) {
	for line, want := range map[string]string{
		"":                                      "needs a place to go to",
		"rtmp://host/app/***#fps=10":            "where a secret was hidden",
		"command:-password *** -f null -":       "where a secret was hidden",
		"radio":                                 "does not say what kind",
		"ftp://host/x":                          "is no kind of output",
		"icecast://source:sesame@host:0/m":      "a number from 1 to 65535",
		"icecast://source:sesame@host:port/m":   "cannot be read as a URL",
		"icecast://source:sesame b@host:8000/m": "cannot be read as a URL",
		"icecast://source:a sesame@host/m":      "cannot be read as a URL",
		"icecast://source:sesame@:8000/m":       "names no host",
		"icecast://source:sesame@host/":         "names no mount",
		"icecast://source:p@ss/wsesame@host/m":  "has an @ after its host",
		"hls:/srv/www#codec=opus":               "options come after a ?",
		"icecast://host/m":                      "has no password",
		"icecast://source:sesame@host/m?x=1":    "has no option \"x\"",
		"rtmp://host/sesame":                    "names no stream",
		"rtmp://host/app/sesame#fps=500":        "a whole number from 5 to 30",
		"hls:":                                  "names no folder",
		"hls:?codec=aac":                        "names no folder",
		"file:/x?every=week":                    "it is hour, song, day",
		"file:/x?limit=12X":                     "a size of at least 10M",
		"command:  ":                            "needs the arguments",
		"command:-f 'x":                         "within quotes: close them with '",
		"command:-f x\\":                        "single backslash",
		"player:vlc":                            "player:mpv or player:ffplay",
		"command:x\ny":                          "one line of text",
		"command:" + strings.Repeat("x ", 4096): "at most 4096 bytes",
	} {
		_, err := Parse(line)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.50q: %v, want %q", line, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "sesame") {
			t.Errorf("%.50q: the fault holds the secret: %v", line, err)
		}
	}
}

func TestBorrows(t *testing.T) {
	for line, want := range map[string]bool{
		"icecast://source:env:ICE@h/m":           true,
		"icecast://source:file:%2Fetc%2Fkey@h/m": true,
		"icecast://source:%65nv:ICE@h/m":         true,
		"icecast://source:pw@h/env:ICE":          false,
		"rtmp://h/app/env:KEY":                   true,
		"rtmp://h/app/key?sig=env:KEY":           true,
		"rtmp://u:env:KEY@h/app/key":             true,
		"rtmp://h/app/key":                       false,
	} {
		to, err := Parse(line)
		if err != nil || to.Borrows() != want {
			t.Errorf("%s borrows: %t, %v", line, to.Borrows(), err)
		}
	}
}

func TestAnchor(t *testing.T) {
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"file:tapes?every=song": "file:/data/tapes?every=song",
		"hls:../www":            "hls:/www",
		"hls:/srv/www":          "hls:/srv/www",
		"file:~/tapes":          "file:" + home + "/tapes",
		"HLS:www":               "hls:/data/www",
		"hls:":                  "hls:",
		"speaker:x":             "speaker:x",
		"rtmp://h/a/b":          "rtmp://h/a/b",
	} {
		if got := Anchor(line, "/data"); got != want {
			t.Errorf("%s is anchored as %s, want %s", line, got, want)
		}
	}
}

func TestBytes(t *testing.T) {
	for text, want := range map[string]int64{"500M": 500e6, "20g": 20e9, "1T": 1e12, "64kb": 64e3, "123": 123} {
		if got, ok := Bytes(text); !ok || got != want {
			t.Errorf("%s is %d, %t", text, got, ok)
		}
	}
	for _, text := range []string{"", "G", "-1G", "0M", "1.5G", "5MM", "G5"} {
		if got, ok := Bytes(text); ok {
			t.Errorf("%s is %d", text, got)
		}
	}
}
