package synth

import (
	"math"

	"bandstand/internal/synth/sf2"
)

// chunk is the most frames that voices are rendered at once: envelopes and
// filters are set anew for each, gains go there in a line.
const chunk = 64

// voice is one sounding recording, or a stereo pair of them that moves as one.
type voice struct {
	part int   // index of the song's part
	bus  int   // where it sounds
	key  int   // the note's, whatever the font plays for it
	off  int64 // frame of the note's end
	born int64 // counts notes: voices of one note share it

	wave   wave
	volume envelope
	modEnv envelope
	modLFO lfo
	vibLFO lfo
	filter filter

	exclusive int     // class of voices that silence each other; 0 none
	pitch     float64 // cents above the recording's own, at rest
	modPitch  [3]float64
	cutoff    float64 // cents
	modCutoff [2]float64
	modLevel  float64 // dB of the modulation LFO

	gain   float64    // of the note, without envelope
	spread [4]float32 // left to left, left to right, right to left, right to right
	last   float32    // gain at the end of the last chunk
	peak   float32    // how loud it has been of late
	fresh  bool       // has not sounded yet
	active bool
	dying  bool // was stolen: fades out quickly and counts no more
}

// Indices of modPitch and modCutoff.
const (
	byModLFO = iota
	byModEnv
	byVibLFO
)

// envelopeRange is how far down the volume envelope reaches, in dB.
const envelopeRange = 96

// note is what a voice is started for.
type note struct {
	part, bus     int
	key, velocity int
	gain          float64 // of the part, linear
	pan           float64 // −1…1
	off           int64
	born          int64
}

// start sets a voice up. The second region is the right channel of a pair, or nil.
func (v *voice) start(f *Font, n note, r, right *region) {
	g := &r.gens
	cents := func(op sf2.Op) int { return int(g[op]) }
	key := r.key
	*v = voice{part: n.part, bus: n.bus, key: n.key, off: n.off, born: n.born, active: true, fresh: true}

	v.wave.begin(f, r, right)
	s := &f.samples[r.sample]
	root := cents(sf2.RootKey)
	if root < 0 || root > 127 {
		root = s.key
	}
	v.pitch = float64(cents(sf2.ScaleTuning)*(key-root) + 100*cents(sf2.CoarseTune) + cents(sf2.FineTune) + s.cents)
	v.modPitch = [3]float64{float64(cents(sf2.ModLFOToPitch)), float64(cents(sf2.ModEnvToPitch)), float64(cents(sf2.VibLFOToPitch))}
	v.cutoff = float64(cents(sf2.FilterCutoff))
	v.modCutoff = [2]float64{float64(cents(sf2.ModLFOToCutoff)), float64(cents(sf2.ModEnvToCutoff))}
	v.modLevel = within(float64(cents(sf2.ModLFOToVolume))/10, -24, 24)
	v.exclusive = cents(sf2.ExclusiveClass)
	v.modLFO = newLFO(cents(sf2.ModLFODelay), cents(sf2.ModLFORate))
	v.vibLFO = newLFO(cents(sf2.VibLFODelay), cents(sf2.VibLFORate))
	v.volume = newEnvelope(times{
		delay: seconds(cents(sf2.VolEnvDelay)), attack: seconds(cents(sf2.VolEnvAttack)),
		hold:    seconds(cents(sf2.VolEnvHold) + cents(sf2.KeyToVolEnvHold)*(60-key)),
		decay:   seconds(cents(sf2.VolEnvDecay) + cents(sf2.KeyToVolEnvDecay)*(60-key)),
		sustain: 1 - float64(cents(sf2.VolEnvSustain))/(10*envelopeRange),
		release: max(seconds(cents(sf2.VolEnvRelease)), 0.015), // shorter ones click
	})
	v.modEnv = newEnvelope(times{
		delay: seconds(cents(sf2.ModEnvDelay)), attack: seconds(cents(sf2.ModEnvAttack)),
		hold:    seconds(cents(sf2.ModEnvHold) + cents(sf2.KeyToModEnvHold)*(60-key)),
		decay:   seconds(cents(sf2.ModEnvDecay) + cents(sf2.KeyToModEnvDecay)*(60-key)),
		sustain: 1 - float64(cents(sf2.ModEnvSustain))/1000,
		release: seconds(cents(sf2.ModEnvRelease)),
	})
	v.filter.start(float64(cents(sf2.FilterQ)) / 10)

	v.gain = n.gain * decibels(-r.attenuation)
	v.peak = float32(v.gain) // until it is known: recordings may begin with a little silence
	v.spread = spread(r, right, n.pan)
}

// decibels is a linear gain.
func decibels(db float64) float64 { return exp2(db * (math.Log2E * math.Ln10 / 20)) }

// exp2 is 2 to the power of x to six digits, several times as fast as
// math.Exp2: every voice needs a few in every chunk.
func exp2(x float64) float64 {
	if !(x > -1000) {
		return 0
	}
	whole := math.Floor(min(x, 1000))
	f := x - whole
	// The minimax polynomial of 2^f on 0…1.
	p := 0.9999999 + f*(0.69315307+f*(0.24015361+f*(0.05582631+f*(0.00898934+f*0.00187757))))
	return p * math.Float64frombits(uint64(int64(whole)+1023)<<52)
}

// spread is the gains from a voice's channels to left and right. The part's pan
// moves each channel, as a controller does.
func spread(r, right *region, pan float64) [4]float32 {
	at := func(r *region) (float64, float64) {
		p := min(max(float64(r.gens[sf2.Pan])/500+pan, -1), 1)
		sin, cos := math.Sincos((p + 1) * math.Pi / 4)
		return cos, sin
	}
	ll, lr := at(r)
	if right == nil {
		return [4]float32{float32(ll), float32(lr), 0, 0}
	}
	// The second channel may be quieter than the first, whose level the voice has.
	g := decibels(r.attenuation - right.attenuation)
	rl, rr := at(right)
	if right.sample == r.sample {
		return [4]float32{float32(ll + g*rl), float32(lr + g*rr), 0, 0}
	}
	return [4]float32{float32(ll), float32(lr), float32(g * rl), float32(g * rr)}
}

// release ends the note.
func (v *voice) release() {
	if v.volume.stage == attacking {
		v.volume.level = max(1+20*math.Log10(max(v.volume.level, 1e-6))/envelopeRange, 0)
	}
	v.volume.let()
	v.modEnv.let()
	v.wave.release()
}

// choke fades the voice out within some seconds, whatever its envelope says.
func (v *voice) choke(within float64) {
	if v.volume.stage < releasing {
		v.release()
	}
	v.volume.release = max(v.volume.release, 1/(within*sampleRate))
}

// amplitude is the volume envelope's gain.
func (v *voice) amplitude() float64 {
	switch v.volume.stage {
	case delaying, ended:
		return 0
	case attacking:
		return v.volume.level
	}
	return decibels((v.volume.level - 1) * envelopeRange)
}

// loudness says how well a voice is heard, to choose one that will not be missed.
func (v *voice) loudness() float32 {
	switch {
	case v.fresh:
		return float32(v.gain)
	case v.volume.stage >= releasing:
		return v.peak / 2
	case v.volume.stage <= attacking:
		return max(v.peak, float32(v.gain)/4)
	}
	return v.peak
}

// inaudible is the level below which a voice that can only fall further ends: −90 dBFS.
const inaudible = 3e-5

// listen keeps track of how loud the voice is. Every fourth frame tells enough.
func (v *voice) listen(x []float32, gain float32) {
	most := float32(0)
	for i := 0; i < len(x); i += 4 {
		most = max(most, abs(x[i]))
	}
	v.peak = max(most*gain, v.peak*0.9)
	if v.peak < inaudible && (v.volume.stage == releasing || v.volume.stage == decaying && v.volume.sustain == 0) {
		v.active = false
	}
}

// render adds n ≤ chunk frames to a bus.
func (v *voice) render(left, right []float32, scratch *[2][chunk]float32) {
	// The first milliseconds decide how a stroke sounds: its gain must not take a whole chunk to come up.
	if sharp := 8; v.fresh && len(left) > sharp {
		v.step(left[:sharp], right[:sharp], scratch)
		left, right = left[sharp:], right[sharp:]
	}
	if v.active {
		v.step(left, right, scratch)
	}
}

func (v *voice) step(left, right []float32, scratch *[2][chunk]float32) {
	n := len(left)
	from := v.last
	frames := float64(n)
	v.volume.advance(frames)
	v.modEnv.advance(frames)
	v.modLFO.advance(frames)
	v.vibLFO.advance(frames)

	gain := v.gain * v.amplitude()
	if v.modLevel != 0 {
		gain *= decibels(v.modLevel * v.modLFO.value())
	}
	to := float32(gain)
	if v.fresh && v.volume.stage != attacking && v.volume.stage != delaying {
		from = 0
	}
	v.last, v.fresh = to, false
	if v.volume.stage == ended {
		v.active, to = false, 0
	}
	modEnv := v.modEnv.bent()
	cents := v.pitch + v.modPitch[byModLFO]*v.modLFO.value() + v.modPitch[byModEnv]*modEnv + v.modPitch[byVibLFO]*v.vibLFO.value()
	x, y := scratch[0][:n], scratch[1][:n]
	stereo := v.wave.stereo
	if !v.wave.fill(x, y, cents) {
		v.active = false
	}
	cutoff := v.cutoff + v.modCutoff[byModLFO]*v.modLFO.value() + v.modCutoff[byModEnv]*modEnv
	if v.filter.tune(cutoff) {
		if stereo {
			v.filter.runBoth(x, y)
		} else {
			v.filter.run(0, x)
		}
	}
	v.listen(x, max(from, to))
	slope := (to - from) / float32(n)
	if stereo {
		mixStereo(left, right, x, y, &v.spread, from, slope)
	} else {
		mixMono(left, right, x, &v.spread, from, slope)
	}
}

func mixMono(left, right, x []float32, spread *[4]float32, gain, slope float32) {
	l, r := spread[0], spread[1]
	right, x = right[:len(left)], x[:len(left)]
	for i := range left {
		gain += slope
		s := x[i] * gain
		left[i] += s * l
		right[i] += s * r
	}
}

func mixStereo(left, right, x, y []float32, spread *[4]float32, gain, slope float32) {
	ll, lr, rl, rr := spread[0], spread[1], spread[2], spread[3]
	right, x, y = right[:len(left)], x[:len(left)], y[:len(left)]
	for i := range left {
		gain += slope
		a, b := x[i]*gain, y[i]*gain
		left[i] += a*ll + b*rl
		right[i] += a*lr + b*rr
	}
}
