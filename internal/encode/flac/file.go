package flac

import (
	"bufio"
	"context"
	"crypto/md5"
	"encoding/binary"
	"fmt"
	"hash"
	"io"

	"bandstand/internal/encode"
	"bandstand/internal/pcm"
)

// fileBlock is how many frames of sound share a frame of a file: longer ones than
// for listeners pack better.
const fileBlock = 2880

// Write pulls src to its end and writes it to w as a whole FLAC file. progress, if
// not nil, hears how many frames are done. If w can seek, the file says how long it
// is and the checksum of its sound; else players find both out.
func Write(ctx context.Context, w io.Writer, src pcm.Source, tags encode.Tags, progress func(frames int64)) error {
	f := &file{w: bufio.NewWriter(w), sum: md5.New(), ints: make([]int16, fileBlock*pcm.Channels)}
	patch := encode.NewPatch(w)
	if _, err := f.w.Write(header(streamInfo{block: fileBlock}, tags)); err != nil {
		return fmt.Errorf("writing the FLAC header: %w", err)
	}
	blocks := encode.NewBlocks(fileBlock)
	err := encode.Pull(ctx, src, fileBlock, progress, func(samples []float32) error { return blocks.Add(samples, f.put) })
	if rest := blocks.Rest(); err == nil && len(rest) > 0 {
		err = f.put(rest)
	}
	if err == nil {
		err = f.w.Flush()
	}
	if err == nil {
		err = patch.Write(infoAt, f.info().bytes())
	}
	if err != nil {
		return fmt.Errorf("writing FLAC: %w", err)
	}
	return nil
}

// file follows what is written.
type file struct {
	w      *bufio.Writer
	framer framer
	ints   []int16
	raw    []byte
	about  streamInfo
	number int64
	sum    hash.Hash
}

func (f *file) put(block []float32) error {
	ints := f.ints[:len(block)]
	encode.Quantize(ints, block)
	f.raw = f.raw[:0]
	for _, v := range ints {
		f.raw = binary.LittleEndian.AppendUint16(f.raw, uint16(v))
	}
	f.sum.Write(f.raw)
	frame := f.framer.frame(ints, f.number)
	if f.number == 0 || len(frame) < f.about.smallest {
		f.about.smallest = len(frame)
	}
	f.about.largest = max(f.about.largest, len(frame))
	f.about.frames += int64(len(block) / pcm.Channels)
	f.number++
	_, err := f.w.Write(frame)
	return err
}

func (f *file) info() streamInfo {
	s := f.about
	s.block = fileBlock
	f.sum.Sum(s.sum[:0])
	return s
}
