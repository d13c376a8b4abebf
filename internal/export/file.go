package export

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"bandstand/internal/song"
)

// existsError is a file that is in the way. It is fs.ErrExist, too.
type existsError struct{ file string }

func (e *existsError) Error() string {
	return fmt.Sprintf("%s exists already: choose another name, or replace it with --force", e.file)
}

func (e *existsError) Is(target error) bool { return target == fs.ErrExist }

// Format is the format that a file's suffix names. Its error lists those there are.
func Format(file string) (string, error) {
	name := strings.ToLower(strings.TrimPrefix(filepath.Ext(file), "."))
	if find(name) != nil && strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)) != "" {
		return name, nil
	}
	return "", fmt.Errorf("%q does not say by its suffix what to write: end it in .%s", file, strings.Join(Formats(), ", ."))
}

// Check says what would keep Export from writing a file, as far as that can be
// known before: an unknown suffix, a missing folder, a file that exists, which
// force allows to be replaced.
func Check(file string, force bool) error {
	if strings.ContainsRune(file, 0) {
		return fmt.Errorf("%q is not the name of a file", file)
	}
	if _, err := Format(file); err != nil {
		return err
	}
	folder := filepath.Dir(file)
	switch info, err := os.Stat(folder); {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no folder %s: make it first", folder)
	case err != nil:
		return fmt.Errorf("looking at the folder %s: %w", folder, err)
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder", folder)
	}
	switch info, err := os.Stat(file); {
	case err == nil && info.IsDir():
		return fmt.Errorf("%s is a folder: choose another name", file)
	case err == nil && force && !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a file that can be replaced: choose another name", file)
	case err == nil && !force:
		return &existsError{file}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("looking at %s: %w", file, err)
	}
	return nil
}

// Export writes a song to a file, whose suffix names the format. An existing file
// is replaced only with force. The file appears whole or, after an error or the
// end of ctx, not at all. Errors are sentences for people.
func (e *Exporter) Export(ctx context.Context, s *song.Song, file string, force bool) error {
	return e.ExportProgress(ctx, s, file, force, nil)
}

// ExportProgress is Export that tells how much is done, from 0 to 1.
func (e *Exporter) ExportProgress(ctx context.Context, s *song.Song, file string, force bool, progress func(done float64)) (err error) {
	if err := Check(file, force); err != nil {
		return err
	}
	name, err := Format(file)
	if err != nil {
		return err
	}
	// The file grows under another name beside its place, so that nobody ever
	// sees half of it and the last step cannot cross file systems.
	temporary := filepath.Join(filepath.Dir(file), ".bandstand-"+rand.Text()[:10]+"."+name)
	out, err := os.OpenFile(temporary, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return fmt.Errorf("writing %s: %w", file, cause(err))
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temporary) // it may be gone already
		}
	}()
	err = e.Render(ctx, out, s, name, progress)
	if err == nil {
		err = out.Sync()
	}
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", file, cause(err))
	}
	return settle(temporary, file, force)
}

// settle gives a finished file its name.
func settle(temporary, file string, force bool) error {
	if !force {
		// A link never replaces what has come since, as renaming would. Where the file
		// system knows no links, looking once more must do.
		switch err := os.Link(temporary, file); {
		case err == nil:
			_ = os.Remove(temporary) // a second name of the same file
			syncFolder(file)
			return nil
		case errors.Is(err, fs.ErrExist):
			return &existsError{file}
		}
		if err := Check(file, false); err != nil {
			return err
		}
	}
	if err := os.Rename(temporary, file); err != nil {
		return fmt.Errorf("writing %s: %w", file, cause(err))
	}
	syncFolder(file)
	return nil
}

// syncFolder makes a new name last through a loss of power, where the system can.
func syncFolder(file string) {
	folder, err := os.Open(filepath.Dir(file))
	if err != nil {
		return // it may be written but not read
	}
	_ = folder.Sync() // not every file system can
	_ = folder.Close()
}

// cause is an error without the temporary name, which tells people nothing.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}
