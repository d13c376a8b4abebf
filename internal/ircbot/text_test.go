package ircbot

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	for _, c := range []struct {
		mapping    folder
		name, want string
	}{
		{"", "Ann[]\\~", "ann{}|^"},
		{"rfc1459", "#BAND{x}", "#band{x}"},
		{"rfc1459", "A^~", "a^^"},
		{"strict-rfc1459", "A[]\\~^", "a{}|~^"},
		{"rfc1459-strict", "~", "~"},
		{"ascii", "Ann[]\\~", "ann[]\\~"},
		{"ascii", "ÄNN", "Änn"},
		{"rfc7613", "ÄNN[", "änn["},
		{"something new", "A[", "a{"},
	} {
		if got := c.mapping.fold(c.name); got != c.want {
			t.Errorf("%s: %q became %q, not %q", c.mapping, c.name, got, c.want)
		}
	}
	if !folder("ascii").same("Ann", "aNN") || folder("ascii").same("a[", "a{") {
		t.Error("ascii takes the wrong names for the same")
	}
}

func TestFormattingCodesAreTakenOut(t *testing.T) {
	for in, want := range map[string]string{
		"!now":                            "!now",
		"\x02!new\x02 funk":               "!new funk",
		"\x0304red\x03 \x034,12two\x03":   "red two",
		"\x0304,text":                     ",text",
		"\x03123":                         "3",
		"\x034,123":                       "3",
		"\x03":                            "",
		"\x04ff0000red\x04ff0000,00ff00x": "redx",
		"\x04nothex":                      "nothex",
		"\x04":                            "",
		"\x11mono\x1d\x1e\x1f\x16\x0fend": "monoend",
		"né \x02日本":                       "né 日本",
	} {
		if got := plain(in); got != want {
			t.Errorf("%q became %q, not %q", in, got, want)
		}
	}
}

func TestContentStaysOneLine(t *testing.T) {
	for in, want := range map[string]string{
		"two\r\nlines":           "two  lines",
		"QUIT\nPRIVMSG #x :oh":   "QUIT PRIVMSG #x :oh",
		"nul\x00bell\x07":        "nulbell",
		"\x01ACTION waves\x01":   "ACTION waves",
		"\x02bold\x0304red":      "boldred",
		"a\u2028b\u2029c\u0085d": "a b c d",
		"turn\u202eed \u2066x":   "turned x",
		"bad \xff utf":           "bad \ufffd utf",
		"  edges\t":              "edges",
		"日本 — “quotes” 👩‍👩‍👧 é e\u0301": "日本 — “quotes” 👩‍👩‍👧 é e\u0301",
	} {
		if got := clean(in); got != want {
			t.Errorf("%q became %q, not %q", in, got, want)
		}
	}
	if got := oneLine("a\r\nb\x00"); got != "a  b" {
		t.Errorf("a parameter became %q", got)
	}
}

func TestCut(t *testing.T) {
	family := "👩‍👩‍👧‍👦"
	for _, c := range []struct {
		name, text string
		room       int
		want       []string
	}{
		{"short", "as it is", 16, []string{"as it is"}},
		{"exactly", strings.Repeat("x", 16), 16, []string{strings.Repeat("x", 16)}},
		{"between words", "the quick brown fox jumps", 16, []string{"the quick brown", "fox jumps"}},
		{"a space at the very end", "0123456789abcdef ghi", 16, []string{"0123456789abcdef", "ghi"}},
		{"no spaces", strings.Repeat("x", 20), 16, []string{strings.Repeat("x", 16), "xxxx"}},
		{"a space too early", "a " + strings.Repeat("x", 20), 16, []string{"a " + strings.Repeat("x", 14), "xxxxxx"}},
		{"two bytes each", strings.Repeat("é", 10), 17, []string{strings.Repeat("é", 8), "éé"}},
		{"four bytes each", strings.Repeat("🎸", 5), 18, []string{"🎸🎸🎸🎸", "🎸"}},
		{"a mark stays with its letter", strings.Repeat("x", 15) + "e\u0301y", 16, []string{strings.Repeat("x", 15), "e\u0301y"}},
		{"a family stays together", "0123456789" + family + "!", 30, []string{"0123456789", family + "!"}},
		{"nothing but marks", strings.Repeat("\u0301", 20), 16, []string{strings.Repeat("\u0301", 8), strings.Repeat("\u0301", 8), strings.Repeat("\u0301", 4)}},
		{"between facts", "one fact here · two", 18, []string{"one fact here ·", "two"}},
		{"a fact too early", "a · " + strings.Repeat("x ", 9) + "x", 17, []string{"a · x x x x x x", "x x x x"}},
		{"empty", "", 16, []string{""}},
		{"hardly any room", "0123456789abcdefgh", -3, []string{"0123456789abcdef", "gh"}},
	} {
		if got := cut(c.text, c.room); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

func FuzzCut(f *testing.F) {
	f.Add("the quick brown fox jumps over the lazy dog", 20)
	f.Add("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 17)
	f.Add("\u0301\u0301\xff\xfe", 3)
	f.Fuzz(func(t *testing.T, text string, room int) {
		text = clean(text)
		pieces := cut(text, room%600)
		for _, p := range pieces {
			if len(p) > max(room%600, 16) || !utf8.ValidString(p) {
				t.Fatalf("%q has a piece %q of %d bytes", text, p, len(p))
			}
		}
		squeeze := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if squeeze(strings.Join(pieces, "")) != squeeze(text) {
			t.Fatalf("%q became %q", text, pieces)
		}
	})
}

func TestWhatIsAnOrder(t *testing.T) {
	s := &session{nick: "Band[bot]"}
	for text, want := range map[string]string{
		"!now":                  "now",
		"!new funk key=Em":      "new funk key=Em",
		"!?":                    "?",
		"! oh no":               "",
		"!!!":                   "",
		"!":                     "",
		"!1":                    "",
		"!ändere":               "ändere",
		"Band[bot]: now":        "now",
		"band{BOT}: now":        "now",
		"band[bot], skip":       "skip",
		"@band[bot]: skip":      "skip",
		"band[bot]:now":         "now",
		"band[bot]: !now":       "now",
		"band[bot] is nice":     "",
		"band[bot]":             "",
		"band[bot]:":            "",
		"band[bot]2: now":       "",
		"band[bot]: error: no":  "",
		"band[bot]: ERROR: no":  "",
		"I like band[bot]: now": "",
		"bandstand: now":        "",
		"now":                   "",
		"":                      "",
	} {
		if got := s.order(text); got != want {
			t.Errorf("%q is the order %q, not %q", text, got, want)
		}
	}
}

func TestOtherNicks(t *testing.T) {
	seen := map[string]bool{"bandstand": true}
	for n := 1; n <= mostNicks; n++ {
		nick := anotherNick("bandstand", n)
		if n > 1 && len(nick) > 9 {
			t.Errorf("%s is longer than every server takes", nick)
		}
		if seen[nick] {
			t.Errorf("%s is tried twice", nick)
		}
		seen[nick] = true
	}
	for _, odd := range []string{"ünïcödé", "12345", "\\^", "-x-"} {
		for n := 2; n <= mostNicks; n++ {
			nick := anotherNick(odd, n)
			if nick == "" || strings.ContainsAny(nick[:1], "0123456789-") || strings.ContainsFunc(nick, func(r rune) bool { return r > 0x7f }) {
				t.Errorf("%q, try %d: %q", odd, n, nick)
			}
		}
	}
}
