package speaker

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"github.com/jfreymuth/pulse/proto"

	"bandstand/internal/pcm"
)

const (
	frameBytes = 4 * pcm.Channels
	// serverDelay is what we ask the server to keep, device and all; it is not
	// held to it, and what it makes of it is measured.
	serverDelay = 80 * time.Millisecond
	// serverRequest is how finely the server works.
	serverRequest = 10 * time.Millisecond
	// serverRoom is how much it must be able to hold.
	serverRoom = 2 * time.Second
	// fullVolume is the server's 100 %; it keeps what the user has set.
	fullVolume = 0x10000
)

// stream is where the sound goes. One goroutine writes; another, its own, asks
// for the delay, since an answer may take time.
type stream struct {
	c        *connection
	index    uint32
	device   time.Duration // the delay that the server expects of the device
	bytes    []byte
	ask      chan struct{} // closed to stop
	done     chan struct{} // closed when it has
	measured chan delay
}

// openStream opens a stream. The caller must stop it.
func (c *connection) openStream() (*stream, error) {
	size := func(d time.Duration) uint32 { return uint32(pcm.StationRate.Frames(d)) * frameBytes }
	request := proto.CreatePlaybackStream{
		SampleSpec:            proto.SampleSpec{Format: proto.FormatFloat32LE, Channels: pcm.Channels, Rate: uint32(pcm.StationRate)},
		ChannelMap:            proto.ChannelMap{proto.ChannelLeft, proto.ChannelRight},
		SinkIndex:             proto.Undefined,
		BufferMaxLength:       size(serverRoom),
		BufferTargetLength:    size(serverDelay),
		BufferPrebufferLength: size(serverDelay / 2),
		BufferMinimumRequest:  size(serverRequest),
		ChannelVolumes:        proto.ChannelVolumes{fullVolume, fullVolume},
		AdjustLatency:         true,
		Properties:            proto.PropList{"media.name": proto.PropListString("On the air")},
	}
	var reply proto.CreatePlaybackStreamReply
	if err := c.client.Request(&request, &reply); err != nil {
		return nil, fmt.Errorf("opening a stream: %w", err)
	}
	s := &stream{
		c: c, index: reply.StreamIndex, device: time.Duration(reply.SinkLatency) * time.Microsecond,
		ask: make(chan struct{}, 1), done: make(chan struct{}), measured: make(chan delay, 1),
	}
	go s.answer()
	return s, nil
}

// write sends samples.
func (s *stream) write(samples []float32) error {
	if len(samples) == 0 {
		return nil
	}
	s.bytes = s.bytes[:0]
	for _, v := range samples {
		s.bytes = binary.LittleEndian.AppendUint32(s.bytes, math.Float32bits(v))
	}
	if err := s.c.client.Send(s.index, s.bytes); err != nil {
		return err
	}
	return s.c.wire.fault() // Send does not tell
}

// measure asks for the delay; the answer comes on measured. It does not wait.
func (s *stream) measure() {
	select {
	case s.ask <- struct{}{}:
	default: // the last answer is still out
	}
}

// answer fetches the delay whenever it is asked for.
func (s *stream) answer() {
	defer close(s.done)
	for range s.ask {
		var reply proto.GetPlaybackLatencyReply
		if err := s.c.client.Request(&proto.GetPlaybackLatency{StreamIndex: s.index}, &reply); err != nil {
			s.c.fail(fmt.Errorf("asking for the delay: %w", err))
			return
		}
		device := time.Duration(reply.Latency) * time.Microsecond
		waiting := pcm.StationRate.Duration((reply.WriteIndex - reply.ReadIndex) / frameBytes)
		if !reply.Running || waiting < 0 {
			continue // it has run dry, or not begun
		}
		select {
		case s.measured <- delay{whole: waiting + device, device: device}:
		default: // the one before was not fetched yet; the next will do
		}
	}
}

// drain sends the last samples and waits until they were heard. Where that
// fails, the last 80 ms are lost, and nothing more can be done.
func (s *stream) drain(samples []float32) {
	if s.write(samples) == nil {
		_ = s.c.client.Request(&proto.DrainPlaybackStream{StreamIndex: s.index}, nil)
	}
}

// stop ends the stream's goroutine. The stream itself ends with the connection.
func (s *stream) stop() {
	s.c.fail(errLost) // an answer that is still out will not come
	close(s.ask)
	<-s.done
}
