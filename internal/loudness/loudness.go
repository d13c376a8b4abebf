// Package loudness measures how loud sound is, as ITU-R BS.1770-4 does: a filter
// that weighs frequencies as the ear does, the energy of both channels, and a mean
// over the blocks that are not much softer than the rest.
//
// It promises arithmetic only, and the same figures however the sound is cut into pieces.
// It takes 48 kHz stereo, nothing else.
package loudness

import (
	"math"

	"bandstand/internal/pcm"
)

const (
	// CellFrames is the length of a cell, the finest grain in which energy is kept: 10 ms.
	CellFrames = 480
	// CellSeconds is the same in seconds.
	CellSeconds = float64(CellFrames) / float64(pcm.StationRate)

	hopCells   = 10 // 100 ms: a block begins every so often
	blockCells = 40 // 400 ms

	// offset makes a tone of 997 Hz at full scale in one channel −3.01 LUFS (BS.1770-4).
	offset       = -0.691
	absoluteGate = -70.0 // LUFS
	relativeGate = -10.0 // LU below the mean of what passes the absolute gate
)

// Decibels is the loudness in LUFS of an energy: a mean square after the weighting,
// summed over the channels.
func Decibels(energy float64) float64 { return offset + 10*math.Log10(max(energy, 1e-20)) }

// Energy is the energy of a loudness in LUFS.
func Energy(lufs float64) float64 { return math.Pow(10, (lufs-offset)/10) }

// Integrated is the loudness in LUFS of sound of which the energy in each cell is
// known: gated, over blocks of 400 ms that begin every 100 ms. Sound shorter than a block is
// taken as one block. Silence is −70 or less.
func Integrated(cells []float32) float64 {
	hops := make([]float64, 0, len(cells)/hopCells+1)
	for at := 0; at+hopCells <= len(cells); at += hopCells {
		sum := float32(0)
		for _, e := range cells[at : at+hopCells] {
			sum += e
		}
		hops = append(hops, float64(sum))
	}
	blocks := hops[:0] // each takes the place of its first hop
	if len(hops) < blockCells/hopCells {
		sum := 0.0
		for _, e := range cells {
			sum += float64(e)
		}
		blocks = append(blocks, sum/blockCells)
	}
	for i := 0; i+blockCells/hopCells <= len(hops); i++ {
		blocks = append(blocks, (hops[i]+hops[i+1]+hops[i+2]+hops[i+3])/blockCells)
	}
	above := func(gate float64) float64 {
		sum, n := 0.0, 0
		for _, b := range blocks {
			if b > gate {
				sum += b
				n++
			}
		}
		return sum / float64(max(n, 1))
	}
	floor := Energy(absoluteGate)
	mean := above(floor)
	return Decibels(above(max(floor, mean*math.Pow(10, relativeGate/10))))
}

// Meter takes sound and keeps the energy of each cell. The zero Meter is ready.
type Meter struct {
	filters [pcm.Channels]weighting
	sum     float64
	frames  int
	cells   []float32
}

// Add takes the next samples, whole frames.
func (m *Meter) Add(samples []float32) {
	for i := 0; i+1 < len(samples); i += pcm.Channels {
		l := m.filters[0].step(float64(samples[i]))
		r := m.filters[1].step(float64(samples[i+1]))
		m.sum += l*l + r*r
		if m.frames++; m.frames == CellFrames {
			m.cells = append(m.cells, float32(m.sum/CellFrames))
			m.sum, m.frames = 0, 0
		}
	}
}

// Cells is the energy of each whole cell so far. It is the meter's own, to be read only.
func (m *Meter) Cells() []float32 { return m.cells }

// Integrated is the loudness of all so far, in LUFS.
func (m *Meter) Integrated() float64 { return Integrated(m.cells) }

// weighting is the two filters of BS.1770-4 for 48 kHz: a shelf for the head, a high-pass for the
// ear. Direct form II transposed.
type weighting struct{ s1, s2, h1, h2 float64 }

func (w *weighting) step(x float64) float64 {
	y := 1.53512485958697*x + w.s1
	w.s1 = -2.69169618940638*x + 1.69065929318241*y + w.s2
	w.s2 = 1.19839281085285*x - 0.73248077421585*y
	z := y + w.h1
	w.h1 = -2*y + 1.99004745483398*z + w.h2
	w.h2 = y - 0.99007225036621*z
	if math.Abs(z) < 1e-15 { // long silence must not end in numbers so small that they are slow
		*w = weighting{}
	}
	return z
}
