package synth

import (
	"math"

	"bandstand/internal/pcm"
)

const sampleRate = float64(pcm.StationRate)

// seconds is a length in the format's timecents; the longest that a field can
// hold would be months, more than two minutes serve no one.
func seconds(cents int) float64 {
	if cents <= -12000 {
		return 0.001
	}
	return math.Exp2(float64(min(cents, 8400)) / 1200)
}

// stage is where an envelope is.
type stage uint8

const (
	delaying stage = iota
	attacking
	holding
	decaying
	sustaining
	releasing
	ended
)

// envelope goes up once and comes down again. Its level runs from 0 to 1, in a
// line in every stage; whoever reads it decides what a level means.
type envelope struct {
	stage    stage
	level    float64
	left     float64 // frames left in a stage of fixed length
	attack   float64 // levels a frame
	hold     float64 // frames
	decay    float64 // levels a frame
	sustain  float64
	release  float64 // levels a frame
	attackAt float64 // frames that the attack takes
}

// times is an envelope's settings, in seconds and levels.
type times struct{ delay, attack, hold, decay, sustain, release float64 }

func newEnvelope(t times) envelope {
	e := envelope{
		left: t.delay * sampleRate, attackAt: t.attack * sampleRate, hold: t.hold * sampleRate,
		attack: 1 / (t.attack * sampleRate), decay: 1 / (t.decay * sampleRate),
		sustain: min(max(t.sustain, 0), 1), release: 1 / (t.release * sampleRate),
	}
	// The shortest of times mean none at all.
	if t.delay <= 0.0015 {
		e.begin(attacking)
	}
	return e
}

func (e *envelope) begin(s stage) {
	e.stage = s
	switch s {
	case attacking:
		if e.left = e.attackAt; e.left <= 72 {
			e.begin(holding)
		}
	case holding:
		e.level = 1
		if e.left = e.hold; e.left <= 72 {
			e.stage = decaying
		}
	}
}

// advance moves on by some frames.
func (e *envelope) advance(frames float64) {
	for frames > 0 {
		switch e.stage {
		case delaying, attacking, holding:
			step := min(frames, e.left)
			if e.stage == attacking {
				e.level += step * e.attack
			}
			frames -= step
			if e.left -= step; e.left <= 0 {
				e.begin(e.stage + 1)
			}
		case decaying:
			if e.level -= frames * e.decay; e.level > e.sustain {
				return
			}
			e.level = e.sustain
			if e.stage = sustaining; e.sustain <= 0 {
				e.stage = ended
			}
			return
		case releasing:
			if e.level -= frames * e.release; e.level <= 0 {
				e.level, e.stage = 0, ended
			}
			return
		default:
			return
		}
	}
}

// bent is the level as modulation uses it: an attack rises fast and then slower.
func (e *envelope) bent() float64 {
	if e.stage == attacking {
		return unipolar(127*e.level, 2)
	}
	return e.level
}

// let goes over to the release.
func (e *envelope) let() {
	if e.stage < releasing {
		e.stage = releasing
	}
}

// lfo is a triangle that starts at zero after a delay and swings between −1 and 1.
type lfo struct {
	wait  float64 // frames
	phase float64 // 0…1
	step  float64 // of the phase, a frame
}

func newLFO(delayCents, rateCents int) lfo {
	hz := 8.176 * math.Exp2(float64(min(max(rateCents, -16000), 4500))/1200)
	l := lfo{wait: seconds(delayCents) * sampleRate, step: hz / sampleRate}
	if delayCents <= -12000 {
		l.wait = 0
	}
	return l
}

func (l *lfo) advance(frames float64) {
	if wait := min(frames, l.wait); wait > 0 {
		l.wait -= wait
		frames -= wait
	}
	l.phase += frames * l.step
	l.phase -= math.Floor(l.phase)
}

func (l *lfo) value() float64 {
	switch p := l.phase; {
	case p < 0.25:
		return 4 * p
	case p < 0.75:
		return 2 - 4*p
	default:
		return 4*p - 4
	}
}
