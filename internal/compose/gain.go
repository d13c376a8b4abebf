package compose

import (
	"math"
	"slices"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// predictGain is the gain in dB that brings a song, through the station's master
// chain, near −14 LUFS. The louder it is by itself the less it needs; drums and basses,
// whose peaks the limiter cuts, need more, pads less. The numbers are a regression over 54
// songs of 18 styles, rendered with the built-in font; trim is what is left for a style.
func predictGain(s *song.Song, trim float64) float64 {
	all, byRole := predictLoudness(s)
	share := func(role string) float64 {
		if own, ok := byRole[role]; ok {
			return math.Pow(10, (own-all)/10)
		}
		return 0
	}
	gain := -9.665 - .876*all + 3.85*share(song.Drums) + 3.91*share(song.Bass) - 2.6*share(song.Pad)
	return rounded(max(-20, min(36, gain+trim)))
}

// predictLoudness adds up what the notes are known to give with the built-in font,
// block by block, and gates the blocks as BS.1770 does: for all parts together and
// for each role by itself, in LUFS.
func predictLoudness(s *song.Song) (all float64, byRole map[string]float64) {
	const blocksPerBar = 4
	width := s.Seconds(s.Meter.BarTicks()) / blocksPerBar
	blocks := make([]float64, blocksPerBar*(s.Bars+song.RingBars))
	byRole = map[string]float64{}
	for _, p := range s.Parts {
		own := make([]float64, len(blocks))
		addEnergy(own, width, s, p)
		byRole[p.Role] = gated(own)
		for i, e := range own {
			blocks[i] += e
		}
	}
	return gated(blocks), byRole
}

// addEnergy adds what a part's notes give.
func addEnergy(blocks []float64, width float64, s *song.Song, p song.Part) {
	room := 2.2 * p.Reverb * s.Reverb
	rate := math.Pow(10, (nominal+p.GainDB-level(p.Role, int(p.Program)))/10) * (1 + 2.2*room*room)
	decay := decayOf(int(p.Program))
	for _, n := range p.Notes {
		force := math.Pow(float64(n.Velocity)/90, 4)
		at, seconds := s.Seconds(n.Start), s.Seconds(n.Length)
		energy := rate * seconds
		switch {
		case p.IsDrums():
			energy, seconds = rate*strokeEnergy(n.Pitch), .2
		case decay > 0:
			energy = rate * .5 * (1 - math.Exp(-seconds/decay)) / (1 - math.Exp(-.47/decay))
			seconds = min(seconds, 2*decay)
		}
		spread(blocks, at/width, seconds/width, energy*force/width)
	}
}

// spread adds energy to the blocks that a note sounds in.
func spread(blocks []float64, at, length, energy float64) {
	length = max(length, .01)
	for b := int(at); b < len(blocks) && float64(b) < at+length; b++ {
		overlap := min(at+length, float64(b+1)) - max(at, float64(b))
		blocks[b] += energy * overlap / length
	}
}

// gated is the loudness of blocks of energy: the mean of those that are at most 10 dB
// below the mean.
func gated(blocks []float64) float64 {
	mean := func(gate float64) float64 {
		sum, n := 0.0, 0.0
		for _, b := range blocks {
			if b > gate {
				sum, n = sum+b, n+1
			}
		}
		return sum / max(1, n)
	}
	return 10 * math.Log10(max(1e-9, mean(mean(1e-7)/10)))
}

// decaying are the programs whose notes die away by themselves, with the time that
// takes in seconds; all others sound as long as they are held.
func decayOf(program int) float64 {
	switch {
	case program < 8, program == 46, program == 108:
		return .7
	case program == 9, program == 11:
		return .8
	case program >= 24 && program <= 28, program == 105:
		return .6
	case program == 12, program == 45, program == 114:
		return .25
	case program >= 32 && program <= 37:
		return .7
	case program == 88:
		return .8
	}
	return 0
}

// strokeEnergy is what a stroke of velocity 90 adds, relative to a second of the
// beat that kits are levelled by.
func strokeEnergy(key theory.Pitch) float64 {
	for _, d := range drumEnergy {
		if slices.Contains(d.keys, key) {
			return math.Pow(10, d.dB/10)
		}
	}
	return .3
}

var drumEnergy = []struct {
	dB   float64
	keys []theory.Pitch
}{
	{-5, []theory.Pitch{36}}, {-3, []theory.Pitch{38, 40}}, {-10, []theory.Pitch{42, 44}}, {-9, []theory.Pitch{46, 51, 53, 59}},
	{1, []theory.Pitch{49, 52, 55, 57}}, {-6, []theory.Pitch{37}}, {-2, []theory.Pitch{39, 54}}, {-4, []theory.Pitch{41, 43, 45, 47, 48, 50}},
	{-7, []theory.Pitch{56, 70, 82, 69, 73, 75, 76}}, {-4, []theory.Pitch{60, 61, 62, 63, 64, 65, 66}},
}
