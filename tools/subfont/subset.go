package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	"bandstand/internal/synth/sf2"
)

// subset is a font being made smaller. Instruments and samples keep their old
// numbers until renumber.
type subset struct {
	from *sf2.File
	plan []keep
	log  io.Writer

	presets     []sf2.Preset
	instruments map[int]sf2.Instrument
	cuts        map[int]cut // of each sample in use
	sounds      map[int]sound
}

// sound is a sample while it is worked on: full scale ±1, loop in frames of pcm.
type sound struct {
	pcm       []float64
	rate      int
	loopStart int
	loopEnd   int
}

func newSubset(from *sf2.File, plan []keep, log io.Writer) *subset {
	return &subset{
		from: from, plan: plan, log: log,
		instruments: map[int]sf2.Instrument{}, cuts: map[int]cut{}, sounds: map[int]sound{},
	}
}

func (s *subset) build() (*sf2.File, error) {
	for _, k := range s.plan {
		if err := s.keepPreset(k); err != nil {
			return nil, err
		}
	}
	looped, fixed := s.looped(), s.fixed()
	for _, i := range slices.Sorted(maps.Keys(s.cuts)) {
		s.sounds[i] = s.load(i)
		if looped[i] {
			s.sounds[i] = s.sounds[i].centred()
		}
	}
	s.joinPairs(s.pairs())
	for _, group := range s.groups() {
		if fixed[group[0]] {
			continue
		}
		var x sides
		for _, i := range group {
			x = append(x, s.sounds[i])
		}
		c := s.cuts[group[0]]
		if looped[group[0]] {
			short, decay, done := x.shortened(c.seconds)
			if done {
				s.retune(group, float64(short[0].loopStart)/float64(short[0].rate), decay)
			}
			x = short
		}
		for j, y := range x.smaller(c, looped[group[0]]) {
			s.sounds[group[j]] = y
		}
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	return s.renumber(looped), nil
}

// zones calls f with every zone that plays a sample, and the global zone that
// holds its defaults.
func (s *subset) zones(f func(z *sf2.Zone, global sf2.Zone, sample int)) {
	for _, in := range s.instruments {
		var global sf2.Zone
		if len(in.Zones) > 0 {
			if _, ok := in.Zones[0].Get(sf2.SampleID); !ok {
				global = in.Zones[0]
			}
		}
		for i := range in.Zones {
			if id, ok := in.Zones[i].Get(sf2.SampleID); ok {
				f(&in.Zones[i], global, int(id))
			}
		}
	}
}

// signed is a generator's amount in a zone, its global zone, or the default.
func signed(z *sf2.Zone, global sf2.Zone, op sf2.Op, otherwise int16) int16 {
	if v, ok := z.Get(op); ok {
		return int16(v)
	}
	if v, ok := global.Get(op); ok {
		return int16(v)
	}
	return otherwise
}

// check finds ranges that thinning has turned inside out.
func (s *subset) check() (err error) {
	s.zones(func(z *sf2.Zone, _ sf2.Zone, i int) {
		if low, high := z.Range(sf2.KeyRange); low > high {
			err = fmt.Errorf("sample %q is for keys %d to %d: the plan thins out an instrument whose ranges overlap", s.from.Samples[i].Name, low, high)
		}
	})
	return err
}

// retune lets the envelopes of all zones with shortened samples do the rest of their decay.
func (s *subset) retune(samples []int, loopStart, decay float64) {
	seconds := func(cents int16) float64 { return math.Pow(2, float64(cents)/1200) }
	cents := func(seconds float64) uint16 {
		return uint16(int16(math.Round(min(max(1200*math.Log2(seconds), -12000), 8000))))
	}
	s.zones(func(z *sf2.Zone, global sf2.Zone, i int) {
		if !slices.Contains(samples, i) {
			return
		}
		e := envelope{
			hold:    seconds(signed(z, global, sf2.VolEnvHold, -12000)),
			decay:   seconds(signed(z, global, sf2.VolEnvDecay, -12000)),
			sustain: float64(signed(z, global, sf2.VolEnvSustain, 0)) / 10,
		}
		if hold, fall, ok := e.tuned(loopStart, decay); ok {
			z.Set(sf2.VolEnvHold, cents(hold))
			z.Set(sf2.VolEnvDecay, cents(fall))
		}
	})
}

// keepPreset takes a preset with its instruments and notes which samples it uses.
func (s *subset) keepPreset(k keep) error {
	at := slices.IndexFunc(s.from.Presets, func(p sf2.Preset) bool { return p.Bank == k.bank && p.Program == k.program })
	if at < 0 {
		return fmt.Errorf("the SoundFont has no preset %d in bank %d", k.program, k.bank)
	}
	p := s.from.Presets[at]
	s.presets = append(s.presets, p)
	for _, z := range p.Zones {
		id, ok := z.Get(sf2.InstrumentID)
		if !ok {
			continue
		}
		i := int(id)
		if _, done := s.instruments[i]; !done {
			in := clone(s.from.Instruments[i])
			if k.bank == 128 {
				in.Zones = slices.DeleteFunc(in.Zones, unplayed)
			}
			switch {
			case k.every > 1 && k.apart:
				in.Zones = s.thin(in.Zones, k.every, 0, onSide(false))
				in.Zones = s.thin(in.Zones, k.every, k.every/2, onSide(true))
			case k.every > 1:
				in.Zones = s.thin(in.Zones, k.every, -1, func(sf2.Zone) bool { return true })
			}
			s.instruments[i] = in
		}
		for _, z := range s.instruments[i].Zones {
			if smp, ok := z.Get(sf2.SampleID); ok {
				if _, done := s.cuts[int(smp)]; !done {
					c := k.cut
					if k.bank == 128 {
						c.maxRate = drumRate(z.Range(sf2.KeyRange))
						c.seconds = min(c.seconds, drumSeconds(z.Range(sf2.KeyRange)))
					}
					s.cuts[int(smp)] = c
				}
			}
		}
	}
	return nil
}

// clone copies an instrument so that its zones can be changed.
func clone(in sf2.Instrument) sf2.Instrument {
	in.Zones = slices.Clone(in.Zones)
	for i := range in.Zones {
		in.Zones[i].Gens = slices.Clone(in.Zones[i].Gens)
	}
	return in
}

// unplayed says whether a drum zone is for keys that styles never play.
func unplayed(z sf2.Zone) bool {
	if _, ok := z.Get(sf2.SampleID); !ok {
		return false
	}
	low, high := z.Range(sf2.KeyRange)
	for k := low; k <= min(high, 127); k++ {
		if drumKeys[k] {
			return false
		}
	}
	return true
}

// looped says which samples some zone plays with a loop.
func (s *subset) looped() map[int]bool {
	out := map[int]bool{}
	s.zones(func(z *sf2.Zone, global sf2.Zone, i int) {
		if signed(z, global, sf2.SampleModes, 0)&1 != 0 {
			out[i] = true
		}
	})
	return out
}

// fixed says which samples must stay as they are, because zones count frames in them.
func (s *subset) fixed() map[int]bool {
	out := map[int]bool{}
	s.zones(func(z *sf2.Zone, global sf2.Zone, i int) {
		for _, op := range []sf2.Op{
			sf2.StartOffset, sf2.EndOffset, sf2.LoopStartOffset, sf2.LoopEndOffset,
			sf2.StartCoarse, sf2.EndCoarse, sf2.LoopStartCoarse, sf2.LoopEndCoarse,
		} {
			if signed(z, global, op, 0) != 0 {
				out[i] = true
			}
		}
	})
	return out
}

// load reads a sample of the original.
func (s *subset) load(i int) sound {
	h := s.from.Samples[i]
	out := sound{
		pcm: make([]float64, h.Frames()), rate: int(h.Rate),
		loopStart: int(h.LoopStart) - int(h.Start), loopEnd: int(h.LoopEnd) - int(h.Start),
	}
	for j := range out.pcm {
		out.pcm[j] = float64(s.from.Frame(int(h.Start)+j)) / 32768
	}
	return out
}

// silence is the number of zero frames that the format wants after each sample.
const silence = 46

// renumber makes the font of what is left.
func (s *subset) renumber(looped map[int]bool) *sf2.File {
	out := &sf2.File{Info: s.info()}
	number := map[uint16]uint16{}
	for _, i := range slices.Sorted(maps.Keys(s.sounds)) {
		snd, h := s.sounds[i], s.from.Samples[i]
		number[uint16(i)] = uint16(len(out.Samples))
		start := len(out.Data) / 2
		for _, v := range snd.pcm {
			out.Data = binary.LittleEndian.AppendUint16(out.Data, uint16(quantize(v)))
		}
		out.Data = append(out.Data, make([]byte, 2*silence)...)
		h.Start, h.End = uint32(start), uint32(start+len(snd.pcm))
		h.LoopStart, h.LoopEnd = h.Start, h.End
		if looped[i] {
			h.LoopStart, h.LoopEnd = uint32(start+snd.loopStart), uint32(start+snd.loopEnd)
		}
		// Pairs are told by their zones; a type that promises a link would have to keep one.
		h.Rate, h.Link, h.Type = uint32(snd.rate), 0, sf2.TypeMono
		out.Samples = append(out.Samples, h)
	}
	instrument := map[uint16]uint16{}
	for _, i := range slices.Sorted(maps.Keys(s.instruments)) {
		instrument[uint16(i)] = uint16(len(out.Instruments))
		in := s.instruments[i]
		for _, z := range in.Zones {
			if id, ok := z.Get(sf2.SampleID); ok {
				z.Set(sf2.SampleID, number[id])
			}
		}
		out.Instruments = append(out.Instruments, in)
	}
	for _, p := range s.presets {
		zones := slices.Clone(p.Zones)
		for j, z := range zones {
			if id, ok := z.Get(sf2.InstrumentID); ok {
				zones[j].Gens = slices.Clone(z.Gens)
				zones[j].Set(sf2.InstrumentID, instrument[id])
			}
		}
		p.Zones = zones
		out.Presets = append(out.Presets, p)
	}
	slices.SortFunc(out.Presets, func(a, b sf2.Preset) int {
		return int(a.Bank)*1000 + int(a.Program) - int(b.Bank)*1000 - int(b.Program)
	})
	s.report(out)
	return out
}

// report logs what each preset needs.
func (s *subset) report(f *sf2.File) {
	seen := map[uint16]bool{}
	for _, p := range f.Presets {
		size, fresh, count := 0, 0, 0
		mine := map[uint16]bool{}
		for _, z := range p.Zones {
			id, ok := z.Get(sf2.InstrumentID)
			if !ok {
				continue
			}
			for _, z := range f.Instruments[id].Zones {
				smp, ok := z.Get(sf2.SampleID)
				if !ok || mine[smp] {
					continue
				}
				mine[smp] = true
				count++
				bytes := 2 * (f.Samples[smp].Frames() + silence)
				size += bytes
				if !seen[smp] {
					seen[smp] = true
					fresh += bytes
				}
			}
		}
		fmt.Fprintf(s.log, "%3d:%-3d %-20s %3d samples %8d bytes, %8d of them new\n", p.Bank, p.Program, p.Name, count, size, fresh)
	}
}

// info is the INFO list: the original's, with what was done.
func (s *subset) info() []sf2.Chunk {
	text := func(t string) []byte {
		b := append([]byte(t), 0)
		if len(b)%2 != 0 {
			b = append(b, 0)
		}
		return b
	}
	var out []sf2.Chunk
	for _, c := range s.from.Info {
		switch c.ID {
		case "INAM":
			c.Data = text("Bandstand (from Fluid R3 GM)")
		case "ICMT":
			c.Data = text("Licensed under the MIT License. A subset of Fluid R3 GM by Frank Wen: fewer presets, shorter and mono samples.")
		case "ISFT":
			c.Data = text("subfont")
		}
		out = append(out, c)
	}
	return out
}
