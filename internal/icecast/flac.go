package icecast

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"

	"bandstand/internal/encode/ogg"
)

// flacPages puts a native FLAC stream on Ogg pages (the mapping of the FLAC project,
// version 1.0), a frame a page. Nothing is encoded again.
type flacPages struct {
	pages    ogg.Pages
	position int64 // frames so far, on this connection
}

func newFlacPages() *flacPages { return &flacPages{pages: ogg.Pages{Serial: rand.Uint32()}} }

var errNoFlac = errors.New("the stream of the FLAC encoder is not as it should be")

const (
	flacMark    = "fLaC"
	blockHeader = 4 // bytes before a block of metadata: what it is, and 24 bits of length
)

// header makes pages of what comes before the first frame.
func (f *flacPages) header(native []byte) ([]byte, error) {
	blocks, err := metadata(native)
	if err != nil {
		return nil, err
	}
	// 1.0, and how many packets follow before the sound.
	first := append([]byte("\x7fFLAC\x01\x00"), byte((len(blocks)-1)>>8), byte(len(blocks)-1))
	first = append(append(first, flacMark...), blocks[0]...)
	var out []byte
	for i, block := range blocks {
		flags := byte(0)
		if i == 0 {
			block, flags = first, ogg.First
		}
		if !f.pages.Add(block) {
			return nil, errNoFlac
		}
		out = append(out, f.pages.Close(0, flags)...)
	}
	return out, nil
}

// metadata cuts a stream's start into its blocks.
func metadata(native []byte) (blocks [][]byte, err error) {
	if len(native) < len(flacMark)+blockHeader || string(native[:len(flacMark)]) != flacMark {
		return nil, errNoFlac
	}
	for rest := native[len(flacMark):]; len(rest) > 0; {
		if len(rest) < blockHeader {
			return nil, errNoFlac
		}
		size := blockHeader + int(binary.BigEndian.Uint32(rest)&0xFFFFFF)
		if size > len(rest) {
			return nil, errNoFlac
		}
		blocks, rest = append(blocks, rest[:size]), rest[size:]
	}
	return blocks, nil
}

// packet makes a page of a frame that decodes to so many frames of sound.
func (f *flacPages) packet(data []byte, frames int) ([]byte, error) {
	if !f.pages.Add(data) {
		return nil, errNoFlac
	}
	f.position += int64(frames)
	return f.pages.Close(f.position, 0), nil
}
