// Package assets holds the built-in SoundFont. It promises the bytes and the
// list of presets that styles may count on; it does not know how to play them.
//
// The font is made by tools/subfont from FluidR3 GM, see COPYING.FluidR3.
package assets

import _ "embed" // for the font

//go:generate go run ../tools/subfont -out bandstand.sf2 -list presets.go

//go:embed bandstand.sf2
var soundFont []byte

// SoundFont is the built-in SoundFont, an SF2 file. The bytes are part of the
// program's file, paged in when touched, and shared by all: they must not be changed.
func SoundFont() []byte { return soundFont }

// Preset is an instrument of the built-in SoundFont.
type Preset struct {
	Bank    int // 128 holds the drum kits
	Program int // from 0
	Name    string
}

// Presets is what the built-in SoundFont has, by bank and program.
func Presets() []Preset { return append([]Preset(nil), presets...) }

// HasPreset says whether the built-in SoundFont has a preset.
func HasPreset(bank, program int) bool {
	for _, p := range presets {
		if p.Bank == bank && p.Program == program {
			return true
		}
	}
	return false
}
