package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// measureOutputsCost measures what each further output costs, by kind.
func measureOutputsCost(ctx context.Context, b *bench) ([]row, error) {
	i, err := b.openIsland(ctx)
	if err != nil {
		return nil, err
	}
	defer i.close()
	while := b.span(20 * time.Second)
	pause(ctx, 3*time.Second)
	none, err := i.load(ctx, while)
	if err != nil {
		return nil, err
	}
	rows := []row{{what: "cost of no output", median: none.String(), how: fmt.Sprintf("utime + stime over %v of a station that plays to nobody, in %% of a core", while)}}
	for _, kind := range costKinds {
		before, texts := none, []string(nil)
		for n := range 3 {
			if err := i.add(ctx, fmt.Sprint(kind, n), kind); err != nil {
				return nil, err
			}
			if err := i.untilOutput(ctx, fmt.Sprint(kind, n), "on"); err != nil {
				return nil, err
			}
			pause(ctx, 3*time.Second)
			now, err := i.load(ctx, while)
			if err != nil {
				return nil, err
			}
			texts = append(texts, load{now.own - before.own, now.children - before.children}.String())
			before = now
		}
		rows = append(rows, row{what: "cost of the 1st, 2nd and 3rd output: " + kind, median: strings.Join(texts, ", "), how: "the same; the station's own + its ffmpegs'"})
		for n := range 3 {
			if _, err := i.order(ctx, fmt.Sprint("output remove ", kind, n)); err != nil {
				return nil, err
			}
		}
		pause(ctx, 3*time.Second)
	}
	return rows, nil
}

// load is in percent of a core.
type load struct{ own, children float64 }

func (l load) String() string { return fmt.Sprintf("%.1f + %.1f %%", l.own, l.children) }

// load measures what the station and its children use.
func (p *program) load(ctx context.Context, while time.Duration) (load, error) {
	own, children, err := p.used()
	if err != nil {
		return load{}, err
	}
	begin := time.Now()
	pause(ctx, while)
	ownLater, childrenLater, err := p.used()
	if err != nil {
		return load{}, err
	}
	share := func(d time.Duration) float64 { return 100 * d.Seconds() / time.Since(begin).Seconds() }
	l := load{own: share(ownLater - own)}
	for pid, cpu := range childrenLater {
		l.children += share(cpu - children[pid])
	}
	return l, nil
}

func (p *program) used() (own time.Duration, children map[int]time.Duration, err error) {
	if own, _, err = p.usage(); err != nil {
		return 0, nil, err
	}
	all, err := p.children()
	children = map[int]time.Duration{}
	for _, c := range all {
		children[c.pid] = c.cpu
	}
	return own, children, err
}
