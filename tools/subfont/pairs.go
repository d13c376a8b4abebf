package main

import (
	"maps"
	"slices"
	"strings"

	"bandstand/internal/synth/sf2"
)

// alike is the correlation from which on the halves of a stereo pair count as one sound.
const alike = 0.9

// pairs finds the right halves of stereo pairs that become mono: right to left.
// The names tell; the links in the headers are empty in FluidR3.
func (s *subset) pairs() map[int]int {
	left := map[string]int{}
	for _, i := range slices.Sorted(maps.Keys(s.cuts)) {
		if base, ok := strings.CutSuffix(s.from.Samples[i].Name, "L)"); ok {
			left[base] = i
		}
	}
	out := map[int]int{}
	for i, c := range s.cuts {
		base, ok := strings.CutSuffix(s.from.Samples[i].Name, "R)")
		if l, found := left[base]; ok && found && (c.mono || correlation(s.sounds[l], s.sounds[i]) >= alike) {
			out[i] = l
		}
	}
	return out
}

// joinPairs makes each pair one sample. Both zones stay and play it, one on
// each side, so that the level is right without a sample that clips; if one side was
// quieter, its zone makes it so.
func (s *subset) joinPairs(pairs map[int]int) {
	quieter := map[int]float64{} // by which the zones of a sample are turned down, dB
	for _, r := range slices.Sorted(maps.Keys(pairs)) {
		l := pairs[r]
		joined, left, right := downmix(s.sounds[l], s.sounds[r])
		s.sounds[l] = joined
		quieter[l], quieter[r] = left, right
		delete(s.sounds, r)
	}
	s.zones(func(z *sf2.Zone, global sf2.Zone, i int) {
		if db := quieter[i]; db >= 0.3 {
			// Players take initialAttenuation for 0.4 of what the format says.
			z.Set(sf2.Attenuation, uint16(max(signed(z, global, sf2.Attenuation, 0), 0))+uint16(db*10/0.4))
		}
		if l, ok := pairs[i]; ok {
			z.Set(sf2.SampleID, uint16(l))
		}
	})
}

// groups is the samples in order, those that are sides of one sound together.
func (s *subset) groups() (out [][]int) {
	order := slices.Sorted(maps.Keys(s.sounds))
	right := map[string]int{}
	for _, i := range order {
		if base, ok := strings.CutSuffix(s.from.Samples[i].Name, "R)"); ok {
			right[base] = i
		}
	}
	taken := map[int]bool{}
	for _, i := range order {
		if taken[i] {
			continue
		}
		group := []int{i}
		if base, ok := strings.CutSuffix(s.from.Samples[i].Name, "L)"); ok {
			if r, ok := right[base]; ok && !taken[r] && r > i && s.sounds[i].shapedLike(s.sounds[r]) {
				group = append(group, r)
				taken[r] = true
			}
		}
		out = append(out, group)
	}
	return out
}

// shapedLike says whether two sounds have the same rate, length and loop.
func (s sound) shapedLike(t sound) bool {
	return s.rate == t.rate && len(s.pcm) == len(t.pcm) && s.loopStart == t.loopStart && s.loopEnd == t.loopEnd
}
