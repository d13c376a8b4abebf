package flac

import (
	"os"

	"bandstand/internal/encode"
	"bandstand/internal/pcm"
)

// Mend makes a whole file of one whose writing was cut off, and says how many frames
// of sound it has: 0 if it ends before its first or none is found, when nothing is
// changed. The file says how long it is, but has no checksum of its sound. It reads the
// end alone, of encode.MendReach at most.
func Mend(f *os.File) (frames int64, err error) {
	size, err := encode.Size(f)
	if err != nil {
		return 0, err
	}
	start, err := soundAt(f, size)
	if err != nil || start == 0 {
		return 0, err
	}
	// What follows the last whole frame is at most a torn one; after a power cut
	// also zeros, so that it is looked for further and further back.
	for window := int64(1 << 17); window <= encode.MendReach; window *= 4 {
		from := max(start, size-window)
		tail, err := encode.ReadAt(f, from, int(size-from))
		if err != nil {
			return 0, err
		}
		if end, frames, ok := lastWhole(tail); ok {
			info := streamInfo{block: fileBlock, frames: frames}
			if _, err := f.WriteAt(info.bytes(), infoAt); err != nil {
				return 0, err
			}
			return frames, f.Truncate(from + int64(end))
		}
		if from == start {
			break
		}
	}
	return 0, nil
}

// soundAt is where the first frame begins, 0 if the file ends before that.
func soundAt(f *os.File, size int64) (int64, error) {
	magic, err := encode.ReadAt(f, 0, 4)
	switch {
	case err != nil || len(magic) < 4:
		return 0, err
	case string(magic) != "fLaC":
		return 0, encode.ErrForeign
	}
	for at := int64(4); ; {
		block, err := encode.ReadAt(f, at, blockHeader)
		if err != nil || len(block) < blockHeader {
			return 0, err
		}
		at += blockHeader + int64(block[1])<<16 + int64(block[2])<<8 + int64(block[3])
		switch {
		case at >= size:
			return 0, nil
		case block[0]&lastBlock != 0:
			return at, nil
		}
	}
}

// maxFrame is more than any frame has bytes: two channels as they are, and its head.
const maxFrame = fileBlock*pcm.Channels*(sampleBits+1)/8 + 64

// lastWhole finds the last whole frame in the end of a file: where in it the frame
// ends, and how many frames of sound there are up to there from the file's beginning.
func lastWhole(tail []byte) (end int, frames int64, ok bool) {
	later := []int{len(tail)} // where a frame may end: at the end, or where one after it seems to begin
	for at := len(tail) - 1; at >= 0; at-- {
		number, length, ok := frameHeader(tail[at:])
		if !ok {
			continue
		}
		for _, end := range later {
			if end-at <= maxFrame && crc16(tail[at:end]) == 0 { // over a frame and its own checksum
				return end, number*fileBlock + length, true
			}
		}
		later = append(later, at)
	}
	return 0, 0, false
}

// frameHeader reads the header of a frame of ours: its number, and how many frames of
// sound it has.
func frameHeader(b []byte) (number, length int64, ok bool) {
	if len(b) < 5 || b[0] != 0xFF || b[1] != 0xF8 || b[2] != 0x7A || b[3]&0x0F != 4<<1 {
		return 0, 0, false
	}
	more := 0 // bytes of the number after its first
	number = int64(b[4])
	if b[4] >= 0x80 {
		for more = 1; more < 6 && b[4]&(0x40>>more) != 0; more++ {
		}
		number &= 1<<(6-more) - 1
	}
	at := 5 + more
	if len(b) < at+3 {
		return 0, 0, false
	}
	for _, c := range b[5:at] {
		number = number<<6 | int64(c&0x3F)
	}
	length = int64(b[at])<<8 + int64(b[at+1]) + 1
	return number, length, crc8(b[:at+2]) == b[at+2]
}
