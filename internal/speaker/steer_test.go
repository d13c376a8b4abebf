package speaker

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"bandstand/internal/pcm"
)

// device is a sound server in virtual time: it starts with half its delay waiting,
// takes frames at its own clock in pieces, and runs dry as a real one does.
type device struct {
	rate    float64 // frames a second of ours
	own     float64 // frames that it holds itself
	waiting float64 // frames sent and not taken
	running bool
	dry     int // times it ran dry
}

func (d *device) play(elapsed time.Duration) (dry bool) {
	if !d.running {
		return false
	}
	d.waiting -= d.rate * elapsed.Seconds()
	if d.waiting < d.own/2 {
		d.running, d.waiting, dry = false, 0, true
		d.dry++
	}
	return dry
}

func (d *device) take(frames int) {
	d.waiting += float64(frames)
	if d.waiting >= d.rate*serverDelay.Seconds()/2 {
		d.running = true
	}
}

func (d *device) delay() delay {
	seconds := func(frames float64) time.Duration { return time.Duration(frames / d.rate * float64(time.Second)) }
	return delay{whole: seconds(d.waiting), device: seconds(d.own)}
}

// simulate plays for a while against a device and gives its delays, one a second.
// late gives a block's lateness.
func simulate(d *device, length time.Duration, late func(block int) time.Duration) []time.Duration {
	p := newPump(d.delay().device)
	silence := make([]float32, pcm.BlockSamples)
	var delays []time.Duration
	now := time.Duration(0)
	for block := range int(length / pcm.BlockDuration) {
		due := time.Duration(block)*pcm.BlockDuration + late(block)
		if due > now {
			if d.play(due - now) {
				p.underran()
			}
			now = due
		}
		d.take(len(p.block(silence)) / pcm.Channels)
		if p.due() && d.running {
			p.steer.measure(d.delay())
		}
		if block%50 == 49 {
			delays = append(delays, d.delay().whole)
		}
	}
	return delays
}

func punctual(int) time.Duration { return 0 }

func TestTheDeviceClockIsFollowed(t *testing.T) {
	for _, drift := range []float64{100e-6, 1000e-6, -1000e-6} {
		d := &device{rate: 48000 * (1 + drift), own: 960}
		delays := simulate(d, time.Minute, punctual)
		if d.dry > 0 {
			t.Errorf("drift %g: it ran dry %d times", drift, d.dry)
		}
		late := delays[40:]
		if low, high := slices.Min(late), slices.Max(late); low < 65*time.Millisecond || high > 95*time.Millisecond {
			t.Errorf("drift %g: the delay was between %v and %v", drift, low, high)
		}
		if spread := slices.Max(late) - slices.Min(late); spread > 3*time.Millisecond {
			t.Errorf("drift %g: the delay wandered by %v", drift, spread)
		}
	}
}

func TestUnpunctualBlocksAreBorne(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	d := &device{rate: 48000, own: 960}
	simulate(d, 30*time.Second, func(int) time.Duration { return time.Duration(random.Int64N(int64(15 * time.Millisecond))) })
	if d.dry > 0 {
		t.Errorf("it ran dry %d times", d.dry)
	}
}

func TestAStallCostsOneSilenceAndOneJump(t *testing.T) {
	d := &device{rate: 48000, own: 960}
	// At 10 s nothing comes for half a second, then all that is due at once.
	delays := simulate(d, 30*time.Second, func(block int) time.Duration {
		if stalled := block - 500; stalled >= 0 && stalled < 25 {
			return 500*time.Millisecond - time.Duration(stalled)*pcm.BlockDuration
		}
		return 0
	})
	if d.dry != 1 {
		t.Errorf("it ran dry %d times", d.dry)
	}
	if delays[12] > 160*time.Millisecond {
		t.Errorf("two seconds after the stall the delay is still %v", delays[12])
	}
	if last := delays[len(delays)-1]; last < 75*time.Millisecond || last > 105*time.Millisecond {
		t.Errorf("in the end the delay is %v", last)
	}
}

func TestASlowDeviceIsGivenWhatItNeeds(t *testing.T) {
	d := &device{rate: 48000, own: 48000 * .15}
	delays := simulate(d, 30*time.Second, punctual)
	if last := delays[len(delays)-1]; last < 190*time.Millisecond || last > 220*time.Millisecond {
		t.Errorf("the delay is %v", last)
	}
}

func TestReserveHasAnEnd(t *testing.T) {
	var s steer
	for range 100 {
		s.underran()
	}
	if s.target() != usualDelay+mostReserve {
		t.Errorf("the target is %v", s.target())
	}
}
