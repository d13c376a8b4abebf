package recording

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
	"unicode/utf8"
)

func TestNamesAreSafeAndKnownAgain(t *testing.T) {
	at := time.Date(2026, 11, 24, 21, 14, 3, 0, time.UTC)
	for title, want := range map[string]string{
		"":                         "2026-11-24 21.14.03 [k7m2p]",
		"../../etc/passwd":         "2026-11-24 21.14.03 _.._etc_passwd [k7m2p]",
		"a\x00b\nc\x7fd":           "2026-11-24 21.14.03 abcd [k7m2p]",
		" . dots and spaces ... ":  "2026-11-24 21.14.03 dots and spaces [k7m2p]",
		`AC\DC: "Who?" <live>|*`:   "2026-11-24 21.14.03 AC_DC_ _Who__ _live___ [k7m2p]",
		"\u202egnp.exe\u200b":      "2026-11-24 21.14.03 gnp.exe [k7m2p]",
		"bad \xff bytes":           "2026-11-24 21.14.03 bad _ bytes [k7m2p]",
		"Œuvre №1 - Ξ":             "2026-11-24 21.14.03 Œuvre №1 - Ξ [k7m2p]",
		"...":                      "2026-11-24 21.14.03 [k7m2p]",
		strings.Repeat("ж", 10000): "2026-11-24 21.14.03 " + strings.Repeat("ж", 80) + " [k7m2p]",
		strings.Repeat("界", 10000): "2026-11-24 21.14.03 " + strings.Repeat("界", 53) + " [k7m2p]",
	} {
		got := baseName(at, "k7m2p", title)
		if got != want || !utf8.ValidString(got) {
			t.Errorf("%.40q is named %q, not %q", title, got, want)
		}
		for _, name := range []string{got + ".flac", got + ".flac" + partSuffix, got + " (12).flac"} {
			if format(name) != "flac" || len(name) > 255 {
				t.Errorf("%q is not known again, or too long", name)
			}
		}
	}
	for _, name := range []string{"2026-11-24.flac", "2026-11-24 21.00.00", "2026-11-24 21.00.00.ogg", "x2026-11-24 21.00.00.flac",
		"2026-11-24 21.00.00 my cut.flac", "2026-11-24 21.00.00.flac.bak", "2026-11-24 21.00.00.flac.part.part", "holiday [k7m2p].flac", ".part"} {
		if format(name) != "" {
			t.Errorf("%q counts as ours", name)
		}
	}
}

func TestPeriods(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	nepal, err := time.LoadLocation("Asia/Kathmandu")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		every string
		at    time.Time
		want  time.Duration // until the next file
	}{
		{"hour", time.Date(2026, 11, 24, 21, 14, 3, 500, berlin), 45*time.Minute + 57*time.Second - 500},
		{"hour", time.Date(2026, 11, 24, 21, 0, 0, 0, berlin), time.Hour},
		{"hour", time.Date(2026, 11, 24, 21, 14, 0, 0, nepal), 46 * time.Minute},
		{"hour", time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC).In(berlin), 30 * time.Minute}, // 2:30, the first of two
		{"hour", time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC).In(berlin), 30 * time.Minute}, // and the second
		{"day", time.Date(2026, 11, 24, 21, 0, 0, 0, berlin), 3 * time.Hour},
		{"day", time.Date(2026, 10, 25, 0, 0, 0, 0, berlin), 25 * time.Hour},
		{"day", time.Date(2026, 3, 29, 0, 0, 0, 0, berlin), 23 * time.Hour},
		{"day", time.Date(2026, 12, 31, 23, 0, 0, 0, berlin), time.Hour},
	} {
		p := newPeriod(tc.every, tc.at)
		if got := p.end.Sub(tc.at); got != tc.want {
			t.Errorf("%s of %v ends after %v, not %v", tc.every, tc.at, got, tc.want)
		}
		if p.over(tc.at) || p.over(p.end.Add(-1)) || !p.over(p.end) || p.over(tc.at.Add(-time.Second)) || !p.over(tc.at.Add(-48*time.Hour)) {
			t.Errorf("%s of %v ends at the wrong moment", tc.every, tc.at)
		}
	}
}
