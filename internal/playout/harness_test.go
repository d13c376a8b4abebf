package playout_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"bandstand/internal/pcm"
	"bandstand/internal/pcm/pcmtest"
	"bandstand/internal/playout"
	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// fakeSongs renders items as ramps: the code says how. Ramps make every lost,
// repeated or moved frame visible.
type fakeSongs struct {
	length map[string]int64         // frames of each code, 0 for ever
	delay  map[string]time.Duration // before rendering begins
}

var errBroken = errors.New("the font is gone")

func (f fakeSongs) Render(ctx context.Context, it playout.Item) (*song.Song, pcm.Source, error) {
	if d := f.delay[it.Code]; d > 0 {
		select {
		case <-time.After(d):
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
	switch it.Code {
	case "broken":
		return nil, nil, errBroken
	case "panics":
		panic("out of tune")
	case "breaks":
		return testSong(it.Code), &breaking{left: 100 * pcm.BlockFrames}, nil
	}
	from := pcm.StationRate.Frames(it.From)
	return testSong(it.Code), &pcmtest.Ramp{At: from, Length: f.length[it.Code]}, nil
}

func testSong(code string) *song.Song {
	return &song.Song{Title: code, Band: "The Tests", Tempo: 120, Meter: song.Meter{Beats: 4, Unit: 4}, Bars: 100, Key: theory.Key{Mode: theory.Major}}
}

// breaking is a ramp that breaks in the middle.
type breaking struct {
	ramp pcmtest.Ramp
	left int64
}

func (b *breaking) Read(dst []float32) (int, error) {
	if b.left <= 0 {
		return 0, errBroken
	}
	n, err := b.ramp.Read(dst)
	b.left -= int64(n)
	return n, err
}

// tape is what a run of a playout emitted and reported.
type tape struct {
	t      *testing.T
	at     []time.Duration // when each block came, from the start
	blocks []pcm.Block
	events []playout.Event
}

// run runs a playout in virtual time: play gives the orders, then the bubble goes
// on for the rest of total.
func run(t *testing.T, songs playout.Renderer, total time.Duration, play func(p *playout.Playout)) *tape {
	t.Helper()
	tp := &tape{t: t}
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		p := playout.New(playout.Config{
			Renderer: songs,
			Emit: func(b pcm.Block) {
				tp.at = append(tp.at, time.Since(start))
				tp.blocks = append(tp.blocks, b)
			},
			Report: func(e playout.Event) { tp.events = append(tp.events, e) },
			Log:    slog.New(slog.DiscardHandler),
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- p.Run(ctx) }()
		play(p)
		<-time.After(total - time.Since(start))
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run ended with %v", err)
		}
	})
	return tp
}

func wait(d time.Duration) { <-time.After(d) }

// samples is everything emitted, one after the other; it fails where a frame
// number is missing or repeated.
func (tp *tape) samples() []float32 {
	tp.t.Helper()
	var all []float32
	for i, b := range tp.blocks {
		if b.Frame != int64(i)*pcm.BlockFrames || len(b.Samples) != pcm.BlockSamples {
			tp.t.Fatalf("block %d has frame %d and %d samples", i, b.Frame, len(b.Samples))
		}
		all = append(all, b.Samples...)
	}
	return all
}

// wantRamp fails unless frames [from, to) are the frames of a ramp from ramp on.
func wantRamp(t *testing.T, all []float32, from, to, ramp int64) {
	t.Helper()
	for f := from; f < to; f++ {
		if got, want := all[2*f], pcmtest.RampValue(ramp+f-from); got != want {
			t.Fatalf("frame %d is %v, not frame %d of the song (%v)", f, got, ramp+f-from, want)
		}
	}
}

func wantSilence(t *testing.T, all []float32, from, to int64) {
	t.Helper()
	for f := from; f < to; f++ {
		if all[2*f] != 0 || all[2*f+1] != 0 {
			t.Fatalf("frame %d is not silent: %v", f, all[2*f])
		}
	}
}

func (tp *tape) kinds(kind playout.EventKind) []playout.Event {
	var out []playout.Event
	for _, e := range tp.events {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}

func (f renderFunc) Render(_ context.Context, it playout.Item) (*song.Song, pcm.Source, error) {
	return testSong(it.Code), f(), nil
}
