package ffmpeg_test

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"bandstand/internal/ffmpeg"
)

func TestTheFolderOfSocketsIsPrivateAndClean(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"pcm-0a1b2c3d.sock", "other.sock"} {
		l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, name), Net: "unix"})
		if err != nil {
			t.Fatal(err)
		}
		l.SetUnlinkOnClose(false) // as kill -9 leaves it
		l.Close()
	}
	if err := os.WriteFile(filepath.Join(dir, "pcm-notes.sock"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := ffmpeg.OpenFolder(dir); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v, %v", info.Mode(), err)
	}
	var left []string
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if want := []string{"other.sock", "pcm-notes.sock"}; !slices.Equal(left, want) {
		t.Errorf("left are %v, not %v", left, want)
	}
}

func TestAFolderThatIsNone(t *testing.T) {
	t.Parallel()
	file, link := filepath.Join(t.TempDir(), "file"), filepath.Join(t.TempDir(), "link")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, link} {
		if err := ffmpeg.OpenFolder(path); err == nil {
			t.Errorf("%s is taken", path)
		}
	}
}
