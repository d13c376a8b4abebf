package mp3

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	decoder "github.com/hajimehoshi/go-mp3"

	"bandstand/internal/pcm"
)

// Warmup is how many packets a decoder that joins needs before it gives the sound as
// it was: frames overlap with the one before.
const Warmup = 2

// Decoder turns packets of a live Encoder, which stand alone, back into sound. It is
// used by one goroutine at a time.
type Decoder struct {
	stream bytes.Buffer
	ints   []byte
	sound  []float32
}

// NewDecoder makes a decoder for stereo at 48 kHz.
func NewDecoder() *Decoder { return &Decoder{} }

// Decode decodes packets that follow each other, as one who joins at the first hears
// them: interleaved stereo at 48 kHz of 16 bits, in the place that the packets' Frame
// says, good until the next call.
func (d *Decoder) Decode(packets [][]byte) (sound []float32, err error) {
	defer func() { // the decoder trusts what it reads
		if r := recover(); r != nil {
			sound, err = nil, fmt.Errorf("decoding %d packets of MP3: the decoder broke: %v", len(packets), r)
		}
	}()
	d.stream.Reset()
	for i, p := range packets {
		// What is not a whole frame would have the decoder search for the next.
		n := 0
		if len(p) >= headerSize {
			if n, err = frameSize(p); err != nil {
				return nil, fmt.Errorf("packet %d of %d: %w", i+1, len(packets), err)
			}
		}
		if n == 0 || n != len(p) {
			return nil, fmt.Errorf("packet %d of %d: %w: it has %d bytes", i+1, len(packets), errNoFrame, len(p))
		}
		d.stream.Write(p)
	}
	const frameBytes = frameFrames * pcm.Channels * 2
	if n := len(packets) * frameBytes; len(d.ints) < n {
		d.ints = make([]byte, n)
	}
	ints := d.ints[:len(packets)*frameBytes]
	dec, err := decoder.NewDecoder(&d.stream)
	if err != nil {
		return nil, fmt.Errorf("decoding %d packets of MP3: %w", len(packets), err)
	}
	if n, err := io.ReadFull(dec, ints); err != nil {
		return nil, fmt.Errorf("decoding %d packets of MP3: only %d decode: %w", len(packets), n/frameBytes, err)
	}
	d.sound = d.sound[:0]
	for ; len(ints) > 0; ints = ints[2:] {
		d.sound = append(d.sound, float32(int16(binary.LittleEndian.Uint16(ints)))/(1<<15))
	}
	return d.sound, nil
}
