package synth

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/sinshu/go-meltysynth/meltysynth"

	"bandstand/internal/pcm"
	"bandstand/internal/song"
)

type meltyFont struct{ font *meltysynth.SoundFont }

func loadMelty(data []byte) (f *meltyFont, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the SoundFont cannot be played: %v", p)
		}
	}()
	font, err := meltysynth.NewSoundFont(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("the SoundFont cannot be played: %w", err)
	}
	return &meltyFont{font}, nil
}

type event struct {
	frame    int64
	channel  int32
	key, vel int32 // velocity 0 is the release
}

const (
	tail     = 5 * int64(pcm.StationRate)
	fadeOut  = int64(pcm.StationRate) / 100
	headroom = 0.5
)

// Play is the song, or a span of it, as a source. It ends when the last note
// has rung out, or at the span's To.
func (f *Font) Play(s *song.Song, span Span) (src pcm.Source, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the song cannot be played: %v", p)
		}
	}()
	settings := meltysynth.NewSynthesizerSettings(int32(pcm.StationRate))
	settings.MaximumPolyphony = 128
	syn, err := meltysynth.NewSynthesizer(f.melty.font, settings)
	if err != nil {
		return nil, fmt.Errorf("starting the synthesizer: %w", err)
	}
	p := &player{syn: syn, end: -1}
	syn.MasterVolume = headroom
	melodic := int32(0)
	origin := s.Frame(span.From, int(pcm.StationRate))
	for _, part := range s.Parts {
		ch := melodic
		if part.IsDrums() {
			ch = 9
		} else {
			if melodic++; melodic == 9 {
				melodic++
			}
			if ch > 15 {
				return nil, fmt.Errorf("the song has more than 15 melodic parts")
			}
			syn.ProcessMidiMessage(ch, 0xB0, 0x00, int32(part.Bank))
		}
		syn.ProcessMidiMessage(ch, 0xC0, int32(part.Program), 0)
		vol := min(max(100*math.Pow(10, part.GainDB/40), 0), 127)
		syn.ProcessMidiMessage(ch, 0xB0, 7, int32(vol))
		syn.ProcessMidiMessage(ch, 0xB0, 10, int32(min(max(64+part.Pan*63, 0), 127)))
		syn.ProcessMidiMessage(ch, 0xB0, 0x5B, int32(min(max(part.Reverb*s.Reverb*127, 0), 127)))
		for _, n := range part.Notes {
			start, end := n.Start, n.End()
			if span.To > 0 && start >= span.To {
				continue
			}
			if start < span.From {
				if part.IsDrums() || end-span.From < s.Meter.BeatTicks() {
					continue
				}
				start = span.From
			}
			on, off := s.Frame(start, int(pcm.StationRate))-origin, s.Frame(end, int(pcm.StationRate))-origin
			p.events = append(p.events, event{on, ch, int32(n.Pitch), int32(n.Velocity)}, event{off, ch, int32(n.Pitch), 0})
			p.last = max(p.last, off)
		}
	}
	slices.SortStableFunc(p.events, func(a, b event) int {
		if a.frame != b.frame {
			return int(min(max(a.frame-b.frame, -1), 1))
		}
		return int(min(a.vel, 1) - min(b.vel, 1))
	})
	if span.To > 0 {
		p.end = max(s.Frame(span.To, int(pcm.StationRate))-origin, 0)
	}
	return p, nil
}

type player struct {
	syn    *meltysynth.Synthesizer
	events []event
	at     int64
	last   int64 // release of the last note
	end    int64 // −1 while it is not known
	quiet  int64
	l, r   [64]float32
	used   int
	have   int
	err    error
}

// Read renders the next frames.
func (p *player) Read(dst []float32) (n int, err error) {
	if p.err != nil {
		return 0, p.err
	}
	defer func() {
		if e := recover(); e != nil {
			p.err = fmt.Errorf("the synthesizer failed: %v", e)
			err = p.err
		}
	}()
	for n < len(dst)/2 {
		if p.used == p.have {
			if !p.fill() {
				p.err = io.EOF
				return n, io.EOF
			}
		}
		for p.used < p.have && n < len(dst)/2 {
			dst[2*n], dst[2*n+1] = p.l[p.used], p.r[p.used]
			p.used++
			n++
		}
	}
	return n, nil
}

// fill renders up to the next event, at most 64 frames.
func (p *player) fill() bool {
	if p.end < 0 && (p.at >= p.last+tail || p.at > p.last && p.quiet > int64(pcm.StationRate)/10) {
		return false
	}
	if p.end >= 0 && p.at >= p.end {
		return false
	}
	for len(p.events) > 0 && p.events[0].frame <= p.at {
		e := p.events[0]
		p.events = p.events[1:]
		p.syn.NoteOn(e.channel, e.key, e.vel)
	}
	n := int64(64)
	if len(p.events) > 0 {
		n = min(n, p.events[0].frame-p.at)
	}
	end := p.end
	if end >= 0 {
		n = min(n, end-p.at)
	} else if p.last+tail > p.at {
		n = min(n, p.last+tail-p.at)
		end = p.last + tail
	}
	p.syn.Render(p.l[:n], p.r[:n])
	for i := range n {
		if left := end - (p.at + i); left < fadeOut {
			p.l[i] *= float32(left) / float32(fadeOut)
			p.r[i] *= float32(left) / float32(fadeOut)
		}
		if max(math.Abs(float64(p.l[i])), math.Abs(float64(p.r[i]))) < 3e-4 {
			p.quiet++
		} else {
			p.quiet = 0
		}
	}
	p.at += n
	p.used, p.have = 0, int(n)
	return true
}
