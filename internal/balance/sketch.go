package balance

import (
	"math"

	"bandstand/internal/loudness"
	"bandstand/internal/song"
)

// Sketch is a sound as the ear and the master chain see it: three figures for each cell of
// 10 ms, as energies.
type Sketch struct {
	Weighted []float32 // as BS.1770 weighs it, sum of the channels
	Plain    []float32 // mean square, mean of the channels
	Peak     []float32 // square of the highest sample
}

func newSketch(cells int) Sketch {
	all := make([]float32, 3*cells)
	return Sketch{all[:cells:cells], all[cells : 2*cells : 2*cells], all[2*cells:]}
}

func (s Sketch) clear() {
	clear(s.Weighted)
	clear(s.Plain)
	clear(s.Peak)
}

// ring is how long a song may sound after its last bar, in cells.
const ring = 500

func cellsOf(s *song.Song) int { return int(s.Seconds(s.Ticks())/loudness.CellSeconds) + ring }

// stroke is what adding a note of one key to a sketch takes.
type stroke struct {
	sound  sound
	power  [segments]float32 // of each segment
	keep   float32           // of the power that is left after a cell, where the envelope has ended
	tail   float32           // the same after the note's end
	plain  float32           // of the weighted energy
	peak   float32           // of the plain energy
	room   float32           // share of the energy that comes back from a room
	usable bool
}

// strokes prepares every key of a preset that is asked for, once.
type strokes struct {
	list  []sound
	drums bool
	keys  [128]*stroke
}

func strokesOf(p *song.Part) *strokes {
	k := &strokes{drums: p.IsDrums()}
	all := presets()
	id := presetID{bankOf(p), int(p.Program)}
	k.list = all[id]
	if k.list == nil {
		k.list = []sound{ordinary}
		k.drums = false
	}
	return k
}

func (k *strokes) of(key int) *stroke {
	if k.keys[key] == nil {
		s, ok := at(k.list, key, k.drums)
		n := &stroke{sound: s, usable: ok}
		for i := range n.power {
			n.power[i] = float32(loudness.Energy(float64(s.values[colEnvelope+i])))
		}
		n.keep = ratio(s.values[colFade] * float32(loudness.CellSeconds))
		n.tail = float32(math.Exp(-1000 * loudness.CellSeconds / max(2, float64(s.values[colTail]))))
		n.plain, n.peak, n.room = ratio(s.values[colPlain]), ratio(s.values[colPeak]), ratio(s.values[colRoom])
		k.keys[key] = n
	}
	return k.keys[key]
}

func ratio(db float32) float32 { return float32(math.Pow(10, float64(db)/10)) }

// silent is the share of its first power below which a note counts no more.
const silent = 2e-3

// add adds a part's notes, at a gain of 0 dB, and returns the share of its energy that a
// room of middle size adds to it at a send of 1.
func (s Sketch) add(of *song.Song, p *song.Part) (room float64) {
	keys := strokesOf(p)
	dry, wet := 0.0, 0.0
	for _, n := range p.Notes {
		k := keys.of(int(n.Pitch) & 127)
		if !k.usable || n.Velocity == 0 {
			continue
		}
		e := s.strike(k, k.sound.force(n.Velocity),
			of.Seconds(n.Start)/loudness.CellSeconds, of.Seconds(n.Length)/loudness.CellSeconds)
		dry += e
		wet += e * float64(k.room)
	}
	return wet / max(dry, 1e-20)
}

// strike adds one note that begins and lasts for so many cells; it returns its energy.
func (s Sketch) strike(k *stroke, force float32, begin, length float64) float64 {
	first := int(begin)
	late := float32(begin - float64(first)) // the part of each cell's energy that falls into the next
	end := first + max(1, int(math.Round(length)))
	total, before, top := float32(0), float32(0), float32(0)
	at := first
	for i := 0; i < segments && at < end; i++ {
		power, to := k.power[i]*force, min(first+segmentEnds[i], end)
		top = max(top, power)
		s.hold(at, at+1, power*(1-late)+before*late, k)
		s.hold(at+1, to, power, k)
		total += power * float32(to-at)
		at, before = to, power
	}
	if at < end {
		at, before = s.decay(at, end, before, k.keep, late, top, k, &total)
	}
	s.decay(at, len(s.Weighted), before, k.tail, late, top, k, &total)
	return float64(total)
}

// hold adds a power from one cell up to another.
func (s Sketch) hold(from, to int, power float32, k *stroke) {
	if to = min(to, len(s.Weighted)); from >= to {
		return
	}
	weighted, plain, peak := s.Weighted[from:to], s.Plain[from:to], s.Peak[from:to]
	p := power * k.plain
	high := p * k.peak
	plain, peak = plain[:len(weighted)], peak[:len(weighted)]
	for i := range weighted {
		weighted[i] += power
		plain[i] += p
		peak[i] += high
	}
}

// decay adds a power that falls to keep of itself in each cell, until it counts no
// more; it returns where it ended and what was left.
func (s Sketch) decay(from, to int, power, keep, late, top float32, k *stroke, total *float32) (at int, left float32) {
	for at = from; at < to && at < len(s.Weighted); at++ {
		before := power
		power *= keep
		if power < silent*top {
			return at, power
		}
		e := power*(1-late) + before*late
		p := e * k.plain
		s.Weighted[at] += e
		s.Plain[at] += p
		s.Peak[at] += p * k.peak
		*total += power
	}
	return at, power
}
