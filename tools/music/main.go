// Command music composes a batch of songs in every style, measures them, and writes
// a report by which a person can judge a change of the composer in a minute: the
// figures, a row a style, and the songs, worst first, with their piano rolls and the
// sound of a few. The figures are printed too.
//
//	go run ./tools/music [-songs 20] [-seed 1] [-styles "funk pop"] [-listen 4] [-audio 0] [-out music]
//
// The same seeds give the same songs, so that two reports differ by the change alone.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

// options are the command line.
type options struct {
	songs  int
	seed   uint64
	styles []string
	folder string // of the user's own styles
	listen int
	audio  int
	rolls  int
	times  int
	out    string
}

func main() {
	var o options
	flag.IntVar(&o.songs, "songs", 20, "songs of every style")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the first song of a style")
	styles := flag.String("styles", "", "only these styles, such as \"funk pop\"")
	flag.StringVar(&o.folder, "folder", "", "a folder with styles of your own")
	flag.IntVar(&o.listen, "listen", 4, "songs to hear in the report: the worst, and the best one last")
	flag.IntVar(&o.audio, "audio", 0, "songs of every style that are rendered to measure loudness and tempo (needs ffmpeg and aubio)")
	flag.IntVar(&o.rolls, "rolls", 36, "songs, of the worst, that are shown with all their parts")
	flag.IntVar(&o.times, "times", 200, "songs composed to measure the time it takes")
	flag.StringVar(&o.out, "out", "music", "folder of the report")
	flag.Parse()
	o.styles = strings.Fields(*styles)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "music:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	if o.songs < 2 || flag.NArg() > 0 {
		return fmt.Errorf("give at least -songs 2, and nothing but flags")
	}
	begin := time.Now()
	b, err := composeBatch(ctx, o)
	if err != nil {
		return err
	}
	figures := b.figures()
	took, err := b.composeTimes(ctx, o.times)
	if err != nil {
		return err
	}
	figures = append(figures, took)
	if o.audio > 0 {
		heard, err := b.measureAudio(ctx, o.audio)
		if err != nil {
			return err
		}
		figures = append(figures, audioFigures(heard)...)
	}
	printFigures(os.Stdout, figures)
	file := filepath.Join(o.out, "report.html")
	if err := b.report(ctx, o, file, figures); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	fmt.Printf("\n%d songs in %s; the report is %s\n", len(b.pieces), time.Since(begin).Round(time.Second), file)
	return nil
}
