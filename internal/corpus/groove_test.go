package corpus

import (
	"math"
	"testing"
)

// TestDrummers looks at every number of the drummers: there, finite, and where a
// drummer could have played it.
func TestDrummers(t *testing.T) {
	if n := len(Drummers()); n < 12 {
		t.Fatalf("%d families of drummers", n)
	}
	for _, name := range Drummers() {
		d, ok := DrummerOf(name)
		if !ok || d.Straight == nil && d.Swung == nil {
			t.Fatalf("%s plays nothing", name)
		}
		for steps, g := range map[int]*Grid{16: d.Straight, 12: d.Swung} {
			if g == nil {
				continue
			}
			if len(g.Voices) < 4 || g.Voices["kick"].Hits == 0 {
				t.Errorf("%s, %d steps: no kick or hardly a kit", name, steps)
			}
			for drum, v := range g.Voices {
				if len(v.Share) != steps || len(v.Velocity) != steps || len(v.Offset) != steps {
					t.Fatalf("%s %s: not %d steps", name, drum, steps)
				}
				for i := range steps {
					if !(v.Share[i] >= 0 && v.Share[i] <= 1) || v.Velocity[i] < 1 || v.Velocity[i] > 127 || !(math.Abs(v.Offset[i]) < 60) {
						t.Errorf("%s %s step %d: share %g, velocity %d, offset %g ms", name, drum, i, v.Share[i], v.Velocity[i], v.Offset[i])
					}
				}
			}
		}
	}
}

// TestBackbeat is what everyone knows of drummers: the snare of a rock, pop or soul
// drummer is far louder on two and four than between, and the hat louder on the beat.
func TestBackbeat(t *testing.T) {
	for _, name := range []string{"rock", "pop", "soul", "funk"} {
		d, _ := DrummerOf(name)
		snare, hat := d.Straight.Voices["snare"], d.Straight.Voices["hat"]
		if back, ghost := snare.Velocity[4], snare.Velocity[7]; back < ghost+20 {
			t.Errorf("%s: backbeat %d, ghost %d", name, back, ghost)
		}
		if on, off := hat.Velocity[0], hat.Velocity[2]; on <= off {
			t.Errorf("%s: hat %d on the beat, %d off it", name, on, off)
		}
	}
	if _, ok := DrummerOf("polka"); ok {
		t.Error("there is a polka drummer")
	}
}
