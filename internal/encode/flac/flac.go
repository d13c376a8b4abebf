// Package flac turns sound into FLAC (RFC 9639) of 16 bits, for listeners and for
// files, without losing anything but what 16 bits cannot hold (see encode.Quantize).
//
// It promises a frame for each block of 20 ms, at once, silence included, and that a
// listener may join at any of them. It predicts (fixed and linear predictors up to
// order 8, four ways to pair the channels) about as well as the usual encoders do.
//
// It does not write other rates, widths or numbers of channels, and no seek tables.
package flac

import (
	"encoding/binary"

	"bandstand/internal/encode"
	"bandstand/internal/pcm"
)

const (
	// ContentType is what HTTP calls the stream.
	ContentType = "audio/flac"
	// Skip is how many frames a player throws away at the start of a connection
	// before the first that is heard.
	Skip = 0
)

// Encoder makes packets of blocks. It keeps the contract of package encode.
type Encoder struct {
	framer  framer
	blocks  *encode.Blocks
	header  []byte
	ints    [pcm.BlockSamples]int16
	packets []pcm.Packet // what the last call gave
	number  int64        // of the frame to come
	ended   bool
}

// New makes a live encoder that tells players tags.
func New(tags encode.Tags) (*Encoder, error) {
	about := streamInfo{block: pcm.BlockFrames}
	return &Encoder{blocks: encode.NewBlocks(pcm.BlockFrames), header: header(about, tags)}, nil
}

// Header is what a connection gets before its first packet: the format, and tags.
func (e *Encoder) Header() []byte { return e.header }

// Encode takes whole frames and returns a packet for each block that became whole.
func (e *Encoder) Encode(samples []float32) ([]pcm.Packet, error) {
	if e.ended {
		return nil, encode.ErrEnded
	}
	if err := encode.CheckFrames(samples); err != nil {
		return nil, err
	}
	e.packets = e.packets[:0]
	err := e.blocks.Add(samples, e.emit)
	return e.packets, err
}

func (e *Encoder) emit(block []float32) error {
	ints := e.ints[:len(block)]
	encode.Quantize(ints, block)
	e.packets = append(e.packets, pcm.Packet{
		Data:   e.framer.frame(ints, e.number),
		Frame:  e.number * pcm.BlockFrames,
		Frames: len(block) / pcm.Channels,
	})
	e.number++
	return nil
}

// Flush ends the stream and returns what is left as a last, shorter frame.
func (e *Encoder) Flush() ([]pcm.Packet, error) {
	if e.ended {
		return nil, encode.ErrEnded
	}
	e.ended = true
	e.packets = e.packets[:0]
	if rest := e.blocks.Rest(); len(rest) > 0 {
		return e.packets, e.emit(rest)
	}
	return e.packets, nil
}

// Close ends the encoder. There is nothing to give back.
func (e *Encoder) Close() error {
	e.ended = true
	return nil
}

// streamInfo is what the head of a stream says. Zero is unknown.
type streamInfo struct {
	block    int // frames of sound in a frame of FLAC
	smallest int // bytes of a frame
	largest  int
	frames   int64 // of sound
	sum      [16]byte
}

const (
	blockHeader = 4  // bytes before a block of metadata
	infoSize    = 34 // bytes of a stream's information
	infoAt      = 4 + blockHeader
	commentKind = 4
	lastBlock   = 0x80
)

// bytes is the information as FLAC writes it.
func (s streamInfo) bytes() []byte {
	b := make([]byte, 0, infoSize)
	b = binary.BigEndian.AppendUint16(b, uint16(s.block))
	b = binary.BigEndian.AppendUint16(b, uint16(s.block))
	b = append(b, byte(s.smallest>>16), byte(s.smallest>>8), byte(s.smallest))
	b = append(b, byte(s.largest>>16), byte(s.largest>>8), byte(s.largest))
	// 20 bits of rate, 3 of channels less 1, 5 of width less 1, 36 of length.
	b = binary.BigEndian.AppendUint64(b, uint64(pcm.StationRate)<<44|(pcm.Channels-1)<<41|(sampleBits-1)<<36|uint64(s.frames)&(1<<36-1))
	return append(b, s.sum[:]...)
}

// header is everything before the first frame.
func header(s streamInfo, tags encode.Tags) []byte {
	comment := encode.VorbisComment(tags)
	out := append([]byte("fLaC"), 0, 0, 0, infoSize)
	out = append(out, s.bytes()...)
	out = append(out, lastBlock|commentKind, byte(len(comment)>>16), byte(len(comment)>>8), byte(len(comment)))
	return append(out, comment...)
}
