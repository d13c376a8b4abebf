package station

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"bandstand/internal/broadcast"
	"bandstand/internal/monitor"
	"bandstand/internal/pcm"
)

// encoder is what every live format offers.
type encoder interface {
	Header() []byte
	Encode(samples []float32) ([]pcm.Packet, error)
	Flush() ([]pcm.Packet, error)
	Close() error
}

// stream is a format on the air: a mount and the goroutine that feeds it. Its
// encoder runs only while someone listens.
type stream struct {
	mount *broadcast.Mount
	feed  *feed
	log   *slog.Logger
	open  func(ctx context.Context) (encoder, error)
	skip  int64 // frames that a player throws away at the start of a connection
	ear   *monitor.Monitor

	bytes    atomic.Int64 // sent to the mount
	dropped  atomic.Int64 // blocks that the encoder was too slow for
	failures atomic.Int64
	fed      atomic.Int64 // the newest frame given to the encoder, 0 while it rests
	made     atomic.Int64 // the newest frame that came out of it
}

// run encodes whenever someone wants to listen, until ctx ends. An encoder that
// fails is started anew after a pause; nobody else notices.
func (s *stream) run(ctx context.Context) error {
	for ctx.Err() == nil {
		burst, err := s.mount.Wait(ctx)
		if err == nil {
			err = s.session(ctx, burst)
		}
		if err != nil && ctx.Err() == nil {
			s.failures.Add(1)
			s.log.Error("an encoder failed; it starts again in a second", "mount", s.mount.Config().Name, "err", err)
			s.rest(ctx, time.Second)
		}
	}
	return nil
}

func (s *stream) rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// session is one run of the encoder: one logical stream.
func (s *stream) session(ctx context.Context, burst time.Duration) (err error) {
	enc, err := s.open(ctx)
	if err != nil {
		return fmt.Errorf("starting the encoder: %w", err)
	}
	tap, past, next := s.feed.tap(burst, &s.dropped)
	s.made.Store(next)
	r := &encoderRun{stream: s, enc: enc, base: -1}
	s.mount.Begin(enc.Header(), next)
	s.ear.Begin()
	defer func() {
		s.feed.untap(tap)
		if err == nil {
			err = r.flush()
		}
		s.ear.End()
		s.mount.End()
		_ = enc.Close()
		s.fed.Store(0)
	}()
	for _, b := range past {
		if err := r.encode(b); err != nil {
			return err
		}
	}
	for !s.mount.Idle() {
		select {
		case b := <-tap.blocks:
			if err := r.encode(b); err != nil {
				return err
			}
		case <-ctx.Done():
			return r.rest(tap)
		}
	}
	return nil
}

// encoderRun follows one run of an encoder.
type encoderRun struct {
	stream *stream
	enc    encoder
	base   int64 // the station's frame of the encoder's first
	next   int64 // the frame that must come next
	titles []titleChange
	title  string
}

// titleChange is a title and the frame it is heard from.
type titleChange struct {
	frame int64
	title string
}

// encode gives the encoder a block. Blocks that were lost on the way are made up
// for with silence, so that frame numbers go on being true.
func (r *encoderRun) encode(b pcm.Block) error {
	if r.base < 0 {
		r.base, r.next = b.Frame, b.Frame
	}
	for ; r.next < b.Frame; r.next += pcm.BlockFrames {
		if err := r.put(silentBlock); err != nil {
			return err
		}
	}
	r.next = b.Frame + pcm.BlockFrames
	if n := len(r.titles); n == 0 || r.titles[n-1].title != b.Title {
		r.titles = append(r.titles, titleChange{b.Frame, b.Title})
	}
	r.stream.fed.Store(r.next)
	return r.put(b.Samples)
}

var silentBlock = make([]float32, pcm.BlockSamples)

func (r *encoderRun) put(samples []float32) error {
	r.stream.ear.Fed(samples)
	packets, err := r.enc.Encode(samples)
	if err != nil {
		return err
	}
	r.publish(packets)
	return nil
}

func (r *encoderRun) publish(packets []pcm.Packet) {
	for _, p := range packets {
		r.stream.ear.Emitted(p)
		from := r.base + p.Frame
		for len(r.titles) > 1 && r.titles[1].frame < from+int64(p.Frames) {
			r.titles = r.titles[1:]
		}
		if len(r.titles) > 0 {
			r.title = r.titles[0].title
		}
		r.stream.bytes.Add(int64(len(p.Data)))
		r.stream.made.Store(from + int64(p.Frames))
		r.stream.mount.Publish(broadcast.Packet{Data: p.Data, Frame: from + r.stream.skip, Frames: p.Frames, Title: r.title})
	}
}

// rest encodes what is still in the ring: the fade at the station's end.
func (r *encoderRun) rest(t *tap) error {
	for {
		select {
		case b := <-t.blocks:
			if err := r.encode(b); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

func (r *encoderRun) flush() error {
	packets, err := r.enc.Flush()
	if err != nil {
		return fmt.Errorf("ending the stream: %w", err)
	}
	r.publish(packets)
	return nil
}
