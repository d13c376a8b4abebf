package recording

import (
	"math"
	"syscall"
)

// space is how many bytes the disk of a folder has, and how many are free for us;
// of one that does not say, such as some network disks, any number.
func space(folder string) (all, free int64, err error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(folder, &st); err != nil {
		return 0, 0, err
	}
	unit := st.Bsize
	if st.Frsize > 0 { // what blocks are counted in, where Bsize is only what is good to write at once
		unit = st.Frsize
	}
	if st.Blocks == 0 {
		return math.MaxInt64, math.MaxInt64, nil
	}
	return int64(st.Blocks) * unit, int64(st.Bavail) * unit, nil
}
