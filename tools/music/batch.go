package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"bandstand/internal/compose"
	"bandstand/internal/measure"
	"bandstand/internal/style"
)

// piece is a song with all that was measured of it.
type piece struct {
	measure.Subject
	style  *style.Style
	gates  []measure.Gate // those of its kind
	needed int
	values []float64 // in the order of batch.values; NaN where the song has no such thing
	runs   measure.Runs
	fools  []bool // by control: what is left of the song passes too
}

func (p *piece) passes() bool { return measure.Passed(p.gates) >= p.needed }

// batch is the songs, styles in order and seeds in order within them.
type batch struct {
	composer *compose.Composer
	styles   []*style.Style
	pieces   []*piece
	values   []measure.Value
	controls []measure.Control
}

func composeBatch(ctx context.Context, o options) (*batch, error) {
	set, err := style.Load(o.folder)
	if err != nil {
		return nil, err
	}
	b := &batch{composer: compose.New(set), values: measure.Values(), controls: measure.Controls()}
	names := o.styles
	if len(names) == 0 {
		names = set.Names()
	}
	for _, name := range names {
		st, err := set.Get(name)
		if err != nil {
			return nil, err
		}
		b.styles = append(b.styles, st)
	}
	b.pieces = make([]*piece, len(b.styles)*o.songs)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range b.pieces {
		group.Go(func() error {
			p, err := b.compose(ctx, b.styles[i/o.songs], o.seed+uint64(i%o.songs))
			b.pieces[i] = p
			return err
		})
	}
	return b, group.Wait()
}

// compose makes a song and measures it.
func (b *batch) compose(ctx context.Context, st *style.Style, seed uint64) (*piece, error) {
	s, _, err := b.composer.Compose(ctx, compose.Brief{Style: st.Name, Seed: seed})
	if err != nil {
		return nil, fmt.Errorf("%s, seed %d: %w", st.Name, seed, err)
	}
	p := &piece{Subject: measure.Look(s, st.Form.Peak), style: st}
	p.gates, p.needed = measure.Judge(s, st.Gates)
	p.runs = measure.RunsOf(p.Tune)
	for _, v := range b.values {
		x, ok := v.Of(p.Subject)
		if !ok {
			x = math.NaN()
		}
		p.values = append(p.values, x)
	}
	for _, c := range b.controls {
		p.fools = append(p.fools, c.Fools(s, st.Gates))
	}
	return p, nil
}

// of are the pieces of a style.
func (b *batch) of(st *style.Style) []*piece {
	var out []*piece
	for _, p := range b.pieces {
		if p.style == st {
			out = append(out, p)
		}
	}
	return out
}

// sung are the pieces of styles that have a sung melody.
func (b *batch) sung() []*piece {
	var out []*piece
	for _, p := range b.pieces {
		if p.style.Gates == measure.Sung {
			out = append(out, p)
		}
	}
	return out
}

// column are the values of one kind, without songs that have no such thing.
func column(pieces []*piece, value int) []float64 {
	var out []float64
	for _, p := range pieces {
		if x := p.values[value]; !math.IsNaN(x) {
			out = append(out, x)
		}
	}
	return out
}

// composeTimes measures how long a song takes, one after another, in all styles in
// turn, with seeds that no run has had before.
func (b *batch) composeTimes(ctx context.Context, times int) (figure, error) {
	var took, cpu []float64
	for i := range times + 10 {
		begin, used := time.Now(), processorTime()
		if _, _, err := b.composer.Compose(ctx, compose.Brief{Style: b.styles[i%len(b.styles)].Name, Seed: rand.Uint64()}); err != nil {
			return figure{}, err
		}
		if i >= 10 { // the first few wait for memory
			took = append(took, milliseconds(time.Since(begin)))
			cpu = append(cpu, milliseconds(processorTime()-used))
		}
	}
	median, p99 := quantile(took, .5), quantile(took, .99)
	return figure{
		what: "compose a whole song", got: fmt.Sprintf("median %.1f ms, p99 %.1f ms", median, p99), want: "≤ 25 ms, ≤ 60 ms",
		met: median <= 25 && p99 <= 60, how: fmt.Sprintf("%d fresh seeds, one after another, on this machine as busy as it was; processor time: median %.1f ms, p99 %.1f ms", len(took), quantile(cpu, .5), quantile(cpu, .99)),
	}, nil
}

// processorTime is how long this process has had a processor.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// quantile is the value below which a share q (0–1) of xs lies; NaN of none.
func quantile(xs []float64, q float64) float64 {
	if len(xs) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(xs))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

func median(xs []float64) float64 { return quantile(xs, .5) }

// share is the share of xs that test holds for.
func share[T any](xs []T, test func(T) bool) float64 {
	n := 0
	for _, x := range xs {
		if test(x) {
			n++
		}
	}
	return float64(n) / float64(max(1, len(xs)))
}
