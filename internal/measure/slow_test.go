package measure

import (
	"bytes"
	"compress/flate"
	"math/rand/v2"
	"testing"
)

// The definitions, written down as plainly as can be: the quick ways must give the
// very same values.

func slowRecurrence(m Melody, n int) float64 {
	count := map[string]int{}
	var keys []string
	for i := 0; i+n <= len(m.Notes); i++ {
		key := make([]byte, 0, 4*n)
		for k := i + 1; k < i+n; k++ {
			gap := m.Notes[k].At - m.Notes[k-1].At
			key = append(key, byte(128+m.Notes[k].Pitch-m.Notes[k-1].Pitch), byte(gap), byte(gap>>8))
		}
		keys = append(keys, string(key))
		count[string(key)]++
	}
	if len(keys) == 0 {
		return 0
	}
	again := 0
	for _, key := range keys {
		if count[key] > 1 {
			again++
		}
	}
	return float64(again) / float64(len(keys))
}

func slowStructure(m Melody, shortest, longest int) float64 {
	score := slowScores(m)
	best := 0.0
	for length := shortest; length <= min(longest, m.Bars/2); length++ {
		for a := 0; a+length <= m.Bars; a++ {
			best = max(best, slowFitness(m.Bars, score, a, length))
		}
	}
	return best
}

// slowFitness is the fitness of the segment of bars a … a+length−1.
func slowFitness(n int, score [][]float64, a, length int) float64 {
	self := 0.0
	for k := range length {
		self += score[a+k][a+k]
	}
	if self < float64(length)/2 {
		return 0
	}
	// total[e] and paths[e]: the best repeats within the first e bars.
	total, paths := make([]float64, n+1), make([]int, n+1)
	for e := 1; e <= n; e++ {
		total[e], paths[e] = total[e-1], paths[e-1]
		if e < length {
			continue
		}
		sum := 0.0
		for k := range length {
			sum += score[a+k][e-length+k]
		}
		if sum > 0 && total[e-length]+sum > total[e] {
			total[e], paths[e] = total[e-length]+sum, paths[e-length]+1
		}
	}
	if paths[n] < 2 {
		return 0
	}
	covered := float64(paths[n] * length)
	sigma := (total[n] - self) / covered
	gamma := (covered - float64(length)) / float64(n)
	if sigma <= 0 || gamma <= 0 {
		return 0
	}
	return 2 * sigma * gamma / (sigma + gamma)
}

func slowScores(m Melody) [][]float64 {
	bars := m.byBar()
	sets := make([]map[int]bool, len(bars))
	for i, bar := range bars {
		sets[i] = map[int]bool{}
		for _, n := range bar {
			sets[i][n.At%m.PerBar*12+n.Pitch%12] = true
		}
	}
	out := make([][]float64, len(bars))
	for i := range out {
		out[i] = make([]float64, len(bars))
		for j := range out {
			both := 0
			for k := range sets[i] {
				if sets[j][k] {
					both++
				}
			}
			out[i][j] = -2
			if len(sets[i]) == 0 && len(sets[j]) == 0 {
				out[i][j] = 0
			} else if dice := 2 * float64(both) / float64(len(sets[i])+len(sets[j])); dice >= .5 {
				out[i][j] = (dice - .5) / .5
			}
		}
	}
	return out
}

func slowDeflate(t *testing.T, m Melody) float64 {
	t.Helper()
	size := func(b []byte) int {
		var out bytes.Buffer
		w, err := flate.NewWriter(&out, flate.BestCompression)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Len()
	}
	cells := make([]byte, m.Bars*m.PerBar)
	for _, n := range m.Notes {
		for k := range n.Length {
			if at := n.At + k; at < len(cells) {
				cells[at] = byte(n.Pitch)
				if k > 0 {
					cells[at] = 1
				}
			}
		}
	}
	own, shuffled := size(cells), 0
	r := rand.New(rand.NewPCG(1, 1))
	for range 3 {
		r.Shuffle(len(cells), func(i, j int) { cells[i], cells[j] = cells[j], cells[i] })
		shuffled += size(cells)
	}
	return 3 * float64(own) / float64(max(1, shuffled))
}

// random is a tune of a few bars that come again in random order, now and then
// with a note changed, so that repeats are near and far, whole and in part.
func random(r *rand.Rand, bars int) Melody {
	vocabulary := make([][]Note, 2+r.IntN(9))
	for i := range vocabulary {
		for at := r.IntN(4); at < 16; at += 1 + r.IntN(6) {
			vocabulary[i] = append(vocabulary[i], Note{At: at, Length: 1 + r.IntN(3), Pitch: 57 + r.IntN(17)})
		}
	}
	m := Melody{Bars: bars, PerBar: 16}
	for b := 0; b < bars; {
		from, n := r.IntN(len(vocabulary)), 1+r.IntN(8)
		for k := from; k < from+n && b < bars; k, b = k+1, b+1 {
			if r.IntN(9) == 0 {
				continue // a bar of rest
			}
			for _, note := range vocabulary[k%len(vocabulary)] {
				if r.IntN(20) == 0 {
					note.Pitch += 2
				}
				note.At += 16 * b
				m.Notes = append(m.Notes, note)
			}
		}
	}
	return m
}

func TestTheQuickWaysGiveTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 9))
	for bars := range 130 {
		if bars > 40 {
			bars += bars % 7 // not all of the slow ones
		}
		m := random(r, bars)
		for _, n := range []int{4, 8} {
			if got, want := m.Recurrence(n), slowRecurrence(m, n); got != want {
				t.Errorf("%d bars: recurrence %v, want %v", bars, got, want)
			}
		}
		for _, between := range [][2]int{{4, 7}, {8, 999}, {1, 3}} {
			got, want := m.Structure(between[0], between[1]), slowStructure(m, between[0], between[1])
			if got != want {
				t.Errorf("%d bars: structure of %v bars %v, want %v", bars, between, got, want)
			}
		}
		if got, want := m.Deflate(), slowDeflate(t, m); got != want {
			t.Errorf("%d bars: deflate %v, want %v", bars, got, want)
		}
		gates := Gates(m)
		if gates[2].Value != m.Structure(8, 999) || gates[3].Value != m.Structure(4, 7) {
			t.Errorf("%d bars: the gates measure another structure", bars)
		}
	}
}

func BenchmarkGates(b *testing.B) {
	m := random(rand.New(rand.NewPCG(1, 2)), 100)
	for b.Loop() {
		Gates(m)
	}
}

func BenchmarkShareOf200(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	own := RunsOf(random(r, 100))
	var others []Runs
	for range 200 {
		others = append(others, RunsOf(random(r, 100)))
	}
	for b.Loop() {
		for _, o := range others {
			Share(own, o)
		}
	}
}
