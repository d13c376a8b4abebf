package compose

import (
	"math"
	"slices"
	"sync"
	"testing"

	"bandstand/internal/measure"
	"bandstand/internal/style"
)

// measured are songs of a style with what was measured of them.
type measured struct {
	style *style.Style
	songs []measure.Subject
}

// theBatch is -songs songs of every style, measured once for all tests that ask.
func theBatch(t *testing.T) []measured {
	t.Helper()
	c := composer(t)
	measureOnce.Do(func() {
		for _, name := range c.styles.Names() {
			st, err := c.styles.Get(name)
			if err != nil {
				t.Fatal(err)
			}
			batch = append(batch, measured{style: st, songs: make([]measure.Subject, *songs)})
		}
		var wg sync.WaitGroup
		for _, m := range batch {
			wg.Go(func() {
				for seed := range m.songs {
					s, err := composed(c, Brief{Style: m.style.Name, Seed: uint64(seed)})
					if err != nil {
						t.Errorf("%s seed %d: %v", m.style.Name, seed, err)
						return
					}
					m.songs[seed] = measure.Look(s, m.style.Form.Peak)
				}
			})
		}
		wg.Wait()
	})
	if t.Failed() || len(batch) == 0 {
		t.Fatal("not all songs could be composed")
	}
	return batch
}

var (
	measureOnce sync.Once
	batch       []measured
)

// TestSongsPassTheGates wants nearly all songs to pass, and hardly any of what is
// left of them once their bars or pitches are shuffled or all is left to chance.
func TestSongsPassTheGates(t *testing.T) {
	controls := measure.Controls()
	fooled, all := make([]int, len(controls)), 0
	for _, m := range theBatch(t) {
		passed := 0
		for _, s := range m.songs {
			gates, needed := measure.Judge(s.Song, m.style.Gates)
			if measure.Passed(gates) >= needed {
				passed++
			}
			all++
			for i, c := range controls {
				if c.Fools(s.Song, m.style.Gates) {
					fooled[i]++
				}
			}
		}
		share := float64(passed) / float64(len(m.songs))
		t.Logf("%-10s %3.0f %% pass", m.style.Name, 100*share)
		// A dozen songs may have one more that fails than the 10 % that fifty may.
		if share < .9-1/float64(len(m.songs)) {
			t.Errorf("%s: only %d of %d songs pass their gates", m.style.Name, passed, len(m.songs))
		}
	}
	for i, c := range controls {
		if share := float64(fooled[i]) / float64(all); share > .05 {
			t.Errorf("%.0f %% of songs pass with %s: the gates are broken", 100*share, c.Name)
		}
	}
}

// TestSongsMeasureLikeHumanOnes wants most medians of all sung songs within the
// middle half of human ones.
func TestSongsMeasureLikeHumanOnes(t *testing.T) {
	inside, all := 0, 0
	for _, v := range measure.Values() {
		var xs []float64
		for _, m := range theBatch(t) {
			for _, s := range m.songs {
				if x, ok := v.Of(s); ok && m.style.Gates == measure.Sung {
					xs = append(xs, x)
				}
			}
		}
		slices.Sort(xs)
		median := math.NaN()
		if len(xs) > 0 {
			median = xs[len(xs)/2]
		}
		t.Logf("%-26s %6.2f, wanted %5.2f to %5.2f, in %v", v.Name, median, v.Low, v.High, v.Within(median))
		if !v.Range.Human() {
			continue
		}
		all++
		if v.Within(median) {
			inside++
		}
	}
	if share := float64(inside) / float64(all); share < .8 {
		t.Errorf("%d of %d medians are human", inside, all)
	}
}

// TestSeedsDiffer wants songs of different seeds to share hardly any run of eight notes.
func TestSeedsDiffer(t *testing.T) {
	for _, m := range theBatch(t) {
		var all []measure.Runs
		for _, s := range m.songs {
			all = append(all, measure.RunsOf(s.Tune))
		}
		sum, worst, pairs := 0.0, 0.0, 0.0
		for i, a := range all {
			for j, b := range all {
				if i != j && len(a) > 0 {
					shared := measure.Share(a, b)
					sum, worst, pairs = sum+shared, max(worst, shared), pairs+1
				}
			}
		}
		if sum/pairs > .02 || worst > .15 {
			t.Errorf("%s songs share %.1f %% of their runs, the nearest %.1f %%", m.style.Name, 100*sum/pairs, 100*worst)
		}
	}
}
