package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// What is measured where.
var (
	fedKinds  = []string{"command", "hls", "rtmp"} // by an ffmpeg each
	longKinds = []string{"icecast", "rtmp", "hls", "file"}
	costKinds = []string{"icecast", "hls", "command", "file", "rtmp-720p"}
)

// island is a station that plays, with outputs whose other ends are here.
type island struct {
	*program
	takers []taker
}

// openIsland starts a station and adds outputs to it. The station plays without end;
// it has no output yet that runs.
func (b *bench) openIsland(ctx context.Context, kinds ...string) (_ *island, err error) {
	i := &island{}
	defer func() {
		if err != nil {
			i.close()
		}
	}()
	if i.program, err = b.start(ctx, "--play", "--auto"); err != nil {
		return nil, err
	}
	if err := i.up(ctx); err != nil {
		return nil, err
	}
	if err := i.obeys(ctx); err != nil {
		return nil, err
	}
	for _, kind := range kinds {
		if err := i.add(ctx, kind, kind); err != nil {
			return nil, err
		}
	}
	return i, nil
}

// add adds an output of a kind, and who takes what it sends.
func (i *island) add(ctx context.Context, name, kind string) (err error) {
	var t taker
	switch kind {
	case "command":
		t, err = takeRaw(ctx)
	case "hls":
		t, err = takeHLS(ctx, 1)
	case "rtmp": // a small picture, since its other end is on this computer, too
		t, err = takeRTMP(ctx, "#size=640x360&fps=15&video_kbps=600")
	case "rtmp-720p":
		t, err = takeRTMP(ctx, "")
	case "icecast":
		t, err = takeIcecast(ctx)
	case "file":
		t, err = takeFile()
	default:
		err = fmt.Errorf("the bench takes no %s", kind)
	}
	if err != nil {
		return err
	}
	i.takers = append(i.takers, t)
	_, err = i.order(ctx, "output add "+name+" "+t.url())
	return err
}

// obeys waits until the control socket is open, which may be after the web server is.
func (p *program) obeys(ctx context.Context) error {
	for range 500 {
		if _, err := p.order(ctx, "status"); err == nil {
			return nil
		}
		pause(ctx, 10*time.Millisecond)
	}
	return errors.New("the station takes no orders at its control socket")
}

// flows waits until sound comes from all outputs.
func (i *island) flows(ctx context.Context) error {
	for _, t := range i.takers {
		if _, err := afresh(ctx, t, time.Time{}); err != nil {
			o, _ := i.output(ctx, t.kind())
			return fmt.Errorf("%w: the station says %s %s", err, o.State, o.Error)
		}
	}
	return nil
}

// close ends all: the station first, since takers end when nobody sends.
func (i *island) close() {
	if i.program != nil {
		i.stop()
	}
	for _, t := range i.takers {
		t.close()
	}
}

// asker gives orders again and again and notes how long their replies took.
type asker struct {
	took []time.Duration
	of   [len(asked)][]time.Duration // by what was asked for
	err  error
	life sync.WaitGroup
	end  context.CancelFunc
}

// asked are what it asks for: one that looks, one that looks far, one that writes.
var asked = [...]string{"now", "queue", "rate now 4"}

func (p *program) ask(ctx context.Context, every time.Duration) *asker {
	a := &asker{}
	ctx, a.end = context.WithCancel(ctx)
	a.life.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			took, err := p.order(ctx, asked[n%len(asked)])
			switch {
			case err == nil:
				a.took = append(a.took, took)
				a.of[n%len(asked)] = append(a.of[n%len(asked)], took)
			case ctx.Err() == nil && !strings.Contains(err.Error(), "nothing is on the air"):
				a.err = err
				return
			}
			pause(ctx, every)
		}
	})
	return a
}

// answers ends it.
func (a *asker) answers() ([]time.Duration, error) {
	a.end()
	a.life.Wait()
	if a.err == nil && len(a.took) == 0 {
		a.err = errors.New("no order was answered")
	}
	return a.took, a.err
}

func (a *asker) row(when string) (row, error) {
	took, err := a.answers()
	var each []string
	for i, line := range asked {
		each = append(each, fmt.Sprintf("%s %s", line, ms(percentile(a.of[i], .99))))
	}
	p99 := percentile(took, .99)
	return row{what: when + ": a reply at the socket", median: ms(percentile(took, .5)), p99: ms(p99), target: "p99 ≤ 100 ms", met: p99 <= 100*time.Millisecond,
		how: fmt.Sprintf("%d orders; p99 of each: %s", len(took), strings.Join(each, ", "))}, err
}

// span is a measurement's time, shortened where -minutes asks for less.
func (b *bench) span(usual time.Duration) time.Duration {
	return min(usual, time.Duration(b.minutes*float64(time.Minute)))
}
