package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

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
	mono := s.pairs()
	for _, i := range slices.Sorted(maps.Keys(s.cuts)) {
		s.sounds[i] = s.load(i)
	}
	s.joinPairs(mono)
	looped := s.looped()
	for _, i := range slices.Sorted(maps.Keys(s.sounds)) {
		s.sounds[i] = s.sounds[i].smaller(s.cuts[i], looped[i])
	}
	return s.renumber(looped), nil
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
			if k.every > 1 {
				in.Zones = thin(in.Zones, k.every)
			}
			s.instruments[i] = in
		}
		for _, z := range s.instruments[i].Zones {
			if smp, ok := z.Get(sf2.SampleID); ok {
				if _, done := s.cuts[int(smp)]; !done {
					s.cuts[int(smp)] = k.cut
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

// thin keeps every n-th of the key ranges of an instrument and stretches those
// that stay over the keys of those that go, half to each side.
func thin(zones []sf2.Zone, n int) []sf2.Zone {
	var ranges [][2]int
	for _, z := range zones {
		if _, ok := z.Get(sf2.SampleID); ok {
			low, high := z.Range(sf2.KeyRange)
			ranges = append(ranges, [2]int{low, high})
		}
	}
	slices.SortFunc(ranges, func(a, b [2]int) int { return (a[0]+a[1])*256 + a[0] - (b[0]+b[1])*256 - b[0] })
	ranges = slices.Compact(ranges)
	stay := map[[2]int][2]int{}
	var last [2]int
	for i := n / 2; i < len(ranges); i += n {
		r := ranges[i]
		to := r
		if len(stay) == 0 {
			to[0] = ranges[0][0]
		} else {
			gap := r[0] - stay[last][1] - 1
			grown := stay[last]
			grown[1] += gap / 2
			stay[last] = grown
			to[0] = grown[1] + 1
		}
		stay[r] = to
		last = r
	}
	if r, ok := stay[last]; ok {
		r[1] = ranges[len(ranges)-1][1]
		stay[last] = r
	}
	return slices.DeleteFunc(zones, func(z sf2.Zone) bool {
		if _, ok := z.Get(sf2.SampleID); !ok {
			return false
		}
		low, high := z.Range(sf2.KeyRange)
		to, ok := stay[[2]int{low, high}]
		if ok {
			z.Set(sf2.KeyRange, uint16(to[0]|to[1]<<8))
		}
		return !ok
	})
}

// pairs finds the right halves of stereo pairs that are to be mono: right to left.
// The names tell; the links in the headers are empty in FluidR3.
func (s *subset) pairs() map[int]int {
	left := map[string]int{}
	for i := range s.cuts {
		if base, ok := strings.CutSuffix(s.from.Samples[i].Name, "L)"); ok {
			left[base] = i
		}
	}
	out := map[int]int{}
	for i, c := range s.cuts {
		base, ok := strings.CutSuffix(s.from.Samples[i].Name, "R)")
		if l, found := left[base]; ok && found && c.mono {
			out[i] = l
		}
	}
	return out
}

// joinPairs makes each pair one sample. Both zones stay and play it, one on
// each side: so the level is right without a sample that clips.
func (s *subset) joinPairs(pairs map[int]int) {
	for _, r := range slices.Sorted(maps.Keys(pairs)) {
		l := pairs[r]
		s.sounds[l] = downmix(s.sounds[l], s.sounds[r])
		delete(s.sounds, r)
	}
	for _, in := range s.instruments {
		for _, z := range in.Zones {
			if id, ok := z.Get(sf2.SampleID); ok {
				if l, ok := pairs[int(id)]; ok {
					z.Set(sf2.SampleID, uint16(l))
				}
			}
		}
	}
}

// looped says which samples some zone plays with a loop.
func (s *subset) looped() map[int]bool {
	out := map[int]bool{}
	for _, in := range s.instruments {
		var global uint16
		if len(in.Zones) > 0 {
			if _, ok := in.Zones[0].Get(sf2.SampleID); !ok {
				global, _ = in.Zones[0].Get(sf2.SampleModes)
			}
		}
		for _, z := range in.Zones {
			mode, ok := z.Get(sf2.SampleModes)
			if !ok {
				mode = global
			}
			if id, ok := z.Get(sf2.SampleID); ok && mode&1 != 0 {
				out[int(id)] = true
			}
		}
	}
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
