package compose

import (
	"fmt"
	"math"
	"math/rand/v2"

	"bandstand/internal/style"
)

// hit is an onset and how long it lasts, in steps.
type hit struct{ at, length int }

// motif is a bar of tune without its pitches: a rhythm, and how many scale steps
// each note lies above the one before.
type motif struct {
	hits  []hit
	moves []int
}

// palette is the rhythms one song uses of all those its style knows: songs with
// few of them are those one can follow.
type palette struct {
	cells []style.Pattern
	bar   int
}

// newPalette draws up to size cells.
func newPalette(r *rand.Rand, cells []style.Pattern, bar, size int) palette {
	p := palette{bar: bar}
	for _, i := range r.Perm(len(cells))[:min(size, len(cells))] {
		p.cells = append(p.cells, cells[i])
	}
	return p
}

// rhythm is a bar put together from the palette, with about want notes.
func (p palette) rhythm(r *rand.Rand, want float64) []hit {
	var best []hit
	bestOff := math.MaxFloat64
	for range 6 {
		hits := p.draw(r)
		off := math.Abs(float64(len(hits)) - want)
		if len(hits) == 0 {
			off = 1e3
		}
		if off < bestOff {
			best, bestOff = hits, off
		}
	}
	if len(best) == 0 {
		best = []hit{{0, p.bar}}
	}
	return best
}

func (p palette) draw(r *rand.Rand) []hit {
	var steps []byte
	for len(steps) < p.bar {
		cell := pick(r, p.cells).Steps
		if len(steps)+len(cell) > p.bar { // a whole bar drawn for the second half
			cell = cell[:p.bar-len(steps)]
		}
		steps = append(steps, cell...)
	}
	return hitsOf(steps)
}

func hitsOf(steps []byte) []hit {
	var hits []hit
	for i, b := range steps {
		switch {
		case b == 'x':
			hits = append(hits, hit{i, 1})
		case b == '-' && len(hits) > 0:
			hits[len(hits)-1].length++
		}
	}
	return hits
}

// contour is a melodic line of n notes in scale steps: of a few drawn the one that
// is easiest to keep in mind and still says something.
func contour(r *rand.Rand, n int, leaps float64) []int {
	var best []int
	bestFaults := math.MaxFloat64
	for range 10 {
		moves := drawContour(r, n, leaps)
		if f := faults(moves) + .8*r.Float64(); f < bestFaults {
			best, bestFaults = moves, f
		}
	}
	return best
}

// drawContour draws a line: mostly by step, with a leap now and then that turns back.
func drawContour(r *rand.Rand, n int, leaps float64) []int {
	moves := make([]int, n)
	direction, height := 1, 0
	if chance(r, .5) {
		direction = -1
	}
	for i := 1; i < n; i++ {
		if chance(r, .3) {
			direction = -direction
		}
		if height > 3 {
			direction = -1
		} else if height < -3 {
			direction = 1
		}
		size := 1
		switch x := r.Float64(); {
		case x < leaps:
			size = 3 + r.IntN(2)
			if chance(r, .15) {
				size = 5
			}
		case x < leaps+.2:
			size = 2
		case x < leaps+.36:
			size = 0
		}
		moves[i] = direction * size
		height += moves[i]
		if size > 2 {
			direction = -direction
		}
	}
	return moves
}

// faults counts what makes a short line hard to hum or dull: too wide or too
// narrow, the same note too often, leaps that do not turn back.
func faults(moves []int) float64 {
	low, high, height, zeros := 0, 0, 0, 0
	sum := 0.0
	seen := map[int]bool{0: true}
	for i := 1; i < len(moves); i++ {
		m := moves[i]
		height += m
		low, high = min(low, height), max(high, height)
		seen[height] = true
		if m == 0 {
			zeros++
			if i > 1 && moves[i-1] == 0 {
				sum++
			}
		}
		if before := moves[i-1]; before > 2 && m > 0 || before < -2 && m < 0 {
			sum += 1.5
		} else if max(before, -before) > 2 && max(m, -m) > 2 { // a bugle leaps back and forth, a singer fills the gap
			sum += .25
		}
		if i > 2 && m != 0 && m == moves[i-2] && moves[i-1] == -m {
			sum += .7 // to and fro between two notes
		}
	}
	span := high - low
	sum += 1.2 * float64(max(0, span-5))
	if len(moves) > 2 {
		sum += 1.5*float64(max(0, 2-span)) + 1.2*float64(max(0, min(3, len(moves)-1)-len(seen)))
	}
	return sum + .8*float64(max(0, zeros-len(moves)/4))
}

// motif is the song's motif of a number, from 1.
func (sc *score) motif(number int, density float64) motif {
	r := sc.stream(fmt.Sprintf("motif/%d", number))
	p := newPalette(r, sc.style.Melody.Cells, sc.bar, 5)
	m := motif{hits: p.rhythm(r, sc.notesPerBar(density))}
	m.moves = contour(r, len(m.hits), sc.style.Melody.Leaps)
	return m
}

// notesPerBar turns a density from 0 to 1 into notes a bar of 4/4.
func (sc *score) notesPerBar(density float64) float64 {
	return (2 + 6.5*density) * float64(sc.bar) / 16
}
