package recording

import "syscall"

// space is how many bytes the disk of a folder has, and how many are free for us.
func space(folder string) (all, free int64, err error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(folder, &st); err != nil {
		return 0, 0, err
	}
	return int64(st.Blocks) * st.Bsize, int64(st.Bavail) * st.Bsize, nil
}
