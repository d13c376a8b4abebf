package picture

import (
	"strings"
	"testing"
	"unicode"
)

func TestPlain(t *testing.T) {
	face := newTypeface(bold, 20)
	for in, want := range map[string]string{
		"The Long Way Home":             "The Long Way Home",
		"Café Ночь ΔΩ – “x”…":           "Café Ночь ΔΩ – “x”…",
		"Cafe\u0301":                    "Café",
		"Ḋṳȧṟ":                          "Duar",
		"№ ① 𝔸":                         "№ 1 A",
		"漢字":                            "??",
		"a 😀 b":                         "a b",
		"\x1b[31mred\r\nnext\tword\x00": "[31mred next word",
		"x\u202eevil\u202c\u200d\ufeff": "xevil",
		"half \xe6\xbc":                 "half",
		"  a   b  ":                     "a b",
		"\u0301":                        "",
		strings.Repeat("x", 1000):       strings.Repeat("x", longest),
	} {
		if got := face.plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLongTitlesAreShortened(t *testing.T) {
	face := newTypeface(regular, 20)
	for _, width := range []float64{0, 5, 60, 200, 399} {
		text := face.shorten("A title that is far too long for the place that it has", width)
		if face.wide(text) > width {
			t.Errorf("%q is wider than %g", text, width)
		}
		if width >= 60 && (!strings.HasSuffix(text, "…") || !strings.HasPrefix(text, "A")) {
			t.Errorf("%g pixels wide it is %q", width, text)
		}
	}
	if text := face.shorten("short", 200); text != "short" {
		t.Errorf("what fits became %q", text)
	}
}

func TestLettersOfAsciiAreThere(t *testing.T) {
	l := newLetters(regular, 18)
	for b := byte('!'); b <= '~'; b++ {
		if m := l.of(b); m.width == 0 || m.advance == 0 {
			t.Errorf("%q is empty", b)
		}
	}
	if l.of(200) != l.of('?') {
		t.Error("what is not of ASCII is no ?")
	}
	if l.wide([]byte("1:11")) != l.wide([]byte("0:58")) {
		t.Error("the clock dances: figures are of several widths")
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range strange {
		f.Add(s)
	}
	face := newTypeface(regular, 20)
	f.Fuzz(func(t *testing.T, in string) {
		out := face.plain(in)
		for _, r := range out {
			if !face.has(r) || unicode.IsControl(r) {
				t.Errorf("%q holds %q", out, r)
			}
		}
		face.set(in, 100)
	})
}
