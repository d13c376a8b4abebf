package main

import (
	"context"
	"fmt"
	"math"
	"time"
)

// ends is how much of the beginning and of the end of a long measurement is compared.
const ends = 10 * time.Second

// mostDrift is how far sound, picture and clock may drift apart.
const mostDrift = 50 * time.Millisecond

// measureOutputsLong sends the station everywhere at once for ten minutes.
func measureOutputsLong(ctx context.Context, b *bench) ([]row, error) {
	i, err := b.openIsland(ctx, longKinds...)
	if err != nil {
		return nil, err
	}
	defer i.close()
	a, err := i.hearAir(ctx)
	if err != nil {
		return nil, err
	}
	defer a.close()
	if err := i.flows(ctx); err != nil {
		return nil, err
	}
	pause(ctx, 2*time.Second) // what was late at the start has caught up
	begun := time.Now()
	for _, t := range i.takers {
		switch t := t.(type) {
		case *hlsTaker:
			if err := t.play(ctx); err != nil {
				return nil, err
			}
		case *iceTaker:
			t.settled()
		}
	}
	while := b.span(10 * time.Minute)
	pause(ctx, while)
	over := time.Now() // what an encoder lets go at its end comes sooner
	var rows []row
	for _, t := range i.takers {
		if ice, ok := t.(*iceTaker); ok {
			ice.over()
		}
		restarts, dropped, err := i.leave(ctx, t)
		if err != nil {
			return nil, err
		}
		said, err := t.end(ctx)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.kind(), err)
		}
		drifts, worst, err := driftsOf(ctx, t, a, begun, over)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.kind(), err)
		}
		rows = append(rows, row{what: fmt.Sprintf("%v by %s: drift", while, t.kind()), median: drifts, target: "decodes cleanly, ≤ 50 ms", met: said == "" && restarts == 0 && worst <= mostDrift,
			how: fmt.Sprintf("the last 10 s against the first; ffmpeg complained of %q; %d restarts, %d frames lost", said, restarts, dropped)})
	}
	return rows, nil
}

// leave stops an output and waits until nothing of it runs.
func (i *island) leave(ctx context.Context, t taker) (restarts, dropped int64, err error) {
	o, err := i.output(ctx, t.kind())
	if err != nil {
		return 0, 0, err
	}
	if _, err := i.order(ctx, "output stop "+t.kind()); err != nil {
		return 0, 0, err
	}
	return o.Restarts, o.Dropped, i.untilOutput(ctx, t.kind(), "off")
}

// driftsOf is how far a taker's sound drifted, by when it came and by what it is, and
// its picture by when it came.
func driftsOf(ctx context.Context, t taker, a *air, begun, over time.Time) (text string, worst time.Duration, err error) {
	note := func(what string, d time.Duration) {
		if text != "" {
			text += ", "
		}
		text += what + " " + ms(d)
		worst = max(worst, time.Duration(math.Abs(float64(d))))
	}
	s := newest(t)
	if marks := s.between(begun, over); len(marks) > 10 {
		note("clock", drift(marks, ends))
	}
	if r, ok := t.(*rtmpTaker); ok {
		note("picture", drift(r.films[len(r.films)-1].pictures.between(begun, over), ends))
	}
	if h, ok := t.(*hlsTaker); ok {
		s = h.played // all of it, not only what lies in the folder still
	}
	first, err := s.offset(ctx, a, false, 15*time.Second)
	if err != nil {
		return "", 0, fmt.Errorf("at its beginning: %w", err)
	}
	last, err := s.offset(ctx, a, true, 15*time.Second)
	if err != nil {
		return "", 0, fmt.Errorf("at its end: %w", err)
	}
	note("sound", duration(first-last))
	return text, worst, nil
}
