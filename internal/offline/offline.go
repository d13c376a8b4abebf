// Package offline is the command `bandstand compose`: songs straight into files,
// with no station.
//
// It promises to say everything that is wrong with what it was asked before it
// writes the first file, to replace nothing unasked, and that the same style, seed and
// wishes give the same files. It keeps no record of what it made.
package offline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"bandstand/assets"
	"bandstand/internal/band"
	"bandstand/internal/compose"
	"bandstand/internal/export"
	"bandstand/internal/nearest"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/synth"
	"bandstand/internal/theory"
)

// Options is what to compose and where to put it. What is empty or nil is free.
type Options struct {
	Style     string
	Styles    string // folder of the user's own styles
	Seed      *uint64
	Key       string
	Tempo     *float64 // quarter notes a minute
	Bars      *int
	Meter     string   // "3/4"
	Band      string   // a house band, by name
	Count     int      // songs, with seeds one after the other; 0 is 1
	Force     bool     // replace files that exist
	Out       []string // names of files, {style} and {seed} filled in; the suffix is the format
	SoundFont string   // an SF2 file; "" is the built-in font
}

// freshSeeds is how many seeds a song that was given none draws from, as at the station.
const freshSeeds = 999_999_999

// session is a call of Compose.
type session struct {
	composer       *compose.Composer
	exporter       *export.Exporter
	brief          compose.Brief // its seed is the first song's
	songs          int
	out            []string
	force          bool
	bar            *bar
	stdout, stderr io.Writer
}

// Compose composes and writes one or more songs. It prints a line a song to stdout;
// remarks and, on a terminal, the progress go to stderr. Its errors are sentences
// for people.
func Compose(ctx context.Context, o Options, stdout, stderr io.Writer) error {
	s, err := newSession(o, stderr)
	if err != nil {
		return err
	}
	s.stdout, s.stderr = stdout, stderr
	s.bar = newBar(stderr, isTerminal(stderr), time.Now)
	defer s.bar.clear()
	if err := s.checkFiles(ctx); err != nil {
		return err
	}
	for n := range s.songs {
		if err := s.one(ctx, n); err != nil {
			if ctx.Err() != nil {
				return fmt.Errorf("stopped after %d of %d songs: %w", n, s.songs, context.Cause(ctx))
			}
			return err
		}
	}
	return nil
}

// newSession checks what was asked, but for the files.
func newSession(o Options, stderr io.Writer) (*session, error) {
	styles, err := style.Load(o.Styles)
	if err != nil {
		return nil, err
	}
	for _, b := range styles.Broken() {
		fmt.Fprintf(stderr, "left out: %v\n", b.Err)
	}
	s := &session{composer: compose.New(styles), songs: max(1, o.Count), out: o.Out, force: o.Force}
	if o.Count < 0 {
		return nil, fmt.Errorf("%d songs are not possible: --count must be at least 1", o.Count)
	}
	if s.brief, err = wishes(o, styles, s.composer.House()); err != nil {
		return nil, err
	}
	if s.brief.Seed > math.MaxUint64-uint64(s.songs-1) {
		return nil, fmt.Errorf("there are not %d seeds from %d on: the last is %d", s.songs, s.brief.Seed, uint64(math.MaxUint64))
	}
	sounds := false
	for _, name := range s.out {
		if err := checkName(name, s.songs); err != nil {
			return nil, err
		}
		format, _ := export.Format(name)
		sounds = sounds || export.IsSound(format)
	}
	if len(s.out) == 0 {
		return nil, errors.New("nothing to write: name a file with -o, such as -o song.mp3")
	}
	var font *synth.Font
	switch {
	case o.SoundFont != "":
		font, err = synth.OpenFont(o.SoundFont)
	case sounds:
		font, err = synth.LoadFont(assets.SoundFont())
	}
	if err != nil {
		return nil, err
	}
	s.exporter = export.New(font, nil)
	return s, nil
}

// wishes is the brief of the first song.
func wishes(o Options, styles *style.Set, house []band.Band) (compose.Brief, error) {
	b := compose.Brief{Style: o.Style, Seed: 1 + rand.Uint64N(freshSeeds)}
	if o.Seed != nil {
		b.Seed = *o.Seed
	}
	if o.Style != "" {
		st, err := styles.Get(o.Style)
		if err != nil {
			return b, err
		}
		b.Style = st.Name
	}
	if o.Key != "" {
		var err error
		if b.Key, err = theory.ParseWish(o.Key); err != nil {
			return b, err
		}
	}
	if o.Meter != "" {
		var err error
		if b.Meter, err = style.ParseMeter(o.Meter); err != nil {
			return b, err
		}
	}
	if o.Tempo != nil {
		if b.Tempo = *o.Tempo; !(b.Tempo >= compose.MinTempo && b.Tempo <= compose.MaxTempo) {
			return b, fmt.Errorf("a tempo of %g is not possible: choose %d to %d", b.Tempo, compose.MinTempo, compose.MaxTempo)
		}
	}
	if o.Bars != nil {
		if b.Bars = *o.Bars; b.Bars < compose.MinBars || b.Bars > compose.MaxBars {
			return b, fmt.Errorf("a song needs %d to %d bars, not %d", compose.MinBars, compose.MaxBars, b.Bars)
		}
	}
	if o.Band != "" {
		players, err := findBand(o.Band, b.Style, house)
		if err != nil {
			return b, err
		}
		b.Band = players
		if b.Style == "" {
			b.Style = players.Style
		}
	}
	return b, nil
}

// findBand is the house band of a name, one of the style's own before others.
func findBand(name, styleName string, house []band.Band) (*band.Band, error) {
	var found *band.Band
	var names []string
	for i, b := range house {
		names = append(names, b.Name)
		if strings.EqualFold(b.Name, name) && (found == nil || b.Style == styleName) {
			found = &house[i]
		}
	}
	if found != nil {
		return found, nil
	}
	if hint := nearest.Hint(name, names); hint != "" {
		return nil, fmt.Errorf("no house band is called %q%s", name, hint)
	}
	if styleName == "" {
		return nil, fmt.Errorf("no house band is called %q (bands of your own play only at the station); name a style with --style and its bands are listed", name)
	}
	var own []string
	for _, b := range house {
		if b.Style == styleName {
			own = append(own, b.Name)
		}
	}
	return nil, fmt.Errorf("no house band is called %q (bands of your own play only at the station); %s has %s", name, styleName, strings.Join(own, ", "))
}

// checkFiles says what would keep the files from being written, as far as their
// names are known before the songs are composed.
func (s *session) checkFiles(ctx context.Context) error {
	seen := map[string]bool{}
	for n := range s.songs {
		for _, name := range s.out {
			if s.brief.Style == "" && strings.Contains(name, styleMark) {
				continue // the seed chooses the style
			}
			file := fill(name, s.brief.Style, s.brief.Seed+uint64(n))
			if seen[filepath.Clean(file)] {
				return fmt.Errorf("%s is to be written twice: name every file once", file)
			}
			seen[filepath.Clean(file)] = true
			if err := s.checkFile(file); err != nil {
				return err
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// checkFile is export.Check, but for a missing folder: that will be made.
func (s *session) checkFile(file string) error {
	if _, err := os.Stat(filepath.Dir(file)); errors.Is(err, os.ErrNotExist) {
		_, err := export.Format(file)
		return err
	}
	return export.Check(file, s.force)
}

// one composes song n, from 0, and writes its files, all at once.
func (s *session) one(ctx context.Context, n int) error {
	b := s.brief
	b.Seed += uint64(n)
	sg, remarks, err := s.composer.Compose(ctx, b)
	if err != nil {
		return err
	}
	files := make([]string, len(s.out))
	for i, name := range s.out {
		files[i] = fill(name, sg.Style, sg.Seed)
		if err := s.checkFile(files[i]); err != nil {
			return err
		}
	}
	if err := s.write(ctx, n, sg, files); err != nil {
		return err
	}
	s.bar.clear()
	for _, remark := range remarks {
		fmt.Fprintf(s.stderr, "seed %d: %s\n", sg.Seed, remark)
	}
	_, err = fmt.Fprintln(s.stdout, line(sg, files))
	return err
}

// write makes the files of a song.
func (s *session) write(ctx context.Context, n int, sg *song.Song, files []string) error {
	for _, file := range files {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return fmt.Errorf("making the folder of %s: %w", file, err)
		}
	}
	s.bar.begin(label(n, s.songs, sg), len(files))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, file := range files {
		group.Go(func() error {
			return s.exporter.ExportProgress(ctx, sg, file, s.force, func(done float64) { s.bar.set(i, done) })
		})
	}
	return group.Wait()
}

// line tells of a song: its title, band, style, key, tempo, length, seed and files.
func line(s *song.Song, files []string) string {
	return fmt.Sprintf("%q by %s: %s in %s, %.5g BPM, %s, seed %d -> %s",
		s.Title, s.Band, s.Style, s.Key, s.Tempo, song.Clock(s.Duration().Seconds()), s.Seed, strings.Join(files, ", "))
}

// label names a song for the progress.
func label(n, of int, s *song.Song) string {
	if of == 1 {
		return s.Title
	}
	return fmt.Sprintf("%d of %d: %s", n+1, of, s.Title)
}
