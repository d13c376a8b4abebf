package measure

import (
	"math/rand/v2"
	"testing"
)

func TestShare(t *testing.T) {
	up := []int{60, 62, 64, 65}
	a := tune(up, []int{67, 64, 60, 59}, []int{60, 72, 60, 61}) // 12 notes: 5 runs
	near(t, "the share of itself", Share(RunsOf(a), RunsOf(a)), 1)
	higher := a
	higher.Notes = nil
	for _, n := range a.Notes {
		n.Pitch += 5
		n.At += 32
		higher.Notes = append(higher.Notes, n)
	}
	near(t, "the share of the tune in another key and place", Share(RunsOf(a), RunsOf(higher)), 1)
	short := Melody{Notes: a.Notes[:9], Bars: 3, PerBar: 16} // 2 of the 5 runs
	near(t, "the share of the whole in its beginning", Share(RunsOf(a), RunsOf(short)), 2./5)
	near(t, "the share of the beginning in the whole", Share(RunsOf(short), RunsOf(a)), 1)
	near(t, "their overlap", Overlap(a, short), 1)
	near(t, "the share of nothing", Share(nil, RunsOf(a)), 0)
	near(t, "the share in nothing", Share(RunsOf(a), nil), 0)
	later := tune(up, []int{67, 64, 60, 59}, []int{60, 72, 60, 61})
	later.Notes[6].At++ // in the middle: no run is without it
	near(t, "the share of another rhythm", Share(RunsOf(a), RunsOf(later)), 0)
	if again := RunsOf(tune(up, up, up, up)); len(again) != 4 {
		t.Errorf("a bar again and again has %d runs, not 4", len(again))
	}
}

// TestRunsAreForKeeps pins the hashes, since they may be stored.
func TestRunsAreForKeeps(t *testing.T) {
	got := RunsOf(tune([]int{60, 62, 64, 65}, []int{67, 69, 71, 72}))
	if len(got) != 1 || got[0] != 0x9ea83e2dab6b021b {
		t.Errorf("the hash is %#x", got)
	}
}

func TestRunsOfDifferentTunesDiffer(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	seen := map[uint64]bool{}
	for range 20000 {
		var two [2][]int
		for i := range two {
			for range 4 {
				two[i] = append(two[i], 40+r.IntN(60))
			}
		}
		seen[RunsOf(tune(two[:]...))[0]] = true
	}
	if len(seen) != 20000 {
		t.Errorf("20000 runs have %d hashes", len(seen))
	}
}
