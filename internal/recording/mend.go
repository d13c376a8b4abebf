package recording

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"bandstand/internal/encode"
	"bandstand/internal/encode/flac"
	"bandstand/internal/encode/mp3"
	"bandstand/internal/encode/opus"
	"bandstand/internal/encode/wav"
)

// mend makes whole what was cut off in the middle, and says how many frames it has.
func mend(file *os.File, format string) (frames int64, err error) {
	switch format {
	case "flac":
		return flac.Mend(file)
	case "opus":
		return opus.Mend(file)
	case "mp3":
		return mp3.Mend(file)
	}
	return wav.Mend(file)
}

// leftovers makes recordings of what a crash left. What cannot be mended stays as it
// is: it may be worth something to a person.
func (f folder) leftovers() error {
	all, err := f.entries()
	if err != nil {
		return err
	}
	for _, e := range all {
		name, torn := strings.CutSuffix(e.name, partSuffix)
		if !torn {
			continue
		}
		if err := f.leftover(name); err != nil && !errors.Is(err, fs.ErrNotExist) && !f.told[name] {
			f.told[name] = true // and not again at each attempt while the disk is full
			f.log.Warn("a recording that was cut off cannot be mended; it stays as it is", "file", e.name, "err", cause(err))
		}
	}
	return nil
}

func (f folder) leftover(name string) error {
	path := filepath.Join(f.path, name)
	file, err := os.OpenFile(path+partSuffix, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()              // what it holds was synced, or is mended later
	if !lock(file) || !same(file, path+partSuffix) { // it is being written, or has just been mended
		return nil
	}
	frames, err := f.whole(file, path)
	if err == nil {
		f.log.Info("mended a recording that was cut off", "file", name, "seconds", frames/48000)
	}
	return err
}

// worthless is how many bytes a file without sound may have to be removed: more than
// any has before its sound. In a longer one the sound is only not found.
const worthless = 1_000_000

var errNoSound = errors.New("no sound is found in it")

// whole mends a file that was cut off and gives it a name that it keeps; a file that
// ends before its sound is removed.
func (f folder) whole(file *os.File, path string) (frames int64, err error) {
	frames, err = mend(file, format(filepath.Base(path)))
	switch {
	case err != nil:
		return 0, err
	case frames == 0:
		if size, err := encode.Size(file); err != nil || size > worthless {
			return 0, cmp.Or(err, errNoSound)
		}
		return 0, os.Remove(path + partSuffix)
	}
	return frames, f.settle(file, path)
}

// same says whether a file is still the one of that name.
func same(file *os.File, path string) bool {
	a, err := file.Stat()
	if err != nil {
		return false
	}
	b, err := os.Lstat(path)
	return err == nil && os.SameFile(a, b)
}
