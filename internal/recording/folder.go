package recording

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// folder is where recordings lie, ours and perhaps those of another output.
type folder struct {
	path  string
	limit int64 // bytes of all recordings, 0 for none
	log   *slog.Logger
	space func(path string) (all, free int64, err error)
	told  map[string]bool // leftovers of which the log knows that they cannot be mended
}

func newFolder(path string, limit int64, log *slog.Logger) folder {
	return folder{path, limit, log, space, map[string]bool{}}
}

const (
	// leave is how much of a disk is left free, in bytes; of small ones a twentieth.
	leave = 200_000_000
	// margin is what a second of any format takes at most, with what closes a file.
	margin = 500_000
)

// words makes of an error a sentence for people: most come from the disk.
func (f folder) words(err error) error {
	switch {
	case err == nil || errors.Is(err, errSaid):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("the disk of %s is full: make room there, or record into another folder", f.path)
	case errors.Is(err, syscall.EROFS):
		return fmt.Errorf("the disk of %s can only be read: mount it for writing, or record into another folder", f.path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("the station may not write into %s: mend its rights, or record into another folder", f.path)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no folder %s: make it first (mkdir -p %s)", f.path, f.path)
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("%s is not a folder: record into one", f.path)
	case errors.Is(err, syscall.EIO):
		return fmt.Errorf("the disk of %s fails: see whether it is there and well", f.path)
	}
	return fmt.Errorf("recording into %s: %w", f.path, cause(err))
}

// cause is an error without the name of the file, which people have not chosen.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// saidError is a sentence for people already.
type saidError struct{ text string }

func (e *saidError) Error() string        { return e.text }
func (e *saidError) Is(target error) bool { return target == errSaid }

// errSaid is what every saidError is.
var errSaid = errors.New("said")

func said(format string, args ...any) error { return &saidError{fmt.Sprintf(format, args...)} }

// room says an error when too little of the disk is free to go on, or to begin: then
// a little more is asked for, so that a disk at its edge does not fill with snippets.
func (f folder) room(begin bool) error {
	all, free, err := f.space(f.path)
	if err != nil {
		return err
	}
	least := min(leave, all/20)
	if begin {
		least += least/4 + margin
	}
	if free < least {
		return said("the disk of %s is full: %s are free, and recordings need %s; make room there, or record into another folder", f.path, size(free), size(least))
	}
	return nil
}

// size tells bytes to people.
func size(bytes int64) string {
	switch {
	case bytes >= 10_000_000_000:
		return fmt.Sprintf("%dG", bytes/1e9)
	case bytes >= 1_000_000:
		return fmt.Sprintf("%dM", bytes/1e6)
	}
	return fmt.Sprintf("%dK", bytes/1e3)
}

// entry is a recording.
type entry struct {
	name string
	size int64
}

// entries are the recordings, oldest first, those that are being written among them.
func (f folder) entries() ([]entry, error) {
	all, err := os.ReadDir(f.path) // sorted by name, and so by time
	if err != nil {
		return nil, err
	}
	var out []entry
	for _, e := range all {
		if format(e.Name()) == "" || !e.Type().IsRegular() {
			continue
		}
		if info, err := e.Info(); err == nil { // else it has just gone
			out = append(out, entry{e.Name(), info.Size()})
		}
	}
	return out, nil
}

// tidy removes the oldest finished recordings until all together leave room for more
// bytes under the limit, and says how many bytes there are left.
func (f folder) tidy(more int64) (int64, error) {
	if f.limit == 0 {
		return 0, nil
	}
	recordings, err := f.entries()
	if err != nil {
		return 0, err
	}
	sum := int64(0)
	for _, e := range recordings {
		sum += e.size
	}
	for _, e := range recordings {
		if sum+more <= f.limit {
			break
		}
		if strings.HasSuffix(e.name, partSuffix) {
			continue
		}
		if err := os.Remove(filepath.Join(f.path, e.name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return sum, err
		}
		f.log.Info("removed the oldest recording, for the limit", "file", e.name, "limit", size(f.limit))
		sum -= e.size
	}
	if sum+more > f.limit {
		return sum, said("the recordings in %s that are being written take more than the limit of %s: raise it, or record less into this folder", f.path, size(f.limit))
	}
	return sum, nil
}

// create makes the file of a new recording under a name that nobody has, and gives
// the name that it will have. It is locked for as long as it is open, by which others
// see that it is no leftover.
func (f folder) create(base, suffix string) (*os.File, string, error) {
	for n := 1; ; n++ {
		name := filepath.Join(f.path, base+numbered(n)+"."+suffix)
		file, err := os.OpenFile(name+partSuffix, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, "", err
		}
		if !lock(file) || !same(file, name+partSuffix) { // another took it for a leftover meanwhile
			_ = file.Close()
			continue
		}
		if _, err := os.Lstat(name); err == nil {
			_ = os.Remove(name + partSuffix) // nobody else has it: it was made with O_EXCL
			_ = file.Close()
			continue
		}
		return file, name, nil
	}
}

func numbered(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf(" (%d)", n)
}

// lock marks a file as being written; false if another does so. Where the file system
// knows no locks, nobody does.
func lock(file *os.File) bool {
	return !errors.Is(syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}

// settle gives a finished file the name it keeps, for good; never that of another file.
func (f folder) settle(file *os.File, name string) error {
	if err := file.Sync(); err != nil {
		return err
	}
	if _, err := os.Lstat(name); err == nil { // somebody put it there meanwhile
		return said("somebody else has made %s: the recording stays %s", name, filepath.Base(name)+partSuffix)
	}
	if err := os.Rename(name+partSuffix, name); err != nil {
		return err
	}
	if dir, err := os.Open(f.path); err == nil { // it may be written but not read
		_ = dir.Sync() // not every file system can
		_ = dir.Close()
	}
	return nil
}
