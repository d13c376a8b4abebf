package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"bandstand/assets"
	"bandstand/internal/compose"
	"bandstand/internal/loudness"
	"bandstand/internal/mix"
	"bandstand/internal/pcm"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/synth"
)

// bands are the middles of the octaves that are shown, in Hz.
var bands = []float64{31.5, 63, 125, 250, 500, 1000, 2000, 4000, 8000, 16000}

// spectrum prints the colour and the room of one song of 16 bars a style: the level of each
// octave against the whole, how much of the low end and of all is in the middle, how far the peaks
// stand out, and how loud the song's room is against its dry sound.
func spectrum(ctx context.Context, args []string) error {
	var b batch
	if err := b.parse("spectrum", args); err != nil {
		return err
	}
	set, err := style.Load("")
	if err != nil {
		return err
	}
	font, err := synth.LoadFont(assets.SoundFont())
	if err != nil {
		return err
	}
	c := compose.New(set)
	fmt.Print("dB; side is that of left minus right, against left plus right\n          ")
	for _, hz := range bands {
		fmt.Printf(" %5.0f", hz)
	}
	fmt.Println(" | side: <120 Hz, all | peak to loudness | room to dry")
	for _, name := range b.styles {
		if err := ctx.Err(); err != nil {
			return err
		}
		s, _, err := c.Compose(ctx, compose.Brief{Style: name, Seed: b.first, Bars: 16})
		if err != nil {
			return err
		}
		src, err := font.Play(s, synth.Span{})
		if err != nil {
			return err
		}
		p, err := look(mix.Master(src, s.GainDB))
		if err != nil {
			return err
		}
		fmt.Printf("%-10s", name)
		for i := range bands {
			fmt.Printf(" %5.1f", db(p.octave[i]/p.all))
		}
		room, err := roomToDry(font, s)
		if err != nil {
			return err
		}
		fmt.Printf(" | %5.1f %5.1f | %5.1f | %5.1f\n", db(p.lowSide/p.lowMid), db(p.side/p.mid), p.peak-p.lufs, room)
	}
	return nil
}

func db(ratio float64) float64 { return 10 * math.Log10(ratio+1e-12) }

// roomToDry is the loudness of what the room adds, against the song without it, in LU.
func roomToDry(font *synth.Font, s *song.Song) (float64, error) {
	var lufs [2]float64
	for i := range lufs {
		bare := *s
		if i == 1 {
			bare.Parts = append([]song.Part(nil), s.Parts...)
			for p := range bare.Parts {
				bare.Parts[p].Reverb = 0
			}
		}
		src, err := font.Play(&bare, synth.Span{})
		if err != nil {
			return 0, err
		}
		heard, err := listen(src)
		if err != nil {
			return 0, err
		}
		lufs[i] = heard.lufs
	}
	return db(max(loudness.Energy(lufs[0])/loudness.Energy(lufs[1])-1, 1e-6)), nil
}

// picture is the energies of a sound by place.
type picture struct {
	octave          [10]float64
	all             float64
	mid, side       float64
	lowMid, lowSide float64
	peak, lufs      float64
}

// look reads a source to its end.
func look(src pcm.Source) (picture, error) {
	var p picture
	var meter loudness.Meter
	var peaks loudness.PeakMeter
	var filters [10]octave
	for i, hz := range bands {
		filters[i] = newOctave(hz)
	}
	lows := [2]octave{newOctave(70), newOctave(70)}
	buf := make([]float32, pcm.BlockSamples)
	for {
		n, err := src.Read(buf)
		meter.Add(buf[:n*pcm.Channels])
		peaks.Add(buf[:n*pcm.Channels])
		for i := 0; i < n*pcm.Channels; i += pcm.Channels {
			m, s := float64(buf[i]+buf[i+1])/2, float64(buf[i]-buf[i+1])/2
			p.mid += m * m
			p.side += s * s
			p.all += m * m
			for k := range filters {
				y := filters[k].step(m)
				p.octave[k] += y * y
			}
			lm, ls := lows[0].step(m), lows[1].step(s)
			p.lowMid += lm * lm
			p.lowSide += ls * ls
		}
		if errors.Is(err, io.EOF) {
			p.peak, p.lufs = peaks.Peak(), meter.Integrated()
			return p, nil
		}
		if err != nil {
			return p, err
		}
	}
}

// octave is a band-pass of one octave (two resonators of Q √2 in a row).
type octave struct{ b, a1, a2, x1, x2, y1, y2, u1, u2, v1, v2 float64 }

func newOctave(hz float64) octave {
	w := 2 * math.Pi * hz / float64(pcm.StationRate)
	alpha := math.Sin(w) / (2 * 1.2)
	return octave{b: alpha / (1 + alpha), a1: -2 * math.Cos(w) / (1 + alpha), a2: (1 - alpha) / (1 + alpha)}
}

func (o *octave) step(x float64) float64 {
	y := o.b*(x-o.x2) - o.a1*o.y1 - o.a2*o.y2
	o.x2, o.x1, o.y2, o.y1 = o.x1, x, o.y1, y
	z := o.b*(y-o.u2) - o.a1*o.v1 - o.a2*o.v2
	o.u2, o.u1, o.v2, o.v1 = o.u1, y, o.v1, z
	return z
}
