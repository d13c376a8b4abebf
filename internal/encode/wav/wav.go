// Package wav writes sound as WAV files of 16 bits (see encode.Quantize).
//
// It promises the exact length in the head of a file that can be gone back to, and
// a head that players take as "to the end" elsewhere. It does not read, and writes
// no other width or rate.
package wav

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"bandstand/internal/encode"
	"bandstand/internal/pcm"
)

const (
	frameBytes = 2 * pcm.Channels
	unknown    = math.MaxUint32 // a length that is not known
	pieces     = 4096           // frames at a time
)

// ErrTooLong says that the sound is longer than the head of a WAV file can say.
var ErrTooLong = errors.New("a WAV file holds 4 GB, about six hours of sound: use FLAC for more")

// maxBytes is how much sound the head can tell of, with room for the head itself.
const maxBytes = math.MaxUint32 - 1<<20

// Write pulls src to its end and writes it to w as a whole WAV file. progress, if
// not nil, hears how many frames are done.
func Write(ctx context.Context, w io.Writer, src pcm.Source, tags encode.Tags, progress func(frames int64)) error {
	return write(ctx, w, src, tags, progress, maxBytes)
}

func write(ctx context.Context, w io.Writer, src pcm.Source, tags encode.Tags, progress func(frames int64), most int64) error {
	patch := encode.NewPatch(w)
	head := header(tags)
	out := bufio.NewWriter(w)
	if _, err := out.Write(head); err != nil {
		return fmt.Errorf("writing the WAV header: %w", err)
	}
	ints := make([]int16, pieces*pcm.Channels)
	raw := make([]byte, 0, pieces*frameBytes)
	size := int64(0)
	err := encode.Pull(ctx, src, pieces, progress, func(samples []float32) error {
		encode.Quantize(ints[:len(samples)], samples)
		raw = raw[:0]
		for _, v := range ints[:len(samples)] {
			raw = binary.LittleEndian.AppendUint16(raw, uint16(v))
		}
		size += int64(len(raw))
		if patch.Possible() && size > most {
			return ErrTooLong
		}
		_, err := out.Write(raw)
		return err
	})
	if err == nil {
		err = out.Flush()
	}
	if err == nil {
		err = patch.Write(riffSizeAt, binary.LittleEndian.AppendUint32(nil, uint32(int64(len(head))-riffSizeAt-4+size)))
	}
	if err == nil {
		err = patch.Write(int64(len(head)-4), binary.LittleEndian.AppendUint32(nil, uint32(size)))
	}
	if err != nil {
		return fmt.Errorf("writing WAV: %w", err)
	}
	return nil
}

// riffSizeAt is where the file's own length stands, which counts what comes after.
const riffSizeAt = 4

// header is everything before the sound, of unknown length; the sound's length
// stands at its end.
func header(tags encode.Tags) []byte {
	var format []byte
	format = binary.LittleEndian.AppendUint16(format, 1) // plain integers
	format = binary.LittleEndian.AppendUint16(format, pcm.Channels)
	format = binary.LittleEndian.AppendUint32(format, uint32(pcm.StationRate))
	format = binary.LittleEndian.AppendUint32(format, uint32(pcm.StationRate)*frameBytes)
	format = binary.LittleEndian.AppendUint16(format, frameBytes)
	format = binary.LittleEndian.AppendUint16(format, 16)

	out := binary.LittleEndian.AppendUint32([]byte("RIFF"), unknown)
	out = chunk(append(out, "WAVE"...), "fmt ", format)
	if list := infoList(tags); list != nil {
		out = chunk(out, "LIST", list)
	}
	return binary.LittleEndian.AppendUint32(append(out, "data"...), unknown)
}

// infoList is tags as RIFF has them, nil if there are none.
func infoList(tags encode.Tags) []byte {
	list := []byte("INFO")
	for _, f := range []struct{ id, value string }{
		{"INAM", tags.Title}, {"IART", tags.Artist}, {"IPRD", tags.Album}, {"ICMT", tags.Comment},
	} {
		if f.value != "" {
			list = chunk(list, f.id, append([]byte(f.value), 0))
		}
	}
	if len(list) == 4 {
		return nil
	}
	return list
}

// chunk adds a chunk, filled to an even length.
func chunk(out []byte, id string, data []byte) []byte {
	out = binary.LittleEndian.AppendUint32(append(out, id...), uint32(len(data)))
	out = append(out, data...)
	if len(data)%2 == 1 {
		out = append(out, 0)
	}
	return out
}
