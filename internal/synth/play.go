package synth

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"bandstand/internal/pcm"
	"bandstand/internal/song"
)

// Span is a stretch of a song, from From up to To. To 0 is the end of the song
// and its ringing out.
type Span struct{ From, To song.Tick }

const (
	maxMelodic = 15                 // MIDI channels but the drums'
	maxTick    = song.Tick(1) << 32 // a song of years
	// anticipation is how much early a note may be and still belong to what
	// follows: humanised notes come a little before their beat.
	anticipation = song.TicksPerQuarter / 16
	ringOut      = 5 * int64(pcm.StationRate)      // the longest that a song sounds after its last note
	ringFade     = int64(pcm.StationRate) * 3 / 10 // of a ring-out that is cut
	spanFade     = int64(pcm.StationRate) / 100    // at the end of a span
	quietFor     = int64(pcm.StationRate) / 20     // how long it must be quiet to be over
	quiet        = 1.6e-4                          // −76 dBFS: below −70 even after the mix has raised it
	fullScale    = 0.31                            // of a note at full velocity, so that a full band does not clip
)

// Play is the song, or a span of it, as a source at 48 kHz. Frame 0 is the
// span's first tick. A note that sounds across From is struck again there if at least
// a beat of it remains; drums are not. With To set the source ends at To's
// frame, without it when the last note has rung out. What the font does not
// have is played by the nearest that it has.
func (f *Font) Play(s *song.Song, span Span) (src pcm.Source, err error) {
	defer func() {
		if e := recover(); e != nil {
			src, err = nil, fmt.Errorf("this song cannot be played: %v", e)
		}
	}()
	if err := check(s, span); err != nil {
		return nil, fmt.Errorf("this song cannot be played: %w", err)
	}
	span.From = max(span.From, 0)
	p := &player{font: f, song: s, span: span, origin: s.Frame(span.From, int(pcm.StationRate)), end: math.MaxInt64, fade: ringFade}
	if span.To > 0 {
		p.end, p.fade = p.frame(span.To), spanFade
	}
	for _, part := range s.Parts {
		p.add(part)
	}
	for _, b := range p.buses {
		if b.chorus > 0 && p.chorus == nil {
			p.chorus = newChorus()
		}
	}
	if p.fadeFrom, p.fadeTo = math.MaxInt64, math.MaxInt64; s.Fade > 0 {
		from, to := s.FadeSpan()
		p.fadeFrom, p.fadeTo = p.frame(from), p.frame(to)
		p.last = min(p.last, p.fadeTo)
	}
	if p.last == 0 && span.To == 0 {
		p.end = 0 // nothing to play
	}
	p.left, p.right = make([]float32, chunk*len(p.buses)), make([]float32, chunk*len(p.buses))
	p.reverb = newReverb(within(s.Reverb, 0, 1))
	return p, nil
}

// check finds what makes a song impossible to play, as opposed to odd.
func check(s *song.Song, span Span) error {
	if math.IsNaN(s.Tempo) || s.Tempo < 1 || s.Tempo > 10_000 {
		return fmt.Errorf("its tempo is %v", s.Tempo)
	}
	if s.Meter.Beats < 1 || s.Meter.Unit < 1 || s.Meter.BeatTicks() < 1 {
		return fmt.Errorf("its meter is %d/%d", s.Meter.Beats, s.Meter.Unit)
	}
	if span.To != 0 && span.To <= span.From {
		return fmt.Errorf("it should end at tick %d, before it starts at %d", span.To, span.From)
	}
	if span.From > maxTick || span.To > maxTick {
		return errors.New("it is years long")
	}
	melodic, notes := 0, 0
	for _, p := range s.Parts {
		if !p.IsDrums() {
			melodic++
		}
		for _, n := range p.Notes {
			if n.Start < -maxTick || n.Start > maxTick || n.Length > maxTick {
				return errors.New("it is years long")
			}
		}
		if notes += len(p.Notes); notes > song.MaxNotes {
			return fmt.Errorf("it has more than %d notes", song.MaxNotes)
		}
	}
	if melodic > maxMelodic {
		return fmt.Errorf("it has %d parts besides the drums; %d is the most", melodic, maxMelodic)
	}
	return nil
}

// part is a part of the song as it is played.
type part struct {
	preset *preset
	notes  []song.Note // those to play, by start
	next   int
	frame  int64 // of the next note
	drums  bool
	gain   float64
	pan    float64
	bus    int
}

// bus is where parts meet the effects: all that goes in has the same sends.
type bus struct{ room, chorus float32 }

// dryDrums are the drums that stay out of the room, so that the beat stays clear:
// kicks and hi-hats.
func dryDrums(key int) bool { return key == 35 || key == 36 || key == 42 || key == 44 || key == 46 }

// add takes a part in, with those of its notes that lie in the span.
func (p *player) add(from song.Part) {
	pt := part{
		drums: from.IsDrums(), gain: fullScale * pcm.Amplitude(within(from.GainDB, -120, 40)),
		pan: within(from.Pan, -1, 1), bus: len(p.buses),
	}
	room := float32(2.2 * within(from.Reverb, 0, 1) * within(p.song.Reverb, 0, 1))
	bank := int(from.Bank)
	if pt.drums {
		bank = drumBank
	}
	pt.preset = p.font.preset(bank, int(from.Program))
	p.buses = append(p.buses, bus{room, p.font.chorusSend(pt.preset)})
	if pt.drums {
		p.buses = append(p.buses, bus{room: room * 0.3})
	}
	notes := from.Notes
	byStart := func(a, b song.Note) int { return cmp.Compare(a.Start, b.Start) }
	if !slices.IsSortedFunc(notes, byStart) {
		notes = slices.Clone(notes)
		slices.SortStableFunc(notes, byStart)
	}
	p.spanNotes(&pt, notes)
	pt.seek(p)
	p.parts = append(p.parts, pt)
}

// within is v or the nearest value of a range; what is no number is its lower end.
func within(v, low, high float64) float64 {
	if !(v > low) {
		return low
	}
	return min(v, high)
}

// spanNotes chooses the notes that lie in the span, and those to strike again at its start.
func (p *player) spanNotes(pt *part, notes []song.Note) {
	early := p.span.From - anticipation
	if p.span.From == 0 {
		early = -maxTick
	}
	first, _ := slices.BinarySearchFunc(notes, early, func(n song.Note, t song.Tick) int { return cmp.Compare(n.Start, t) })
	last := len(notes)
	if p.span.To > 0 {
		last, _ = slices.BinarySearchFunc(notes, p.span.To-anticipation, func(n song.Note, t song.Tick) int { return cmp.Compare(n.Start, t) })
	}
	pt.notes = notes[min(first, last):last]
	if !pt.drums {
		var held []song.Note
		for _, n := range notes[:min(first, last)] {
			if n.End()-p.span.From >= p.song.Meter.BeatTicks() {
				held = append(held, n)
			}
		}
		if len(held) > 0 {
			pt.notes = append(held, pt.notes...)
		}
	}
	for _, n := range pt.notes {
		p.last = max(p.last, p.frame(n.End()))
	}
}

// seek finds the frame of the part's next note.
func (pt *part) seek(p *player) {
	pt.frame = math.MaxInt64
	if pt.next < len(pt.notes) {
		pt.frame = max(p.frame(pt.notes[pt.next].Start), 0)
	}
}

// player is a song being played.
type player struct {
	font   *Font
	song   *song.Song
	span   Span
	origin int64 // the span's first frame, in the song

	parts  []part
	buses  []bus
	voices [slots]voice
	born   int64

	at    int64 // the next frame to render
	last  int64 // when the last note ends
	end   int64 // where the source ends; MaxInt64 until it is known
	fade  int64 // frames of the fade before end
	quiet int64 // for how long there has been nothing to hear

	fadeFrom, fadeTo int64 // where the song fades away; MaxInt64 where it does not

	left, right []float32 // a chunk for each bus
	scratch     [2][chunk]float32
	send        [2][chunk]float32
	copies      [chunk]float32 // what goes to the chorus
	out         [chunk * pcm.Channels]float32
	have, used  int // samples of out
	reverb      *reverb
	chorus      *chorus // nil where no part wants one
	found       [maxRegions]region
	err         error
}

func (p *player) frame(t song.Tick) int64 { return p.song.Frame(t, int(pcm.StationRate)) - p.origin }

// Read renders the next frames.
func (p *player) Read(dst []float32) (frames int, err error) {
	if p.err != nil {
		return 0, p.err
	}
	done := 0
	defer func() {
		if e := recover(); e != nil {
			p.err = fmt.Errorf("the synthesizer failed: %v", e)
			frames, err = done/pcm.Channels, p.err
		}
	}()
	dst = dst[:len(dst)/pcm.Channels*pcm.Channels]
	for done < len(dst) {
		if p.used == p.have {
			if p.over() {
				p.err = io.EOF
				break
			}
			p.render()
		}
		n := copy(dst[done:], p.out[p.used:p.have])
		p.used += n
		done += n
	}
	return done / pcm.Channels, p.err
}

// over says whether all has been heard, and sets the end when it comes in sight.
func (p *player) over() bool {
	if p.at >= p.end {
		return true
	}
	if p.end < math.MaxInt64 || p.at < p.last {
		return false
	}
	if p.span.To == 0 {
		p.end = p.last + ringOut
	}
	return p.at >= p.end
}

// render makes the next chunk: up to where a note begins or ends, at most 64 frames.
func (p *player) render() {
	n := p.events()
	for b := range p.buses {
		clear(p.left[b*chunk : b*chunk+n])
		clear(p.right[b*chunk : b*chunk+n])
	}
	sounding := false
	for i := range p.voices {
		if v := &p.voices[i]; v.active {
			sounding = true
			v.render(p.left[v.bus*chunk:v.bus*chunk+n], p.right[v.bus*chunk:v.bus*chunk+n], &p.scratch)
		}
	}
	p.mix(n)
	p.at += int64(n)
	p.used, p.have = 0, n*pcm.Channels
	p.finish(n, sounding)
}

// mix adds up the buses and the effects.
func (p *player) mix(n int) {
	left, right := p.left[:n], p.right[:n]
	sendLeft, sendRight, copies := p.send[0][:n], p.send[1][:n], p.copies[:n]
	clear(sendLeft)
	clear(sendRight)
	clear(copies)
	for b, bus := range p.buses {
		l, r := p.left[b*chunk:b*chunk+n], p.right[b*chunk:b*chunk+n]
		if bus.room > 0 {
			for i := range l {
				sendLeft[i] += bus.room * l[i]
				sendRight[i] += bus.room * r[i]
			}
		}
		if bus.chorus > 0 {
			for i := range l {
				copies[i] += bus.chorus * (l[i] + r[i])
			}
		}
		if b > 0 { // the first is where they all go
			for i := range l {
				left[i] += l[i]
				right[i] += r[i]
			}
		}
	}
	if p.chorus != nil {
		p.chorus.add(left, right, copies)
	}
	p.reverb.add(left, right, sendLeft, sendRight)
	for i := range left {
		p.out[2*i], p.out[2*i+1] = left[i], right[i]
	}
}

// finish fades what is near the end and finds out whether it has become quiet.
func (p *player) finish(n int, sounding bool) {
	start := p.at - int64(n)
	if p.at > p.fadeFrom {
		p.fadeAway(start)
	}
	loud := float32(0)
	for i := range p.out[:p.have] {
		if left := p.end - start - int64(i/pcm.Channels); left < p.fade {
			p.out[i] *= float32(left) / float32(p.fade)
		}
		loud = max(loud, abs(p.out[i]))
	}
	p.quiet += int64(n)
	if sounding && loud > quiet/4 || loud > quiet {
		p.quiet = 0
	}
	if p.span.To == 0 && p.at > p.last && p.quiet >= quietFor {
		p.end = min(p.end, p.at)
	}
}

// fadeAway turns down what has been rendered from a frame on as the song's fade has it.
func (p *player) fadeAway(start int64) {
	for i := range p.out[:p.have] {
		at := start + int64(i/pcm.Channels)
		p.out[i] *= float32(song.FadeGain(float64(at-p.fadeFrom) / float64(p.fadeTo-p.fadeFrom)))
	}
}
