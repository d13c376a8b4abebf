package main

import (
	"cmp"
	"math"
	"slices"

	"bandstand/internal/synth/sf2"
)

// onSide says of zones whether they are panned to the right, or to the left.
func onSide(right bool) func(sf2.Zone) bool {
	return func(z sf2.Zone) bool {
		pan, _ := z.Get(sf2.Pan)
		return int16(pan) != 0 && int16(pan) > 0 == right
	}
}

// keys is a range of keys, both ends in it.
type keys struct{ low, high int }

func keysOf(z sf2.Zone) keys {
	low, high := z.Range(sf2.KeyRange)
	return keys{low, high}
}

// thin lets those zones of an instrument that take part share every n-th of
// their samples along the keyboard, from the first-th on; first −1 looks for the
// choice that needs the least changes in level. The zones stay, with envelopes, filters and
// levels of their own: those whose samples go are divided between the samples
// below and above.
func (s *subset) thin(zones []sf2.Zone, n, first int, part func(sf2.Zone) bool) []sf2.Zone {
	var ranges []keys
	for _, z := range zones {
		if _, ok := z.Get(sf2.SampleID); ok && part(z) {
			ranges = append(ranges, keysOf(z))
		}
	}
	slices.SortFunc(ranges, func(a, b keys) int { return cmp.Or(a.low-b.low, a.high-b.high) })
	ranges = slices.Compact(ranges)
	if first >= 0 {
		out, _ := s.share(zones, ranges, n, first, part)
		return out
	}
	var best []sf2.Zone
	least := math.Inf(1)
	for first := range min(n, len(ranges)) {
		if out, cost := s.share(zones, ranges, n, first, part); cost < least {
			best, least = out, cost
		}
	}
	return best
}

// share does what thin says and tells how many decibels cannot be made up for.
func (s *subset) share(zones []sf2.Zone, ranges []keys, n, first int, part func(sf2.Zone) bool) (out []sf2.Zone, cost float64) {
	var global sf2.Zone
	if len(zones) > 0 {
		if _, ok := zones[0].Get(sf2.SampleID); !ok {
			global = zones[0]
		}
	}
	for _, z := range zones {
		i := slices.Index(ranges, keysOf(z))
		if _, ok := z.Get(sf2.SampleID); !ok || !part(z) || i >= first && (i-first)%n == 0 {
			out = append(out, z)
			continue
		}
		below, above := first+(i-first)/n*n, first+((i-first)/n+1)*n
		if i < first {
			below, above = first, first
		}
		if above >= len(ranges) {
			above = below
		}
		k := keysOf(z)
		middle := (ranges[below].high + ranges[above].low) / 2
		if below == above {
			middle = k.high
		}
		for _, h := range []struct {
			k    keys
			from keys
		}{{keys{k.low, min(k.high, middle)}, ranges[below]}, {keys{max(k.low, middle+1), k.high}, ranges[above]}} {
			if h.k.low > h.k.high {
				continue
			}
			half, missing := s.borrow(z, twin(zones, z, h.from), global)
			half.Set(sf2.KeyRange, uint16(h.k.low|h.k.high<<8))
			out = append(out, half)
			cost += missing + 0.1*math.Abs(float64(h.k.low+h.k.high-h.from.low-h.from.high))/2
		}
	}
	return out, cost
}

// twin is the zone on other keys that corresponds to z: the same side and velocities.
func twin(zones []sf2.Zone, z sf2.Zone, on keys) sf2.Zone {
	found := z
	for _, t := range zones {
		if _, ok := t.Get(sf2.SampleID); !ok || keysOf(t) != on {
			continue
		}
		if found = t; onSide(true)(t) == onSide(true)(z) && onSide(false)(t) == onSide(false)(z) && velocities(t) == velocities(z) {
			return t
		}
	}
	return found
}

func velocities(z sf2.Zone) [2]int {
	low, high := z.Range(sf2.VelRange)
	return [2]int{low, high}
}

// borrow is zone z with the sample of another, at the level it had, and by how
// many decibels it is too quiet after all.
func (s *subset) borrow(z, from, global sf2.Zone) (out sf2.Zone, missing float64) {
	out = sf2.Zone{Gens: slices.Clone(z.Gens), Mods: z.Mods}
	own, _ := z.Get(sf2.SampleID)
	other, _ := from.Get(sf2.SampleID)
	for _, op := range []sf2.Op{
		sf2.StartOffset, sf2.EndOffset, sf2.LoopStartOffset, sf2.LoopEndOffset, sf2.StartCoarse,
		sf2.EndCoarse, sf2.LoopStartCoarse, sf2.LoopEndCoarse, sf2.CoarseTune, sf2.FineTune, sf2.SampleModes,
	} {
		out.Gens = slices.DeleteFunc(out.Gens, func(g sf2.Gen) bool { return g.Op == op })
		if v, ok := from.Get(op); ok {
			out.Set(op, v)
		}
	}
	root := signed(&from, global, sf2.RootKey, -1)
	if root < 0 {
		root = int16(s.from.Samples[other].Key)
	}
	out.Set(sf2.RootKey, uint16(root))
	out.Set(sf2.SampleID, other)

	db := s.loudness(int(other)) - s.loudness(int(own)) + float64(signed(&z, global, sf2.Attenuation, 0))*0.04
	out.Set(sf2.Attenuation, uint16(math.Round(max(db, 0)/0.04)))
	return out, max(-db, 0)
}

// loudness is the level of a sample's first second, after the attack, in dB.
func (s *subset) loudness(i int) float64 {
	snd := s.load(i)
	from, to := min(len(snd.pcm)/4, snd.rate/20), min(len(snd.pcm), snd.rate)
	return 10 * math.Log10(power(snd.pcm[from:to])+1e-12)
}
