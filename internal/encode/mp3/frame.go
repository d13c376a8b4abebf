package mp3

import (
	"errors"
	"fmt"
	"slices"
)

const (
	frameFrames = 1152 // frames of sound in a frame of MP3
	headerSize  = 4
	// decoderDelay is what every decoder adds: an impulse comes out so much later
	// than the filter bank's place for it.
	decoderDelay = 529
)

// kilobits are the bitrates of MPEG-1 layer III by their number in a header.
var kilobits = []int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}

// rateNumber is 48 kHz in a header.
const rateNumber = 1

// header is the start of a frame at one of the bitrates, joint stereo.
func header(kilobit int) [headerSize]byte {
	return [headerSize]byte{0xFF, 0xFB, byte(slices.Index(kilobits, kilobit)<<4 | rateNumber<<2), 0x44}
}

// size is how many bytes the frame has that h begins: at 48 kHz never padded.
func size(kilobit int) int { return 3 * kilobit }

var errNoFrame = errors.New("LAME's output is not a frame of MP3 at 48 kHz")

// frameSize reads the header of a frame.
func frameSize(h []byte) (int, error) {
	number := int(h[2] >> 4)
	if h[0] != 0xFF || h[1]&0xFE != 0xFA || h[2]>>2&3 != rateNumber || number == 0 || number >= len(kilobits) {
		return 0, fmt.Errorf("%w: % x", errNoFrame, h[:headerSize])
	}
	return size(kilobits[number]) + int(h[2]>>1&1), nil
}

// cutter cuts LAME's output, which comes in pieces of any size, into frames.
type cutter struct{ rest []byte }

// add hands every frame that became whole to put, which must not keep it.
func (c *cutter) add(out []byte, put func(frame []byte) error) error {
	c.rest = append(c.rest, out...)
	at := 0
	for len(c.rest)-at >= headerSize {
		n, err := frameSize(c.rest[at:])
		if err != nil {
			return err
		}
		if len(c.rest)-at < n {
			break
		}
		if err := put(c.rest[at : at+n]); err != nil {
			return err
		}
		at += n
	}
	c.rest = append(c.rest[:0], c.rest[at:]...)
	return nil
}
