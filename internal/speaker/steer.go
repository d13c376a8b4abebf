package speaker

import (
	"time"

	"bandstand/internal/pcm"
)

const (
	// usualDelay is what lies between the last frame sent and the ear where the
	// device is quick. A block is handed over when its first frame is due, so
	// that one is heard 20 ms sooner: 60 ms late.
	usualDelay = 80 * time.Millisecond
	// beyondDevice is the least that must wait at the server beyond the device's own delay.
	beyondDevice = 50 * time.Millisecond
	// moreReserve is added after every time the server ran dry, up to mostReserve.
	moreReserve = 10 * time.Millisecond
	mostReserve = 40 * time.Millisecond
	// tooLate is how far behind is put right with a jump.
	tooLate = 60 * time.Millisecond

	// bendMost is how much time may be bent: 3 cents, which nobody hears.
	bendMost = .002
	// bendSecond is the bend for a second of error: the error shrinks to a third in 10 s.
	bendSecond = .1
	// smoothing is the weight of a new measurement.
	smoothing = .25
)

// delay is a measurement: the time until a frame sent now is heard, and the part
// of it that the device itself takes.
type delay struct{ whole, device time.Duration }

// steer decides from measured delays how fast to play. It knows no clock but
// the measurements.
type steer struct {
	reserve time.Duration // learned from running dry
	whole   float64       // smoothed, in seconds; 0: none yet
	device  float64       // the same
	behind  int           // measurements in a row that were too late
	late    int           // frames to leave out
}

// target is the delay to keep.
func (s *steer) target() time.Duration {
	device := time.Duration(s.device * float64(time.Second))
	return max(usualDelay, device+beyondDevice) + s.reserve
}

// lead is the silence that must come before a block for the delay to be right
// from the start, in frames.
func (s *steer) lead() int {
	return int(pcm.StationRate.Frames(s.target() - pcm.BlockDuration))
}

// underran forgets what was measured, which no longer holds, and asks for more reserve.
func (s *steer) underran() {
	s.whole, s.behind, s.late = 0, 0, 0
	s.reserve = min(mostReserve, s.reserve+moreReserve)
}

// measure takes in a measurement.
func (s *steer) measure(m delay) {
	device := m.device.Seconds()
	if s.device == 0 {
		s.device = device
	}
	s.device += smoothing * (device - s.device)
	if over := m.whole - s.target(); over <= tooLate {
		s.behind = 0
	} else if s.behind++; s.behind >= 2 {
		s.late = int(pcm.StationRate.Frames(over))
		s.whole, s.behind = 0, 0
		return
	}
	if s.whole == 0 {
		s.whole = m.whole.Seconds()
	}
	s.whole += smoothing * (m.whole.Seconds() - s.whole)
}

// excess is the number of frames to leave out, told once.
func (s *steer) excess() int {
	late := s.late
	s.late = 0
	return late
}

// ratio is how many frames to take for each that is sent: above 1 plays faster.
func (s *steer) ratio() float64 {
	if s.whole == 0 {
		return 1
	}
	bend := bendSecond * (s.whole - s.target().Seconds())
	return 1 + max(-bendMost, min(bendMost, bend))
}
