package main

// keep says which preset to keep and how to make it smaller.
type keep struct {
	bank, program uint16
	cut
}

// cut is how the samples of a preset are made smaller. Where presets share a
// sample, the first one in the plan decides.
type cut struct {
	mono    bool    // all stereo pairs become one sample; else only those whose halves are alike
	apart   bool    // with every: left and right keep different samples, so that an ensemble stays wide
	every   int     // of the samples along the keyboard, keep every n-th; 0 keeps all
	loss    float64 // dB: how much may be lost at the top when a sample gets a lower rate, see lowestRate
	maxRate int     // Hz; 0 leaves it to loss alone
	seconds float64 // decaying loops start at the latest here; unlooped samples end here; 0 leaves them
}

// melodic is the highest rate of instruments other than drums: Fluid's own for most, in Hz.
const melodic = 32000

// drumKeys are the keys of the drum kits that stay: what styles play.
var drumKeys = func() (keys [128]bool) {
	for _, r := range [][2]int{{31, 31}, {35, 57}, {59, 70}, {73, 77}, {80, 82}} {
		for k := r[0]; k <= r[1]; k++ {
			keys[k] = true
		}
	}
	return keys
}()

// drumRate is the highest rate that the drums on some keys keep, in Hz: bright
// and heard in every bar the most, toms and hand drums less.
func drumRate(low, _ int) int {
	switch {
	case low >= 35 && low <= 40, low == 42, low == 44, low == 46: // kicks, snares, clap, hats
		return 44100
	case low == 49, low >= 51 && low <= 59: // cymbals
		return 38000
	}
	return 32000
}

// drumSeconds is how long the drums on some keys may ring, if less than their kit's: no style waits longer.
func drumSeconds(low, _ int) float64 {
	switch low {
	case 46: // open hi-hat
		return 1.5
	case 51, 53, 59: // rides
		return 1.8
	case 52: // china
		return 1.6
	case 55: // splash
		return 1.3
	case 80, 81: // triangle
		return 1.2
	}
	return 10
}

// plan is what is kept, in order of importance.
var plan = []keep{
	// Grand pianos and drums: the sounds that are heard most.
	{0, 0, cut{loss: -42, seconds: 1.8}}, {0, 1, cut{}}, {0, 3, cut{}},
	{128, 0, cut{loss: -38, seconds: 2.2}},
	{128, 8, cut{loss: -40, seconds: 2}},
	{128, 24, cut{loss: -40, seconds: 2}},
	{128, 25, cut{loss: -38, seconds: 1.6}},
	{128, 40, cut{loss: -40, seconds: 2}},

	// Basses.
	{0, 32, cut{loss: -42, maxRate: melodic, seconds: 1.6}},
	{0, 33, cut{loss: -42, maxRate: melodic, seconds: 1.4}},
	{0, 34, cut{loss: -42, maxRate: melodic, seconds: 1.4, every: 2}},
	{0, 35, cut{loss: -42, maxRate: melodic, seconds: 1.1}},
	{0, 36, cut{loss: -42, maxRate: melodic, seconds: 1.4, every: 2}},
	{0, 38, cut{}}, {0, 39, cut{}},

	// Guitars.
	{0, 24, cut{loss: -40, maxRate: melodic, seconds: 1.6}},
	{0, 25, cut{loss: -40, maxRate: melodic, seconds: 1.6}},
	{0, 26, cut{loss: -40, maxRate: melodic, seconds: 1.8}},
	{0, 27, cut{loss: -40, maxRate: melodic, seconds: 1.8}},
	{0, 28, cut{loss: -40, maxRate: melodic, seconds: 1.2}},
	{0, 29, cut{loss: -40, maxRate: melodic, seconds: 1.8, every: 2}},
	{0, 30, cut{loss: -40, maxRate: melodic, seconds: 1.8, every: 2}},
	{0, 105, cut{loss: -40, maxRate: melodic, seconds: 1.5, mono: true, every: 2}},

	// Keys.
	{0, 4, cut{loss: -40, maxRate: melodic, seconds: 1.6}},
	{0, 5, cut{loss: -40, maxRate: melodic, seconds: 2, every: 2, mono: true}},
	{0, 7, cut{}},
	{0, 11, cut{loss: -40, maxRate: melodic, mono: true}},
	{0, 12, cut{loss: -40, maxRate: melodic, seconds: 1, mono: true}},
	{0, 16, cut{loss: -40, maxRate: melodic, mono: true}},
	{0, 17, cut{loss: -40, maxRate: melodic, seconds: 1.2, every: 4}},
	{0, 18, cut{loss: -40, maxRate: melodic, seconds: 1.4, every: 4}},
	{0, 21, cut{loss: -40, maxRate: melodic, seconds: 1.4, mono: true, every: 2}},
	{0, 22, cut{loss: -40, maxRate: melodic, seconds: 1.4, mono: true}},

	// Strings and voices.
	{0, 40, cut{loss: -40, maxRate: melodic, seconds: 1.2, mono: true, every: 2}}, {0, 110, cut{every: 2}},
	{0, 45, cut{loss: -40, maxRate: melodic, seconds: 1, mono: true, every: 2}},
	{0, 48, cut{loss: -40, maxRate: melodic, seconds: 1.3, apart: true, every: 3}},
	{0, 50, cut{loss: -40, maxRate: melodic}},
	{0, 52, cut{loss: -40, maxRate: melodic, seconds: 1.2, apart: true, every: 4}},
	{0, 53, cut{loss: -40, maxRate: melodic, seconds: 1.4, mono: true, every: 2}},

	// Winds.
	{0, 56, cut{loss: -40, maxRate: melodic, mono: true}},
	{0, 59, cut{loss: -40, maxRate: melodic, mono: true}},
	{0, 61, cut{loss: -40, maxRate: melodic, seconds: 1.3, every: 2}},
	{0, 62, cut{loss: -40, maxRate: melodic, seconds: 1.4, mono: true}},
	{0, 64, cut{loss: -40, maxRate: melodic, seconds: 1.2, mono: true, every: 3}},
	{0, 65, cut{loss: -40, maxRate: melodic, seconds: 1.2, mono: true, every: 2}},
	{0, 66, cut{loss: -40, maxRate: melodic, seconds: 1.2, mono: true, every: 2}},
	{0, 71, cut{loss: -40, maxRate: melodic, mono: true}},
	{0, 73, cut{loss: -40, maxRate: melodic, seconds: 1.4, mono: true, every: 2}},

	// Synthesizers.
	{0, 80, cut{}}, {0, 81, cut{}}, {0, 87, cut{}},
	{0, 88, cut{loss: -40, seconds: 1.6, maxRate: melodic, mono: true}},
	{0, 89, cut{loss: -40, maxRate: melodic, seconds: 1.2}},
	{0, 90, cut{loss: -40, maxRate: melodic}},
	{0, 91, cut{loss: -40, maxRate: melodic, seconds: 1.3, mono: true}},
	{0, 95, cut{loss: -40, maxRate: melodic}},

	// More of small cost.
	{0, 9, cut{loss: -40, maxRate: melodic, seconds: 1.2, mono: true, every: 2}},
	{0, 46, cut{loss: -40, maxRate: melodic, seconds: 1, mono: true, every: 4}},
	{0, 57, cut{loss: -40, maxRate: melodic, mono: true, every: 2}},
	{0, 108, cut{loss: -40, maxRate: melodic}},
	{0, 114, cut{loss: -40, maxRate: melodic, mono: true}},
	{128, 16, cut{loss: -36, seconds: 1.1}},
	{128, 32, cut{loss: -38, seconds: 1.6}},

	// Made of samples that are here already.
	{0, 23, cut{}}, // bandoneon: overlapping layers, so nothing is thinned out
	{0, 49, cut{apart: true, every: 3}}, {0, 51, cut{}}, {0, 63, cut{}}, {0, 84, cut{}}, {0, 86, cut{}},
	{8, 4, cut{}}, {8, 16, cut{}}, {8, 24, cut{}}, {8, 25, cut{}}, {8, 28, cut{}}, {8, 38, cut{}}, {16, 25, cut{}},
}
