package compose

import (
	"testing"

	"bandstand/internal/style"
)

func drumming(t *testing.T, voices map[string]string) style.Drumming {
	t.Helper()
	d := style.Drumming{}
	for name, text := range voices {
		var p style.Pattern
		if err := p.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		d[name] = p
	}
	return d
}

func scoreOf(t *testing.T, name string) *score {
	t.Helper()
	st, err := composer(t).styles.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	sc := newScore(st, Brief{Style: name, Seed: 1}, houseAlone(st.Name))
	sc.touch = sc.newTouch()
	return sc
}

// TestWriteOut wants four bars, and no hat open and closed at once.
func TestWriteOut(t *testing.T) {
	out := writeOut(drumming(t, map[string]string{"hat": "x.x.x.x.x.x.x.x.", "openhat": "................|..............x.", "kick": "X.......x......."}), 16)
	if got := string(out["kick"].Steps); got != "X.......x.......X.......x.......X.......x.......X.......x......." {
		t.Errorf("the kick is written out as %s", got)
	}
	if got := string(out["hat"].Steps[:32]); got != "x.x.x.x.x.x.x.x.x.x.x.x.x.x.x..." {
		t.Errorf("the hat under the open one is %s", got)
	}
}

// TestBeatVariesInPairs wants the first bar of each pair as it is written, the second one
// changed in one stroke or two, and four on the floor left alone.
func TestBeatVariesInPairs(t *testing.T) {
	changed := 0
	for seed := range uint64(20) {
		sc := scoreOf(t, "rock")
		sc.seed = seed
		g := &style.Groove{Drums: drumming(t, map[string]string{"kick": "X.......x.......", "snare": "....X.......X..."})}
		kick := string(sc.beat("a", g, false)["kick"].Steps)
		if kick[:16] != "X.......x......." || kick[32:48] != kick[:16] {
			t.Errorf("seed %d: the bars that stay are %s and %s", seed, kick[:16], kick[32:48])
		}
		off := 0
		for i := range 16 {
			if kick[16+i] != kick[i] {
				off++
				if i == 4 || i == 12 {
					t.Errorf("seed %d: a new kick under the backbeat", seed)
				}
			}
		}
		if off > 1 {
			t.Errorf("seed %d: the second bar is another one: %s", seed, kick[16:32])
		}
		changed += off
		g = &style.Groove{Drums: drumming(t, map[string]string{"kick": "X...X...X...X...", "snare": "....X.......X..."})}
		if floor := string(sc.beat("b", g, false)["kick"].Steps); floor[16:32] != "X...X...X...X..." {
			t.Errorf("seed %d: four on the floor became %s", seed, floor[16:32])
		}
	}
	if changed < 8 {
		t.Errorf("only %d of 20 second bars differ", changed)
	}
}

// TestAccents wants a plain row of eighths to be accented as recorded drummers do it
// (rock: 1.30 on the beat against off it), a row that stresses the off-beat to stay so, and
// a machine to strike evenly.
func TestAccents(t *testing.T) {
	ratio := func(styleName, pattern string) float64 {
		v := scoreOf(t, styleName).touch.accents("hat", drumming(t, map[string]string{"hat": pattern})["hat"])
		var on, off mean
		for i := 0; i < len(v); i += 4 {
			on.add(v[i])
			off.add(v[i+2])
		}
		return on.value() / off.value()
	}
	if got := ratio("rock", "x.x.x.x.x.x.x.x."); got < 1.2 || got > 1.4 {
		t.Errorf("rock's even eighths are accented by %.2f", got)
	}
	if got := ratio("rock", "o.X.o.X.o.X.o.X."); got > .75 {
		t.Errorf("stressed off-beats are accented by %.2f", got)
	}
	if got := ratio("chiptune", "x.x.x.x.x.x.x.x."); got != 1 {
		t.Errorf("a machine accents by %.2f", got)
	}
}
