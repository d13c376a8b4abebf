package wav

import (
	"encoding/binary"
	"os"

	"bandstand/internal/encode"
)

// Mend makes a whole file of one whose writing was cut off, and says how many frames
// of sound it has: 0 if it ends before its first, when nothing is changed.
func Mend(f *os.File) (frames int64, err error) {
	size, err := encode.Size(f)
	if err != nil {
		return 0, err
	}
	head, err := soundAt(f, size)
	if err != nil || head == 0 {
		return 0, err
	}
	frames = min(size-head, maxBytes) / frameBytes
	if frames == 0 {
		return 0, nil
	}
	length := uint32(frames * frameBytes)
	if _, err := f.WriteAt(binary.LittleEndian.AppendUint32(nil, uint32(head)-riffSizeAt-4+length), riffSizeAt); err != nil {
		return 0, err
	}
	if _, err := f.WriteAt(binary.LittleEndian.AppendUint32(nil, length), head-4); err != nil {
		return 0, err
	}
	return frames, f.Truncate(head + int64(length))
}

// soundAt is where the sound begins, 0 if the file ends before that.
func soundAt(f *os.File, size int64) (int64, error) {
	const riffHeader, chunkHeader = 12, 8
	head, err := encode.ReadAt(f, 0, riffHeader)
	switch {
	case err != nil || len(head) < riffHeader:
		return 0, err
	case string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE":
		return 0, encode.ErrForeign
	}
	for at := int64(riffHeader); at+chunkHeader <= size; {
		chunk, err := encode.ReadAt(f, at, chunkHeader)
		if err != nil || len(chunk) < chunkHeader {
			return 0, err
		}
		at += chunkHeader
		if string(chunk[:4]) == "data" {
			return at, nil
		}
		length := int64(binary.LittleEndian.Uint32(chunk[4:]))
		at += length + length%2
	}
	return 0, nil
}
