package compose

import (
	"math"

	"bandstand/internal/corpus"
	"bandstand/internal/style"
)

// touch is how a style's drummer strikes: what recorded drummers of its family do on
// the steps of a bar of sixteen (package corpus, from the Groove MIDI Dataset).
type touch struct {
	voices map[string]corpus.Voice // by drum, 16 steps each
	human  float64
	rise   float64 // how much louder a fill ends than it begins
	bar    int     // steps in a bar of the song
	beats  bool    // whether four steps make a beat
}

// asTriplets says which of the twelve triplets of a bar each of its sixteen steps is
// when the eighths swing.
var asTriplets = [16]int{0, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 8, 9, 10, 11, 11}

func (sc *score) newTouch() *touch {
	t := &touch{human: sc.style.Rhythm.Human, rise: 1.15, bar: sc.bar, beats: sc.meter.Unit == 4, voices: map[string]corpus.Voice{}}
	d, ok := corpus.DrummerOf(sc.style.Rhythm.Drummer)
	if !ok {
		return t
	}
	if v := d.FillVelocity; len(v) > 1 {
		t.rise = max(1, min(1.3, float64(v[len(v)-1])/float64(v[0])))
	}
	grid := d.Straight
	swung := d.Swung != nil && (grid == nil || sc.swing8 > .56)
	if swung {
		grid = d.Swung
	}
	for name, v := range grid.Voices {
		if swung {
			v = straightened(v)
		}
		t.voices[name] = v
	}
	return t
}

// straightened is a voice of twelve steps as one of sixteen.
func straightened(v corpus.Voice) corpus.Voice {
	out := v
	out.Share, out.Velocity, out.Offset = make([]float64, 16), make([]int, 16), make([]float64, 16)
	for i, from := range asTriplets {
		out.Velocity[i], out.Offset[i] = v.Velocity[from], v.Offset[from]
		if i%4 != 3 { // the last triplet is not there twice
			out.Share[i] = v.Share[from]
		}
	}
	return out
}

// kin are the drums that the corpus does not have, or has too few strokes of, by the
// one that is played most like them.
var kin = map[string]string{
	"snare2": "snare", "clap": "snare", "swirl": "snare", "ride2": "ride", "bell": "ride", "crash2": "crash", "china": "crash", "splash": "crash",
	"tomfloor": "toms", "tomlow": "toms", "tommid": "toms", "tomhigh": "toms", "timbalehigh": "toms", "timbalelow": "toms",
	"tambourine": "hat", "shaker": "hat", "maracas": "hat", "cabasa": "hat", "pedal": "hat", "cowbell": "ride", "claves": "rim", "woodblock": "rim",
	"congahigh": "toms", "congalow": "toms", "congamute": "toms", "bongohigh": "toms", "bongolow": "toms",
}

// fewest is how many strokes a voice of the corpus must have to teach anything.
const fewest = 100

// voice is what the corpus knows of a drum; false where that is nothing.
func (t *touch) voice(name string) (corpus.Voice, bool) {
	if other, ok := kin[name]; ok {
		name = other
	}
	v, ok := t.voices[name]
	return v, ok && v.Hits >= fewest
}

// place is the step of a bar of sixteen that a step of the song's bar is played like.
func (t *touch) place(step int) int {
	step %= t.bar
	if t.beats {
		return step % 16
	}
	// Six steps make a beat of eighths: its first is played like a beat, its eighths
	// like off-beats.
	return step/6%4*4 + []int{0, 1, 2, 3, 2, 3}[step%6]
}

// systematic offsets are kept to what is not a flam or a stroke counted to the wrong
// step, in ms.
const farthestPlace = 12.0

// offset is how many ms late (early where negative) a drum is struck on a step.
func (t *touch) offset(name string, step int) float64 {
	v, ok := t.voice(name)
	if !ok {
		return 0
	}
	return t.human * max(-farthestPlace, min(farthestPlace, v.Offset[t.place(step)]))
}

// strokes are velocities by letter: accents, strokes, soft ones and ghosts lie about as
// far apart as drummers play them (Groove MIDI: backbeats 107–122, ghosts 45–65).
var strokes = map[byte]float64{'X': 109, 'x': 91, 'o': 70, 'g': 54}

// feathered is the velocity of a ghost stroke of the foot: jazz drummers' kick is felt,
// not heard.
const feathered = 42

// timekeepers are the drums that count the time: their accents are as far apart as the
// corpus says.
var timekeepers = map[string]bool{
	"hat": true, "ride": true, "ride2": true, "openhat": true, "shaker": true, "maracas": true, "tambourine": true, "cabasa": true,
}

// accents are the velocities of a pattern's strokes, 0 where there is none. The pattern
// says what is accented; recorded drummers say how much.
func (t *touch) accents(name string, p style.Pattern) []float64 {
	out := make([]float64, len(p.Steps))
	for i, letter := range p.Steps {
		out[i] = strokes[letter]
		if letter == 'g' && name == "kick" {
			out[i] = feathered
		}
	}
	v, ok := t.voice(name)
	if !ok || t.human == 0 {
		return out
	}
	if timekeepers[name] && t.beats {
		t.balance(out, v)
	}
	for i, letter := range p.Steps {
		if letter == 'X' || letter == 'x' {
			out[i] *= 1 + t.human*(t.leaning(name, v, i)-1)
		}
	}
	return out
}

// leaning is how much louder than its like on other beats a step is struck, as a
// factor: the two and four of a hat, the one of a kick. Half of what was measured, since
// the means of a family mix different beats.
func (t *touch) leaning(name string, v corpus.Voice, step int) float64 {
	at := t.place(step)
	sum, n := 0.0, 0.0
	for i := at % 4; i < 16; i += 4 {
		if name == "snare" && i%8 != 4 { // backbeats are weighed against each other only
			continue
		}
		sum, n = sum+float64(v.Velocity[i]), n+1
	}
	if n == 0 || name == "snare" && at%8 != 4 {
		return 1
	}
	return max(.9, min(1.1, math.Sqrt(float64(v.Velocity[at])*n/sum)))
}

// balance brings the ratio of a pattern's strokes on the beat to those between near to
// what the corpus has (1.3 for rock, funk and jazz, below 1 for reggae). A pattern that
// stresses the off-beats on purpose keeps them.
func (t *touch) balance(out []float64, v corpus.Voice) {
	ratio := func(value func(i int) float64, steps int) float64 {
		var sum, n [2]float64
		for i := range steps {
			if i%2 == 0 && value(i) > 0 {
				sum[i/2%2] += value(i)
				n[i/2%2]++
			}
		}
		if n[0] == 0 || n[1] == 0 {
			return 0
		}
		return sum[0] / n[0] / (sum[1] / n[1])
	}
	written := ratio(func(i int) float64 { return out[i] }, len(out))
	measured := ratio(func(i int) float64 { return float64(v.Velocity[i]) }, 16)
	if written < .95 || measured == 0 {
		return
	}
	measured = max(.8, min(1.45, measured))
	factor := math.Pow(max(.75, min(1.35, measured/written)), t.human/2)
	for i := range out {
		if i%4 == 0 {
			out[i] *= factor
		} else if i%2 == 0 {
			out[i] /= factor
		}
	}
}
