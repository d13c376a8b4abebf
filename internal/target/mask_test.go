package target

import "testing"

// TestMaskLine: whatever people write as a password or a key, none of it is left.
func TestMaskLine(t *testing.T) {
	for in, want := range map[string]string{
		"output add x icecast://source:ses ame@h:8000/m":             "output add x icecast://source:***@h:8000/m",
		"icecast://source:ses'ame@h/m?name=a b":                      "icecast://source:***@h/m?name=a b",
		`icecasts://source:ses"am e'@h/m`:                            "icecasts://source:***@h/m",
		`output add x "rtmp://h/app/ses ame"`:                        `output add x "rtmp://h/app/***`,
		"RTMPS://h/app/ses|ame#fps=10":                               "RTMPS://h/app/***#fps=10",
		"rtmp://u:ses ame@h/app/sesame":                              "rtmp://u:***@h/app/***",
		`command:-f tee "icecast://s:ses'ame@h/m|rtmp://h/a/sesame"`: `command:-f tee "icecast://s:***@h/m|rtmp://h/a/***"`,
		"output add x hls:/srv/www radio":                            "output add x hls:/srv/www radio",
	} {
		if got := MaskLine(in); got != want {
			t.Errorf("MaskLine(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"icecast://source:hackme@example.org:8000/live.mp3":       "icecast://source:***@example.org:8000/live.mp3",
		"icecast://source:env:PASS@example.org:8000/live.mp3":     "icecast://source:env:PASS@example.org:8000/live.mp3",
		"icecast://source:ha/ck@me@example.org:8000/live.mp3":     "icecast://source:***@example.org:8000/live.mp3",
		"icecast://source:p@ss/w:rdSECRET@example.org:8000/a.mp3": "icecast://source:***@example.org:8000/a.mp3",
		"icecast://source:pw@h/v.mp3?url=http://u:SECRET@x/":      "icecast://source:***@x/",
		"rtmp://a.rtmp.example.com/live2/abcd-efgh?backup=1":      "rtmp://a.rtmp.example.com/live2/***",
		"rtmp://a.example.com/live2/env:KEY#fps=10":               "rtmp://a.example.com/live2/env:KEY#fps=10",
		"Opening icecast://source:ha'ck\"me@h/m for writing":      "Opening icecast://source:***@h/m for writing",
		"rtmp://u:p@a.example.com/app/x":                          "rtmp://u:***@a.example.com/app/***",
		"rtmp://a.example.com/abcd-efgh?backup=1":                 "rtmp://a.example.com/***",
		"rtmp://a.example.com/env:KEY":                            "rtmp://a.example.com/env:KEY",
		"rtmp://a.example.com/live2/":                             "rtmp://a.example.com/live2/",
		"command:-password hush -f mp3 http://h/x":                "command:-password *** -f mp3 http://h/x",
		"command:-cookies 'sid=abc; path=/' -f mp3 http://h/x":    "command:-cookies *** -f mp3 http://h/x",
		"srt://host:9000?passphrase=hush&mode=caller":             "srt://host:9000?passphrase=***&mode=caller",
		"command:-f mp3 -password hush icecast://s:pw@h/m":        "command:-f mp3 -password *** icecast://s:***@h/m",
		"[out#0/flv] Error opening rtmp://h/app/key: I/O error":   "[out#0/flv] Error opening rtmp://h/app/*** I/O error",
		"no secrets here: file:/srv/radio?format=flac&limit=20G":  "no secrets here: file:/srv/radio?format=flac&limit=20G",
		"hls:/srv/www/radio?codec=aac":                            "hls:/srv/www/radio?codec=aac",
		"https://host/ingest?token=abc&format=x stays readable":   "https://host/ingest?token=***&format=x stays readable",
		"Authorization: Basic abcdef":                             "Authorization: Basic ***",
	} {
		if got := Mask(in); got != want {
			t.Errorf("Mask(%q) = %q, want %q", in, got, want)
		}
	}
}
