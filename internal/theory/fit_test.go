package theory

import (
	"strings"
	"testing"
)

// TestFit wants known progressions to become what players would play in another mode.
func TestFit(t *testing.T) {
	for _, test := range []struct {
		mode     Mode
		in, want string
	}{
		{Dorian, "i bVI bIII bVII", "i IV bIII bVII"},
		{Dorian, "i7 iv7 V7 i9", "i7 IV7 v7 i9"},
		{Dorian, "i ii7b5 bVII7 i6", "i ii7 bVIImaj7 i6"},
		{Mixolydian, "I V vi IV", "I bVII vi IV"},
		{Mixolydian, "I iii IV V", "I v IV bVII"},
		{Mixolydian, "Imaj7 vi7 ii7 V7", "I7 vi7 ii7 bVIImaj7"},
		{Mixolydian, "bVI bVII I Iadd9", "IV bVII I Iadd9"},
		{Major, "i5 bVI5 bIII5 bVII5", "I5 vi5 iii5 V5"},
		{Major, "i iv v i", "I IV V I"},
		{Minor, "I IV V7 I", "i iv V7 i"},
		{Minor, "I vi ii V", "i bVI iv V"},
		{Minor, "Imaj9 IVmaj7 V7sus4 I6", "i9 iv7 V7sus4 i"},
	} {
		for i, word := range strings.Fields(test.in) {
			n, err := ParseNumeral(word)
			if err != nil {
				t.Fatal(err)
			}
			want, err := ParseNumeral(strings.Fields(test.want)[i])
			if err != nil {
				t.Fatal(err)
			}
			if got := n.Fit(test.mode); got != want {
				t.Errorf("%s in %s is %+v, want %s", word, test.mode, got, strings.Fields(test.want)[i])
			}
		}
	}
}

// TestWhatFitsIsIn wants every chord there is to have a place in every mode.
func TestWhatFitsIsIn(t *testing.T) {
	for _, mode := range Modes() {
		for above := range uint8(12) {
			for quality := range Qualities {
				n := Numeral{above, quality}.Fit(mode)
				if Qualities[n.Quality] == nil || !n.In(mode) && (mode != Minor || n.Above != 7) {
					t.Errorf("%d%s in %s is %d%s", above, quality, mode, n.Above, n.Quality)
				}
			}
		}
		if n := (Numeral{0, ""}).Fit(mode); n.Above != 0 {
			t.Errorf("the tonic of %s moves to %d", mode, n.Above)
		}
	}
	for _, test := range []struct {
		mode Mode
		word string
		want bool
	}{{Dorian, "IV", true}, {Dorian, "ii7", true}, {Dorian, "iv", false}, {Dorian, "bVII", false}, {Mixolydian, "bVII", true}, {Mixolydian, "v", true}, {Mixolydian, "V", false}, {Major, "I", true}} {
		n, _ := ParseNumeral(test.word)
		if n.Colour(test.mode) != test.want {
			t.Errorf("%s colours %s: %v", test.word, test.mode, !test.want)
		}
	}
}
