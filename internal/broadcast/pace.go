package broadcast

import (
	"math/bits"
	"sync/atomic"
)

// wake is a place to wait. wait is called with at least a read lock on the
// mount, wake with the write lock.
type wake struct{ ch atomic.Pointer[chan struct{}] }

// wait is closed at the next wake.
func (w *wake) wait() <-chan struct{} {
	for {
		if ch := w.ch.Load(); ch != nil {
			return *ch
		}
		fresh := make(chan struct{})
		w.ch.CompareAndSwap(nil, &fresh)
	}
}

func (w *wake) wake() {
	if ch := w.ch.Swap(nil); ch != nil {
		close(*ch)
	}
}

const (
	// groups is how many groups listeners are spread over, and so the largest stride.
	groups = 64
	// flushes is how many flushes a second one mount asks for before it batches:
	// 200 listeners to 20 ms packets.
	flushes = 10_000
)

// pace decides who is woken by which packet. Few listeners: all by every packet.
// Many: a group at a time, each by every stride-th packet, so that the flushes a
// second, and what the writer spends waking, stay bounded while listeners grow.
type pace struct {
	group  [groups]wake
	taps   wake          // by every packet
	stride atomic.Uint64 // 1, 2, 4 … groups; 0 is 1
	count  uint64        // packets so far
}

// turn wakes whose turn it is after a packet of frames frames.
func (p *pace) turn(listeners, frames, rate int) {
	stride := strideFor(listeners, frames, rate)
	p.stride.Store(stride)
	for g := p.count & (stride - 1); g < groups; g += stride {
		p.group[g].wake()
	}
	p.taps.wake()
	p.count++
}

func (p *pace) wakeAll() {
	for g := range p.group {
		p.group[g].wake()
	}
	p.taps.wake()
}

// strideFor is every how many packets a listener is flushed: listeners/flushes
// seconds, at most about one second, rounded up to a power of two packets.
func strideFor(listeners, frames, rate int) uint64 {
	if frames <= 0 {
		return 1
	}
	period := min(listeners, flushes) * rate / flushes // in frames
	packets := uint64((period + frames - 1) / frames)
	if packets <= 1 {
		return 1
	}
	return min(uint64(1)<<bits.Len64(packets-1), groups)
}
