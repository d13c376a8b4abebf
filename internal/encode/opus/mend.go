package opus

import (
	"encoding/binary"
	"os"

	"bandstand/internal/encode"
)

// Mend makes a whole file of one whose writing was cut off, and says how many frames
// of sound it has: 0 if it ends before its first, when nothing is changed. What lay on
// a torn page, at most a second, is gone. It reads the end alone.
func Mend(f *os.File) (frames int64, err error) {
	size, err := encode.Size(f)
	if err != nil {
		return 0, err
	}
	magic, err := encode.ReadAt(f, 0, len(capture))
	switch {
	case err != nil || len(magic) < len(capture):
		return 0, err
	case string(magic) != capture:
		return 0, encode.ErrForeign
	}
	for window := int64(1 << 18); ; window *= 4 {
		from := max(0, size-window)
		tail, err := encode.ReadAt(f, from, int(size-from))
		if err != nil {
			return 0, err
		}
		if at, page := lastWhole(tail); page != nil {
			granule := int64(binary.LittleEndian.Uint64(page[granuleAt:]))
			if granule <= Skip { // the pages before the sound
				return 0, nil
			}
			page[flagsAt] |= lastPage
			clear(page[checksumAt : checksumAt+4])
			binary.LittleEndian.PutUint32(page[checksumAt:], checksum(page))
			if _, err := f.WriteAt(page, from+int64(at)); err != nil {
				return 0, err
			}
			return granule - Skip, f.Truncate(from + int64(at+len(page)))
		}
		if from == 0 {
			return 0, nil
		}
	}
}

// lastWhole finds the last whole page in the end of a file, nil if there is none.
func lastWhole(tail []byte) (at int, page []byte) {
	for at = len(tail) - pageHeader; at >= 0; at-- {
		if page := wholePage(tail[at:]); page != nil {
			return at, page
		}
	}
	return 0, nil
}

// wholePage is the page that b begins with, nil if there is none or it is torn.
func wholePage(b []byte) []byte {
	if string(b[:len(capture)]) != capture {
		return nil
	}
	n := pageHeader + int(b[segmentsAt])
	if len(b) < n {
		return nil
	}
	for _, segment := range b[pageHeader:n] {
		n += int(segment)
	}
	if len(b) < n {
		return nil
	}
	page := append([]byte(nil), b[:n]...)
	sum := binary.LittleEndian.Uint32(page[checksumAt:])
	clear(page[checksumAt : checksumAt+4])
	if checksum(page) != sum {
		return nil
	}
	binary.LittleEndian.PutUint32(page[checksumAt:], sum)
	return page
}
