package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"strconv"
	"sync"
	"time"

	"github.com/mewkiz/flac"
)

// thin is how many frames a sample of what is compared stands for: 8 kHz are enough to
// find a sound again, to an eighth of a millisecond.
const thin = 6

// thinned is sound as it is compared: the mean of six frames a sample, mono.
type thinned struct {
	samples []float32
	sum     float32
	n       int
}

func (t *thinned) add(v float32) {
	t.sum += v
	if t.n++; t.n == thin {
		t.samples = append(t.samples, t.sum/thin)
		t.sum, t.n = 0, 0
	}
}

// air is what is on the air, by the station's own frame numbers and the moments it
// came: what a listener of FLAC hears.
type air struct {
	close func()

	mu    sync.Mutex
	first int64 // the station's frame of the first sample
	sound thinned
	zero  time.Time // when frame 0 would have come, by whatever came soonest
	err   error
}

// hearAir listens until it is closed.
func (p *program) hearAir(ctx context.Context) (*air, error) {
	ctx, cancel := context.WithCancel(ctx)
	res, err := p.get(ctx, "/live.flac?burst=0")
	if err != nil {
		cancel()
		return nil, err
	}
	a := &air{}
	if a.first, err = strconv.ParseInt(res.Header.Get("X-Bandstand-Frame"), 10, 64); err != nil {
		cancel()
		return nil, fmt.Errorf("the mount does not say where it begins: %w", err)
	}
	var life sync.WaitGroup
	life.Go(func() {
		defer func() { _ = res.Body.Close() }()
		err := a.read(res.Body)
		a.mu.Lock()
		defer a.mu.Unlock()
		a.err = err
	})
	a.close = func() { cancel(); life.Wait() }
	return a, nil
}

func (a *air) read(body io.Reader) error {
	stream, err := flac.New(body)
	if err != nil {
		return err
	}
	scale := float32(math.Pow(2, -float64(stream.Info.BitsPerSample)))
	for frames := int64(0); ; {
		f, err := stream.ParseNext()
		if err != nil {
			return err
		}
		now := time.Now()
		a.mu.Lock()
		for i := range f.Subframes[0].NSamples {
			a.sound.add(scale * float32(f.Subframes[0].Samples[i]+f.Subframes[1].Samples[i]))
		}
		frames += int64(f.Subframes[0].NSamples)
		if zero := now.Add(-duration(a.first + frames)); a.zero.IsZero() || zero.Before(a.zero) {
			a.zero = zero
		}
		a.mu.Unlock()
	}
}

func duration(frames int64) time.Duration { return time.Duration(frames) * time.Second / 48000 }

// at is when a frame was on the air.
func (a *air) at(frame int64) time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.zero.Add(duration(frame))
}

// find looks for a sound between two frames of the air. It gives the frame that the
// sound begins at, and how alike both are, 1 being the same.
func (a *air) find(sound []float32, from, to int64) (frame int64, like float64) {
	a.mu.Lock()
	low, high := max(0, from-a.first)/thin, min((to-a.first)/thin, int64(len(a.sound.samples)))
	low = min(low, max(0, high))
	in := a.sound.samples[low:max(low, high)] // what is added goes behind it
	first := a.first + low*thin
	a.mu.Unlock()
	var own, there float64
	for _, v := range sound {
		own += float64(v) * float64(v)
	}
	best := -1
	for i := 0; i+len(sound) <= len(in); i++ {
		if i == 0 {
			for _, v := range in[:len(sound)] {
				there += float64(v) * float64(v)
			}
		} else {
			out, new := float64(in[i-1]), float64(in[i-1+len(sound)])
			there += new*new - out*out
		}
		var dot float32
		for j, v := range in[i : i+len(sound)] {
			dot += v * sound[j]
		}
		if l := float64(dot) / math.Sqrt(own*max(there, 1e-12)); l > like {
			best, like = i, l
		}
	}
	return first + int64(best)*thin, like
}
