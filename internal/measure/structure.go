package measure

import (
	"bytes"
	"compress/flate"
	"math/rand/v2"
)

// Structure is how well the melody's bars are explained by one segment of shortest
// to longest bars that comes again (0: not at all). Bars are compared by the overlap
// of their onsets (sixteenth and pitch class, Dice's coefficient S); a score is
// (S − .5)/.5 from .5 up and −2 below. For each segment the best repeats that do not
// overlap are found, in step with it; its fitness is the harmonic mean of their mean
// score and their coverage, both without the segment itself. The best segment counts.
//
// After Müller, Jiang and Grosche, "A Robust Fitness Measure for Capturing
// Repetitions in Music Recordings" (2013), with straight diagonals.
func (m Melody) Structure(shortest, longest int) float64 {
	score := m.barScores()
	best := 0.0
	for length := shortest; length <= min(longest, m.Bars/2); length++ {
		for a := 0; a+length <= m.Bars; a++ {
			best = max(best, m.fitness(score, a, length))
		}
	}
	return best
}

// fitness is the fitness of the segment of bars a … a+length−1.
func (m Melody) fitness(score [][]float64, a, length int) float64 {
	n := m.Bars
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

// barScores compares every bar with every other.
func (m Melody) barScores() [][]float64 {
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
	}
	for i := range out {
		for j := range i + 1 {
			common := 0
			for k := range sets[i] {
				if sets[j][k] {
					common++
				}
			}
			score := -2.0
			if len(sets[i]) == 0 && len(sets[j]) == 0 {
				score = 0
			}
			if size := len(sets[i]) + len(sets[j]); size > 0 {
				if dice := 2 * float64(common) / float64(size); dice >= .5 {
					score = (dice - .5) / .5
				}
			}
			out[i][j], out[j][i] = score, score
		}
	}
	return out
}

// Deflate is the deflated size of the melody's grid of sixteenths, relative to that
// of the same sixteenths in random order (the mean of three fixed shuffles).
func (m Melody) Deflate() float64 {
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
	own := deflated(cells)
	shuffled := 0
	r := rand.New(rand.NewPCG(1, 1))
	for range 3 {
		r.Shuffle(len(cells), func(i, j int) { cells[i], cells[j] = cells[j], cells[i] })
		shuffled += deflated(cells)
	}
	return 3 * float64(own) / float64(max(1, shuffled))
}

func deflated(b []byte) int {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return 0
	}
	if _, err := w.Write(b); err != nil {
		return 0
	}
	if err := w.Close(); err != nil {
		return 0
	}
	return out.Len()
}
