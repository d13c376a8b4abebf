package opus

import (
	"os"

	"bandstand/internal/encode"
	"bandstand/internal/encode/ogg"
)

// Mend makes a whole file of one whose writing was cut off, and says how many frames
// of sound it has: 0 if it ends before its first or none is found, when nothing is
// changed. What lay on a torn page, at most a second, is gone. It reads the end alone,
// of encode.MendReach at most.
func Mend(f *os.File) (frames int64, err error) {
	size, err := encode.Size(f)
	if err != nil {
		return 0, err
	}
	magic, err := encode.ReadAt(f, 0, len(ogg.Capture))
	switch {
	case err != nil || len(magic) < len(ogg.Capture):
		return 0, err
	case string(magic) != ogg.Capture:
		return 0, encode.ErrForeign
	}
	for window := int64(1 << 18); window <= encode.MendReach; window *= 4 {
		from := max(0, size-window)
		tail, err := encode.ReadAt(f, from, int(size-from))
		if err != nil {
			return 0, err
		}
		if at, page := ogg.LastWhole(tail); page != nil {
			granule := page.Granule()
			if granule <= Skip { // the pages before the sound
				return 0, nil
			}
			page.End()
			if _, err := f.WriteAt(page, from+int64(at)); err != nil {
				return 0, err
			}
			return granule - Skip, f.Truncate(from + int64(at+len(page)))
		}
		if from == 0 {
			break
		}
	}
	return 0, nil
}
