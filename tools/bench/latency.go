package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"bandstand/internal/pcm"
)

// struckStyles begin with a struck note.
var struckStyles = []string{"pop", "rock", "funk", "waltz"}

// measureLatency measures `new` → first audible sample, as an ffmpeg listener
// decodes it: each order has a fresh seed and comes after a silence, at a random
// moment of a block.
func measureLatency(ctx context.Context, b *bench, format string) ([]row, error) {
	own, err := decoderDelay(ctx, format)
	if err != nil {
		return nil, fmt.Errorf("measuring ffmpeg's own delay: %w", err)
	}
	p, err := b.start(ctx)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	if err := p.up(ctx); err != nil {
		return nil, err
	}
	e, err := listen(ctx, p.url+"/live."+format+"?burst=0")
	if err != nil {
		return nil, err
	}
	defer e.stop()
	var took []time.Duration
	for i := range b.times {
		if err := e.quiet(400 * time.Millisecond); err != nil {
			return nil, err
		}
		pause(ctx, rand.N(20*time.Millisecond))
		order := fmt.Sprintf("new %s seed=%d", struckStyles[i%len(struckStyles)], rand.Uint32())
		start := time.Now()
		if err := p.do(ctx, order); err != nil {
			return nil, err
		}
		at, err := e.first()
		if err != nil {
			return nil, fmt.Errorf("after %q: %w", order, err)
		}
		took = append(took, at.Sub(start))
		if err := p.do(ctx, "stop"); err != nil {
			return nil, err
		}
	}
	ownMedian := percentile(own, .5)
	median, p99 := percentile(took, .5)-ownMedian, percentile(took, .99)-ownMedian
	return []row{
		{what: "`new` → first audible sample, " + format, median: ms(median), p99: ms(p99), target: "≤ 80 ms, p99 ≤ 200 ms",
			met: median <= 80*time.Millisecond && p99 <= 200*time.Millisecond,
			how: fmt.Sprintf("HTTP order → ffmpeg's output above −47 dBFS, %d times, burst=0, less the decoder's own %s (with it: %s)", b.times, ms(ownMedian), ms(percentile(took, .5)))},
	}, nil
}

// decoderDelay measures how long ffmpeg itself takes from the arrival of a packet
// to its samples: our encoder's packets of silence and then noise come at their
// real times from a small server here.
func decoderDelay(ctx context.Context, format string) ([]time.Duration, error) {
	var delays []time.Duration
	for i := range int64(12) { // a sound may begin anywhere in a packet: six blocks are five MP3 frames
		d, err := oneDecoderDelay(ctx, format, 100+i%6)
		if err != nil {
			return nil, err
		}
		delays = append(delays, d)
	}
	return delays, nil
}

// oneDecoderDelay measures it once, with noise from a block on.
func oneDecoderDelay(ctx context.Context, format string, noiseFrom int64) (time.Duration, error) {
	sent := make(chan time.Time, 1)
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	srv := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := paced(r.Context(), w, format, noiseFrom, sent); err != nil && r.Context().Err() == nil {
			fmt.Println("bench: pacing:", err)
		}
	})}
	go func() { _ = srv.Serve(l) }()
	defer func() { _ = srv.Close() }()
	e, err := listen(ctx, "http://"+l.Addr().String()+"/x."+format)
	if err != nil {
		return 0, err
	}
	defer e.stop()
	at, err := e.first()
	if err != nil {
		return 0, err
	}
	return at.Sub(<-sent), nil
}

// paced sends an encoded stream at its real time and tells when the packet with
// the first frame of noise left.
func paced(ctx context.Context, w http.ResponseWriter, format string, noiseFrom int64, sent chan<- time.Time) error {
	enc, err := newEncoder(ctx, format)
	if err != nil {
		return err
	}
	defer func() { _ = enc.Close() }()
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", map[string]string{"opus": "audio/ogg", "mp3": "audio/mpeg"}[format])
	if _, err := w.Write(enc.Header()); err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(1, 2))
	block := make([]float32, pcm.BlockSamples)
	start := time.Now()
	for n := range noiseFrom + 50 {
		pause(ctx, time.Until(start.Add(time.Duration(n)*pcm.BlockDuration)))
		if n >= noiseFrom {
			for i := range block {
				block[i] = float32(rng.Float64() - .5)
			}
		}
		packets, err := enc.Encode(block)
		if err != nil {
			return err
		}
		for _, p := range packets {
			now := time.Now()
			if _, err := w.Write(p.Data); err != nil {
				return err
			}
			if err := out.Flush(); err != nil {
				return err
			}
			if p.Frame+int64(p.Frames) > noiseFrom*pcm.BlockFrames {
				select {
				case sent <- now:
				default:
				}
			}
		}
	}
	return nil
}
