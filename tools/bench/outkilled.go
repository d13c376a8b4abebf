package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"syscall"
	"time"
)

// measureOutputsKilled kills one ffmpeg after another at random moments.
func measureOutputsKilled(ctx context.Context, b *bench) ([]row, error) {
	i, err := b.openIsland(ctx, fedKinds...)
	if err != nil {
		return nil, err
	}
	defer i.close()
	if err := i.flows(ctx); err != nil {
		return nil, err
	}
	for _, line := range asked { // whatever opens something once has opened it
		if _, err := i.order(ctx, line); err != nil {
			return nil, err
		}
	}
	pause(ctx, 5*time.Second)
	before, err := i.belongings(ctx)
	if err != nil {
		return nil, err
	}
	took := map[string][]time.Duration{}
	var all []time.Duration
	times := 2 * b.times
	for n := range times {
		pause(ctx, rand.N(4*time.Second))
		t := i.takers[n%len(i.takers)]
		at, err := i.kill(ctx, t)
		if err != nil {
			return nil, err
		}
		took[t.kind()] = append(took[t.kind()], at)
		all = append(all, at)
	}
	after, err := i.least(ctx, before)
	if err != nil {
		return nil, err
	}
	worst := percentile(all, 1)
	rows := []row{{what: fmt.Sprintf("ffmpeg killed -9 %d times → sound again", times), median: ms(percentile(all, .5)), p99: ms(worst), target: "≤ 3 s each", met: worst <= 3*time.Second,
		how: "three outputs in turn at random moments within 4 s; p99 is the longest"}}
	for _, t := range i.takers {
		ds := took[t.kind()]
		rows = append(rows, row{what: "of these, " + t.kind(), median: ms(percentile(ds, .5)), p99: ms(percentile(ds, 1)), how: fmt.Sprintf("%d times%s", len(ds), segments(t))})
	}
	return append(rows, row{what: "what was left of them", median: after.String(), target: "as before", met: after.within(before) && after.zombies == 0, how: "before: " + before.String()}), nil
}

// kill kills the child of one output and waits for the sound of the next.
func (i *island) kill(ctx context.Context, t taker) (time.Duration, error) {
	pid, err := i.childOf(t)
	if err != nil {
		return 0, err
	}
	at := time.Now()
	send(pid, syscall.SIGKILL)
	back, err := afresh(ctx, t, at)
	return back.Sub(at), err
}

// childOf is the ffmpeg of one output, by what it was called with.
func (i *island) childOf(t taker) (int, error) {
	children, err := i.children()
	if err != nil {
		return 0, err
	}
	for _, c := range children {
		line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", c.pid))
		if err == nil && strings.Contains(string(line), t.there()) {
			return c.pid, nil
		}
	}
	return 0, fmt.Errorf("the output %s has no ffmpeg", t.kind())
}
