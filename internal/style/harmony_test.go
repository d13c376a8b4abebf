package style

import (
	"testing"

	"bandstand/internal/theory"
)

func TestHumanLoopsAreAtHome(t *testing.T) {
	for _, mode := range theory.Modes() {
		for _, colour := range colours {
			loops := Human(mode, colour)
			if len(loops.Items) < 3 || len(loops.Items) != len(loops.Chances) {
				t.Errorf("%s, %s: %d loops with %d chances", mode, colour, len(loops.Items), len(loops.Chances))
			}
			sum := 0.0
			for i, l := range loops.Items {
				sum += loops.Chances[i]
				if len(l.Bars) != 4 || mode == theory.Dorian && l.Known(mode).Bars[3][0] != l.Bars[3][0] {
					t.Errorf("%s, %s: %s does not sound like it", mode, colour, l.Text)
				}
			}
			if sum < .999 || sum > 1.001 {
				t.Errorf("%s: the chances sum to %g", mode, sum)
			}
		}
	}
}

func TestDress(t *testing.T) {
	for _, test := range []struct {
		in, colour, want string
		mode             theory.Mode
	}{
		{"I", "sevenths", "Imaj7", theory.Major}, {"IV", "sevenths", "IVmaj7", theory.Major}, {"V", "sevenths", "V7", theory.Major}, {"vi", "sevenths", "vi7", theory.Major},
		{"I", "sevenths", "I7", theory.Mixolydian}, {"i", "sevenths", "i7", theory.Minor}, {"bVI", "sevenths", "bVImaj7", theory.Minor}, {"V", "sevenths", "V7", theory.Minor},
		{"IV", "sevenths", "IV7", theory.Dorian}, {"bIII", "power", "bIII5", theory.Minor}, {"iv", "power", "iv5", theory.Minor}, {"Isus4", "power", "Isus4", theory.Major}, {"II", "sevenths", "II7", theory.Major},
	} {
		in, err := theory.ParseNumeral(test.in)
		if err != nil {
			t.Fatal(err)
		}
		want, err := theory.ParseNumeral(test.want)
		if err != nil {
			t.Fatal(err)
		}
		if got := Dress(in, test.mode, test.colour); got != want {
			t.Errorf("%s in %s, %s: %+v, want %s", test.in, test.mode, test.colour, got, test.want)
		}
	}
}
