package broadcast

import (
	"errors"
	"io"
	"slices"
	"testing"
	"time"
)

func TestBatchesAreBounded(t *testing.T) {
	m := NewMount(Config{})
	m.Begin(nil, 0)
	for n := range 10 {
		m.Publish(Packet{Data: make([]byte, 20<<10), Frame: int64(n) * frames, Frames: frames})
	}
	m.Publish(Packet{Data: make([]byte, 1<<20), Frame: 10 * frames, Frames: frames})
	l, err := m.Join(t.Context(), time.Second, "", "")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Leave()
	m.End()
	var sizes []int
	for {
		packets, err := l.Next(t.Context())
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(packets))
	}
	if !slices.Equal(sizes, []int{3, 3, 3, 1, 1}) {
		t.Errorf("batches of %v packets, want 3 3 3 1 1", sizes)
	}
}

func TestStrideKeepsFlushesBounded(t *testing.T) {
	for _, c := range []struct {
		listeners, frames int
		stride            uint64
	}{
		{0, 960, 1}, {1, 960, 1}, {200, 960, 1}, {201, 960, 2}, {1000, 960, 8}, {10_000, 960, 64}, {1_000_000, 960, 64},
		{1000, 4608, 2}, {10_000, 4608, 16}, {5, 0, 1},
	} {
		if got := strideFor(c.listeners, c.frames, 48000); got != c.stride {
			t.Errorf("%d listeners, packets of %d frames: stride %d, want %d", c.listeners, c.frames, got, c.stride)
		}
	}
}

func TestRingForgetsTheOldest(t *testing.T) {
	var r ring
	for n := range 3 * maxSlots {
		r.push(packet(n))
	}
	if n := r.head - r.tail; n != maxSlots {
		t.Errorf("%d slots, want %d", n, maxSlots)
	}
	r.prune(10 * frames)
	if n := r.head - r.tail; n != 10 {
		t.Errorf("%d left, want 10", n)
	}
	if got := numbers([]Packet{r.at(r.tail).Packet})[0]; got != 3*maxSlots-10 {
		t.Errorf("the oldest is %d", got)
	}
}
