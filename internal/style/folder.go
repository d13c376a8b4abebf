package style

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

var discard = slog.New(slog.DiscardHandler)

// Folder keeps a set of styles in step with a folder of the user's. Any number of
// goroutines may ask it.
type Folder struct {
	dir      string
	embedded *Set
	log      *slog.Logger

	mu    sync.Mutex
	files map[string]file // by path
	set   *Set            // nil: not read yet
	fault string          // why the folder cannot be listed, or not whole
	told  map[string]bool // the clashes that were logged
}

// file is what is known of a style file.
type file struct {
	modified time.Time
	size     int64
	young    bool   // it was read right after it had changed, so it may have changed again within a tick of the file system's clock
	good     *Style // the newest version that was right, nil where none was
	err      error  // what is wrong with the present one
}

// Open looks at a folder, which need not exist; "" is the built-in styles alone. What
// is wrong with a file, and that a style was read anew, goes to log.
func Open(dir string, log *slog.Logger) (*Folder, error) {
	embedded, err := loadEmbedded()
	if err != nil {
		return nil, err
	}
	if log == nil {
		log = discard
	}
	f := &Folder{dir: dir, embedded: embedded, log: log}
	f.Set()
	return f, nil
}

// Set is the styles as the folder has them now. It lists the folder and reads the
// files whose size or time of change is another than before; a file that turned
// wrong keeps its last good version.
func (f *Folder) Set() *Set {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.look() || f.set == nil {
		f.set = f.build()
	}
	return f.set
}

// look reads the files that changed and says whether any did.
func (f *Folder) look() (changed bool) {
	found := f.list()
	if found == nil {
		return false
	}
	files := map[string]file{}
	for path, info := range found {
		old, known := f.files[path]
		if known && !old.young && old.modified.Equal(info.ModTime()) && old.size == info.Size() {
			files[path] = old
			continue
		}
		changed = true
		files[path] = f.read(path, info, old)
	}
	changed = changed || len(files) != len(f.files)
	f.files = files
	return changed
}

// list is the style files of the folder; nil where it cannot be listed: what is known
// of it stays. What is wrong with the folder is logged once.
func (f *Folder) list() map[string]fs.FileInfo {
	if f.dir == "" {
		return nil
	}
	entries, err := os.ReadDir(f.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.blame("the folder of styles cannot be read: " + err.Error())
		return nil
	}
	found, fault := map[string]fs.FileInfo{}, ""
	for _, e := range entries { // sorted by name
		if !strings.HasSuffix(e.Name(), ".toml") || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		path := filepath.Join(f.dir, e.Name())
		info, err := os.Stat(path) // of what a link points to
		if err != nil || info.IsDir() {
			continue // it went while we looked
		}
		if len(found) == maxFiles {
			fault = fmt.Sprintf("there are more than %d style files: those from %s on are not read", maxFiles, e.Name())
			break
		}
		found[path] = info
	}
	f.blame(fault)
	return found
}

// blame logs what is wrong with the folder, unless that is known already; "" is nothing.
func (f *Folder) blame(fault string) {
	if fault != "" && fault != f.fault {
		f.log.Warn(fault)
	}
	f.fault = fault
}

// tick is more than the grain of the times that file systems keep.
const tick = 20 * time.Millisecond

// read reads a file that is new or has changed.
func (f *Folder) read(path string, info fs.FileInfo, old file) file {
	now := file{modified: info.ModTime(), size: info.Size(), young: time.Since(info.ModTime()) < tick, good: old.good}
	s, err := parseFile(path, info)
	if err != nil {
		if now.err = err; old.err == nil || old.err.Error() != err.Error() {
			f.log.Warn("a style file is broken", "error", err, "last_good_version_plays", old.good != nil)
		}
		return now
	}
	s.own = true
	now.good = s
	if old.good != nil && !old.young {
		f.log.Info("a style was read anew", "style", s.Name)
	}
	return now
}

func parseFile(path string, info fs.FileInfo) (*Style, error) {
	name := filepath.Base(path)
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", name)
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("%s has %d bytes: more than %d is no style file", name, info.Size(), maxFile)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", name, err)
	}
	return Parse(path, data)
}

// build puts the set together.
func (f *Folder) build() *Set {
	set := &Set{own: f.embedded.own}
	for _, s := range f.embedded.styles {
		set.put(s)
	}
	for _, path := range slices.Sorted(maps.Keys(f.files)) {
		known := f.files[path]
		if known.good != nil {
			set.put(known.good)
		}
		if known.err != nil {
			set.broken = append(set.broken, Broken{Name: nameOf(path), Err: known.err, Kept: known.good != nil})
		}
	}
	told := map[string]bool{}
	for _, c := range set.Clashes() {
		if told[c.Text] = true; !f.told[c.Text] {
			f.log.Warn("a style file's word means another style, too", "error", c.Text)
		}
	}
	f.told = told
	return set
}
