package opus

import (
	"bufio"
	"context"
	"fmt"
	"hash/crc32"
	"io"

	"bandstand/internal/encode"
	"bandstand/internal/encode/ogg"
	"bandstand/internal/pcm"
)

// filePackets is how many packets share a page of a file: a second of sound.
const filePackets = 50

// Write pulls src to its end and writes it to w as a whole Ogg Opus file that
// decodes to exactly as many frames. bitrate is in bits a second, 0 for the
// default; progress, if not nil, hears how many frames are done. The same sound and
// tags give the same bytes.
func Write(ctx context.Context, w io.Writer, src pcm.Source, bitrate int, tags encode.Tags, progress func(frames int64)) error {
	e, err := newEncoder(bitrate, tags, crc32.ChecksumIEEE(encode.VorbisComment(tags)))
	if err != nil {
		return err
	}
	f := &file{Encoder: e, w: bufio.NewWriter(w)}
	if _, err := f.w.Write(e.Header()); err != nil {
		return fmt.Errorf("writing the Opus header: %w", err)
	}
	err = encode.Pull(ctx, src, pcm.BlockFrames, progress, func(samples []float32) error {
		return e.blocks.Add(samples, func(block []float32) error {
			e.input += pcm.BlockFrames
			return f.put(block)
		})
	})
	if err == nil {
		err = f.end()
	}
	if err != nil {
		return fmt.Errorf("writing Opus: %w", err)
	}
	return nil
}

// file is an encoder whose packets share pages. A page is written only when the
// packet after it is known to come, so that the last can be marked.
type file struct {
	*Encoder
	w       *bufio.Writer
	waiting int // packets on the page to come
}

func (f *file) put(block []float32) error {
	before := f.coded
	packet, err := f.code(block)
	if err != nil {
		return err
	}
	if f.waiting == filePackets || !f.pages.Add(packet) {
		if err := f.page(before, 0); err != nil {
			return err
		}
		f.pages.Add(packet)
	}
	f.waiting++
	return nil
}

func (f *file) page(granule int64, flags byte) error {
	f.waiting = 0
	_, err := f.w.Write(f.pages.Close(granule, flags))
	return err
}

func (f *file) end() error {
	var block [pcm.BlockSamples]float32
	f.input += int64(copy(block[:], f.blocks.Rest()) / pcm.Channels)
	for f.coded < f.input+Skip {
		if err := f.put(block[:]); err != nil {
			return err
		}
		clear(block[:])
	}
	if err := f.page(f.input+Skip, ogg.Last); err != nil {
		return err
	}
	return f.w.Flush()
}
