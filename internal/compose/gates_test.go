package compose

import (
	"fmt"
	"slices"
	"testing"

	"bandstand/internal/measure"
	"bandstand/internal/song"
)

func TestGatesTable(t *testing.T) {
	c := composer(t)
	for _, info := range c.Styles() {
		values := map[string][]float64{}
		fails := map[string]int{}
		pass := 0
		for seed := range uint64(30) {
			s := compose(t, c, Brief{Style: info.Name, Seed: seed})
			m := measure.Of(s, song.Lead)
			g := measure.Gates(m)
			if measure.Passed(g) >= 6 {
				pass++
			}
			for _, x := range g {
				values[x.Name] = append(values[x.Name], x.Value)
				if !x.Passes() {
					fails[x.Name]++
				}
			}
			add := func(n string, v float64) { values[n] = append(values[n], v) }
			add("sounding", m.Sounding())
			add("range", float64(m.Range()))
			add("notes per bar", m.PerBarSung())
			add("chord tones", chordTones(s, m))
			su, un := steps(m)
			add("steps", su)
			_ = un
			st, _ := c.styles.Get(info.Name)
			if v, p := height(s, "verse"), height(s, st.Form.Peak); v > 0 && p > 0 {
				add("climb", p-v)
			}
		}
		line := fmt.Sprintf("%-8s %d/50", info.Name, pass)
		for _, n := range []string{"8-note recurrence", "4-note recurrence", "long structure", "middle structure", "deflate", "bars again", "mean interval", "leaps", "sounding", "range", "notes per bar", "chord tones", "steps", "climb"} {
			v := values[n]
			if len(v) == 0 {
				continue
			}
			slices.Sort(v)
			line += fmt.Sprintf("\n   %-18s %.2f %.2f %.2f  fail %d", n, v[len(v)/20], v[len(v)/2], v[len(v)-1-len(v)/20], fails[n])
		}
		t.Log(line)
	}
}

func chordTones(s *song.Song, m measure.Melody) float64 {
	n, k := 0, 0
	for _, x := range m.Notes {
		if x.At%(m.PerBar/2) != 0 {
			continue
		}
		n++
		ch := s.ChordAt(song.Tick(x.At) * 120)
		for i, t := range ch.Tones() {
			if i < 3 && (int(ch.Root)+int(t))%12 == x.Pitch%12 {
				k++
				break
			}
		}
	}
	return float64(k) / float64(max(1, n))
}

func steps(m measure.Melody) (float64, float64) {
	n := 0
	for i := 1; i < len(m.Notes); i++ {
		if d := m.Notes[i].Pitch - m.Notes[i-1].Pitch; d >= -2 && d <= 2 {
			n++
		}
	}
	return float64(n) / float64(len(m.Notes)-1), 0
}

func height(s *song.Song, label string) float64 {
	sum, n := 0.0, 0
	for _, x := range s.Part(song.Lead).Notes {
		if s.SectionAt(int(x.Start/s.Meter.BarTicks())).Label == label {
			sum += float64(x.Pitch)
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}
