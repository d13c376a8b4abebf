package station

import (
	"sync/atomic"
	"testing"
	"time"

	"bandstand/internal/pcm"
)

// TestALongPastCostsNoSound has an encoder begin 30 s in the past and go through them
// ten times faster than they were played: what is played meanwhile waits for it.
func TestALongPastCostsNoSound(t *testing.T) {
	f := newFeed()
	frame := int64(0)
	play := func(blocks int) {
		for range blocks {
			f.emit(pcm.Block{Frame: frame})
			frame += pcm.BlockFrames
		}
	}
	play(historyBlocks + 7)
	var dropped atomic.Int64
	tap, past, next := f.tap(30*time.Second, &dropped)
	if len(past) != historyBlocks || past[0].Frame != 7*pcm.BlockFrames || next != frame {
		t.Fatalf("the past is %d blocks from frame %d on, and %d comes next, not %d", len(past), past[0].Frame, next, frame)
	}
	play(len(past) / 10)
	if b := <-tap.blocks; b.Frame != next || dropped.Load() != 0 {
		t.Errorf("frame %d follows the past, not %d; %d blocks were dropped", b.Frame, next, dropped.Load())
	}
	// One that takes nothing loses its oldest, and holds up nobody.
	now, _, _ := f.tap(0, &dropped)
	play(10 * tapBlocks)
	if n := len(now.blocks); n != tapBlocks || dropped.Load() == 0 {
		t.Errorf("%d blocks wait, and %d were dropped", n, dropped.Load())
	}
}
