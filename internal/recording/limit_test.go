package recording

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"bandstand/internal/encode/encodetest"
	"bandstand/internal/output"
)

func TestTheLimitHoldsAndOnlyOursGo(t *testing.T) {
	folder := t.TempDir()
	foreign := map[string]int{"holiday.flac": 3_000_000, "2026-11-24 21.00.00.txt": 10, "1999-01-01 00.00.00 mine.flac": 10, "x": 10}
	for name, n := range foreign {
		if err := os.WriteFile(filepath.Join(folder, name), make([]byte, n), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("holiday.flac", filepath.Join(folder, "1999-01-01 00.00.01.flac")); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(folder, "1999-01-01 00.00.02 Old - Song [k7m2p].mp3")
	next := filepath.Join(folder, "1999-01-01 00.00.03.opus")
	for name, n := range map[string]int{old: 5_000_000, next: 3_000_000} {
		if err := os.WriteFile(name, make([]byte, n), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var gone time.Duration
	record(t, Config{Folder: folder, Format: "wav", Limit: LeastLimit}, func(a *air, o *output.Output) {
		for range 45 { // 8.6 MB
			a.play(50)
			sum := bytesIn(t, folder)
			if link, err := os.Lstat(filepath.Join(folder, "1999-01-01 00.00.01.flac")); err != nil {
				t.Fatal("a link was removed")
			} else {
				sum -= link.Size()
			}
			if sum > LeastLimit {
				t.Fatalf("the recordings take %d bytes", sum)
			}
			if _, err := os.Lstat(old); err != nil && gone == 0 {
				gone = time.Duration(a.frame) * time.Second / 48000
			}
		}
		if st := o.Status(); st.State != output.On || st.Restarts > 0 || st.Error != "" {
			t.Errorf("it is %+v", st)
		}
	})
	if gone < 6*time.Second || gone > 20*time.Second {
		t.Errorf("the oldest recording was removed after %v, not when it was in the way", gone)
	}
	for name, n := range foreign {
		if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Size() != int64(n) {
			t.Errorf("%s of somebody else: %v", name, err)
		}
	}
	kept := int64(0)
	for _, name := range names(t, folder) {
		if strings.HasPrefix(name, "20") && format(name) == "wav" {
			kept += int64(len(encodetest.DecodeFile(t, filepath.Join(folder, name))) / 2)
		}
	}
	if _, err := os.Lstat(next); err == nil {
		t.Error("the second oldest recording is still there")
	}
	if kept != 45*48000 {
		t.Errorf("%d frames are kept, not all that are newer", kept)
	}
}

// smallDisk mounts a disk of so many megabytes and gives where. Who may not mount runs
// the test as root of a namespace of its own, and gets "".
func smallDisk(t *testing.T, megabytes, options string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	switch err := syscall.Mount("none", folder, "tmpfs", 0, "size="+megabytes+"m"+options); {
	case err == nil:
		t.Cleanup(func() {
			if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
				t.Error(err)
			}
		})
		return folder
	case os.Getenv("BANDSTAND_TEST_MOUNTS") != "":
		t.Fatalf("mounting a small disk: %v", err)
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	child.Env = append(os.Environ(), "BANDSTAND_TEST_MOUNTS=1")
	child.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}}
	out, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Fatalf("in a namespace of its own: %v\n%s", err, out)
	}
	return ""
}

func TestADiskThatFillsIsLeftSomeRoom(t *testing.T) {
	folder := smallDisk(t, "8", "")
	if folder == "" {
		return
	}
	record(t, Config{Folder: folder, Format: "wav"}, func(a *air, o *output.Output) {
		a.play(44 * 50)
		st := o.Status()
		if st.State != output.Retrying || !strings.Contains(st.Error, "the disk of "+folder+" is full") {
			t.Errorf("it is %+v", st)
		}
		if n := len(names(t, folder)); n != 1 {
			t.Errorf("there are %d files on the full disk", n)
		}
		if _, free, err := space(folder); err != nil || free < 200_000 {
			t.Errorf("%d bytes are free: %v", free, err)
		}
		frames := len(encodetest.DecodeFile(a.t, filepath.Join(folder, start(0)+".wav"))) / 2
		if frames < 7_000_000/4 {
			t.Errorf("%d frames were recorded", frames)
		}
		if err := os.Remove(filepath.Join(folder, start(0)+".wav")); err != nil {
			t.Fatal(err)
		}
		a.play(6 * 50)
		if st := o.Status(); st.State != output.On {
			t.Errorf("with room it is %+v", st)
		}
	})
}

func TestAFullDiskLeavesAWholeRecording(t *testing.T) {
	folder := smallDisk(t, "8", "")
	if folder == "" {
		return
	}
	for _, format := range []string{"wav", "flac", "opus", "mp3"} {
		filler := filepath.Join(folder, "filler")
		writes := 0
		st := recordWith(t, Config{Folder: folder, Format: format}, func(s *Sink) {
			s.disturb = func() error {
				if writes++; writes == 4 { // somebody else takes what is left
					if err := os.WriteFile(filler, make([]byte, 9_000_000), 0o600); err == nil {
						t.Error("the disk is not full")
					}
				}
				return nil
			}
		}, func(a *air, o *output.Output) {
			a.sound = func(f int64) (float32, float32) { l, r := sample(f * 7919); return l, r }
			a.play(250)
		})
		if st.State != output.Retrying || !strings.Contains(st.Error, "is full") {
			t.Errorf("%s: it is %+v", format, st)
		}
		path := filepath.Join(folder, start(0)+"."+format)
		if frames := len(encodetest.DecodeFile(t, path)) / 2; frames < 3_000 {
			t.Errorf("%s: %d frames were recorded", format, frames)
		}
		for _, name := range []string{filler, path} {
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestADiskThatIsOnlyRead(t *testing.T) {
	folder := smallDisk(t, "8", ",ro")
	if folder == "" {
		return
	}
	st := record(t, Config{Folder: folder}, func(a *air, o *output.Output) { a.play(3) })
	if st.State != output.Retrying || !strings.Contains(st.Error, "can only be read") {
		t.Errorf("it is %+v", st)
	}
}

func TestAFolderThatVanishes(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "made", "radio")
	record(t, Config{Folder: folder, Make: true, Format: "flac"}, func(a *air, o *output.Output) {
		a.play(150)
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
		a.play(100)
		if st := o.Status(); st.State != output.Retrying || !strings.Contains(st.Error, "has gone") {
			t.Errorf("without its folder it is %+v", st)
		}
		a.play(300)
		if st := o.Status(); st.State != output.Retrying || !strings.Contains(st.Error, "mkdir -p "+folder) {
			t.Errorf("later it is %+v", st)
		}
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		a.play(300)
		if st := o.Status(); st.State != output.On {
			t.Errorf("with its folder it is %+v", st)
		}
	})
	all := names(t, folder)
	if len(all) != 1 {
		t.Fatalf("there are %s", join(all))
	}
	encodetest.DecodeFile(t, filepath.Join(folder, all[0]))
}

func TestErrorsInWords(t *testing.T) {
	f := newFolder("/srv/radio", 0, nil)
	for err, want := range map[error]string{
		syscall.ENOSPC: "is full", syscall.EDQUOT: "is full", syscall.EROFS: "only be read", syscall.EACCES: "may not write",
		syscall.EPERM: "may not write", syscall.ENOENT: "mkdir -p", syscall.ENOTDIR: "is not a folder", syscall.EIO: "fails",
		syscall.EFBIG: "recording into /srv/radio: file too large",
	} {
		got := f.words(&os.PathError{Op: "write", Path: "/srv/radio/2026-11-24 21.00.00.flac.part", Err: err}).Error()
		if !strings.Contains(got, want) || strings.Contains(got, ".part") {
			t.Errorf("%v is %q", err, got)
		}
	}
}

// Nobody's file is written over, whenever it came there.
func TestAFileOfThatNameStays(t *testing.T) {
	folder := t.TempDir()
	names := []string{"2026-11-24 21.00.00.wav", "2026-11-24 21.00.00 (2).wav"}
	f := newFolder(folder, 0, New(Config{}).config.Log)
	theirs := filepath.Join(folder, names[0])
	if err := os.WriteFile(theirs, []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, name, err := f.create("2026-11-24 21.00.00", "wav")
	if err != nil || filepath.Base(name) != names[1] {
		t.Fatalf("it is called %s: %v", name, err)
	}
	if err := os.WriteFile(name, []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.settle(file, name); err == nil {
		t.Error("it took the name of another")
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
	for _, name := range names {
		if got, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(got) != "theirs" {
			t.Errorf("%s holds %q: %v", name, got, err)
		}
	}
}
