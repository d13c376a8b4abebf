package playout_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"bandstand/internal/pcm"
	"bandstand/internal/pcm/pcmtest"
	"bandstand/internal/playout"
)

// TestADayOnTheAir runs 24 hours of virtual time: three-second songs, one a
// minute, with silence between. Every block must come at its very deadline, with
// the frames that follow those before it.
func TestADayOnTheAir(t *testing.T) {
	const day = 24 * time.Hour
	synctest.Test(t, func(t *testing.T) {
		var blocks, heard, songs int64
		start := time.Now()
		p := playout.New(playout.Config{
			Renderer: renderFunc(func() pcm.Source { return &pcmtest.Ramp{Length: 144_000} }),
			Emit: func(b pcm.Block) {
				if at := time.Since(start); at != time.Duration(blocks)*pcm.BlockDuration || b.Frame != blocks*pcm.BlockFrames {
					t.Fatalf("block %d came at %v with frame %d", blocks, at, b.Frame)
				}
				blocks++
				if b.Code == "" {
					return
				}
				if want := pcmtest.RampValue(heard % 144_000); b.Samples[0] != want {
					t.Fatalf("block %d begins with %v, not with %v", blocks, b.Samples[0], want)
				}
				heard += pcm.BlockFrames
			},
			Report: func(e playout.Event) {
				if e.Kind == playout.Started {
					songs++
				}
			},
			Log: slog.New(slog.DiscardHandler),
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- p.Run(ctx) }()
		for i := range int64(day / time.Minute) {
			p.SetQueue([]playout.Item{item(i+1, "song")})
			wait(time.Minute)
		}
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if want := int64(day / pcm.BlockDuration); blocks < want || blocks > want+1 {
			t.Errorf("%d blocks in a day, want %d", blocks, want)
		}
		if songs != 1440 || heard != songs*144_000 {
			t.Errorf("%d songs started, %d frames of them heard", songs, heard)
		}
		if late, starved, jumps := p.Stats.Late.Load(), p.Stats.Starved.Load(), p.Stats.Jumps.Load(); late+starved+jumps != 0 {
			t.Errorf("late %d, starved %d, jumps %d", late, starved, jumps)
		}
	})
}
