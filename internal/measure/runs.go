package measure

import "slices"

// RunLength is the length, in notes, of the runs by which songs are told apart.
const RunLength = 8

// Runs are the runs of RunLength notes that a melody has, as hashes in rising order,
// each once: some 150 numbers a song. A run is its intervals and the times between
// its onsets, so that a tune is found again in another key. The hashes are the same
// in every process and on every machine; they may be stored.
type Runs []uint64

// RunsOf are the runs of a melody; none where it has fewer than RunLength notes.
func RunsOf(m Melody) Runs {
	all := m.runs(RunLength)
	slices.Sort(all)
	return slices.Compact(all)
}

// Share is the share of a's runs that b has too: 0 (nothing in common) to 1 (a is
// a copy of a piece of b). It is 0 where a has none. Ask both ways round for the
// nearness of a pair: a short song may lie whole in a long one.
func Share(a, b Runs) float64 {
	if len(a) == 0 {
		return 0
	}
	both, j := 0, 0
	for _, run := range a {
		for j < len(b) && b[j] < run {
			j++
		}
		if j == len(b) {
			break
		}
		if b[j] == run {
			both++
		}
	}
	return float64(both) / float64(len(a))
}

// Overlap is the larger of the shares that two melodies have of each other.
func Overlap(a, b Melody) float64 {
	x, y := RunsOf(a), RunsOf(b)
	return max(Share(x, y), Share(y, x))
}

// runs are the hashes of all runs of n notes, in the order of the melody.
func (m Melody) runs(n int) []uint64 {
	if n < 1 || len(m.Notes) < n {
		return nil
	}
	out := make([]uint64, 0, len(m.Notes)-n+1)
	for i := 0; i+n <= len(m.Notes); i++ {
		h := uint64(n)
		for k := i + 1; k < i+n; k++ {
			interval := m.Notes[k].Pitch - m.Notes[k-1].Pitch
			gap := m.Notes[k].At - m.Notes[k-1].At
			h = mixed(h ^ (uint64(uint32(interval))<<32 | uint64(uint32(gap))))
		}
		out = append(out, h)
	}
	return out
}

// mixed makes one number of another, never the same of two (the finalizer of
// splitmix64): runs that differ collide about once in 10^14 songs.
func mixed(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
