package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"bandstand/assets"
	"bandstand/internal/compose"
	"bandstand/internal/encode"
	"bandstand/internal/encode/mp3"
	"bandstand/internal/encode/opus"
	"bandstand/internal/midi"
	"bandstand/internal/mix"
	"bandstand/internal/pcm"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/synth"
)

type encoder interface {
	Header() []byte
	Encode(samples []float32) ([]pcm.Packet, error)
	Close() error
}

func newEncoder(ctx context.Context, format string) (encoder, error) {
	if format == "mp3" {
		return mp3.NewModule().NewEncoder(ctx, 128_000)
	}
	return opus.New(128_000, encode.Tags{})
}

// measureCompose measures the composing of songs of about three minutes, in all styles in turn.
func measureCompose(ctx context.Context, _ *bench) ([]row, error) {
	styles, err := style.Load("")
	if err != nil {
		return nil, err
	}
	c := compose.New(styles)
	var took []time.Duration
	var sum time.Duration
	for i := range 300 {
		begin := time.Now()
		s, _, err := c.Compose(ctx, compose.Brief{Style: styles.Names()[i%len(styles.Names())], Seed: uint64(rand.Uint32())})
		if err != nil {
			return nil, err
		}
		if i >= 10 { // after the first few, which wait for memory
			took = append(took, time.Since(begin))
			sum += s.Duration()
		}
	}
	median, p99 := percentile(took, .5), percentile(took, .99)
	return []row{{what: "compose a song", median: ms(median), p99: ms(p99), target: "median ≤ 20 ms", met: median <= 20*time.Millisecond,
		how: fmt.Sprintf("%d fresh seeds of %d styles, mean length %s", len(took), len(styles.Names()), (sum / time.Duration(len(took))).Round(time.Second))}}, nil
}

// measureRender measures how fast a song is rendered on one core, and fluidsynth
// with the same MIDI and SoundFont, in turns.
func measureRender(ctx context.Context, _ *bench) ([]row, error) {
	dir, err := os.MkdirTemp("", "bandstand-bench")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	styles, err := style.Load("")
	if err != nil {
		return nil, err
	}
	font, err := synth.LoadFont(assets.SoundFont())
	if err != nil {
		return nil, err
	}
	fontFile := filepath.Join(dir, "font.sf2")
	if err := os.WriteFile(fontFile, assets.SoundFont(), 0o600); err != nil {
		return nil, err
	}
	var ours, theirs []float64
	for _, name := range styles.Names()[:min(5, len(styles.Names()))] {
		s, _, err := compose.New(styles).Compose(ctx, compose.Brief{Style: name, Seed: 5})
		if err != nil {
			return nil, err
		}
		a, err := renderOurs(font, s)
		if err != nil {
			return nil, err
		}
		b, err := renderTheirs(ctx, dir, fontFile, s)
		if err != nil {
			return nil, err
		}
		ours, theirs = append(ours, a), append(theirs, b)
	}
	a, b := medianOf(ours), medianOf(theirs)
	return []row{{what: "render, one core", median: fmt.Sprintf("%.1f × real time", a), p99: fmt.Sprintf("worst %.1f ×", minOf(ours)),
		how: fmt.Sprintf("synth and master chain, %d songs; fluidsynth on the same MIDI and SoundFont: %.1f ×; ratio %.2f", len(ours), b, a/b)}}, nil
}

// renderOurs is how many times faster than real time a song is rendered.
func renderOurs(font *synth.Font, s *song.Song) (float64, error) {
	begin := time.Now()
	src, err := font.Play(s, synth.Span{})
	if err != nil {
		return 0, err
	}
	src = mix.Master(src, s.GainDB)
	buf := make([]float32, pcm.BlockSamples)
	for frames := 0; ; {
		n, err := src.Read(buf)
		frames += n
		if errors.Is(err, io.EOF) {
			return pcm.StationRate.Duration(int64(frames)).Seconds() / time.Since(begin).Seconds(), nil
		}
		if err != nil {
			return 0, err
		}
	}
}

func renderTheirs(ctx context.Context, dir, font string, s *song.Song) (float64, error) {
	midiFile, wav := filepath.Join(dir, "song.mid"), filepath.Join(dir, "song.wav")
	f, err := os.Create(midiFile)
	if err != nil {
		return 0, err
	}
	if err := midi.Write(f, s); err != nil {
		return 0, err
	}
	if err := f.Close(); err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, "fluidsynth", "-ni", "-q", "-r", "48000", "-o", "synth.cpu-cores=1", "-F", wav, font, midiFile)
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("fluidsynth: %w: %s", err, out)
	}
	used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	info, err := os.Stat(wav)
	if err != nil {
		return 0, err
	}
	return float64(info.Size()) / 4 / 48000 / used.Seconds(), nil
}
