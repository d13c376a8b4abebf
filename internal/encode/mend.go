package encode

import (
	"errors"
	"io"
	"os"
)

// ErrForeign says that a file to be mended is not what our encoders write.
var ErrForeign = errors.New("it is no file of that format that was written here")

// MendReach is how much of a file's end is looked through for the last sound, in bytes:
// far more than a crash tears or a power cut leaves empty, and no strain on memory.
const MendReach = 1 << 26

// Size is how many bytes a file has.
func Size(f *os.File) (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// ReadAt reads up to n bytes of a file from offset at on; fewer only at its end.
func ReadAt(f *os.File, at int64, n int) ([]byte, error) {
	buf := make([]byte, n)
	n, err := f.ReadAt(buf, at)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return buf[:n], err
}
