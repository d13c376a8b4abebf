package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mewkiz/flac"
)

// measureStart measures the start of the process → the first byte of sound.
func measureStart(ctx context.Context, b *bench) ([]row, error) {
	const times = 10
	var took []time.Duration
	for range times {
		begin := time.Now()
		p, err := b.start(ctx, "--play")
		if err != nil {
			return nil, err
		}
		at, err := p.firstByte(ctx)
		p.stop()
		if err != nil {
			return nil, err
		}
		took = append(took, at.Sub(begin))
	}
	median, p99 := percentile(took, .5), percentile(took, .99)
	return []row{{what: "start of the process → first audio byte", median: ms(median), p99: ms(p99), target: "≤ 2 s", met: p99 <= 2*time.Second,
		how: fmt.Sprintf("fork of an empty station with --play → first byte of the body of /live.mp3, %d times", times)}}, nil
}

// firstByte tries to listen until sound comes.
func (p *program) firstByte(ctx context.Context) (time.Time, error) {
	for range 1000 {
		res, err := p.get(ctx, "/live.mp3")
		if err != nil {
			pause(ctx, 5*time.Millisecond)
			continue
		}
		_, err = io.ReadFull(res.Body, make([]byte, 1))
		at := time.Now()
		return at, errors.Join(err, res.Body.Close())
	}
	return time.Time{}, errors.New("the station did not answer within 5 s")
}

// measureIdle measures what a silent station with nobody listening costs.
func measureIdle(ctx context.Context, b *bench) ([]row, error) {
	p, err := b.start(ctx)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	if err := p.up(ctx); err != nil {
		return nil, err
	}
	pause(ctx, 2*time.Second)
	before, _, err := p.usage()
	if err != nil {
		return nil, err
	}
	pause(ctx, time.Minute)
	after, rss, err := p.usage()
	if err != nil {
		return nil, err
	}
	core := 100 * (after - before).Seconds() / 60
	return []row{
		{what: "silent station, nobody listening: processor", median: fmt.Sprintf("%.2f %% of a core", core), target: "≤ 1 %", met: core <= 1, how: "utime + stime over 60 s"},
		{what: "silent station, nobody listening: memory", median: fmt.Sprintf("%.0f MiB RSS", rss), target: "≤ 120 MB", met: rss*1.048576 <= 120, how: "VmRSS after 62 s"},
	}, nil
}

// measureSilence measures what 60 s of silence send.
func measureSilence(ctx context.Context, b *bench) ([]row, error) {
	p, err := b.start(ctx)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	if err := p.up(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 62*time.Second)
	defer cancel()
	formats := []string{"mp3", "opus"}
	got := make([]int64, 3)
	var wg sync.WaitGroup
	for i, f := range formats {
		wg.Go(func() { got[i] = p.count(ctx, "/live."+f+"?burst=0", time.Minute) })
	}
	wg.Go(func() { got[2] = p.countFrames(ctx, "/live.flac?burst=0", time.Minute) })
	wg.Wait()
	var rows []row
	for i, f := range formats {
		share := 100 * float64(got[i]) / (128000 / 8 * 60)
		rows = append(rows, row{what: "60 s of silence, " + f, median: fmt.Sprintf("%.1f %% of nominal bytes", share), target: "≥ 80 %", met: share >= 80,
			how: fmt.Sprintf("%d bytes at 128 kbit/s", got[i])})
	}
	return append(rows, row{what: "60 s of silence, flac", median: fmt.Sprintf("%d frames", got[2]), target: "every one of 3000 (± 1 s at the ends)", met: got[2] >= 2950,
		how: "frames parsed from the stream"}), nil
}

// countFrames reads a FLAC mount for d and says how many whole frames came.
func (p *program) countFrames(ctx context.Context, path string, d time.Duration) int64 {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	res, err := p.get(ctx, path)
	if err != nil {
		return 0
	}
	defer func() { _ = res.Body.Close() }()
	stream, err := flac.New(res.Body)
	if err != nil {
		return 0
	}
	for n := int64(0); ; n++ {
		if _, err := stream.ParseNext(); err != nil {
			return n
		}
	}
}

// count reads a mount for d and says how many bytes came.
func (p *program) count(ctx context.Context, path string, d time.Duration) int64 {
	res, err := p.get(ctx, path)
	if err != nil {
		return 0
	}
	defer func() { _ = res.Body.Close() }()
	stop := time.AfterFunc(d, func() { _ = res.Body.Close() })
	defer stop.Stop()
	n, _ := io.Copy(io.Discard, res.Body)
	return n
}

// measureReplies measures replies while the station composes without a pause and
// streams to 50 listeners.
func measureReplies(ctx context.Context, b *bench) ([]row, error) {
	p, err := b.start(ctx, "--play")
	if err != nil {
		return nil, err
	}
	defer p.stop()
	if err := p.up(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	var bytes atomic.Int64
	for i := range 50 {
		wg.Go(func() { p.swallow(ctx, []string{"/live.mp3", "/live.opus", "/live.flac"}[i%3], &bytes) })
	}
	var composed atomic.Int64
	wg.Go(func() {
		for ctx.Err() == nil {
			if err := p.do(ctx, fmt.Sprintf("queue new seed=%d", rand.Uint32())); err == nil {
				composed.Add(1)
			}
		}
	})
	pause(ctx, 2*time.Second)
	var rows []row
	for _, order := range []string{"now", "queue", "rate now 4"} {
		var took []time.Duration
		for range 200 {
			begin := time.Now()
			if err := p.do(ctx, order); err != nil {
				return nil, err
			}
			took = append(took, time.Since(begin))
			pause(ctx, 5*time.Millisecond)
		}
		median, p99 := percentile(took, .5), percentile(took, .99)
		rows = append(rows, row{what: "reply to `" + order + "`", median: ms(median), p99: ms(p99), target: "p99 ≤ 100 ms", met: p99 <= 100*time.Millisecond,
			how: fmt.Sprintf("200 HTTP orders beside 50 listeners; %d songs composed and %d MB sent meanwhile", composed.Load(), bytes.Load()>>20)})
	}
	return rows, nil
}

func (p *program) swallow(ctx context.Context, path string, bytes *atomic.Int64) {
	res, err := p.get(ctx, path)
	if err != nil || res.StatusCode != http.StatusOK {
		return
	}
	defer func() { _ = res.Body.Close() }()
	buf := make([]byte, 16<<10)
	for {
		n, err := res.Body.Read(buf)
		bytes.Add(int64(n))
		if err != nil {
			return
		}
	}
}
