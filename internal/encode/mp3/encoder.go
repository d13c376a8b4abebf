package mp3

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"bandstand/internal/encode"
	"bandstand/internal/pcm"
)

const (
	// DefaultBitrate is the bits a second of an encoder that is given none.
	DefaultBitrate = 128_000
	// ContentType is what HTTP calls the stream.
	ContentType = "audio/mpeg"
	// Skip is how many frames a player throws away at the start of a connection
	// before the first that is heard.
	Skip = 0
	// lead is how many frames of silence come before a live stream. LAME finishes
	// frame k when 1376+1152·k frames have come; blocks end at multiples of 960,
	// and with these 32 before them the two fall together as often as they can.
	lead = 32
)

// coder is LAME and the frames that come out of it.
type coder struct {
	lame     *lame
	kilobits int // a second
	cutter   cutter
	clipped  [maxInput * pcm.Channels]float32
	input    int64 // frames that went in
	made     int64 // frames of MP3 that came out
}

// newCoder checks a bitrate in bits a second, 0 for the default, and starts LAME.
func (m *Module) newCoder(ctx context.Context, bitrate int, r reservoir) (*coder, error) {
	if bitrate == 0 {
		bitrate = DefaultBitrate
	}
	if bitrate%1000 != 0 || bitrate <= 0 || !slices.Contains(kilobits, bitrate/1000) {
		return nil, fmt.Errorf("an MP3 bitrate of %d bits a second: use one of %v thousand", bitrate, kilobits[1:])
	}
	l, err := m.open(ctx, bitrate/1000, int(pcm.StationRate), r)
	if err != nil {
		return nil, err
	}
	return &coder{lame: l, kilobits: bitrate / 1000}, nil
}

// encode gives whole frames to LAME; each frame of MP3 that becomes whole goes to
// put, which must not keep it.
func (c *coder) encode(samples []float32, put func(frame []byte) error) error {
	for piece := range slices.Chunk(samples, maxInput*pcm.Channels) {
		encode.Clip(c.clipped[:], piece)
		place, ok := c.lame.module.Memory().Read(c.lame.input, uint32(4*len(piece)))
		if !ok {
			return errors.New("running LAME: its input is not in its memory")
		}
		for i, s := range c.clipped[:len(piece)] {
			binary.LittleEndian.PutUint32(place[4*i:], math.Float32bits(s))
		}
		frames := len(piece) / pcm.Channels
		c.input += int64(frames)
		out, err := c.lame.call(c.lame.encode, uint64(frames))
		if err != nil {
			return err
		}
		if err := c.cut(out, put); err != nil {
			return err
		}
	}
	return nil
}

// end has LAME give the rest.
func (c *coder) end(put func(frame []byte) error) error {
	out, err := c.lame.call(c.lame.finish, 0)
	if err != nil {
		return err
	}
	if err := c.cut(out, put); err != nil {
		return err
	}
	if n := len(c.cutter.rest); n > 0 {
		return fmt.Errorf("%w: %d bytes are left at the end", errNoFrame, n)
	}
	return nil
}

func (c *coder) cut(out []byte, put func(frame []byte) error) error {
	return c.cutter.add(out, func(frame []byte) error {
		c.made++
		return put(frame)
	})
}

// close gives LAME's memory back.
func (c *coder) close() error { return c.lame.module.Close(context.Background()) }

// Encoder makes packets of blocks. It keeps the contract of package encode.
type Encoder struct {
	coder   *coder
	packets []pcm.Packet // what the last call gave
	ended   bool
	closed  bool
}

// NewEncoder makes a live encoder of bitrate bits a second, 0 for the default.
func (m *Module) NewEncoder(ctx context.Context, bitrate int) (*Encoder, error) {
	c, err := m.newCoder(ctx, bitrate, without)
	if err != nil {
		return nil, err
	}
	e := &Encoder{coder: c}
	if err := c.encode(make([]float32, lead*pcm.Channels), e.emit); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return e, nil
}

// Header is nil: an MP3 stream begins with any frame.
func (e *Encoder) Header() []byte { return nil }

// Encode takes whole frames and returns the packets that became complete.
func (e *Encoder) Encode(samples []float32) ([]pcm.Packet, error) {
	if e.ended {
		return nil, encode.ErrEnded
	}
	if err := encode.CheckFrames(samples); err != nil {
		return nil, err
	}
	e.packets = e.packets[:0]
	err := e.coder.encode(samples, e.emit)
	return e.packets, err
}

func (e *Encoder) emit(frame []byte) error {
	e.packets = append(e.packets, pcm.Packet{
		Data:   slices.Clone(frame),
		Frame:  (e.coder.made-1)*frameFrames - int64(e.coder.lame.delay) - decoderDelay - lead,
		Frames: frameFrames,
	})
	return nil
}

// Flush ends the stream and returns the frames that LAME still had.
func (e *Encoder) Flush() ([]pcm.Packet, error) {
	if e.ended {
		return nil, encode.ErrEnded
	}
	e.ended = true
	e.packets = e.packets[:0]
	err := e.coder.end(e.emit)
	return e.packets, err
}

// Close gives back the encoder's memory.
func (e *Encoder) Close() error {
	if e.closed {
		return nil
	}
	e.ended, e.closed = true, true
	return e.coder.close()
}
