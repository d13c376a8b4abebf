package ffmpeg_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"bandstand/internal/ffmpeg"
	"bandstand/internal/output"
	"bandstand/internal/pcm"
	"bandstand/internal/pcm/pcmtest"
)

// air is a station's clock: a ramp in blocks, in real time, for any number of taps.
type air struct {
	mu    sync.Mutex
	taps  map[chan pcm.Block]struct{}
	frame int64
	lose  func(frame int64) bool // says which blocks nobody gets
}

func newAir(t *testing.T) *air { return losingAir(t, never) }

func losingAir(t *testing.T, lose func(frame int64) bool) *air {
	a := &air{taps: map[chan pcm.Block]struct{}{}, lose: lose}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { a.run(ctx) })
	t.Cleanup(func() { cancel(); wg.Wait() })
	return a
}

func (a *air) run(ctx context.Context) {
	start := time.Now()
	for n := time.Duration(0); ; n++ {
		timer := time.NewTimer(time.Until(start.Add(n * pcm.BlockDuration)))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
			a.emit()
		}
	}
}

func (a *air) emit() {
	a.mu.Lock()
	defer a.mu.Unlock()
	b := pcm.Block{Frame: a.frame, Samples: make([]float32, pcm.BlockSamples)}
	r := pcmtest.Ramp{At: a.frame}
	_, _ = r.Read(b.Samples)
	a.frame += pcm.BlockFrames
	if a.lose(b.Frame) {
		return
	}
	for tap := range a.taps {
		for done := false; !done; {
			select {
			case tap <- b:
				done = true
			default:
				select {
				case <-tap:
				default:
				}
			}
		}
	}
}

func (a *air) tap() (<-chan pcm.Block, func()) {
	tap := make(chan pcm.Block, 50)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.taps[tap] = struct{}{}
	return tap, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.taps, tap)
	}
}

func (a *air) now() int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.frame
}

// folder is a short one for sockets.
func folder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "s")
	if err := ffmpeg.OpenFolder(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// keep runs an output by its keeper until the test ends.
func keep(t *testing.T, sink output.Sink) *output.Output {
	t.Helper()
	o := output.New(output.Config{Name: "test", Sink: sink})
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = o.Run(ctx) })
	t.Cleanup(func() { cancel(); wg.Wait() })
	return o
}

// until waits for an output to be as wanted.
func until(t *testing.T, o *output.Output, what string, is func(output.Status) bool) output.Status {
	t.Helper()
	var st output.Status
	defer func() {
		if t.Failed() {
			t.Logf("the output is %+v", st)
		}
	}()
	eventually(t, "the output to be "+what, func() bool { st = o.Status(); return is(st) })
	return st
}

// pass waits until so much more of the station has been on the air.
func (a *air) pass(t *testing.T, d time.Duration) {
	t.Helper()
	end := a.now() + pcm.StationRate.Frames(d)
	eventually(t, "the station to go on", func() bool { return a.now() >= end })
}

func isOn(st output.Status) bool  { return st.State == output.On }
func isOff(st output.Status) bool { return st.State == output.Off }

func args(a ...string) func() ([]string, error) {
	return func() ([]string, error) { return a, nil }
}
