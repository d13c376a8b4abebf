package theory

// Drum names by General MIDI percussion key, as style files write them.
var drumKeys = []struct {
	name string
	key  Pitch
}{
	{"kick", 36}, {"rim", 37}, {"snare", 38}, {"clap", 39}, {"snare2", 40}, {"tomfloor", 41},
	{"hat", 42}, {"tomlow", 45}, {"pedal", 44}, {"openhat", 46}, {"tommid", 47}, {"tomhigh", 50},
	{"crash", 49}, {"ride", 51}, {"china", 52}, {"bell", 53}, {"tambourine", 54}, {"splash", 55},
	{"cowbell", 56}, {"crash2", 57}, {"ride2", 59}, {"bongohigh", 60}, {"bongolow", 61},
	{"congamute", 62}, {"congahigh", 63}, {"congalow", 64}, {"timbalehigh", 65}, {"timbalelow", 66},
	{"cabasa", 69}, {"maracas", 70}, {"guiro", 73}, {"claves", 75}, {"woodblock", 76},
	{"triangle", 81}, {"shaker", 82}, {"swirl", 40},
}

// DrumKey is the key that strikes a named drum ("kick", "hat", "congahigh"), and
// whether there is one of that name.
func DrumKey(name string) (Pitch, bool) {
	for _, d := range drumKeys {
		if d.name == name {
			return d.key, true
		}
	}
	return 0, false
}

// DrumNames are all names that DrumKey knows, in the order of a kit.
func DrumNames() []string {
	out := make([]string, len(drumKeys))
	for i, d := range drumKeys {
		out[i] = d.name
	}
	return out
}

// DrumName is the drum on a key, or its number where it has no name.
func DrumName(p Pitch) string {
	for _, d := range drumKeys {
		if d.key == p {
			return d.name
		}
	}
	return itoa(p)
}
