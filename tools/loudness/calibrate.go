package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"

	"bandstand/assets"
	"bandstand/internal/loudness"
	"bandstand/internal/song"
	"bandstand/internal/synth"
	"bandstand/internal/theory"
)

// What is measured of each preset.
const (
	lowestKey, highestKey = 24, 100
	keyStep               = 3
	heldSeconds           = 2.56 // as long as the envelope that is kept
	shortSeconds          = 0.3  // the note whose tail and room are measured
	strokeSeconds         = 0.12 // the same of a drum
	drumBank              = 128
)

const header = `# How loud each note of the built-in font is. Written by: go generate ./internal/balance
# Tenths of a decibel, but tail in milliseconds; the columns are explained in table.go.
# bank	program	key	plain	peak	room	tail	fade	soft	hard	envelope: 10 ms, 10, 20, 40 … 1280 ms
`

// calibrate writes what every key of every preset of the built-in font gives.
func calibrate(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("calibrate", flag.ContinueOnError)
	out := flags.String("o", "notes.tsv", "where to write the table")
	if err := flags.Parse(args); err != nil {
		return err
	}
	font, err := synth.LoadFont(assets.SoundFont())
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString(header)
	for _, p := range assets.Presets() {
		low, high, step := lowestKey, highestKey, keyStep
		if p.Bank == drumBank {
			low, high, step = 31, 82, 1
		}
		for key := low; key <= high; key += step {
			if err := ctx.Err(); err != nil {
				return err
			}
			line, err := measureKey(font, p, theory.Pitch(key))
			if err != nil {
				return fmt.Errorf("%s, key %d: %w", p.Name, key, err)
			}
			b.WriteString(line)
		}
	}
	return os.WriteFile(*out, []byte(b.String()), 0o644)
}

// strike is one note to be measured.
type strike struct {
	preset   assets.Preset
	key      theory.Pitch
	velocity uint8
	seconds  float64
	send     float64
}

// measureKey is a line of the table, or "" where the key is silent.
func measureKey(font *synth.Font, p assets.Preset, key theory.Pitch) (string, error) {
	hit := func(velocity uint8, seconds, send float64) (sound, error) {
		return render(font, strike{p, key, velocity, seconds, send})
	}
	held, err := hit(90, heldSeconds, 0)
	if err != nil || sum(held.Weighted) < 1e-9 {
		return "", err
	}
	length := shortSeconds
	if p.Bank == drumBank {
		length = strokeSeconds
	}
	short, err := hit(90, length, 0)
	if err != nil {
		return "", err
	}
	wet, err := hit(90, length, 1)
	if err != nil {
		return "", err
	}
	soft, err := hit(45, length, 0)
	if err != nil {
		return "", err
	}
	hard, err := hit(115, length, 0)
	if err != nil {
		return "", err
	}
	off := int(math.Round(length / loudness.CellSeconds))
	first := func(s sound) float64 { return sum(s.Weighted[:min(len(s.Weighted), off)]) }
	law := func(s sound, velocity float64) float64 {
		return within(10*math.Log10(first(s)/first(short)) - 40*math.Log10(velocity/90))
	}
	at := max(sum(short.Weighted[off-4:off])/4, 1e-12)
	tail := min(sum(short.Weighted[off:])/at*loudness.CellSeconds*1000, 3000)
	room := (sum(wet.Weighted) - sum(short.Weighted)) / sum(short.Weighted) / (2.2 * .5 * 2.2 * .5)
	third := len(held.Weighted[:256]) / 4
	fade := within(10 * math.Log10((sum(held.Weighted[3*third:256])+1e-12)/(sum(held.Weighted[2*third:3*third])+1e-12)) / (float64(third) * loudness.CellSeconds))
	values := []int{
		tenths(10 * math.Log10(sum(short.Plain)/sum(short.Weighted))),
		tenths(10 * math.Log10(most(short.Peak)/most(short.Plain))),
		tenths(10 * math.Log10(max(room, 1e-3))), int(math.Round(tail)), tenths(min(fade, 0)), tenths(law(soft, 45)), tenths(law(hard, 115)),
	}
	for from, to := 0, 1; to <= 256; from, to = to, 2*to {
		values = append(values, tenths(loudness.Decibels(sum(held.Weighted[from:to])/float64(to-from))))
	}
	line := fmt.Sprintf("%d\t%d\t%d", p.Bank, p.Program, key)
	for _, v := range values {
		line += fmt.Sprintf("\t%d", v)
	}
	return line + "\n", nil
}

// within keeps what was measured of near-silence from running away.
func within(db float64) float64 {
	if math.IsNaN(db) {
		return 0
	}
	return max(-40, min(40, db))
}

func tenths(db float64) int { return int(math.Round(10 * max(db, -90))) }

func sum(x []float32) float64 {
	total := 0.0
	for _, v := range x {
		total += float64(v)
	}
	return total
}

func most(x []float32) float64 {
	top := float32(1e-12)
	for _, v := range x {
		top = max(top, v)
	}
	return float64(top)
}

// render plays one note from tick 0, in a song of 60 BPM.
func render(font *synth.Font, n strike) (sound, error) {
	part := song.Part{Role: song.Lead, Program: uint8(n.preset.Program), Bank: uint8(min(n.preset.Bank, 127)), Reverb: n.send}
	if n.preset.Bank == drumBank {
		part.Role = song.Drums
	}
	part.Notes = []song.Note{{Start: 0, Length: song.Tick(n.seconds * float64(song.TicksPerQuarter)), Pitch: n.key, Velocity: n.velocity}}
	s := &song.Song{Tempo: 60, Meter: song.Meter{Beats: 4, Unit: 4}, Bars: 2, Reverb: .5, Parts: []song.Part{part}}
	src, err := font.Play(s, synth.Span{})
	if err != nil {
		return sound{}, err
	}
	heard, err := listen(src)
	for len(heard.Weighted) < 300 { // as if it went on in silence
		heard.Weighted, heard.Plain, heard.Peak = append(heard.Weighted, 0), append(heard.Plain, 0), append(heard.Peak, 0)
	}
	return heard, err
}
