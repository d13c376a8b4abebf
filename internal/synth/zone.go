package synth

import (
	"math"
	"slices"

	"bandstand/internal/synth/sf2"
)

// zone is a zone with its global zone's settings already in it.
type zone struct {
	keyLow, keyHigh uint8
	velLow, velHigh uint8
	target          int32          // the instrument of a preset's zone, the sample of an instrument's
	gens            [sf2.Ops]int16 // whole values in instruments, offsets to them in presets
	mods            []sf2.Mod
}

func (z *zone) holds(key, velocity int) bool {
	return int(z.keyLow) <= key && key <= int(z.keyHigh) && int(z.velLow) <= velocity && velocity <= int(z.velHigh)
}

// defaults is what generators are where an instrument does not set them; those
// that are not here are zero.
var defaults = func() (g [sf2.Ops]int16) {
	for _, op := range []sf2.Op{
		sf2.ModLFODelay, sf2.VibLFODelay, sf2.ModEnvDelay, sf2.ModEnvAttack, sf2.ModEnvHold, sf2.ModEnvDecay, sf2.ModEnvRelease,
		sf2.VolEnvDelay, sf2.VolEnvAttack, sf2.VolEnvHold, sf2.VolEnvDecay, sf2.VolEnvRelease,
	} {
		g[op] = -12000
	}
	g[sf2.FilterCutoff] = 13500
	g[sf2.ScaleTuning] = 100
	for _, op := range []sf2.Op{sf2.FixedKey, sf2.FixedVelocity, sf2.RootKey} {
		g[op] = -1
	}
	return g
}()

// sampleOnly are the generators that have no meaning in presets.
var sampleOnly = []sf2.Op{
	sf2.StartOffset, sf2.EndOffset, sf2.LoopStartOffset, sf2.LoopEndOffset, sf2.StartCoarse, sf2.EndCoarse,
	sf2.LoopStartCoarse, sf2.LoopEndCoarse, sf2.FixedKey, sf2.FixedVelocity, sf2.SampleModes,
	sf2.ExclusiveClass, sf2.RootKey,
}

func instrumentZones(zones []sf2.Zone) []zone {
	base := zone{gens: defaults, mods: []sf2.Mod{velocityToLevel, velocityToCutoff}}
	return merged(zones, base, sf2.SampleID)
}

func presetZones(zones []sf2.Zone) []zone {
	out := merged(zones, zone{}, sf2.InstrumentID)
	for i := range out {
		for _, op := range sampleOnly {
			out[i].gens[op] = 0
		}
	}
	return out
}

// merged is the zones that sound, each with what it takes from the global zone and from base.
func merged(zones []sf2.Zone, base zone, end sf2.Op) []zone {
	base.keyHigh, base.velHigh = 127, 127
	if len(zones) > 0 {
		if _, ok := zones[0].Get(end); !ok {
			base.apply(zones[0])
			zones = zones[1:]
		}
	}
	var out []zone
	for _, z := range zones {
		target, ok := z.Get(end)
		if !ok {
			continue
		}
		m := base
		m.apply(z)
		m.target = int32(target)
		out = append(out, m)
	}
	return out
}

// apply puts a zone's settings over those that are there.
func (z *zone) apply(from sf2.Zone) {
	for _, g := range from.Gens {
		switch {
		case g.Op == sf2.KeyRange:
			z.keyLow, z.keyHigh = uint8(g.Amount), uint8(g.Amount>>8)
		case g.Op == sf2.VelRange:
			z.velLow, z.velHigh = uint8(g.Amount), uint8(g.Amount>>8)
		case g.Op < sf2.Ops:
			z.gens[g.Op] = int16(g.Amount)
		}
	}
	if len(from.Mods) > 0 {
		z.mods = slices.Clone(z.mods)
	}
	for _, m := range from.Mods {
		same := func(o sf2.Mod) bool {
			return o.Source == m.Source && o.Dest == m.Dest && o.AmountSource == m.AmountSource && o.Transform == m.Transform
		}
		if i := slices.IndexFunc(z.mods, same); i >= 0 {
			z.mods[i] = m
		} else {
			z.mods = append(z.mods, m)
		}
	}
}

// The two default modulators of the format that a note alone decides. All other
// defaults answer to controllers, which songs do not move.
var (
	// velocityToLevel makes soft notes softer: 40 dB for each tenth of the velocity.
	velocityToLevel = sf2.Mod{Source: 0x0502, Dest: sf2.Attenuation, Amount: 960}
	// velocityToCutoff makes soft notes duller. The format says −2400 cents but with a
	// second source that readers disagree on; half of it, for all velocities, is
	// heard as a touch and never as a blanket. Fonts that do not want it (FluidR3's
	// drums) override it by the same sources.
	velocityToCutoff = sf2.Mod{Source: 0x0102, Dest: sf2.FilterCutoff, Amount: -1200, AmountSource: 0x0d02}
)

// modulation is what a modulator adds to its generator for a note.
func modulation(m sf2.Mod, key, velocity int) float64 {
	if m.Amount == 0 || m.Transform != 0 || m.Dest >= sf2.Ops {
		return 0
	}
	v := float64(m.Amount) * source(m.Source, key, velocity)
	if m.AmountSource == 0 || m.Dest == velocityToCutoff.Dest && m.Source == velocityToCutoff.Source && m.AmountSource == velocityToCutoff.AmountSource {
		return v
	}
	return v * source(m.AmountSource, key, velocity)
}

// source is the value of a modulator's source, 0…1 or −1…1. Controllers stand as
// they do when nobody has touched them.
func source(code uint16, key, velocity int) float64 {
	index := int(code & 0x7f)
	value, ok := 0.0, true
	switch {
	case code&0x80 != 0: // a controller
		switch index {
		case 7, 11:
			value = 127 // volume and expression: levels are the mix's business
		case 10:
			value = 64
		}
	case index == 0:
		return 1
	case index == 2:
		value = float64(velocity)
	case index == 3:
		value = float64(key)
	case index == 14:
		value = 64 // the pitch wheel, at rest
	default:
		ok = false
	}
	if !ok {
		return 0
	}
	return curve(value, code&0x100 != 0, code&0x200 != 0, code>>10)
}

// curve shapes a value of 0–127 by a source's direction, polarity and type.
func curve(value float64, down, bipolar bool, shape uint16) float64 {
	if bipolar {
		half := func(x float64) float64 { return unipolar(x*127, shape) } // of 0…1
		x := (value - 64) / 64
		if down {
			x = -x
		}
		if shape == 3 {
			return math.Copysign(1, x)
		}
		return math.Copysign(half(min(math.Abs(x), 1)), x)
	}
	if down {
		value = 127 - value
	}
	return unipolar(value, shape)
}

func unipolar(value float64, shape uint16) float64 {
	switch shape {
	case 1: // concave: rises late, as decibels do
		if value >= 127 {
			return 1
		}
		return min(-20.0/96*math.Log10((127-value)*(127-value)/(127*127)), 1)
	case 2: // convex
		if value <= 0 {
			return 0
		}
		return max(1+20.0/96*math.Log10(value*value/(127*127)), 0)
	case 3: // switch
		if value >= 64 {
			return 1
		}
		return 0
	}
	return value / 128
}
