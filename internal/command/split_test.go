package command

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		line string
		want []word
	}{
		{"", nil},
		{" \t ", nil},
		{"new funk", []word{{text: "new"}, {text: "funk"}}},
		{"  new\tfunk\r\n", []word{{text: "new"}, {text: "funk"}}},
		{"key=Em", []word{{key: "key", text: "Em"}}},
		{"KEY=Em", []word{{key: "KEY", text: "Em"}}},
		{"key=", []word{{key: "key"}}},
		{"key=a=b", []word{{key: "key", text: "a=b"}}},
		{"--force=yes", []word{{key: "--force", text: "yes"}}},
		{"--force", []word{{text: "--force"}}},
		{"=x", []word{{text: "=x"}}},
		{"mc2=e", []word{{text: "mc2=e"}}},
		{`band="Iron Llamas" now`, []word{{key: "band", text: "Iron Llamas"}, {text: "now"}}},
		{`band='Iron Llamas'`, []word{{key: "band", text: "Iron Llamas"}}},
		{`"a b" 'c d'`, []word{{text: "a b", quoted: true}, {text: "c d", quoted: true}}},
		{`"a=b"`, []word{{text: "a=b", quoted: true}}},
		{`\a=b`, []word{{text: "a=b", quoted: true}}},
		{`""`, []word{{quoted: true}}},
		{`"a\"b\\c" 'a\b'`, []word{{text: `a"b\c`, quoted: true}, {text: `a\b`, quoted: true}}},
		{`"a"b'c`, []word{{text: "ab'c", quoted: true}}},
		{`Don't stop`, []word{{text: "Don't"}, {text: "stop"}}},
		{`a\ b`, []word{{text: "a b"}}},
		{`\"a`, []word{{text: `"a`, quoted: true}}},
		{`a\`, []word{{text: `a\`}}},
		{"naïve 🎸 日本", []word{{text: "naïve"}, {text: "🎸"}, {text: "日本"}}},
		{"a\u00a0b", []word{{text: "a"}, {text: "b"}}},
	} {
		got, err := split(c.line)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%q: got %+v, %v, want %+v", c.line, got, err, c.want)
		}
	}
}

func TestSplitRefuses(t *testing.T) {
	for line, want := range map[string]string{
		"now\x00":                             "NUL",
		"now \xff":                            "UTF-8",
		"now \x1b[31m":                        "control character (U+001B)",
		"now \u0085x\u009b":                   "control character (U+009B)",
		"a\u2028b":                            "control character (U+2028)",
		strings.Repeat("x", MaxLine+1):        "too long",
		strings.Repeat("\x00", 1<<20):         "too long",
		`title x "abc`:                        `the quote " is never closed`,
		`title x 'tis`:                        `write \' for the character itself`,
		`band="abc`:                           "never closed",
		`"abc\"`:                              "never closed",
		strings.Repeat("x ", MaxLine/2) + "y": "too long",
	} {
		got, err := split(line)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got %v, %v, want an error with %q", line, got, err, want)
		}
	}
	if _, err := split(strings.Repeat("x", MaxLine)); err != nil {
		t.Errorf("a line of %d bytes: %v", MaxLine, err)
	}
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{"new funk key=Em", `title k7m2p "a b" c\ d 'e'`, `band="x`, "a=b=c --force", "\x00\xff", `\`, `"\`, "'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words, err := split(line)
		if err != nil {
			if text := err.Error(); !utf8.ValidString(text) || len(text) > 200 {
				t.Errorf("%q: a bad sentence: %q", line, text)
			}
			return
		}
		size := 0
		for _, w := range words {
			size += len(w.text) + len(w.key)
			if !utf8.ValidString(w.text) || w.key != "" && !isKey(w.key) {
				t.Errorf("%q: a bad word: %+v", line, w)
			}
			// What was split stays so when it is quoted.
			again, err := split(quote(w))
			if err != nil || len(again) != 1 || again[0].text != w.text || again[0].key != w.key {
				t.Errorf("%q: the word %+v, quoted, is %+v, %v", line, w, again, err)
			}
		}
		if size > len(line) {
			t.Errorf("%q: the words are longer than the line: %+v", line, words)
		}
	})
}

func quote(w word) string {
	text := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(w.text) + `"`
	if w.key != "" {
		return w.key + "=" + text
	}
	return text
}

func FuzzParse(f *testing.F) {
	table := New(Deps{Composer: nil})
	for _, o := range table.orders {
		f.Add(o.usage)
		f.Add(o.name + " k7m2p 3 key=Am tempo=100 count=3 from=1 --force")
	}
	f.Fuzz(func(t *testing.T, line string) {
		o, a, err := table.parse(line)
		switch {
		case err != nil && (!utf8.ValidString(err.Error()) || strings.Contains(err.Error(), "\n")):
			t.Errorf("%q: a bad sentence: %q", line, err)
		case err == nil && !o.free && (len(a.plain) < o.least || len(a.plain) > o.most):
			t.Errorf("%q: %s was given %d words", line, o.name, len(a.plain))
		}
		table.Long(line)
	})
}

// TestEveryOrderSaysWhoMay: an order without a role would be open to all.
func TestEveryOrderSaysWhoMay(t *testing.T) {
	for _, o := range entries() {
		if o.role < RoleListener || o.role > RoleAdmin {
			t.Errorf("%s does not say which role it needs", o.name)
		}
		for _, less := range []Role{o.alone, o.own} {
			if less != 0 && (less < RoleListener || less >= o.role) {
				t.Errorf("%s: %s is no less than %s", o.name, less, o.role)
			}
		}
		if o.local && o.role != RoleAdmin {
			t.Errorf("%s is local, but for %s", o.name, o.role)
		}
	}
}
