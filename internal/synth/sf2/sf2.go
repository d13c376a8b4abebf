// Package sf2 reads and writes SoundFont 2 files.
//
// Parse promises that every index in what it returns points at something that
// is there: zones name existing instruments and samples, samples lie within the
// sound data. It never allocates more than a small multiple of the file's own
// size, whatever sizes the file claims, and it keeps the sound data as the bytes
// it was given: nothing is copied, so those bytes must not change.
//
// It does not judge whether the values of generators make sense; who plays the
// font must clamp them. 24-bit extensions (sm24) are read as 16 bit, and
// compressed fonts (SF3) are refused.
package sf2

import "encoding/binary"

// File is a SoundFont.
type File struct {
	Info        []Chunk // of the INFO list, in the file's order
	Presets     []Preset
	Instruments []Instrument
	Samples     []Sample
	Data        []byte // sound of all samples, 16-bit little-endian mono frames
}

// Chunk is a piece of the INFO list, such as INAM, the font's name.
type Chunk struct {
	ID   string // four characters
	Data []byte
}

// Preset is what a program change selects: an instrument as players know it.
type Preset struct {
	Name    string
	Program uint16
	Bank    uint16 // 128 holds the drum kits
	Library uint32 // the three reserved words, kept as they are
	Genre   uint32
	Morph   uint32
	Zones   []Zone // those but the first end with an Instrument generator
}

// Instrument is samples spread over keys and velocities.
type Instrument struct {
	Name  string
	Zones []Zone // those but the first end with a SampleID generator
}

// Zone is a list of settings for a range of keys and velocities. The first zone
// of a preset or instrument is global, the default of the others, when it names
// no instrument or sample.
type Zone struct {
	Gens []Gen
	Mods []Mod
}

// Gen sets one generator to an amount.
type Gen struct {
	Op     Op
	Amount uint16 // signed for most; a range has its low end in the low byte
}

// Mod says how a controller changes a generator.
type Mod struct {
	Source       uint16
	Dest         Op
	Amount       int16
	AmountSource uint16
	Transform    uint16
}

// Sample is a recording of one channel. Positions are frames of File.Data.
type Sample struct {
	Name       string
	Start, End uint32 // End is the first frame after it
	LoopStart  uint32 // unchecked: may lie outside the sample
	LoopEnd    uint32 // likewise
	Rate       uint32 // Hz
	Key        uint8  // MIDI key of the recording, 255 unpitched
	Correction int8   // cents
	Link       uint16 // the other channel's sample
	Type       uint16 // TypeMono …
}

// Types of samples.
const (
	TypeMono  uint16 = 1
	TypeRight uint16 = 2
	TypeLeft  uint16 = 4
	TypeROM   uint16 = 0x8000 // flag: the sound lies in a chip; such samples are empty here
)

// Frames is the sample's length.
func (s Sample) Frames() int { return int(s.End - s.Start) }

// Frame is the sound at a frame of Data.
func (f *File) Frame(i int) int16 { return int16(binary.LittleEndian.Uint16(f.Data[2*i:])) }

// Get is the amount of a generator, and whether the zone sets it.
func (z Zone) Get(op Op) (uint16, bool) {
	for i := len(z.Gens) - 1; i >= 0; i-- {
		if z.Gens[i].Op == op {
			return z.Gens[i].Amount, true
		}
	}
	return 0, false
}

// Range is the ends of a range generator; 0–127 if the zone does not set it.
func (z Zone) Range(op Op) (low, high int) {
	if v, ok := z.Get(op); ok {
		return int(v & 0xff), int(v >> 8)
	}
	return 0, 127
}

// Set sets a generator, in front of the final Instrument or SampleID; the
// ranges go first, as the format wants them.
func (z *Zone) Set(op Op, amount uint16) {
	for i := range z.Gens {
		if z.Gens[i].Op == op {
			z.Gens[i].Amount = amount
			return
		}
	}
	at := len(z.Gens)
	switch {
	case op == KeyRange:
		at = 0
	case op == VelRange:
		at = 0
		if len(z.Gens) > 0 && z.Gens[0].Op == KeyRange {
			at = 1
		}
	case at > 0 && (z.Gens[at-1].Op == SampleID || z.Gens[at-1].Op == InstrumentID):
		at--
	}
	z.Gens = append(z.Gens, Gen{})
	copy(z.Gens[at+1:], z.Gens[at:])
	z.Gens[at] = Gen{op, amount}
}

// Op names a generator, by its number in the format.
type Op uint16

// The generators.
const (
	StartOffset      Op = 0
	EndOffset        Op = 1
	LoopStartOffset  Op = 2
	LoopEndOffset    Op = 3
	StartCoarse      Op = 4
	ModLFOToPitch    Op = 5
	VibLFOToPitch    Op = 6
	ModEnvToPitch    Op = 7
	FilterCutoff     Op = 8
	FilterQ          Op = 9
	ModLFOToCutoff   Op = 10
	ModEnvToCutoff   Op = 11
	EndCoarse        Op = 12
	ModLFOToVolume   Op = 13
	ChorusSend       Op = 15
	ReverbSend       Op = 16
	Pan              Op = 17
	ModLFODelay      Op = 21
	ModLFORate       Op = 22
	VibLFODelay      Op = 23
	VibLFORate       Op = 24
	ModEnvDelay      Op = 25
	ModEnvAttack     Op = 26
	ModEnvHold       Op = 27
	ModEnvDecay      Op = 28
	ModEnvSustain    Op = 29
	ModEnvRelease    Op = 30
	KeyToModEnvHold  Op = 31
	KeyToModEnvDecay Op = 32
	VolEnvDelay      Op = 33
	VolEnvAttack     Op = 34
	VolEnvHold       Op = 35
	VolEnvDecay      Op = 36
	VolEnvSustain    Op = 37
	VolEnvRelease    Op = 38
	KeyToVolEnvHold  Op = 39
	KeyToVolEnvDecay Op = 40
	InstrumentID     Op = 41
	KeyRange         Op = 43
	VelRange         Op = 44
	LoopStartCoarse  Op = 45
	FixedKey         Op = 46
	FixedVelocity    Op = 47
	Attenuation      Op = 48
	LoopEndCoarse    Op = 50
	CoarseTune       Op = 51
	FineTune         Op = 52
	SampleID         Op = 53
	SampleModes      Op = 54
	ScaleTuning      Op = 56
	ExclusiveClass   Op = 57
	RootKey          Op = 58
	Ops                 = 61 // how many numbers there are
)
