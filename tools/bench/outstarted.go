package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// measureOutputsStarted starts and stops outputs without a pause, from several
// connections, while others give orders too.
func measureOutputsStarted(ctx context.Context, b *bench) ([]row, error) {
	i, err := b.openIsland(ctx, fedKinds...)
	if err != nil {
		return nil, err
	}
	defer i.close()
	if err := i.flows(ctx); err != nil {
		return nil, err
	}
	before, err := i.rests(ctx, belongings{})
	if err != nil {
		return nil, err
	}
	faults, err := i.faults(ctx)
	if err != nil {
		return nil, err
	}
	times := 20 * b.times
	asking := i.ask(ctx, 20*time.Millisecond)
	begin := time.Now()
	took, err := i.toggle(ctx, times)
	if err != nil {
		return nil, err
	}
	lasted := time.Since(begin)
	replies, err := asking.row("meanwhile")
	if err != nil {
		return nil, err
	}
	word, err := i.lastWord(ctx)
	if err != nil {
		return nil, err
	}
	after, err := i.rests(ctx, before)
	if err != nil {
		return nil, err
	}
	later, err := i.faults(ctx)
	if err != nil {
		return nil, err
	}
	p99 := percentile(took, .99)
	return []row{
		{what: fmt.Sprintf("%d times `output start` or `stop`: the reply", len(took)), median: ms(percentile(took, .5)), p99: ms(p99), target: "all answered", met: len(took) == times,
			how: fmt.Sprintf("at the socket from 4 connections, three outputs, in %.1f s; nothing else decides when", lasted.Seconds())},
		replies,
		{what: "the last word counts", median: fmt.Sprintf("%d of %d outputs", word, len(i.takers)), target: "all", met: word == len(i.takers), how: "sound comes from those that were started last, none runs that was stopped"},
		{what: "what was left", median: after.String(), target: "as before", met: after.within(before), how: "all stopped; before: " + before.String()},
		{what: "meanwhile: faults of the stream", median: fmt.Sprint(later - faults), target: "0", met: later == faults, how: "starved and dropped blocks, jumps, from /api/v1/status"},
	}, nil
}

// toggle gives orders from four connections at once.
func (i *island) toggle(ctx context.Context, times int) ([]time.Duration, error) {
	var mu sync.Mutex
	var took []time.Duration
	var first error
	var doors sync.WaitGroup
	for door := range 4 {
		doors.Go(func() {
			for n := range times / 4 {
				line := []string{"output start ", "output stop "}[n%2] + i.takers[(n/2+door)%len(i.takers)].kind()
				d, err := i.order(ctx, line)
				mu.Lock()
				if err == nil {
					took = append(took, d)
				} else if first == nil {
					first = err
				}
				mu.Unlock()
				pause(ctx, rand.N(20*time.Millisecond))
			}
		})
	}
	doors.Wait()
	return took, first
}

// lastWord says each output something for the last time, and counts those that do so.
func (i *island) lastWord(ctx context.Context) (obey int, err error) {
	for n, t := range i.takers {
		for _, word := range [][]string{{"start", "stop", "start"}, {"stop", "start", "stop"}}[n%2] {
			if _, err := i.order(ctx, "output "+word+" "+t.kind()); err != nil {
				return 0, err
			}
		}
	}
	at := time.Now()
	for n, t := range i.takers {
		if n%2 == 0 {
			if _, err := flowing(ctx, t, at); err != nil {
				return obey, err
			}
		} else if err := i.untilOutput(ctx, t.kind(), "off"); err != nil {
			return obey, err
		} else if _, err := i.childOf(t); err == nil {
			continue
		}
		obey++
	}
	return obey, nil
}

// rests stops all outputs and waits until the station has no more than enough.
func (i *island) rests(ctx context.Context, enough belongings) (belongings, error) {
	for _, t := range i.takers {
		if _, err := i.order(ctx, "output stop "+t.kind()); err != nil {
			return belongings{}, err
		}
	}
	for _, t := range i.takers {
		if err := i.untilOutput(ctx, t.kind(), "off"); err != nil {
			return belongings{}, err
		}
	}
	return i.least(ctx, enough)
}
