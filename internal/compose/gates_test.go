package compose

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"bandstand/internal/measure"
	"bandstand/internal/song"
)

// unsung are styles without a melody that is meant to be sung; they need fewer gates.
var unsung = map[string]int{"ambient": 4}

// TestMelodiesMeasureLikeHumanOnes composes songs of every style and wants nearly
// all to pass the gates, and hardly any once their bars are shuffled.
func TestMelodiesMeasureLikeHumanOnes(t *testing.T) {
	c := composer(t)
	for _, info := range c.Styles() {
		t.Run(info.Name, func(t *testing.T) {
			t.Parallel()
			needed := measure.Needed
			if n, ok := unsung[info.Name]; ok {
				needed = n
			}
			v := values{}
			passed, shuffled := 0.0, 0.0
			for seed := range *songs {
				s := compose(t, c, Brief{Style: info.Name, Seed: seed})
				m := measure.Of(s, song.Lead)
				gates := measure.Gates(m)
				for _, g := range gates {
					v.add(g.Name, g.Value)
				}
				v.of(s, m)
				if measure.Passed(gates) >= needed {
					passed++
				}
				if measure.Passed(measure.Gates(shuffledBars(m, seed))) >= measure.Needed {
					shuffled++
				}
			}
			n := float64(*songs)
			t.Logf("%3.0f %% pass, %2.0f %% with bars shuffled%s", 100*passed/n, 100*shuffled/n, v)
			if passed/n < .8 {
				t.Errorf("only %.0f of %.0f songs pass %d gates", passed, n, needed)
			}
			if shuffled/n > .1 {
				t.Errorf("%.0f of %.0f songs pass with their bars shuffled", shuffled, n)
			}
			v.within(t, "chord tones", .5, .98)
			v.within(t, "steps", .5, .8)
			v.within(t, "sounding", .25, .95)
			v.within(t, "climb", 1, 7)
		})
	}
}

// values are measures by name.
type values map[string][]float64

func (v values) add(name string, x float64) { v[name] = append(v[name], x) }

// of adds the measures of a song that are no gates.
func (v values) of(s *song.Song, m measure.Melody) {
	v.add("sounding", m.Sounding())
	v.add("range", float64(m.Range()))
	v.add("notes a bar", m.PerBarSung())
	v.add("chord tones", chordTones(s, m))
	v.add("steps", stepwise(m))
	if verse, peak := height(s, "verse"), height(s, "chorus"); verse > 0 && peak > 0 {
		v.add("climb", peak-verse)
	}
}

// within wants the median of a measure in a range.
func (v values) within(t *testing.T, name string, low, high float64) {
	t.Helper()
	if xs := slices.Sorted(slices.Values(v[name])); len(xs) > 0 && (xs[len(xs)/2] < low || xs[len(xs)/2] > high) {
		t.Errorf("%s: median %.2f, want %g to %g", name, xs[len(xs)/2], low, high)
	}
}

func (v values) String() string {
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	slices.Sort(names)
	out := ""
	for _, name := range names {
		xs := slices.Sorted(slices.Values(v[name]))
		out += fmt.Sprintf("\n%20s %6.2f %6.2f %6.2f", name, xs[len(xs)/20], xs[len(xs)/2], xs[len(xs)-1-len(xs)/20])
	}
	return out
}

// chordTones is the share of notes on beats 1 and 3 that belong to the triad.
func chordTones(s *song.Song, m measure.Melody) float64 {
	all, inside := 0, 0
	for _, n := range m.Notes {
		if n.At%(m.PerBar/2) != 0 {
			continue
		}
		all++
		chord := s.ChordAt(ticks(n.At))
		for _, tone := range chord.Tones()[:min(3, len(chord.Tones()))] {
			if (int(chord.Root)+int(tone))%12 == n.Pitch%12 {
				inside++
				break
			}
		}
	}
	return float64(inside) / float64(max(1, all))
}

// stepwise is the share of intervals of two semitones or less.
func stepwise(m measure.Melody) float64 {
	n := 0
	for i := 1; i < len(m.Notes); i++ {
		if d := m.Notes[i].Pitch - m.Notes[i-1].Pitch; d >= -2 && d <= 2 {
			n++
		}
	}
	return float64(n) / float64(max(1, len(m.Notes)-1))
}

// height is the mean pitch of the lead in sections of a label, 0 where there are none.
func height(s *song.Song, label string) float64 {
	sum, n := 0.0, 0.0
	for _, x := range s.Part(song.Lead).Notes {
		if s.SectionAt(int(x.Start/s.Meter.BarTicks())).Label == label {
			sum += float64(x.Pitch)
			n++
		}
	}
	return sum / max(1, n)
}

// shuffledBars is a melody with its bars in random order.
func shuffledBars(m measure.Melody, seed uint64) measure.Melody {
	to := rand.New(rand.NewPCG(seed, 1)).Perm(m.Bars)
	out := measure.Melody{Bars: m.Bars, PerBar: m.PerBar}
	for _, n := range m.Notes {
		if bar := n.At / m.PerBar; bar < m.Bars {
			n.At += (to[bar] - bar) * m.PerBar
			n.Length = min(n.Length, m.PerBar-n.At%m.PerBar)
			out.Notes = append(out.Notes, n)
		}
	}
	slices.SortFunc(out.Notes, func(a, b measure.Note) int { return a.At - b.At })
	return out
}

// TestSeedsDiffer wants songs of different seeds to share hardly any run of eight notes.
func TestSeedsDiffer(t *testing.T) {
	c := composer(t)
	for _, info := range c.Styles() {
		t.Run(info.Name, func(t *testing.T) {
			t.Parallel()
			var all []measure.Runs
			for seed := range *songs {
				all = append(all, measure.RunsOf(measure.Of(compose(t, c, Brief{Style: info.Name, Seed: seed}), song.Lead)))
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
				t.Errorf("songs share %.1f %% of their runs, the nearest %.1f %%", 100*sum/pairs, 100*worst)
			}
		})
	}
}
