package ffmpeg

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"bandstand/internal/pcm"
)

// sound feeds a child the blocks of the station. Only its atomics may be read by others.
type sound struct {
	run *run
	out *writer

	base atomic.Int64 // the station's frame of the child's first, -1 before there is one
	turn atomic.Pointer[turn]
	sent atomic.Int64 // frames that the child got, or will before all else

	next    int64 // the station's frame that must come next
	bytes   []byte
	flowing bool      // it takes sound as it comes
	stalled bool      // the last write had to wait
	smooth  int       // blocks since one had to wait
	behind  time.Time // since when blocks are lost again and again, zero for not
	lost    time.Time // when blocks were lost last
	began   time.Time // since when blocks come without a pause
	came    time.Time // when one came last
}

// turn is where the station's frames go on elsewhere than the child's.
type turn struct {
	at, base int64 // from the child's frame at on, the station's is base more
	before   *turn // until then; nil for the first
}

const (
	// waited is how long a write takes that had to wait: a block's time and more.
	waited = 60 * time.Millisecond
	// smoothBlocks is a second of sound taken as it came.
	smoothBlocks = 50
	// calm is how long nothing may be lost for an output to be on again.
	calm = 2 * time.Second
	// pause is how long no block comes when the station's own clock stands still.
	pause = 500 * time.Millisecond
)

// put hands the child a block, and silence for what was lost before it.
func (s *sound) put(ctx context.Context, b pcm.Block) error {
	now := time.Now()
	if now.Sub(s.came) > pause {
		s.began = now
	}
	s.came = now
	if s.base.Load() < 0 || ((!s.flowing || s.run.live) && b.Frame > s.next) {
		// What is lost while it starts is not made up for: it would be late for ever.
		if s.flowing {
			s.late(b.Frame - s.next)
		}
		s.begin(b.Frame)
		s.next = b.Frame
	}
	switch gap := b.Frame - s.next; {
	case gap < 0:
		return nil
	case gap > s.run.limits.gap:
		return fmt.Errorf("%.1f s of sound are missing, so it starts afresh", pcm.StationRate.Duration(gap).Seconds())
	case gap > 0:
		if err := s.missed(ctx, gap); err != nil {
			return err
		}
	}
	return s.write(ctx, b.Samples)
}

// begin has a frame of the station's be the child's next.
func (s *sound) begin(frame int64) {
	t := &turn{at: s.sent.Load(), base: frame - s.sent.Load(), before: s.turn.Load()}
	if s.run.live {
		t.before = nil // it may turn for years
	}
	s.turn.Store(t)
	s.base.Store(t.base)
}

// late counts frames that are lost since the child is too slow.
func (s *sound) late(frames int64) {
	s.lost = time.Now()
	if s.behind.IsZero() {
		s.behind = s.lost
	}
	s.run.session.Dropped(frames)
	s.run.session.Behind()
}

// waits is called while the child takes nothing for long, but works.
func (s *sound) waits() {
	if !s.flowing {
		return
	}
	s.lost = time.Now()
	if s.behind.IsZero() {
		s.behind = s.lost
		s.run.session.Behind()
	}
}

// missed fills a gap.
func (s *sound) missed(ctx context.Context, gap int64) error {
	s.late(gap)
	if s.lost.Sub(s.behind) > s.run.limits.behind {
		return fmt.Errorf("it is too slow: it has lost sound for %.0f s", s.run.limits.behind.Seconds())
	}
	for ; gap > 0; gap -= pcm.BlockFrames {
		if err := s.write(ctx, silence[:min(gap, pcm.BlockFrames)*pcm.Channels]); err != nil {
			return err
		}
	}
	return nil
}

var silence = make([]float32, pcm.BlockSamples)

func (s *sound) write(ctx context.Context, samples []float32) error {
	frames := int64(len(samples) / pcm.Channels)
	s.next += frames
	s.sent.Add(frames)
	s.run.ring() // also within a gap: a child takes no more sound while it waits for its picture
	began := time.Now()
	if err := s.out.flush(ctx, s.patience()); err != nil { // then bytes is free again
		return err
	}
	s.bytes = s.bytes[:0]
	for _, v := range samples {
		s.bytes = binary.LittleEndian.AppendUint32(s.bytes, math.Float32bits(v))
	}
	if err := s.out.write(ctx, s.bytes, s.patience()); err != nil {
		return err
	}
	s.run.fed(len(s.bytes))
	s.stalled = time.Since(began) > waited
	s.smooth++
	if s.stalled {
		s.smooth = 0
	}
	return nil
}

// patience is how long the child may take nothing.
func (s *sound) patience() time.Duration {
	if s.flowing {
		return s.run.limits.stuck
	}
	return s.run.limits.start
}

// fedFor is for how long blocks have come without a pause, 0 when there is one: a child
// that is given nothing can send nothing.
func (s *sound) fedFor() time.Duration {
	if now := time.Now(); now.Sub(s.came) <= pause {
		return now.Sub(s.began)
	}
	return 0
}

// look keeps the output's state up to date.
func (s *sound) look(moving bool) {
	switch now := time.Now(); {
	case !s.flowing && (moving || s.smooth >= smoothBlocks):
		s.flowing = true
		if s.run.live {
			s.run.said.forget() // which devices it tried first tells nothing of a later end
		}
		s.run.session.On()
	case !s.behind.IsZero() && now.Sub(s.lost) > calm:
		s.behind = time.Time{}
		s.run.session.On()
	}
}

// frame is the station's frame that is heard at the child's frame n of sound, which it
// has got.
func (s *sound) frame(n int64) int64 {
	t := s.turn.Load()
	if t == nil {
		return n
	}
	for t.before != nil && n < t.at {
		t = t.before
	}
	return t.base + n
}
