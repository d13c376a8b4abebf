package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"bandstand/assets"
	"bandstand/internal/draw"
	"bandstand/internal/encode"
	"bandstand/internal/encode/opus"
	"bandstand/internal/measure"
	"bandstand/internal/mix"
	"bandstand/internal/song"
	"bandstand/internal/synth"
)

//go:embed report.html
var page string

// sheet is what the page shows.
type sheet struct {
	When     string
	Command  string
	Figures  []sheetFigure
	Met      int
	Columns  []sheetColumn
	Styles   []sheetStyle
	Worst    []sheetSong
	Best     []sheetSong
	PerStyle int
}

type sheetFigure struct {
	What, Got, Want, How string
	Met                  bool
}

type sheetColumn struct{ Name, Title, Low, High string }

type sheetStyle struct {
	Name, Pass string
	Good       bool
	Inside     string
	Cells      []sheetCell
	Songs      []sheetSong
}

type sheetCell struct{ Text, Title, Class string }

type sheetSong struct {
	Name, Title, Facts, Command string
	Passes                      bool
	Passed                      string
	Gates                       []sheetCell
	Odd                         []sheetCell
	Roll                        template.HTML
	Audio                       template.URL
}

// report writes the page to a file.
func (b *batch) report(ctx context.Context, o options, file string, figures []figure) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	s := sheet{When: time.Now().Format("2 January 2006, 15:04"), PerStyle: o.songs,
		Command: fmt.Sprintf("go run ./tools/music -songs %d -seed %d", o.songs, o.seed)}
	for _, f := range figures {
		s.Figures = append(s.Figures, sheetFigure{f.what, f.got, f.want, f.how, f.met})
		if f.met {
			s.Met++
		}
	}
	for _, v := range b.values {
		high := short(v.High)
		if math.IsInf(v.High, 1) {
			high = "up"
		}
		s.Columns = append(s.Columns, sheetColumn{v.Name, fmt.Sprintf("%s, %s; %s (%s)", v.Unit, span(v), v.Range, v.Source), short(v.Low), high})
	}
	ranked := slices.Clone(b.pieces)
	slices.SortStableFunc(ranked, func(p, q *piece) int {
		switch d := b.badness(q) - b.badness(p); {
		case d > 0:
			return 1
		case d < 0:
			return -1
		}
		return 0
	})
	if err := b.fillSongs(ctx, &s, o, ranked); err != nil {
		return err
	}
	tmpl, err := template.New("report").Parse(page)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := tmpl.Execute(&out, s); err != nil {
		return err
	}
	return os.WriteFile(file, out.Bytes(), 0o666)
}

// fillSongs adds the songs to the sheet: the worst ones, the best one, and all by style.
func (b *batch) fillSongs(ctx context.Context, s *sheet, o options, ranked []*piece) error {
	var font *synth.Font
	if o.listen > 0 {
		var err error
		if font, err = synth.LoadFont(assets.SoundFont()); err != nil {
			return err
		}
	}
	whole := func(p *piece, hear bool) (sheetSong, error) {
		one, err := b.song(p)
		if err == nil && hear {
			one.Audio, err = sound(ctx, font, p.Song)
		}
		return one, err
	}
	for i, p := range ranked[:min(o.rolls, len(ranked))] {
		one, err := whole(p, i < o.listen-1)
		if err != nil {
			return err
		}
		s.Worst = append(s.Worst, one)
	}
	best, err := whole(ranked[len(ranked)-1], o.listen > 0)
	if err != nil {
		return err
	}
	s.Best = append(s.Best, best)
	for _, st := range b.styles {
		row := sheetStyle{Name: st.Name}
		pieces := b.of(st)
		passed := share(pieces, (*piece).passes)
		row.Pass, row.Good = percent(passed), passed >= .9
		inside, all, _ := b.inside(pieces)
		row.Inside = fmt.Sprintf("%d/%d", inside, all)
		for i, v := range b.values {
			row.Cells = append(row.Cells, cell(v, median(column(pieces, i))))
		}
		for _, p := range ranked {
			if p.style != st {
				continue
			}
			one, err := b.song(p, song.Lead)
			if err != nil {
				return err
			}
			row.Songs = append(row.Songs, one)
		}
		s.Styles = append(s.Styles, row)
	}
	return nil
}

// badness says how far a song is from passing and from human songs: three for every
// gate it fails, and for every value how far it lies outside, in widths of the range,
// two at most.
func (b *batch) badness(p *piece) float64 {
	sum := 3 * float64(len(p.gates)-measure.Passed(p.gates))
	if !p.passes() {
		sum += 10
	}
	for i, v := range b.values {
		sum += min(2, beyond(v, p.values[i]))
	}
	return sum
}

// beyond is how far x lies outside the range of a value, in widths of the range.
func beyond(v measure.Value, x float64) float64 {
	width := v.High - v.Low
	if math.IsInf(width, 1) {
		width = v.Low
	}
	switch {
	case x < v.Low:
		return (v.Low - x) / width
	case x > v.High:
		return (x - v.High) / width
	}
	return 0 // and where the song has no such thing
}

// song is a song for the page, with the strips of some roles, or of all.
func (b *batch) song(p *piece, roles ...string) (sheetSong, error) {
	s := p.Song
	one := sheetSong{Name: p.name(), Title: fmt.Sprintf("%s — %s", s.Title, s.Band), Passes: p.passes(),
		Facts:   fmt.Sprintf("%s, %g BPM, %d/%d, %d bars, %d:%02d", s.Key, s.Tempo, s.Meter.Beats, s.Meter.Unit, s.Bars, int(s.Duration().Minutes()), int(s.Duration().Seconds())%60),
		Command: fmt.Sprintf("go run . compose --style %s --seed %d -o %s-%d.mp3 --force", p.style.Name, s.Seed, p.style.Name, s.Seed),
		Passed:  fmt.Sprintf("%d of %d", measure.Passed(p.gates), len(p.gates))}
	for _, g := range p.gates {
		class := "in"
		if !g.Passes() {
			class = "out"
		}
		one.Gates = append(one.Gates, sheetCell{fmt.Sprintf("%s %s", g.Name, short(g.Value)), fmt.Sprintf("must be %s to %s", short(g.Low), short(g.High)), class})
	}
	for i, v := range b.values[8:] {
		if x := p.values[8+i]; beyond(v, x) > .25 {
			one.Odd = append(one.Odd, sheetCell{fmt.Sprintf("%s %s", v.Name, short(x)), "human songs: " + span(v), "odd"})
		}
	}
	var roll strings.Builder
	if err := draw.Strips(&roll, s, roles...); err != nil {
		return one, fmt.Errorf("%s: %w", p.name(), err)
	}
	one.Roll = template.HTML(roll.String()) //nolint:gosec // draw escapes what comes from outside
	return one, nil
}

// cell shows a style's median of a value: red below, blue above the range.
func cell(v measure.Value, x float64) sheetCell {
	if math.IsNaN(x) {
		return sheetCell{"·", v.Name + ": none of the songs has such a thing", "none"}
	}
	c := sheetCell{short(x), fmt.Sprintf("%s: %s %s, wanted %s", v.Name, short(x), v.Unit, span(v)), "in"}
	switch far := beyond(v, x); {
	case far > .5 && x < v.Low:
		c.Class = "low far"
	case far > 0 && x < v.Low:
		c.Class = "low"
	case far > .5:
		c.Class = "high far"
	case far > 0:
		c.Class = "high"
	}
	return c
}

// span is the range of a value for people.
func span(v measure.Value) string {
	text := short(v.Low) + "–" + short(v.High)
	if math.IsInf(v.High, 1) {
		text = "≥ " + short(v.Low)
	}
	if !math.IsNaN(v.Median) {
		text += ", median " + short(v.Median)
	}
	return text
}

// short is a number in three or four characters.
func short(x float64) string {
	switch {
	case math.Abs(x) >= 20:
		return fmt.Sprintf("%.0f", x)
	case math.Abs(x) >= 3:
		return fmt.Sprintf("%.1f", x)
	}
	return strings.Replace(fmt.Sprintf("%.2f", x), "0.", ".", 1)
}

// sound is a song as the page carries it, for its player.
func sound(ctx context.Context, font *synth.Font, s *song.Song) (template.URL, error) {
	src, err := font.Play(s, synth.Span{})
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	const bitrate = 80_000
	if err := opus.Write(ctx, &out, mix.Master(src, s.GainDB), bitrate, encode.Tags{Title: s.Title, Artist: s.Band}, nil); err != nil {
		return "", err
	}
	return template.URL("data:audio/ogg;base64," + base64.StdEncoding.EncodeToString(out.Bytes())), nil //nolint:gosec // our own bytes
}
