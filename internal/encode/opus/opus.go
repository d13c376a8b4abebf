// Package opus turns sound into Opus in Ogg (RFC 6716, RFC 7845), for listeners and
// for files.
//
// It promises one logical stream per encoder, at a constant bitrate: silence sends
// packets as large as any other. Each block of 20 ms gives its packet at once, on a
// page of its own; a listener gets Header and then packets from any one on.
// Positions are exact: a file decodes to as many frames as went in.
//
// It does not change titles in the middle of a stream: browsers give up where one
// Ogg stream follows another.
package opus

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"

	"github.com/thesyncim/gopus"

	"bandstand/internal/encode"
	"bandstand/internal/encode/ogg"
	"bandstand/internal/pcm"
)

const (
	// DefaultBitrate is the bits a second of an encoder that is given none.
	DefaultBitrate = 128_000
	// MinBitrate is the least, in bits a second, that New takes.
	MinBitrate = 16_000
	// MaxBitrate is the most.
	MaxBitrate = 510_000
	// Skip is how many frames a player throws away at the start of a connection
	// before the first that is heard: the time that the codec is late.
	Skip = 120
	// ContentType is what HTTP calls the stream.
	ContentType = "audio/ogg; codecs=opus"

	maxPacket = 1275 // bytes, one frame of Opus at most
)

// Encoder makes packets of blocks. It keeps the contract of package encode.
type Encoder struct {
	codec   *gopus.Encoder
	blocks  *encode.Blocks
	pages   ogg.Pages
	header  []byte
	packets []pcm.Packet // what the last call gave
	clipped [pcm.BlockSamples]float32
	packet  [maxPacket]byte
	input   int64 // frames that came in
	coded   int64 // frames that went through the codec
	ended   bool
}

// New makes a live encoder of bitrate bits a second, 0 for the default, that tells
// players tags.
func New(bitrate int, tags encode.Tags) (*Encoder, error) {
	return newEncoder(bitrate, tags, rand.Uint32())
}

func newEncoder(bitrate int, tags encode.Tags, serial uint32) (*Encoder, error) {
	if bitrate == 0 {
		bitrate = DefaultBitrate
	}
	if bitrate < MinBitrate || bitrate > MaxBitrate {
		return nil, fmt.Errorf("an Opus bitrate of %d bits a second: use %d to %d", bitrate, MinBitrate, MaxBitrate)
	}
	// The low-delay mode is 4 ms faster than the one for audio, and at 128 kbit/s
	// no worse: both code music with the MDCT layer alone.
	codec, err := gopus.NewEncoder(gopus.EncoderConfig{
		SampleRate:  int(pcm.StationRate),
		Channels:    pcm.Channels,
		Application: gopus.ApplicationLowDelay,
	})
	if err != nil {
		return nil, fmt.Errorf("making an Opus encoder: %w", err)
	}
	if err := codec.SetBitrate(bitrate); err != nil {
		return nil, fmt.Errorf("setting the Opus bitrate: %w", err)
	}
	codec.SetVBR(false)
	codec.SetDTX(false)
	if codec.Lookahead() != Skip {
		return nil, fmt.Errorf("the Opus encoder is %d frames late, not %d", codec.Lookahead(), Skip)
	}
	e := &Encoder{codec: codec, blocks: encode.NewBlocks(pcm.BlockFrames), pages: ogg.Pages{Serial: serial}}
	e.header = e.head(tags)
	return e, nil
}

// Header is what a connection gets before its first packet: who we are, and tags.
func (e *Encoder) Header() []byte { return e.header }

// head makes the two pages before the sound.
func (e *Encoder) head(tags encode.Tags) []byte {
	head := append([]byte("OpusHead"), 1, pcm.Channels)
	head = binary.LittleEndian.AppendUint16(head, Skip)
	head = binary.LittleEndian.AppendUint32(head, uint32(pcm.StationRate))
	head = append(head, 0, 0, 0) // no gain, mapping family 0: plain stereo
	e.pages.Add(head)
	out := e.pages.Close(0, ogg.First)

	for _, s := range []*string{&tags.Title, &tags.Artist, &tags.Album, &tags.Comment} {
		*s = truncate(*s, maxTag)
	}
	e.pages.Add(append([]byte("OpusTags"), encode.VorbisComment(tags)...))
	return append(out, e.pages.Close(0, 0)...)
}

// maxTag is how many bytes of a tag are kept, so that all fit on one page.
const maxTag = 8000

func truncate(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && s[most]&0xC0 == 0x80 { // not within a character
		most--
	}
	return s[:most]
}

// Encode takes whole frames and returns a packet for each block that became whole.
func (e *Encoder) Encode(samples []float32) ([]pcm.Packet, error) {
	if e.ended {
		return nil, encode.ErrEnded
	}
	if err := encode.CheckFrames(samples); err != nil {
		return nil, err
	}
	e.packets = e.packets[:0]
	err := e.blocks.Add(samples, func(block []float32) error {
		e.input += pcm.BlockFrames
		packet, err := e.code(block)
		if err != nil {
			return err
		}
		e.pages.Add(packet)
		e.emit(e.pages.Close(e.coded, 0))
		return nil
	})
	return e.packets, err
}

// code puts one block through the codec. The packet is good until the next.
func (e *Encoder) code(block []float32) ([]byte, error) {
	encode.Clip(e.clipped[:], block)
	n, err := e.codec.Encode(e.clipped[:], e.packet[:])
	if err != nil {
		return nil, fmt.Errorf("encoding Opus: %w", err)
	}
	if n == 0 {
		return nil, fmt.Errorf("encoding Opus: the codec kept a packet back at frame %d", e.coded)
	}
	e.coded += pcm.BlockFrames
	return e.packet[:n], nil
}

func (e *Encoder) emit(page []byte) {
	e.packets = append(e.packets, pcm.Packet{Data: page, Frame: e.coded - pcm.BlockFrames - Skip, Frames: pcm.BlockFrames})
}

// Flush ends the stream: the last page says where exactly.
func (e *Encoder) Flush() ([]pcm.Packet, error) {
	if e.ended {
		return nil, encode.ErrEnded
	}
	e.ended = true
	e.packets = e.packets[:0]
	var block [pcm.BlockSamples]float32
	e.input += int64(copy(block[:], e.blocks.Rest()) / pcm.Channels)
	for e.coded < e.input+Skip {
		packet, err := e.code(block[:])
		if err != nil {
			return nil, err
		}
		clear(block[:])
		e.pages.Add(packet)
		granule, flags := e.coded, byte(0)
		if e.coded >= e.input+Skip {
			granule, flags = e.input+Skip, ogg.Last
		}
		e.emit(e.pages.Close(granule, flags))
	}
	return e.packets, nil
}

// Close ends the encoder. There is nothing to give back.
func (e *Encoder) Close() error {
	e.ended = true
	return nil
}
