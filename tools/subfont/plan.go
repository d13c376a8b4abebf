package main

// keep says which preset to keep and how to make it smaller.
type keep struct {
	bank, program uint16
	cut
}

// cut is how the samples of a preset are made smaller. Where presets share a
// sample, the first one in the plan decides.
type cut struct {
	mono    bool    // stereo pairs become one sample, heard in the middle
	every   int     // of the samples along the keyboard, keep every n-th; 0 keeps all
	loss    float64 // dB: how much may be lost at the top when a sample gets a lower rate, see lowestRate
	maxRate int     // Hz; 0 leaves it to loss alone
	seconds float64 // decaying loops start at the latest here; unlooped samples end here; 0 leaves them
}

// drumKeys are the keys of the drum kits that stay: what styles play.
var drumKeys = func() (keys [128]bool) {
	for _, r := range [][2]int{{31, 31}, {35, 57}, {59, 70}, {73, 77}, {80, 82}} {
		for k := r[0]; k <= r[1]; k++ {
			keys[k] = true
		}
	}
	return keys
}()

// plan is what is kept, in order of importance.
var plan = []keep{
	{0, 0, cut{loss: -40, every: 2}}, // grand piano
	{128, 0, cut{loss: -36, mono: true, seconds: 1.6}},
	{0, 32, cut{loss: -40}}, {0, 33, cut{loss: -40}}, {0, 34, cut{loss: -40, every: 2}}, {0, 35, cut{loss: -40, every: 2}},
	{0, 36, cut{loss: -40, every: 2}}, {0, 38, cut{}}, {0, 39, cut{}},
	{0, 24, cut{loss: -38, every: 2}}, {0, 25, cut{loss: -38, every: 2}}, {0, 26, cut{loss: -38}}, {0, 27, cut{loss: -38}},
	{0, 28, cut{loss: -38}}, {0, 29, cut{loss: -38, every: 3}}, {0, 30, cut{loss: -38, every: 2}},
	{0, 1, cut{every: 2}}, {0, 3, cut{every: 2}},
	{128, 8, cut{loss: -36, mono: true}}, {128, 24, cut{loss: -36, mono: true}}, {128, 25, cut{loss: -36, mono: true}}, {128, 40, cut{loss: -36, mono: true}},
	{0, 4, cut{loss: -38, mono: true}}, {0, 5, cut{loss: -38, mono: true, every: 2}}, {0, 7, cut{}},
	{0, 11, cut{loss: -38, mono: true}}, {0, 12, cut{loss: -38, mono: true}},
	{0, 16, cut{loss: -38, mono: true}}, {0, 17, cut{loss: -38, mono: true, every: 4}}, {0, 18, cut{loss: -38, mono: true, every: 4}},
	{0, 21, cut{loss: -38, mono: true, every: 2}}, {0, 22, cut{loss: -38, mono: true}},
	{0, 40, cut{loss: -38, mono: true, every: 3}}, {0, 110, cut{every: 3}}, {0, 45, cut{loss: -38, mono: true, every: 2}},
	{0, 48, cut{loss: -38, mono: true, every: 2}},
	{0, 50, cut{loss: -38, mono: true}}, {0, 52, cut{loss: -38, mono: true, every: 3}}, {0, 53, cut{loss: -38, mono: true}},
	{0, 56, cut{loss: -38, mono: true}}, {0, 59, cut{loss: -38, mono: true}}, {0, 61, cut{loss: -38, mono: true}}, {0, 62, cut{loss: -38, mono: true}},
	{0, 64, cut{loss: -38, mono: true, every: 3}}, {0, 65, cut{loss: -38, mono: true, every: 2}}, {0, 66, cut{loss: -38, mono: true, every: 3}},
	{0, 71, cut{loss: -38, mono: true}}, {0, 73, cut{loss: -38, mono: true}},
	{0, 80, cut{}}, {0, 81, cut{}}, {0, 87, cut{}}, {0, 88, cut{loss: -38, mono: true}}, {0, 89, cut{loss: -38, mono: true}},
	{0, 90, cut{loss: -38, mono: true}},
	{0, 91, cut{loss: -38, mono: true}}, {0, 95, cut{loss: -38, mono: true}}, {0, 105, cut{loss: -38, mono: true}},
}
