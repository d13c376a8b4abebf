package compose

import (
	"math"

	"bandstand/internal/song"
)

// nominal is the loudness, in LUFS, that every instrument is brought to before the
// style's gains: a line of quarter notes at velocity 90, rendered alone.
const nominal = -30.0

// loudness of the built-in font's presets, in LUFS: quarter notes at 120 BPM,
// velocity 90, over the octave from middle C (basses: from Bb1; the slow warm pad: whole notes), measured with
// BS.1770. Presets of other fonts are as loud as the nominal one.
var loudness = map[int]float64{
	0: -31.7, 1: -32.0, 3: -32.6, 4: -26.1, 5: -31.5, 7: -29.7, 9: -28.9, 11: -33.1,
	12: -30.4, 16: -30.5, 17: -26.5, 18: -27.6, 21: -31.3, 22: -30.3, 23: -30.8, 24: -30.9,
	25: -29.9, 26: -27.0, 27: -29.5, 28: -36.5, 29: -24.0, 30: -22.9, 32: -29.0, 33: -28.4,
	34: -28.8, 35: -26.9, 36: -32.4, 38: -30.1, 39: -23.3, 40: -28.1, 45: -30.5, 46: -29.8,
	48: -29.0, 49: -26.6, 50: -26.0, 51: -25.9, 52: -31.4, 53: -26.9, 56: -28.9, 57: -24.5,
	59: -27.8, 61: -28.1, 62: -29.2, 63: -30.1, 64: -26.8, 65: -26.5, 66: -27.5, 71: -24.5,
	73: -28.5, 80: -25.9, 81: -27.2, 84: -27.4, 86: -33.8, 87: -28.9, 88: -28.7, 89: -32.7,
	90: -28.4, 91: -28.0, 95: -26.2, 105: -31.4, 108: -34.5, 110: -28.1, 114: -31.2,
}

// kitLoudness is the same for drum kits: a rock beat.
var kitLoudness = map[int]float64{0: -33.6, 8: -33.0, 16: -30.1, 24: -31.1, 25: -23.9, 32: -33.1, 40: -33.7}

// level is the gain in dB that brings an instrument to the nominal loudness.
func level(role string, program int) float64 {
	table := loudness
	if role == song.Drums {
		table = kitLoudness
	}
	if l, ok := table[program]; ok {
		return nominal - l
	}
	return 0
}

// highestGain is the most that a part is raised, in dB.
const highestGain = 12.0

func rounded(x float64) float64 { return math.Round(100*x) / 100 }
