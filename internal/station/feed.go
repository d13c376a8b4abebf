package station

import (
	"sync"
	"sync/atomic"
	"time"

	"bandstand/internal/pcm"
)

// feed hands the blocks of the air to those who turn them into something: the
// encoders, the speaker. Each has a bounded ring of its own; one that falls behind
// loses its oldest blocks, counted, and never holds up the clock. The last
// historyBlocks are kept, so that an encoder that starts for a listener can begin
// a little in the past.
type feed struct {
	mu      sync.Mutex
	taps    map[*tap]struct{}
	history []pcm.Block // a ring, the newest before at%historyBlocks
	at      int
}

// tap is one taker's ring.
type tap struct {
	blocks  chan pcm.Block
	dropped *atomic.Int64 // of the taker, counted on
}

const (
	// tapBlocks is a second of sound: enough for a pause of the garbage
	// collector, little enough that who catches up is not late for long.
	tapBlocks = 50
	// deepBlocks is 10 s of sound, for who may be late but should lose nothing.
	deepBlocks = 500
	// pastEach is for how many blocks of the past a tap's ring has room for one more:
	// while an encoder goes through them, eight times faster than they were played at
	// least, the air goes on.
	pastEach = 8
	// historyBlocks is 30 s of sound, the longest burst: at most 12 MB.
	historyBlocks = 1500
)

func newFeed() *feed { return &feed{taps: map[*tap]struct{}{}} }

// emit gives every tap a block. Only playout calls it.
func (f *feed) emit(b pcm.Block) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.history) < historyBlocks {
		f.history = append(f.history, b)
	} else {
		f.history[f.at%historyBlocks] = b
	}
	f.at++
	for t := range f.taps {
		t.put(b)
	}
}

func (t *tap) put(b pcm.Block) {
	for {
		select {
		case t.blocks <- b:
			return
		default:
		}
		select {
		case <-t.blocks:
			t.dropped.Add(1)
		default:
		}
	}
}

// tap joins; blocks that it is too slow for are counted in dropped. past are the blocks
// of the last while, as far as they are kept; the tap's first block is the one that
// follows them, whose frame is next.
func (f *feed) tap(while time.Duration, dropped *atomic.Int64) (t *tap, past []pcm.Block, next int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := min(int(while/pcm.BlockDuration), len(f.history))
	t = &tap{blocks: make(chan pcm.Block, tapBlocks+n/pastEach), dropped: dropped}
	f.taps[t] = struct{}{}
	for i := f.at - n; i < f.at; i++ {
		past = append(past, f.history[i%historyBlocks])
	}
	if f.at > 0 {
		next = f.history[(f.at-1)%historyBlocks].Frame + pcm.BlockFrames
	}
	return t, past, next
}

// deep is a tap with none of the past and room for deepBlocks.
func (f *feed) deep() *tap {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := &tap{blocks: make(chan pcm.Block, deepBlocks), dropped: new(atomic.Int64)}
	f.taps[t] = struct{}{}
	return t
}

// level is the root mean square of the block that has a frame, 0 where it is not kept.
func (f *feed) level(frame int64) float64 {
	f.mu.Lock()
	var samples []float32
	if f.at > 0 {
		newest := f.history[(f.at-1)%historyBlocks].Frame
		back := int((newest - frame + pcm.BlockFrames - 1) / pcm.BlockFrames)
		if back >= 0 && back < len(f.history) {
			samples = f.history[(f.at-1-back)%historyBlocks].Samples
		}
	}
	f.mu.Unlock()
	_, rms := pcm.Level(samples)
	return rms
}

// untap leaves.
func (f *feed) untap(t *tap) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.taps, t)
}
