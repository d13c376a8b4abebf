package monitor

import (
	"fmt"
	"math"
	"slices"

	"bandstand/internal/pcm"
)

// verdict is what the looks so far say of a run.
type verdict struct {
	run    int
	blocks int64 // fed at the last look
	end    int64 // the frame that had come out then
	bad    int   // contradictions since it was last well
	mute   bool  // the last was sound that came out as silence
	quiet  int   // looks at silence since
}

// finding is what one look says.
type finding int

const (
	nothing       finding = iota // nothing new to judge
	silence                      // as it went in
	well                         // sound, as it went in
	contradiction                // anything else
	muted                        // sound went in, and far less came out
)

// Look decodes what came out lately, compares it with what went in, and settles what
// Trouble says. It takes a few milliseconds.
func (m *Monitor) Look() {
	r := m.snapshot()
	v := &m.verdict
	if v.run != r.run {
		*v = verdict{run: r.run, end: math.MinInt64}
	}
	if !r.running {
		return
	}
	found, what := m.judge(&r)
	v.blocks = r.blocks
	if len(r.packets) > 0 {
		v.end = r.end
	}
	switch found {
	case nothing:
		return
	case contradiction, muted:
		m.contradictions.Add(1)
		v.bad++
		v.mute, v.quiet = found == muted, 0
	case silence:
		v.quiet++
		if v.mute && v.quiet < patience {
			return
		}
		v.bad = 0
	case well:
		v.bad = 0
	}
	m.settle(r.run, what)
}

// settle changes what Trouble says, unless the run is over.
func (m *Monitor) settle(run int, what string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.heard.run != run:
	case m.verdict.bad == 0:
		m.trouble = ""
	case m.verdict.bad >= inARow:
		m.trouble = what
	}
}

// snapshot is the record as it is now.
func (m *Monitor) snapshot() record {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.heard
	r.packets = slices.Clone(r.packets)
	m.heard.gap = false
	return r
}

// judge compares what came out with what went in, and says what is wrong.
func (m *Monitor) judge(r *record) (finding, string) {
	late := r.blocks
	if len(r.packets) > 0 {
		late -= r.end / pcm.BlockFrames
	}
	switch {
	case r.gap:
		return contradiction, "leaves out some of what went in"
	case late < -most:
		return contradiction, "emits more than went in"
	case late > window && r.blocks > m.verdict.blocks: // one that got nothing since cannot be blamed
		return muted, "emits nothing while " + level(r.sum(max(0, r.blocks-window), r.blocks)) + " went in"
	case len(r.packets) <= m.warmup || r.end == m.verdict.end:
		return nothing, ""
	}
	span, out, err := m.listen(r)
	switch {
	case err != nil:
		return contradiction, "emits what cannot be decoded: " + err.Error()
	case span.to-span.from < window:
		return nothing, "" // it has only begun
	}
	return compare(r, span, out)
}

// span is the blocks from, from+1 … to-1.
type span struct{ from, to int64 }

// listen decodes the packets: the energy of the newest whole window, and where it is.
// The span is shorter than a window where there is none.
func (m *Monitor) listen(r *record) (s span, out float64, err error) {
	sound, err := m.decode(r.packets)
	if err != nil {
		return s, 0, err
	}
	s.to = min(r.end/pcm.BlockFrames, r.blocks)
	s.from = max(up(r.packets[m.warmup].Frame, pcm.BlockFrames), s.to-window, r.blocks-memory)
	at := func(block int64) int64 { return (block*pcm.BlockFrames - r.packets[0].Frame) * pcm.Channels }
	for b := s.from; b < s.to; b++ {
		out += energy(sound[at(b):at(b+1)])
	}
	return s, out, nil
}

// compare judges the energy that came out of a window. What a codec smears over its
// edges is not held against it: the energy may be anything between that of the window
// without its outermost blocks and that of the window with its neighbours.
func compare(r *record, s span, out float64) (finding, string) {
	in := r.sum(s.from, s.to)
	least := r.sum(s.from+1, s.to-1)
	most := r.sum(max(s.from-1, 0, r.blocks-memory), min(s.to+1, r.blocks))
	switch heard := decibels(out); {
	case decibels(least) > floor && heard < decibels(least)-tolerance:
		return muted, "emits " + level(out) + " while " + level(in) + " went in"
	case heard > floor && heard > decibels(most)+tolerance:
		return contradiction, "emits " + level(out) + " while " + level(in) + " went in"
	case heard > floor && decibels(in) > floor:
		return well, ""
	}
	return silence, ""
}

// decode decodes packets and checks that they hold what they say. A decoder that panics
// at them is no reason for the station to end.
func (m *Monitor) decode(packets []pcm.Packet) (sound []float32, err error) {
	defer func() {
		if p := recover(); p != nil {
			sound, err = nil, fmt.Errorf("the decoder broke: %v", p)
		}
	}()
	data := make([][]byte, len(packets))
	frames := 0
	for i, p := range packets {
		if p.Frames <= 0 {
			return nil, fmt.Errorf("a packet says that it holds %d frames", p.Frames)
		}
		data[i] = p.Data
		frames += p.Frames
	}
	if sound, err = m.decoder.Decode(data); err != nil {
		return nil, err
	}
	if len(sound) != frames*pcm.Channels {
		return nil, fmt.Errorf("%d frames of sound are in packets of %d", len(sound)/pcm.Channels, frames)
	}
	for _, s := range sound {
		if s-s != 0 { // NaN, or infinite
			return nil, fmt.Errorf("a sample is %v", s)
		}
	}
	return sound, nil
}

// sum is the energy of the blocks from, from+1 … to-1, which must be in memory.
func (r *record) sum(from, to int64) (sum float64) {
	for b := from; b < to; b++ {
		sum += r.energies[b%memory]
	}
	return sum
}

// decibels is the level of a window's energy, in dBFS.
func decibels(energy float64) float64 {
	return pcm.Decibels(math.Sqrt(energy / (window * pcm.BlockSamples)))
}

// level says a window's energy in words.
func level(energy float64) string {
	db := decibels(energy)
	switch {
	case math.IsInf(db, -1):
		return "silence"
	case db < floor-tolerance:
		return "silence (" + dBFS(db) + ")"
	}
	return dBFS(db)
}

// dBFS is a level with a real minus.
func dBFS(db float64) string {
	n := int(math.Round(db))
	if n < 0 {
		return fmt.Sprintf("−%d dBFS", -n)
	}
	return fmt.Sprintf("%d dBFS", n)
}

// up is the number of whole parts that begin at or after n.
func up(n, part int64) int64 {
	if n <= 0 {
		return 0
	}
	return (n + part - 1) / part
}
