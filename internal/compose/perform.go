package compose

import (
	"math"
	"math/rand/v2"
	"slices"

	"bandstand/internal/balance"
	"bandstand/internal/band"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

// How human the players are where a style wants people. Neighbouring deviations
// resemble each other (measured lag-1 correlation of drummers: .36); white noise would
// sound nervous. What makes a groove is the place: steps and drums that are early or
// late by the same amount each time.
const (
	correlation  = .36
	velocitySD   = 7.0  // of 127
	timeSD       = 5.5  // milliseconds
	drumTimeSD   = 4.0  // drummers are the tightest
	farthestTime = 15.0 // never further from the systematic place than this
	placeSD      = 6.5  // ms; how far a player's places lie from the grid
	limbSD       = 6.0  // ms; how far a drummer's limbs lie apart besides (drums in all: 6–12, measured)
	machine      = .25  // the share of a human's unevenness of force that a machine's part keeps
)

// perform turns the score into a song: swing, feel and touch, then ticks.
func (sc *score) perform() *song.Song {
	s := &song.Song{
		Title: sc.title(), Band: sc.band.Name, Style: sc.style.Name, Seed: sc.seed, Composer: Version, Key: sc.key, Tempo: sc.tempo,
		Meter: sc.meter, Swing: math.Round(100*sc.swing8) / 100, Bars: sc.bars, Chords: sc.songChords(), Reverb: sc.style.Reverb, Fade: sc.fade,
	}
	for _, sec := range sc.sections {
		s.Sections = append(s.Sections, song.Section{
			Name: sec.name, Label: sec.spec.Name, Start: sec.start, Bars: sec.bars, Energy: math.Round(100*sec.energy) / 100,
			Solo: sec.spec.Tune == "solo",
		})
	}
	var levels []float64
	for i := range sc.parts {
		p := &sc.parts[i]
		if len(p.events) == 0 {
			continue
		}
		out := sc.seat(p.role)
		out.Notes = sc.play(p)
		s.Parts = append(s.Parts, out)
		levels = append(levels, sc.level(p.role))
	}
	balance.Mix(s, levels)
	return s
}

// seat is a part without its notes and level: who plays it, on what, and where in the room.
func (sc *score) seat(role string) song.Part {
	spec, in, robot := sc.style.Part(role), sc.instrument(role), sc.robot(role)
	bank := in.Bank
	if role == song.Drums {
		bank = 128
	}
	return song.Part{
		Role: role, Robot: robot.Name, Instrument: in.Name, Program: uint8(in.Program), Bank: uint8(bank),
		Pan: spec.Pan, Reverb: spec.Reverb,
	}
}

// level is how loud a role is to be while it plays, in LU above the style's own zero, which its lead is near.
func (sc *score) level(role string) float64 {
	return sc.style.Part(role).Gain + sc.instrument(role).Gain + 1.5*sc.robot(role).Bend(band.Loud)
}

// player is a robot in the act: its touch and its sense of time drift slowly.
type player struct {
	sc       *score
	role     string
	robot    band.Robot
	r        *rand.Rand
	strum    float64 // ms from one note of a chord to the next
	feel     float64 // ms behind the grid
	sd       float64
	velocity float64 // drifting part of the velocity
	time     float64 // drifting part of the time, ms
	swing8   float64
	swing16  float64
	ms       float64 // ticks a millisecond
	human    float64
	places   []float64    // ms that each step of a bar is late
	touch    *touch       // drums: ms that each drum is late, as in the corpus
	limbs    [128]float64 // drums: ms that this drummer's are late besides
}

func (sc *score) newPlayer(role string) *player {
	robot := sc.robot(role)
	p := &player{sc: sc, role: role, robot: robot, r: sc.stream("human/" + role), feel: sc.style.Feel[role] + 6*robot.Bend(band.Behind),
		sd: timeSD, human: sc.style.Rhythm.Human, ms: sc.tempo * float64(song.TicksPerQuarter) / 60000, strum: sc.style.Part(role).Strum}
	if role == song.Drums {
		p.sd, p.touch = drumTimeSD, sc.touch
	}
	p.sd *= p.human
	p.feel += (p.human - 1) * 6 * robot.Bend(band.Behind)
	p.settle()
	p.swing8, p.swing16 = loosened(sc.swing8, robot), loosened(sc.swing16, robot)
	return p
}

// settle gives the player places of its own, the same in all its songs. A drummer's
// limbs and steps differ too; the corpus's means over many drummers have lost most of that.
func (p *player) settle() {
	r := stream(p.sc.band.Seed, "place/"+p.role)
	own := func(sd float64) float64 { return p.human * sd * max(-2, min(2, r.NormFloat64())) }
	for step := range p.sc.bar {
		at := own(placeSD)
		if step%4 == 0 { // beats are where players meet
			at /= 2
		}
		p.places = append(p.places, at)
	}
	for i := range p.limbs {
		p.limbs[i] = own(limbSD)
	}
}

// loosened is a swing as a robot feels it; what is straight stays straight.
func loosened(swing float64, robot band.Robot) float64 {
	if swing <= .51 {
		return swing
	}
	return min(.72, max(.5, swing+.015*robot.Bend(band.Swing)))
}

// play performs a part: notes in order, none before tick 0, no two of one pitch at once.
func (sc *score) play(p *part) []song.Note {
	player := sc.newPlayer(p.role)
	slices.SortStableFunc(p.events, func(a, b event) int {
		if a.at != b.at {
			return int(a.at - b.at)
		}
		return int(a.pitch) - int(b.pitch)
	})
	notes := make([]song.Note, 0, len(p.events))
	inChord := 0
	var last song.Tick = -1
	for _, e := range p.events {
		if e.at != last {
			player.drift()
			inChord = 0
		}
		last = e.at
		notes = append(notes, player.note(e, inChord))
		inChord++
	}
	slices.SortStableFunc(notes, func(a, b song.Note) int {
		switch {
		case song.Earlier(a, b):
			return -1
		case song.Earlier(b, a):
			return 1
		}
		return 0
	})
	return untangle(notes)
}

// drift moves the player's touch and time on to the next stroke.
func (p *player) drift() {
	fresh := math.Sqrt(1 - correlation*correlation)
	p.velocity = correlation*p.velocity + fresh*velocitySD*(machine+(1-machine)*p.human)*p.r.NormFloat64()
	p.time = correlation*p.time + fresh*p.sd*p.r.NormFloat64()
	p.time = max(-farthestTime, min(farthestTime, p.time))
}

// note performs one event, the n-th of its chord.
func (p *player) note(e event, n int) song.Note {
	sc := p.sc
	at := p.swung(e.at)
	start := at + song.Tick(math.Round((p.feel+p.place(e)+p.time+float64(p.human*e.late)+p.strum*float64(n))*p.ms))
	if e.at == 0 {
		start = song.Tick(math.Round(p.strum * float64(n) * p.ms))
	}
	start = max(0, start)
	end := max(start+20, p.swung(e.at+e.length))
	section := sc.sectionAt(min(sc.bars-1, int(e.at/sc.meter.BarTicks())))
	dynamics := 1 + .5*p.robot.Bend(band.Dynamics)
	v := e.velocity + p.velocity + 26*dynamics*(section.energy-.7) + sc.hairpin(e.at) + 5*p.robot.Bend(band.Loud)
	if e.at == 0 && sc.style.StartsStruck {
		v = max(v, e.velocity*.88)
	}
	limit := sc.meter.BarTicks() * song.Tick(sc.bars)
	start = min(start, limit-20)
	return song.Note{Start: start, Length: max(20, min(end, limit)-start), Pitch: e.pitch, Velocity: uint8(math.Round(min(127, max(8, v))))}
}

// place is how many ms late a stroke systematically comes.
func (p *player) place(e event) float64 {
	step := int(e.at/style.Step) % p.sc.bar
	if p.touch == nil {
		return p.places[step]
	}
	at := p.touch.offset(theory.DrumName(e.pitch), step) + p.places[step] + p.limbs[e.pitch]
	return max(-farthestPlace, min(farthestPlace, at))
}

// hairpin is how much louder the music is at a tick for its place in the phrase: it
// swells to the third bar of four and leads into a stronger section.
func (sc *score) hairpin(at song.Tick) float64 {
	bar := min(sc.bars-1, int(at/sc.meter.BarTicks()))
	s := sc.sectionAt(bar)
	within := float64(at)/float64(sc.meter.BarTicks()) - float64(s.start)
	swell := 2.5 * math.Sin(math.Pi*math.Mod(within, 4)/4)
	if left := float64(s.bars) - within; left < 2 && s.end() < sc.bars && sc.sectionAt(s.end()).energy > s.energy+.1 {
		swell += 3 * (2 - left)
	}
	return swell - 1.5
}

// swung is where a tick of the straight grid lies when it swings: the sixteenths
// within their eighth, then the eighths within their beat.
func (p *player) swung(t song.Tick) song.Tick {
	if p.swing16 > .51 {
		t = bend(t, 2*style.Step, p.swing16)
	}
	if p.swing8 > .51 {
		t = bend(t, 4*style.Step, p.swing8)
	}
	return t
}

// bend stretches the first half of every unit to share of it.
func bend(t, unit song.Tick, share float64) song.Tick {
	base, x := t/unit*unit, float64(t%unit)/float64(unit)
	if x < .5 {
		x *= 2 * share
	} else {
		x = share + (x-.5)*2*(1-share)
	}
	return base + song.Tick(math.Round(x*float64(unit)))
}

// untangle ends notes before the next one of their pitch and drops doubles.
func untangle(notes []song.Note) []song.Note {
	var at [128]int // 1 + index in out of the last note of a pitch
	out := notes[:0]
	for _, n := range notes {
		if k := at[n.Pitch]; k > 0 {
			before := &out[k-1]
			if before.Start == n.Start {
				before.Length = max(before.Length, n.Length)
				before.Velocity = max(before.Velocity, n.Velocity)
				continue
			}
			before.Length = max(1, min(before.Length, n.Start-before.Start))
		}
		out = append(out, n)
		at[n.Pitch] = len(out)
	}
	return out
}
