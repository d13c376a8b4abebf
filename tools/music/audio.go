package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"bandstand/assets"
	"bandstand/internal/mix"
	"bandstand/internal/pcm"
	"bandstand/internal/song"
	"bandstand/internal/synth"
)

// heard is what was measured of a song's sound.
type heard struct {
	piece    *piece
	loudness float64 // LUFS, integrated
	peak     float64 // dBTP
	dc       float64 // of the channel that has more, full scale 1
	start    float64 // the first sample's size, full scale 1: a click if it is large
	end      float64 // the last one's
	tempo    float64 // BPM that the beat tracker found; 0 where it found none
}

// measureAudio renders some songs of every style, one after another.
func (b *batch) measureAudio(ctx context.Context, songs int) ([]heard, error) {
	font, err := synth.LoadFont(assets.SoundFont())
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "bandstand-music")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	var out []heard
	for _, st := range b.styles {
		for _, p := range b.of(st)[:min(songs, len(b.of(st)))] {
			fmt.Fprintf(os.Stderr, "\rlistening to %s …\x1b[K", p.name())
			h, err := hear(ctx, font, p, filepath.Join(dir, "song.wav"))
			if err != nil {
				return nil, fmt.Errorf("listening to %s: %w", p.name(), err)
			}
			out = append(out, h)
		}
	}
	fmt.Fprint(os.Stderr, "\r\x1b[K")
	return out, nil
}

// hear renders a song as it goes on the air, lets ffmpeg measure it and write it to
// a file, and aubio find the tempo of that.
func hear(ctx context.Context, font *synth.Font, p *piece, wav string) (heard, error) {
	h := heard{piece: p}
	src, err := font.Play(p.Song, synth.Span{})
	if err != nil {
		return h, err
	}
	cmd := exec.CommandContext(ctx, "ffmpeg", "-nostdin", "-nostats", "-hide_banner", "-y", "-f", "f32le", "-ar", "48000", "-ac", "2", "-i", "pipe:0",
		"-map", "0:a", "-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-", "-map", "0:a", "-ac", "1", "-ar", "44100", wav)
	var said bytes.Buffer
	cmd.Stderr = &said
	in, err := cmd.StdinPipe()
	if err != nil {
		return h, err
	}
	if err := cmd.Start(); err != nil {
		return h, err
	}
	fed := h.feed(in, mix.Master(src, p.Song.GainDB))
	if err := errors.Join(fed, in.Close(), cmd.Wait()); err != nil {
		return h, fmt.Errorf("ffmpeg: %w: %s", err, lastLine(said.String()))
	}
	if h.loudness, err = said1(said.String(), `I:\s+(-?[\d.]+) LUFS`); err != nil {
		return h, err
	}
	if h.peak, err = said1(said.String(), `Peak:\s+(-?[\d.]+) dBFS`); err != nil {
		return h, err
	}
	beats, err := exec.CommandContext(ctx, "aubio", "beat", wav).Output()
	if err != nil {
		return h, fmt.Errorf("aubio: %w", err)
	}
	h.tempo = tracked(string(beats))
	return h, nil
}

// tracked is the tempo of beats that aubio found, seconds in a line each: by the
// median time between them, as aubio's own demonstration takes it; 0 of fewer than
// eight beats.
func tracked(lines string) float64 {
	var gaps []float64
	last := math.NaN()
	for line := range strings.FieldsSeq(lines) {
		at, err := strconv.ParseFloat(line, 64)
		if err != nil {
			continue
		}
		if at > last {
			gaps = append(gaps, at-last)
		}
		last = at
	}
	if len(gaps) < 7 {
		return 0
	}
	return 60 / median(gaps)
}

// feed sends the samples to w and measures those things that need no ffmpeg.
func (h *heard) feed(w io.Writer, src pcm.Source) error {
	block := make([]float32, pcm.BlockSamples)
	data := make([]byte, 4*len(block))
	var sum [pcm.Channels]float64
	frames := 0
	for {
		n, err := src.Read(block)
		for i, x := range block[:n*pcm.Channels] {
			sum[i%pcm.Channels] += float64(x)
			binary.LittleEndian.PutUint32(data[4*i:], math.Float32bits(x))
		}
		if n > 0 {
			if frames == 0 {
				h.start = loudest(block[:pcm.Channels])
			}
			h.end = loudest(block[(n-1)*pcm.Channels : n*pcm.Channels])
		}
		frames += n
		if _, err := w.Write(data[:4*n*pcm.Channels]); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	for _, x := range sum {
		h.dc = max(h.dc, math.Abs(x/float64(max(1, frames))))
	}
	return nil
}

func loudest(frame []float32) float64 {
	out := 0.0
	for _, x := range frame {
		out = max(out, math.Abs(float64(x)))
	}
	return out
}

// said1 is the last number that a pattern finds in a text.
func said1(text, pattern string) (float64, error) {
	all := regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1)
	if len(all) == 0 {
		return 0, fmt.Errorf("no %s in %q", pattern, lastLine(text))
	}
	return strconv.ParseFloat(all[len(all)-1][1], 64)
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// onTempo says whether the beat tracker found the tempo of the beat (see beats) within
// 4 %, octaves allowed.
func (h heard) onTempo() bool {
	for _, factor := range []float64{.25, .5, 1, 2, 4} {
		for _, beat := range beats(h.piece.Song) {
			if math.Abs(h.tempo/(h.piece.Song.Tempo*beat*factor)-1) <= .04 {
				return true
			}
		}
	}
	return false
}

// beats are what may be felt as the beat, in beats for a quarter of the song's tempo:
// quarters, and three eighths in metres such as 6/8.
func beats(s *song.Song) []float64 {
	if s.Meter.Unit == 8 && s.Meter.Beats%3 == 0 {
		return []float64{2. / 3}
	}
	return []float64{1}
}

// audioFigures are the figures of what was heard.
func audioFigures(all []heard) []figure {
	column := func(f func(heard) float64) []float64 {
		var out []float64
		for _, h := range all {
			out = append(out, f(h))
		}
		return out
	}
	worst := func(badness func(heard) float64) string {
		at := 0
		for i, h := range all {
			if badness(h) > badness(all[at]) {
				at = i
			}
		}
		return all[at].piece.name()
	}
	lufs := column(func(h heard) float64 { return h.loudness })
	off := func(h heard) float64 { return math.Abs(h.loudness + 14) }
	peaks := column(func(h heard) float64 { return h.peak })
	dc := column(func(h heard) float64 { return h.dc })
	ends := column(func(h heard) float64 { return max(h.start, h.end) })
	good := share(all, func(h heard) bool { return off(h) <= 1 })
	var drummed []heard
	missed := map[string]int{}
	for _, h := range all {
		if h.piece.Song.Part(song.Drums) != nil {
			drummed = append(drummed, h)
			if !h.onTempo() {
				missed[fmt.Sprintf("%s (%.0f for %g)", h.piece.name(), h.tempo, h.piece.Song.Tempo)]++
			}
		}
	}
	found := share(drummed, heard.onTempo)
	n := fmt.Sprintf("%d songs", len(all))
	return []figure{
		{what: "integrated loudness", got: fmt.Sprintf("%.1f to %.1f LUFS, %s within", quantile(lufs, 0), quantile(lufs, 1), percent(good)), want: "−14 ± 1 LUFS",
			met: good == 1, how: n + "; farthest: " + worst(off)},
		{what: "true peak", got: fmt.Sprintf("at most %.2f dBTP", quantile(peaks, 1)), want: "≤ −1 dBTP", met: quantile(peaks, 1) <= -1,
			how: n + "; highest: " + worst(func(h heard) float64 { return h.peak })},
		{what: "DC", got: fmt.Sprintf("at most %.6f", quantile(dc, 1)), want: "< 0.001", met: quantile(dc, 1) < .001, how: n},
		{what: "clicks at start and end", got: fmt.Sprintf("at most %.4f", quantile(ends, 1)), want: "≤ 0.01", met: quantile(ends, 1) <= .01,
			how: n + ", size of the first and last sample; most: " + worst(func(h heard) float64 { return max(h.start, h.end) })},
		{what: "tempo found by aubio, octaves allowed", got: percent(found), want: "≥ 90 %", met: found >= .9,
			how: fmt.Sprintf("%d songs with drums; not: %s", len(drummed), most(missed, 8))},
	}
}
