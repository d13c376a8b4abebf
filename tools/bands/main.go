// Command bands measures how differently bands play one brief, and whether it stays
// one song.
//
// For every style it composes the same brief (style, seed, key, tempo, bars) with each
// of the style's six house bands and compares all fifteen pairs by their notes, and
// neighbours by the sound of half a minute. What "differently" is worth is told by a
// baseline: the same band once more, with other humanising noise of the composer's
// size (velocity SD 7·√2, time SD 5.5·√2 ms, drums 4·√2 ms, less where the style has
// machines, lag-1 correlation .36; the √2 because the difference of two performances has
// twice the variance of one).
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"

	"bandstand/assets"
	"bandstand/internal/band"
	"bandstand/internal/compose"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/synth"
)

func main() {
	seed := flag.Uint64("seed", 3, "of the songs")
	seconds := flag.Float64("seconds", 30, "of sound to compare; 0 for none")
	pairs := flag.Int("pairs", 3, "of neighbouring bands whose sound is compared, a style")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *seed, *seconds, *pairs)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bands:", err)
		os.Exit(1)
	}
}

// row is what was measured of one pair of bands.
type row struct {
	notes
	sound, samePlayed, baseline listened
}

func run(ctx context.Context, seed uint64, seconds float64, pairs int) error {
	styles, err := style.Load("")
	if err != nil {
		return err
	}
	font, err := synth.LoadFont(assets.SoundFont())
	if err != nil {
		return err
	}
	composer := compose.New(styles)
	house := map[string][]band.Band{}
	for _, b := range composer.House() {
		house[b.Style] = append(house[b.Style], b)
	}
	fmt.Println("style      onsets  notes   force  place  other    tune    |  sound  ×noise  same      ×noise  rhythm  ×noise")
	fmt.Println("           differ  differ  of 127 ms     sounds   shared  |  dB             sounds dB")
	var all []row
	var audible []row
	for _, info := range composer.Styles() {
		st, err := styles.Get(info.Name)
		if err != nil {
			return err
		}
		var songs []*song.Song
		var first *song.Song
		for _, b := range house[info.Name] {
			brief := compose.Brief{Style: info.Name, Seed: seed, Band: &b}
			if first != nil { // the same song in all that a brief can say
				brief.Key, brief.Tempo, brief.Bars = first.Key, first.Tempo, first.Bars
			}
			s, _, err := composer.Compose(ctx, brief)
			if err != nil {
				return err
			}
			if first == nil {
				first = s
				brief.Key, brief.Tempo, brief.Bars = s.Key, s.Tempo, s.Bars
				if s, _, err = composer.Compose(ctx, brief); err != nil {
					return err
				}
			}
			songs = append(songs, s)
		}
		var rows, heard []row
		for i, a := range songs {
			for j, b := range songs[i+1:] {
				r := row{notes: compare(a, b)}
				if seconds > 0 && j == 0 && len(heard) < pairs {
					if err := r.listen(font, a, b, seconds, st.Rhythm.Human); err != nil {
						return err
					}
					heard = append(heard, r)
				}
				rows = append(rows, r)
			}
		}
		printRow(info.Name, rows, heard)
		all, audible = append(all, rows...), append(audible, heard...)
	}
	printRow("median", all, audible)
	printLeast(all, audible)
	return nil
}

// listen measures the sound of a pair: as they play, with b on a's instruments and
// levels, and a against itself with other noise.
func (r *row) listen(font *synth.Font, a, b *song.Song, seconds, human float64) error {
	one, err := render(font, a, seconds)
	if err != nil {
		return err
	}
	for _, other := range []struct {
		song *song.Song
		into *listened
	}{{b, &r.sound}, {onInstrumentsOf(b, a), &r.samePlayed}, {again(a, human), &r.baseline}} {
		two, err := render(font, other.song, seconds)
		if err != nil {
			return err
		}
		*other.into = one.against(two)
	}
	return nil
}

// of is a value of each row, in order of size.
func of(rows []row, value func(r row) float64) []float64 {
	out := make([]float64, len(rows))
	for i, r := range rows {
		out[i] = value(r)
	}
	slices.Sort(out)
	return out
}

func median(sorted []float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[len(sorted)/2]
}

// printRow is the medians of some pairs.
func printRow(name string, rows, heard []row) {
	m := func(value func(r row) float64) float64 { return median(of(rows, value)) }
	h := func(value func(r row) float64) float64 { return median(of(heard, value)) }
	fmt.Printf("%-10s %6.0f%% %6.0f%% %7.1f %6.1f %6.0f%% %7.0f%%  | %6.1f %6.1f× %8.1f %8.1f× %7.2f %6.1f×\n", name,
		100*m(onsetsOf), 100*m(notesOf), m(forceOf), m(placeOf), 100*m(soundsOf), 100*m(tuneOf),
		h(melOf), h(melRatio), h(func(r row) float64 { return r.samePlayed.mel }), h(sameRatio), h(func(r row) float64 { return r.samePlayed.rhythm }), h(rhythmRatio))
}

// printLeast is the smallest of each over all pairs.
func printLeast(rows, heard []row) {
	least := func(list []row, value func(r row) float64) float64 {
		if sorted := of(list, value); len(sorted) > 0 {
			return sorted[0]
		}
		return 0
	}
	fmt.Printf("%-10s %6.0f%% %6.0f%% %7.1f %6.1f %6.0f%% %7.0f%%  | %6.1f %6.1f× %8.1f %8.1f× %7.2f %6.1f×\n", "least",
		100*least(rows, onsetsOf), 100*least(rows, notesOf), least(rows, forceOf), least(rows, placeOf), 100*least(rows, soundsOf), 100*least(rows, tuneOf),
		least(heard, melOf), least(heard, melRatio), least(heard, func(r row) float64 { return r.samePlayed.mel }), least(heard, sameRatio),
		least(heard, func(r row) float64 { return r.samePlayed.rhythm }), least(heard, rhythmRatio))
}

func onsetsOf(r row) float64    { return r.onsets }
func notesOf(r row) float64     { return r.pitches }
func forceOf(r row) float64     { return r.force }
func placeOf(r row) float64     { return r.place }
func soundsOf(r row) float64    { return r.sounds }
func tuneOf(r row) float64      { return r.tune }
func melOf(r row) float64       { return r.sound.mel }
func melRatio(r row) float64    { return r.sound.mel / r.baseline.mel }
func sameRatio(r row) float64   { return r.samePlayed.mel / r.baseline.mel }
func rhythmRatio(r row) float64 { return r.samePlayed.rhythm / r.baseline.rhythm }
