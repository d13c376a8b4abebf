package sqlite

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"bandstand/internal/command"
)

// refused opens a database that must not open, with words its sentence must have.
func refused(t *testing.T, path string, want ...string) {
	t.Helper()
	db, err := Open(t.Context(), path, slog.New(slog.DiscardHandler))
	if err == nil {
		_ = db.Close()
		t.Fatalf("%s opened", path)
	}
	var said *command.Sentence
	if !errors.As(err, &said) {
		t.Fatalf("%v is no sentence", err)
	}
	for _, w := range want {
		if !strings.Contains(said.Text, w) {
			t.Errorf("%q lacks %q", said.Text, w)
		}
	}
}

func TestOddPaths(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"with space.db", "100%.db", "a?b=c.db", "a#b.db", "Grüße.db", "a&_pragma=x.db", "'q\".db"} {
		path := filepath.Join(dir, name)
		db := open(t, path)
		add(t, db, aSong("a", 1))
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOthersCannotRead: the database and what lies beside it, new or from before, hold
// passwords.
func TestOthersCannotRead(t *testing.T) {
	before := filepath.Join(t.TempDir(), "station.db")
	add(t, open(t, before), aSong("a", 1))
	path := filepath.Join(t.TempDir(), "station.db")
	for _, end := range []string{"", "-wal"} { // as a kill -9 leaves them
		data, err := os.ReadFile(before + end)
		if err == nil {
			err = os.WriteFile(path+end, data, 0o600)
		}
		if err == nil {
			err = os.Chmod(path+end, 0o644) // not with WriteFile: the umask
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	add(t, open(t, path), aSong("b", 2))
	found, err := filepath.Glob(path + "*")
	if err != nil || len(found) < 2 {
		t.Fatalf("there are %q, %v", found, err)
	}
	for _, name := range found {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s can be read by others: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestPragmas(t *testing.T) {
	db := fresh(t)
	for pragma, want := range map[string]int{"synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000} {
		var got int
		if err := db.writer.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %d, %v, want %d", pragma, got, err, want)
		}
	}
	var mode string
	if err := db.reader.QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		t.Errorf("journal_mode is %s, %v", mode, err)
	}
}

func TestMissingFolderAndFolder(t *testing.T) {
	dir := t.TempDir()
	refused(t, filepath.Join(dir, "no", "station.db"), "the folder of the database", "make it first")
	refused(t, dir, "is a folder")
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, filepath.Join(file, "station.db"), "cannot be opened")
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "station.db")
	db := open(t, path)
	code := add(t, db, aSong("a", 1))[0]
	if _, err := db.writer.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	refused(t, path, "newer bandstand", "999", "--data")
	refused(t, path, "newer bandstand") // and it stays so
	raw, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(raw, []byte(code)) {
		t.Errorf("the songs are gone: %v", err)
	}
}

func TestDamagedDatabaseIsRefused(t *testing.T) {
	noise := make([]byte, 10000)
	_, _ = rand.Read(noise)
	for name, content := range map[string][]byte{
		"a picture":  append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), noise...),
		"text":       []byte(strings.Repeat("these are my songs\n", 100)),
		"noise":      noise,
		"half there": append([]byte("SQLite format 3\x00\x10\x00\x02\x02\x00\x40\x20\x20"), noise...),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "station.db")
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, path, "the database "+path+" ", "put a copy of it back")
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, content) {
				t.Errorf("the file was changed: %v", err)
			}
		})
	}
}

// TestDamageInTheMiddle overwrites pages of a database that was good.
func TestDamageInTheMiddle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "station.db")
	db := open(t, path)
	for range 20 {
		add(t, db, aSong("a", 2000))
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	noise := make([]byte, 4096)
	for at := int64(4096); at < info.Size(); at += 4096 {
		_, _ = rand.Read(noise)
		if _, err := f.WriteAt(noise, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	refused(t, path, "is damaged")
}

// mount makes a small file system of its own, where that is allowed; else "".
func mount(t *testing.T, options string) string {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Logf("no file system of its own for this test: %v", err)
		return ""
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// TestFullDisk fills the disk until an order fails, and goes on when there is room.
func TestFullDisk(t *testing.T) {
	dir := mount(t, "size=1m")
	makeRoom := func(db *DB) error { return os.Remove(filepath.Join(dir, "ballast")) }
	if dir == "" {
		dir = t.TempDir()
		makeRoom = func(db *DB) error {
			_, err := db.writer.ExecContext(t.Context(), "PRAGMA max_page_count = 1000000")
			return err
		}
	} else if err := os.WriteFile(filepath.Join(dir, "ballast"), make([]byte, 200<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	db := open(t, filepath.Join(dir, "station.db"))
	if _, err := db.writer.ExecContext(t.Context(), "PRAGMA max_page_count = 300"); err != nil {
		t.Fatal(err)
	}
	p, err := db.Pack(aSong("a", 2000))
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	keep := func() error {
		code := ""
		err := db.Update(t.Context(), func(tx command.Tx) (err error) {
			turn, err := tx.Record(command.Order{Outcome: "begun"})
			if err != nil {
				return err
			}
			if code, err = tx.AddSong(p); err != nil {
				return err
			}
			return tx.Finish(turn, "done", "")
		})
		if err == nil {
			kept = append(kept, code)
		}
		return err
	}
	for err = keep(); err == nil && len(kept) < 10000; err = keep() {
	}
	var said *command.Sentence
	if !errors.As(err, &said) || !strings.Contains(said.Text, "the disk is full: make room where ") {
		t.Fatalf("after %d songs: %v", len(kept), err)
	}
	if err := keep(); !errors.As(err, &said) {
		t.Errorf("once more: %v", err)
	}
	same := func() {
		t.Helper()
		songs, err := db.Songs(t.Context(), command.Filter{})
		if err != nil || len(songs) != len(kept) {
			t.Fatalf("%d songs are there, %d were kept: %v", len(songs), len(kept), err)
		}
		for _, code := range kept {
			if _, err := db.Notes(t.Context(), code); err != nil {
				t.Fatal(err)
			}
		}
	}
	same()
	if err := makeRoom(db); err != nil {
		t.Fatal(err)
	}
	if err := keep(); err != nil {
		t.Errorf("there is room again, but: %v", err)
	}
	same()
	t.Logf("%d songs", len(kept))
}

func TestFullDiskAtTheStart(t *testing.T) {
	dir := mount(t, "size=64k")
	if dir == "" {
		return // the other test has shown the sentence
	}
	if err := os.WriteFile(filepath.Join(dir, "ballast"), make([]byte, 60<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, filepath.Join(dir, "station.db"), "disk")
}

// TestReadOnlyDisk opens a good database where nothing can be written.
func TestReadOnlyDisk(t *testing.T) {
	dir := mount(t, "size=4m")
	mounted := dir != ""
	if !mounted {
		dir = t.TempDir()
	}
	path := filepath.Join(dir, "station.db")
	db, err := Open(context.Background(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	add(t, db, aSong("a", 1))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if mounted {
		if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
			t.Fatal(err)
		}
	} else {
		for _, p := range []string{path, dir} {
			if err := os.Chmod(p, 0o500); err != nil {
				t.Fatal(err)
			}
		}
		defer func() { _ = os.Chmod(dir, 0o700) }()
		if os.Getuid() == 0 {
			return // root writes everywhere but on a read-only disk
		}
	}
	refused(t, path, "the database "+path+" cannot be", "check the rights")
	refused(t, filepath.Join(dir, "new.db"), "cannot be", "check the rights")
}

// TestOtherProgramHoldsIt has another program write for longer than we wait.
func TestOtherProgramHoldsIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "station.db")
	db, other := open(t, path), open(t, path)
	if _, err := db.writer.ExecContext(t.Context(), "PRAGMA busy_timeout = 1"); err != nil {
		t.Fatal(err)
	}
	update(t, other, func(command.Tx) error {
		err := db.Update(t.Context(), func(command.Tx) error { return nil })
		if err == nil || !strings.Contains(err.Error(), "another program holds the database "+path) {
			t.Errorf("got %v", err)
		}
		return nil
	})
	add(t, db, aSong("a", 1))
}
