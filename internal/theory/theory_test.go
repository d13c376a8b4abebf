package theory

import (
	"slices"
	"strings"
	"testing"
)

func TestKeysReadAndWrite(t *testing.T) {
	for _, test := range []struct {
		in, name  string
		signature int
	}{
		{"C", "C", 0}, {"c", "C", 0}, {"F#", "Gb", -6}, {"Bb", "Bb", -2}, {"am", "Am", 0}, {"Ebm", "Ebm", -6}, {"C minor", "Cm", -3},
		{"d-dorian", "D dorian", 0}, {"gmixolydian", "G mixolydian", 0}, {"E", "E", 4}, {"B♭", "Bb", -2}, {"c♯ min", "C#m", 4}, {"cb", "B", 5}, {"b#", "C", 0},
	} {
		k, err := ParseKey(test.in)
		if err != nil {
			t.Errorf("%q: %v", test.in, err)
			continue
		}
		if k.String() != test.name || k.Signature() != test.signature {
			t.Errorf("%q is %v with %d signs, want %s with %d", test.in, k, k.Signature(), test.name, test.signature)
		}
		if again, err := ParseKey(k.String()); err != nil || again != k {
			t.Errorf("%v is written so that it reads as %v, %v", k, again, err)
		}
	}
	for _, bad := range []string{"", "H", "H#", "C##", "C lydian", "7", "Cmajor7", strings.Repeat("C", 1000)} {
		if k, err := ParseKey(bad); err == nil {
			t.Errorf("%.20q was read as %v", bad, k)
		}
	}
}

func TestWishesLeaveTheModeOpen(t *testing.T) {
	for in, want := range map[string]Key{
		"E": {4, AnyMode}, "bb": {10, AnyMode}, " f# ": {6, AnyMode}, "A♭": {8, AnyMode}, "b": {11, AnyMode},
		"Emaj": {4, Major}, "Bb major": {10, Major}, "Am": {9, Minor}, "ddorian": {2, Dorian}, "Bmix": {11, Mixolydian},
	} {
		if k, err := ParseWish(in); err != nil || k != want {
			t.Errorf("%q is %v, %v; want %v", in, k, err, want)
		}
	}
	if _, err := ParseWish("H"); err == nil || AnyMode.Known() {
		t.Errorf("H gives %v; any mode is known: %v", err, AnyMode.Known())
	}
}

func TestSteps(t *testing.T) {
	for _, mode := range Modes() {
		for tonic := range PitchClass(12) {
			k := Key{tonic, mode}
			for step := -20; step < 20; step++ {
				p := k.StepPitch(step)
				if got := k.NearestStep(p); got != step {
					t.Fatalf("%v: step %d is %d, whose step is %d", k, step, p, got)
				}
				if !k.InScale(Pitch(p).Class()) {
					t.Fatalf("%v: step %d is outside the scale", k, step)
				}
			}
		}
	}
	c := Key{0, Major}
	for step, want := range map[int]int{0: 60, 1: 62, 4: 67, 7: 72, -1: 59, -7: 48} {
		if got := c.StepPitch(step); got != want {
			t.Errorf("C major: step %d is %d, want %d", step, got, want)
		}
	}
	for pitch, want := range map[int]int{60: 0, 61: 0, 66: 3, 71: 6, 72: 7, 59: -1} {
		if got := c.NearestStep(pitch); got != want {
			t.Errorf("C major: %d is near step %d, want %d", pitch, got, want)
		}
	}
	if Degree(-1) != 6 || Degree(8) != 1 {
		t.Errorf("degrees of steps −1 and 8 are %d and %d", Degree(-1), Degree(8))
	}
	if c.InScale(1) {
		t.Error("C sharp is in C major")
	}
}

func TestInto(t *testing.T) {
	for _, test := range []struct {
		p         int
		low, high Pitch
		want      Pitch
	}{{60, 48, 72, 60}, {20, 48, 72, 56}, {100, 48, 72, 64}, {-5, 48, 60, 55}, {61, 62, 66, 61}, {61, 64, 71, 73}, {61, 70, 70, 73}, {500, 0, 127, 116}} {
		if got := Into(test.p, test.low, test.high); got != test.want {
			t.Errorf("%d into %d–%d is %d, want %d", test.p, test.low, test.high, got, test.want)
		}
	}
	if got := Pitch(120).Transpose(20); got != 116 {
		t.Errorf("120 up 20 is %d", got)
	}
}

func TestNumerals(t *testing.T) {
	for in, want := range map[string]Numeral{
		"I": {0, ""}, "vi": {9, "m"}, "bVII": {10, ""}, "ii7": {2, "m7"}, "V7/ii": {9, "7"}, "Imaj7": {0, "maj7"}, "viio": {11, "dim"}, "bII7": {1, "7"},
		"iv": {5, "m"}, "IV": {5, ""}, "iii": {4, "m"}, "#iv7b5": {6, "m7b5"}, "i9": {0, "m9"}, "i6": {0, "m6"}, "Vsus4": {7, "sus4"}, "I5": {0, "5"}, "i5": {0, "5"},
		"bIIIdim7": {3, "dim7"}, "V7sus4": {7, "7sus4"}, "V7#9": {7, "7#9"}, "im7": {0, "m7"}, "Iadd9": {0, "add9"},
	} {
		if got, err := ParseNumeral(in); err != nil || got != want {
			t.Errorf("%q is %+v, %v; want %+v", in, got, err, want)
		}
	}
	for _, bad := range []string{"", "X", "b", "Imajor", "VIII7x", "V7/", "/V", "1"} {
		if got, err := ParseNumeral(bad); err == nil {
			t.Errorf("%q was read as %+v", bad, got)
		}
	}
	if got := (Numeral{10, ""}).Chord(5); got != (Chord{3, ""}) {
		t.Errorf("bVII of F is %+v", got)
	}
}

func TestChordNames(t *testing.T) {
	for quality := range Qualities {
		for root := range PitchClass(12) {
			for _, key := range []Key{{0, Major}, {5, Major}} {
				c := Chord{root, quality}
				if got, err := ParseChord(c.Name(key)); err != nil || got != c {
					t.Errorf("%s is read as %+v, %v", c.Name(key), got, err)
				}
				for class := range PitchClass(12) {
					if c.Has(class) != (c.Mask()>>class&1 == 1) {
						t.Errorf("%s: tones and mask differ at %d", c.Name(key), class)
					}
				}
			}
		}
	}
	for _, bad := range []string{"", "H", "am", "Cx", "C#b", "7"} {
		if got, err := ParseChord(bad); err == nil {
			t.Errorf("%q was read as %+v", bad, got)
		}
	}
}

func TestVoicing(t *testing.T) {
	for quality := range Qualities {
		var prev []Pitch
		for i := range 24 {
			c := Chord{PitchClass(i * 5 % 12), quality}
			for voices := 1; voices < 5; voices++ {
				v := Voicing(prev, c, 50, 70, voices, 0)
				if len(v) == 0 || len(v) > voices || !slices.IsSorted(v) || v[0] < 50 || v[len(v)-1] > 70 {
					t.Fatalf("%+v in %d voices is %v", c, voices, v)
				}
				for _, p := range v {
					if !c.Has(p.Class()) {
						t.Fatalf("%+v has no %d", c, p)
					}
				}
				prev = v
			}
		}
	}
	// Common tones stay: from C major to A minor one voice moves by a tone.
	c := Voicing(nil, Chord{0, ""}, 55, 72, 3, 0)
	a := Voicing(c, Chord{9, "m"}, 55, 72, 3, 0)
	moved := 0
	for i := range c {
		moved += abs(int(c[i]) - int(a[i]))
	}
	if moved != 2 {
		t.Errorf("from %v to %v the voices move by %d", c, a, moved)
	}
	// Nothing closer than a fourth below C3, the third and seventh kept before the root.
	low := Voicing(nil, Chord{0, "7"}, 36, 60, 3, 0)
	for i := 1; i < len(low); i++ {
		if low[i] < muddy && low[i]-low[i-1] < 5 {
			t.Errorf("%v growls", low)
		}
	}
	for _, class := range []PitchClass{4, 10} {
		if !slices.ContainsFunc(low, func(p Pitch) bool { return p.Class() == class }) {
			t.Errorf("C7 as %v lacks its third or seventh", low)
		}
	}
	for root := range PitchClass(12) {
		if v := Voicing(nil, Chord{root, "9"}, 115, 127, 4, 0); len(v) == 0 || !slices.IsSorted(v) || v[0] < 115 || v[len(v)-1] > 127 {
			t.Errorf("a ninth over %d at the top of all pitches is %v", root, v)
		}
	}
	if v := Voicing(nil, Chord{1, "9"}, 60, 62, 4, 0); len(v) == 0 {
		t.Error("a range too narrow leaves nothing")
	}
}

func TestVoicingLeavesRoom(t *testing.T) {
	c := Chord{0, "maj7"}
	if v := Voicing(nil, c, 50, 70, 4, 1<<11); slices.ContainsFunc(v, func(p Pitch) bool { return p.Class() == 11 }) || len(v) != 3 {
		t.Errorf("Cmaj7 without its seventh is %v", v)
	}
	if v := Voicing(nil, c, 50, 70, 4, 1<<4); len(v) != 4 {
		t.Errorf("the third was left out: %v", v)
	}
}

func TestPowerChord(t *testing.T) {
	if got := PowerChord(4, 40, 60); !slices.Equal(got, []Pitch{40, 47, 52}) {
		t.Errorf("E5 from 40 is %v", got)
	}
	if got := PowerChord(3, 40, 60); !slices.Equal(got, []Pitch{51, 58}) {
		t.Errorf("D#5 from 40 is %v", got)
	}
}

func TestDrums(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range DrumNames() {
		key, ok := DrumKey(name)
		if !ok || key > 127 || seen[name] {
			t.Errorf("%s is on key %d, %v, or there twice", name, key, ok)
		}
		seen[name] = true
	}
	if DrumName(36) != "kick" || DrumName(99) != "99" {
		t.Errorf("36 is %s and 99 is %s", DrumName(36), DrumName(99))
	}
	if _, ok := DrumKey("gong"); ok {
		t.Error("there is a gong")
	}
	if got := Pitch(60).Name(Key{0, Major}); got != "C4" {
		t.Errorf("middle C is %s", got)
	}
	if got := Pitch(58).Name(Key{5, Major}); got != "Bb3" {
		t.Errorf("58 in F is %s", got)
	}
}
