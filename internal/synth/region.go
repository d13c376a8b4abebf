package synth

import (
	"math"

	"bandstand/internal/synth/sf2"
)

// region is what one zone of a preset and one of its instrument's make of a note.
type region struct {
	gens        [sf2.Ops]int32 // whole values, both zones and modulators added up
	sample      int
	key         int
	attenuation float64 // dB
}

// maxRegions is how many recordings one note may sound.
const maxRegions = 16

// regions is the recordings that a note sounds in a preset, in to.
func (f *Font) regions(p *preset, key, velocity int, to []region) []region {
	for i := range p.zones {
		pz := &p.zones[i]
		if !pz.holds(key, velocity) {
			continue
		}
		zones := f.instruments[pz.target]
		for j := range zones {
			if iz := &zones[j]; iz.holds(key, velocity) && len(to) < cap(to) {
				if s := &f.samples[iz.target]; s.end-s.start > taps {
					to = append(to, region{})
					to[len(to)-1].set(pz, iz, key, velocity)
				}
			}
		}
	}
	return to
}

// attenuationScale is what players take initialAttenuation for. The format says
// 1, but the synthesizers that fonts are made with do this.
const attenuationScale = 0.4

func (r *region) set(pz, iz *zone, key, velocity int) {
	r.sample = int(iz.target)
	for op := range r.gens {
		r.gens[op] = int32(iz.gens[op]) + int32(pz.gens[op])
	}
	if k := r.gens[sf2.FixedKey]; k >= 0 && k <= 127 {
		key = int(k)
	}
	if v := r.gens[sf2.FixedVelocity]; v > 0 && v <= 127 {
		velocity = int(v)
	}
	r.key = key
	r.attenuation = float64(r.gens[sf2.Attenuation]) * attenuationScale / 10
	r.modulate(iz.mods, key, velocity)
	r.modulate(pz.mods, key, velocity)
	r.attenuation = max(r.attenuation, 0)
}

// modulate adds what modulators make of the note.
func (r *region) modulate(mods []sf2.Mod, key, velocity int) {
	for _, m := range mods {
		v := modulation(m, key, velocity)
		switch {
		case v == 0:
		case m.Dest == sf2.Attenuation:
			r.attenuation += v / 10
		default:
			r.gens[m.Dest] += int32(math.Round(min(max(v, -1e6), 1e6)))
		}
	}
}

// pairs says whether two regions are the sides of one stereo sound: hard left
// and right, and alike in all but recording and level.
func (f *Font) pairs(a, b *region) bool {
	if a.gens[sf2.Pan] != -b.gens[sf2.Pan] || a.gens[sf2.Pan] > -500 && a.gens[sf2.Pan] < 500 || a.key != b.key {
		return false
	}
	s, t := &f.samples[a.sample], &f.samples[b.sample]
	if s.rate != t.rate || s.cents != t.cents || s.key != t.key || s.end-s.start != t.end-t.start ||
		s.loopStart-s.start != t.loopStart-t.start || s.loopEnd-s.start != t.loopEnd-t.start {
		return false
	}
	for op := range a.gens {
		switch sf2.Op(op) {
		case sf2.Pan, sf2.Attenuation, sf2.SampleID:
		default:
			if a.gens[op] != b.gens[op] {
				return false
			}
		}
	}
	return true
}

// chorusSend is how much of a preset its makers want in the chorus, 0–1: what
// the recordings of a middle note want the most.
func (f *Font) chorusSend(p *preset) float32 {
	most := int32(0)
	for _, r := range f.regions(p, 60, 100, make([]region, 0, maxRegions)) {
		most = max(most, r.gens[sf2.ChorusSend])
	}
	return float32(min(most, 1000)) / 1000
}
