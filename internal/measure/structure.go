package measure

import (
	"math/bits"
	"sync"
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
	return bestOf(m.fitnesses(longest), shortest, longest)
}

// bestOf is the best fitness of the lengths from shortest to longest.
func bestOf(byLength []float64, shortest, longest int) float64 {
	best := 0.0
	for length := max(1, shortest); length <= min(longest, len(byLength)-1); length++ {
		best = max(best, byLength[length])
	}
	return best
}

// repeat is a segment that is like another: its first bar and how alike they are.
type repeat struct {
	bar   int
	score float64
}

// fitnesses are the fitnesses of the best segments of 1, 2 … longest bars (at most
// half the song), by length.
//
// The sums of scores along all diagonals grow by a bar from one length to the next,
// which costs an addition a pair of bars and rounds as adding them up anew would.
func (m Melody) fitnesses(longest int) []float64 {
	n := m.Bars
	longest = max(0, min(longest, n/2))
	score := m.barScores()
	best := make([]float64, longest+1)
	w := benches.Get().(*bench)
	if n <= 256 {
		defer benches.Put(w)
	}
	w.clear(n)
	sum, like := w.sum, w.like
	for length := 1; length <= longest; length++ {
		starts := n - length + 1
		for a := range starts {
			like[a] = w.room[a*n : a*n]
		}
		for a := range starts {
			row, more := sum[a*n+a:a*n+starts], score[(a+length-1)*n+a+length-1:]
			for i := range row {
				row[i] += more[i]
				if row[i] <= 0 {
					continue
				}
				like[a] = append(like[a], repeat{a + i, row[i]})
				if i > 0 { // rows go up, so that each list is in order
					like[a+i] = append(like[a+i], repeat{a, row[i]})
				}
			}
			if self := sum[a*n+a]; self >= float64(length)/2 && len(like[a]) > 1 {
				best[length] = max(best[length], fitness(like[a], w.paths, self, length, n))
			}
		}
	}
	return best
}

// bench is the room that fitnesses works in, kept for the next melody: for a song of
// a hundred bars it is a quarter of a megabyte.
type bench struct {
	sum   []float64  // at a·n+b, a ≤ b: how alike the segments from bars a and b on are
	like  [][]repeat // by bar: the segments that are like the one there
	room  []repeat   // where those lie
	paths []path
}

var benches = sync.Pool{New: func() any { return new(bench) }}

// clear makes room for n bars, with all sums 0.
func (w *bench) clear(n int) {
	if len(w.paths) <= n {
		*w = bench{make([]float64, n*n), make([][]repeat, n), make([]repeat, n*n), make([]path, n+1)}
	}
	clear(w.sum[:n*n])
}

// path is a choice of repeats that do not overlap: the sum of their scores and how
// many they are.
type path struct {
	total float64
	count int
}

// fitness is the fitness of a segment of length bars, of a song's n, from the
// segments that are like it (itself among them, with the score self). The paths are
// room to work in.
func fitness(like []repeat, paths []path, self float64, length, n int) float64 {
	paths[0] = path{}
	free := 0 // how many of the segments end before this one
	for i, r := range like {
		for like[free].bar+length <= r.bar {
			free++
		}
		paths[i+1] = paths[i]
		if p := paths[free]; p.total+r.score > paths[i].total {
			paths[i+1] = path{p.total + r.score, p.count + 1}
		}
	}
	best := paths[len(like)]
	if best.count < 2 {
		return 0
	}
	covered := float64(best.count * length)
	sigma := (best.total - self) / covered
	gamma := (covered - float64(length)) / float64(n)
	if sigma <= 0 || gamma <= 0 {
		return 0
	}
	return 2 * sigma * gamma / (sigma + gamma)
}

// barScores compares every bar with every other: the score of bars i and j is at
// i·Bars+j.
func (m Melody) barScores() []float64 {
	n, words := m.Bars, (12*m.PerBar+63)/64
	sets, sizes := make([]uint64, n*words), make([]int, n)
	for _, note := range m.Notes {
		if bar := note.At / max(1, m.PerBar); bar < n {
			bit := note.At%m.PerBar*12 + note.Pitch%12
			sets[bar*words+bit/64] |= 1 << (bit % 64)
		}
	}
	for i := range sizes {
		sizes[i] = common(sets[i*words:(i+1)*words], sets[i*words:(i+1)*words])
	}
	out := make([]float64, n*n)
	for i := range n {
		for j := range i + 1 {
			x := -2.0
			if size := sizes[i] + sizes[j]; size == 0 {
				x = 0
			} else if dice := 2 * float64(common(sets[i*words:(i+1)*words], sets[j*words:(j+1)*words])) / float64(size); dice >= .5 {
				x = (dice - .5) / .5
			}
			out[i*n+j], out[j*n+i] = x, x
		}
	}
	return out
}

// common is how many members two sets share.
func common(a, b []uint64) int {
	n := 0
	for i, x := range a {
		n += bits.OnesCount64(x & b[i])
	}
	return n
}
