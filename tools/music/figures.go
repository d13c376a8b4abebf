package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"bandstand/internal/measure"
)

// figure is something that must be reached, and whether it is.
type figure struct {
	what, got, want, how string
	met                  bool
}

// figures are those that need no sound.
func (b *batch) figures() []figure {
	var out []figure
	out = append(out, b.passFigures()...)
	out = append(out, b.medianFigures()...)
	out = append(out, b.controlFigures()...)
	out = append(out, b.overlapFigures()...)
	out = append(out, b.contrastFigures()...)
	return append(out, b.classifierFigures()...)
}

func percent(x float64) string { return fmt.Sprintf("%.0f %%", 100*x) }

// passFigures are the shares of songs that pass the gates of their kind.
func (b *batch) passFigures() []figure {
	var out []figure
	for _, kind := range []string{measure.Sung, measure.Still} {
		lowest, which, all, n := 2.0, "", 0.0, 0
		for _, st := range b.styles {
			if st.Gates != kind {
				continue
			}
			x := share(b.of(st), (*piece).passes)
			all, n = all+x, n+1
			if x < lowest {
				lowest, which = x, st.Name
			}
		}
		if n == 0 {
			continue
		}
		what := fmt.Sprintf("songs that pass %d of the 8 core gates, lowest style", measure.Needed)
		if kind == measure.Still {
			what = fmt.Sprintf("songs of still styles that pass %d of their 9 gates", measure.StillNeeded)
		}
		out = append(out, figure{what: what, got: fmt.Sprintf("%s (%s); all %s", percent(lowest), which, percent(all/float64(n))), want: "≥ 90 %",
			met: lowest >= .9, how: fmt.Sprintf("%d songs of each of %d styles", len(b.pieces)/len(b.styles), n)})
	}
	return out
}

// inside counts the human values whose median over some pieces lies in its range.
func (b *batch) inside(pieces []*piece) (inside, all int, outside []string) {
	for i, v := range b.values {
		xs := column(pieces, i)
		if !v.Range.Human() || len(xs) == 0 {
			continue
		}
		all++
		if v.Within(median(xs)) {
			inside++
		} else {
			outside = append(outside, fmt.Sprintf("%s %.3g", v.Name, median(xs)))
		}
	}
	return inside, all, outside
}

func (b *batch) medianFigures() []figure {
	n, all, outside := b.inside(b.sung())
	whole := float64(n) / float64(max(1, all))
	lowest, which, sum, styles := 2.0, "", 0.0, 0
	for _, st := range b.styles {
		if st.Gates != measure.Sung {
			continue
		}
		n, all, _ := b.inside(b.of(st))
		x := float64(n) / float64(max(1, all))
		sum, styles = sum+x, styles+1
		if x < lowest {
			lowest, which = x, st.Name
		}
	}
	how := "outside: " + strings.Join(outside, ", ")
	if len(outside) == 0 {
		how = "none is outside"
	}
	return []figure{
		{what: "medians of all sung songs in the human range", got: fmt.Sprintf("%s (%d of %d)", percent(whole), n, all), want: "≥ 80 %", met: whole >= .8, how: how},
		{what: "the same, style by style", got: fmt.Sprintf("mean %s, lowest %s (%s)", percent(sum/float64(max(1, styles))), percent(lowest), which), want: "≥ 80 %",
			met: sum/float64(max(1, styles)) >= .8, how: "the ranges are of pop: some styles differ by nature (a ride cymbal swings, a jig has no backbeat)"},
	}
}

func (b *batch) controlFigures() []figure {
	var out []figure
	for i, c := range b.controls {
		fooled := func(p *piece) bool { return p.fools[i] }
		x := share(b.sung(), fooled)
		how := "made of the same songs"
		for _, st := range b.styles {
			if st.Gates == measure.Still {
				how += fmt.Sprintf("; %s, by its own gates: %s", st.Name, percent(share(b.of(st), fooled)))
			}
		}
		out = append(out, figure{what: c.Name + ": songs that still pass", got: fmt.Sprintf("%.1f %%", 100*x), want: "≤ 5 %", met: x <= .05, how: how})
	}
	return out
}

// overlapFigures compare every song's runs of eight notes with every other's.
func (b *batch) overlapFigures() []figure {
	type tally struct {
		sum, worst float64
		pairs      int
		who        string
	}
	var within, across tally
	for i, p := range b.pieces {
		for j, q := range b.pieces {
			if i == j || len(p.runs) == 0 {
				continue
			}
			t := &across
			if p.style == q.style {
				t = &within
			}
			x := measure.Share(p.runs, q.runs)
			t.sum, t.pairs = t.sum+x, t.pairs+1
			if x > t.worst {
				t.worst, t.who = x, p.name()+" of "+q.name()
			}
		}
	}
	row := func(what string, t tally) figure {
		mean := t.sum / float64(max(1, t.pairs))
		return figure{what: what, got: fmt.Sprintf("mean %.2f %%, most %.1f %%", 100*mean, 100*t.worst), want: "≤ 2 %, ≤ 15 %",
			met: mean <= .02 && t.worst <= .15, how: fmt.Sprintf("%d pairs; most: %s", t.pairs, t.who)}
	}
	return []figure{row("8-note overlap, songs of one style", within), row("8-note overlap, songs of different styles", across)}
}

// name is a song for people: "funk 7".
func (p *piece) name() string { return fmt.Sprintf("%s %d", p.style.Name, p.Song.Seed) }

// styleMedian is a style's median of something.
type styleMedian struct {
	name string
	x    float64
}

// contrastFigures are the values with ranges of their own in the issue.
func (b *batch) contrastFigures() []figure {
	var out []figure
	for i, v := range b.values {
		if !strings.HasPrefix(v.Name, "chorus") && !strings.HasPrefix(v.Name, "chord tones") {
			continue
		}
		xs := column(b.sung(), i)
		want := fmt.Sprintf("%g–%g %s", v.Low, v.High, v.Unit)
		if strings.Contains(v.Name, "louder") {
			want = fmt.Sprintf("≥ %g dB", v.Low)
		}
		var low, high styleMedian
		for _, st := range b.styles {
			ys := column(b.of(st), i)
			if len(ys) == 0 || st.Gates != measure.Sung {
				continue
			}
			m := styleMedian{st.Name, median(ys)}
			if low.name == "" || m.x < low.x {
				low = m
			}
			if high.name == "" || m.x > high.x {
				high = m
			}
		}
		out = append(out, figure{what: v.Name, got: fmt.Sprintf("median %.2f", median(xs)), want: want, met: v.Within(median(xs)),
			how: fmt.Sprintf("%s of %d songs inside; styles from %.2f (%s) to %.2f (%s)", percent(share(xs, v.Within)), len(xs), low.x, low.name, high.x, high.name)})
	}
	return out
}

// printFigures writes the figures as a table.
func printFigures(w io.Writer, figures []figure) {
	var wide [3]int
	for _, f := range figures {
		for i, text := range []string{f.what, f.got, f.want} {
			wide[i] = max(wide[i], utf8.RuneCountInString(text))
		}
	}
	for _, f := range figures {
		mark := "met   "
		if !f.met {
			mark = "MISSED"
		}
		fmt.Fprintf(w, "%s  %s  %s  %s  %s\n", mark, pad(f.what, wide[0]), pad(f.got, wide[1]), pad(f.want, wide[2]), f.how)
	}
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}
