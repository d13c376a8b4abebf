package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"

	"bandstand/assets"
	"bandstand/internal/balance"
	"bandstand/internal/compose"
	"bandstand/internal/loudness"
	"bandstand/internal/mix"
	"bandstand/internal/pcm"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/synth"
)

// batch is which songs to take.
type batch struct {
	styles  []string
	seeds   int
	first   uint64
	explain bool
}

func (b *batch) parse(name string, args []string) error {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	styles := flags.String("styles", "", "names, with commas between them; all")
	flags.IntVar(&b.seeds, "seeds", 12, "songs of each style")
	flags.Uint64Var(&b.first, "first", 1, "the first seed")
	flags.BoolVar(&b.explain, "explain", false, "show where the forecast goes wrong")
	if err := flags.Parse(args); err != nil {
		return err
	}
	set, err := style.Load("")
	if err != nil {
		return err
	}
	b.styles = set.Names()
	if *styles != "" {
		b.styles = strings.Split(*styles, ",")
	}
	return nil
}

// brief is that of the n-th song: bands, keys and tempi change, and some are short.
func (b *batch) brief(c *compose.Composer, name string, n int) (compose.Brief, error) {
	brief := compose.Brief{Style: name, Seed: b.first + uint64(n)}
	if n%2 == 1 {
		band, err := c.NewBand(name, brief.Seed*31)
		if err != nil {
			return brief, err
		}
		brief.Band = &band
	}
	switch n % 6 {
	case 2:
		brief.Bars = 8
	case 3:
		brief.Tempo = 70
	case 4:
		brief.Tempo = 170
	case 5:
		brief.Bars = 24
	}
	return brief, nil
}

// each composes the songs of a style, one after the other.
func (b *batch) each(ctx context.Context, c *compose.Composer, style string, do func(n int, s *song.Song) error) error {
	for n := range b.seeds {
		if err := ctx.Err(); err != nil {
			return err
		}
		brief, err := b.brief(c, style, n)
		if err != nil {
			return err
		}
		s, _, err := c.Compose(ctx, brief)
		if err != nil {
			return err
		}
		if err := do(n, s); err != nil {
			return err
		}
	}
	return nil
}

// songs prints how loud songs are as they are heard.
func songs(ctx context.Context, args []string) error {
	var b batch
	if err := b.parse("songs", args); err != nil {
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
	fmt.Printf("%-10s %5s | LUFS: least median most | true peak | DC\n", "style", "songs")
	var all []sound
	for _, name := range b.styles {
		var own []sound
		err := b.each(ctx, c, name, func(n int, s *song.Song) error {
			heard, err := play(font, s)
			if err != nil {
				return err
			}
			own = append(own, heard)
			if b.explain {
				return explain(font, s, heard, n)
			}
			return nil
		})
		if err != nil {
			return err
		}
		row(name, own)
		all = append(all, own...)
	}
	row("all", all)
	return nil
}

// play is a song as it is heard.
func play(font *synth.Font, s *song.Song) (sound, error) {
	src, err := font.Play(s, synth.Span{})
	if err != nil {
		return sound{}, err
	}
	return listen(mix.Master(src, s.GainDB))
}

func row(name string, heard []sound) {
	var lufs []float64
	peak, dc, out := -100.0, 0.0, 0
	for _, h := range heard {
		lufs = append(lufs, h.lufs)
		peak, dc = max(peak, h.peak), max(dc, h.dc, -h.dc)
		if h.lufs < balance.Target-1 || h.lufs > balance.Target+1 {
			out++
		}
	}
	slices.Sort(lufs)
	fmt.Printf("%-10s %5d | %6.2f %6.2f %6.2f, %d beyond ±1 | %6.2f | %.5f\n", name, len(lufs), lufs[0], lufs[len(lufs)/2], lufs[len(lufs)-1], out, peak, dc)
}

// explain sets what was foreseen of a song against what came.
func explain(font *synth.Font, s *song.Song, heard sound, n int) error {
	src, err := font.Play(s, synth.Span{})
	if err != nil {
		return err
	}
	raw, err := listen(src)
	if err != nil {
		return err
	}
	seen := balance.Foresee(s)
	fmt.Printf("%s %d: heard %.2f | raw %.2f foreseen %+.2f | plain %+.2f peak %+.2f | chain on true sketch %+.2f, on foreseen %+.2f | gain %.2f would be %.2f\n",
		s.Style, n, heard.lufs, raw.lufs, loudness.Integrated(seen.Weighted)-raw.lufs,
		level(seen.Plain)-level(raw.Plain), level(seen.Peak)-level(raw.Peak),
		raw.Mastered(s.GainDB)-heard.lufs, seen.Mastered(s.GainDB)-heard.lufs, s.GainDB, seen.Gain())
	return nil
}

// level is the mean of what is not near-silent, in dB.
func level(x []float32) float64 {
	total, n := 0.0, 1
	for _, v := range x {
		if v > 1e-7 {
			total += pcm.Decibels(float64(v)) / 2
			n++
		}
	}
	return total / float64(n)
}
