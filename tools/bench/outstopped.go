package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"time"
)

// measureOutputsStopped stops every ffmpeg of three outputs, and each that the station
// starts in its place, for a minute.
func measureOutputsStopped(ctx context.Context, b *bench) ([]row, error) {
	i, err := b.openIsland(ctx, fedKinds...)
	if err != nil {
		return nil, err
	}
	defer i.close()
	a, err := i.hearAir(ctx)
	if err != nil {
		return nil, err
	}
	defer a.close()
	w, err := i.watchMounts(ctx)
	if err != nil {
		return nil, err
	}
	defer w.close()
	if err := i.flows(ctx); err != nil {
		return nil, err
	}
	pause(ctx, 3*time.Second)
	faults, err := i.faults(ctx)
	if err != nil {
		return nil, err
	}
	while := b.span(time.Minute)
	asking := i.ask(ctx, 50*time.Millisecond)
	stopped, err := i.stopAll(ctx, while)
	if err != nil {
		return nil, err
	}
	replies, err := asking.row(fmt.Sprintf("every ffmpeg of three outputs stopped for %v, and each that comes in its place", while))
	if err != nil {
		return nil, err
	}
	free := time.Now()
	for pid := range stopped {
		send(pid, syscall.SIGCONT)
	}
	rows := []row{replies}
	for _, t := range i.takers {
		at, lag, err := liveAgain(ctx, t, a, free)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.kind(), err)
		}
		from, text := free, ms(at.Sub(free))
		if pid, err := i.childOf(t); err != nil {
			return nil, err
		} else if born, err := bornAt(pid); err != nil {
			return nil, err
		} else if born.After(free) {
			from = born
			text += fmt.Sprintf(" (by an ffmpeg that was started %s later, %s before)", ms(born.Sub(free)), ms(at.Sub(born)))
		}
		rows = append(rows, row{what: "then, " + t.kind() + ": live again · lag", median: text + " · " + ms(lag), target: "≤ 3 s · ≤ 1 s", met: at.Sub(from) <= 3*time.Second && lag <= time.Second,
			how: "from SIGCONT, or the station's own restart, to what is for good less than 1 s behind the FLAC mount, found by what it sounds like" + segments(t)})
	}
	after, err := i.faults(ctx)
	if err != nil {
		return nil, err
	}
	missing, complaints, err := w.gaps(ctx, i.program)
	if err != nil {
		return nil, err
	}
	whole := complaints == "" && after == faults
	var list []string
	for _, f := range formats {
		whole = whole && missing[f] == 0
		list = append(list, fmt.Sprintf("%s %d", f, missing[f]))
	}
	return append(rows, row{what: "meanwhile: frames that the station's own mounts lack", median: strings.Join(list, ", "), target: "0", met: whole,
		how: fmt.Sprintf("X-Bandstand-Frame + frames decoded by ffmpeg, which complained of %q; %d ffmpegs were stopped, %d starved or dropped blocks", complaints, len(stopped), after-faults)}), nil
}

// segments says how long a segment is, for which an HLS output waits anyway.
func segments(t taker) string {
	if h, ok := t.(*hlsTaker); ok {
		return fmt.Sprintf("; a segment of %d s included", h.length)
	}
	return ""
}

// stopAll stops every child of the station for a while, new ones within 0.3 s.
func (i *island) stopAll(ctx context.Context, while time.Duration) (map[int]bool, error) {
	stopped := map[int]bool{}
	due := map[int]time.Time{}
	for end := time.Now().Add(while); time.Now().Before(end) && ctx.Err() == nil; pause(ctx, 50*time.Millisecond) {
		children, err := i.children()
		if err != nil {
			return nil, err
		}
		for _, c := range children {
			if _, seen := due[c.pid]; !seen {
				due[c.pid] = time.Now()
				if len(due) > len(i.takers) { // the first ones are stopped at once
					due[c.pid] = time.Now().Add(rand.N(300 * time.Millisecond))
				}
			}
			if !stopped[c.pid] && !time.Now().Before(due[c.pid]) {
				send(c.pid, syscall.SIGSTOP)
				stopped[c.pid] = true
			}
		}
	}
	return stopped, ctx.Err()
}

// liveAgain waits until what an output sends has been on time for two seconds.
func liveAgain(ctx context.Context, t taker, a *air, after time.Time) (at time.Time, lag time.Duration, err error) {
	for range 30 {
		s := newest(t)
		if s == nil || len(s.since(after)) == 0 {
			err = fmt.Errorf("nothing has come since")
		} else if at, lag, err = s.live(ctx, a, after); err == nil && time.Since(at) > 2*time.Second {
			return at, lag, nil
		}
		pause(ctx, time.Second)
	}
	return at, lag, fmt.Errorf("it was not live again after 30 s: %w", err)
}
