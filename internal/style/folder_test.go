package style

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// folder is a folder of styles for a test, with what was logged about it.
type folder struct {
	t   *testing.T
	dir string
	log bytes.Buffer
	age time.Duration // so that each change is later than the one before
	*Folder
}

func newFolder(t *testing.T) *folder {
	t.Helper()
	f := &folder{t: t, dir: t.TempDir()}
	var err error
	if f.Folder, err = Open(f.dir, slog.New(slog.NewTextHandler(&f.log, nil))); err != nil {
		t.Fatal(err)
	}
	return f
}

// write puts a file there, as old as no other.
func (f *folder) write(name, data string) {
	f.t.Helper()
	path := filepath.Join(f.dir, name)
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		f.t.Fatal(err)
	}
	f.age += time.Second
	at := time.Unix(1_700_000_000, 0).Add(f.age)
	if err := os.Chtimes(path, at, at); err != nil {
		f.t.Fatal(err)
	}
}

func (f *folder) about(name, want string) {
	f.t.Helper()
	s, err := f.Set().Get(name)
	if err != nil || s.About != want {
		f.t.Errorf("%s: %v, want one about %q", name, err, want)
	}
}

// mine is a good file that says something about itself.
func mine(t *testing.T, about string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/mine.toml")
	if err != nil {
		t.Fatal(err)
	}
	return change(t, string(data), `about = "`, fmt.Sprintf("about = %q # ", about))
}

func TestOwnStyles(t *testing.T) {
	f := newFolder(t)
	f.write("polka.toml", mine(t, "my polka"))
	f.write("pop.toml", mine(t, "my pop"))
	f.write("notes.txt", "not a style")
	f.write(".polka.toml.swp", "an editor's")
	f.about("polka", "my polka")
	f.about("pop", "my pop")
	set := f.Set()
	if slices.Contains(set.Embedded(), "polka") || !slices.Contains(set.Embedded(), "pop") {
		t.Errorf("built in are %v", set.Embedded())
	}
	if !set.IsOwn("polka") || !set.IsOwn("pop") || set.IsOwn("funk") {
		t.Error("own and built-in styles are mixed up")
	}
	if len(set.Broken()) != 0 || f.log.Len() != 0 {
		t.Errorf("broken %v, log %s", set.Broken(), f.log.String())
	}
	if f.Set() != set {
		t.Error("nothing changed, and the set is another one")
	}
}

// TestAFolderThatCannotBeReadKeepsItsStyles also wants the log to say so once, and once
// more when it happens again.
func TestAFolderThatCannotBeReadKeepsItsStyles(t *testing.T) {
	f := newFolder(t)
	f.write("good.toml", mine(t, "good"))
	f.about("good", "good")
	for range 2 {
		away := f.dir + ".away"
		if err := os.Rename(f.dir, away); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f.dir, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		f.about("good", "good")
		f.about("good", "good")
		if err := errors.Join(os.Remove(f.dir), os.Rename(away, f.dir)); err != nil {
			t.Fatal(err)
		}
		f.about("good", "good")
	}
	if n := strings.Count(f.log.String(), "cannot be read"); n != 2 {
		t.Errorf("it is logged %d times:\n%s", n, f.log.String())
	}
	if err := os.RemoveAll(f.dir); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Set().Get("good"); err == nil {
		t.Error("a style whose folder was taken away is still there")
	}
}

// TestTooManyFilesAreToldOnce: the first ones are read, and the log is not filled.
func TestTooManyFilesAreToldOnce(t *testing.T) {
	f := newFolder(t)
	for i := range maxFiles + 1 {
		f.write(fmt.Sprintf("s%03d.toml", i), "about")
	}
	f.Set()
	if n := len(f.Set().Broken()); n != maxFiles || strings.Count(f.log.String(), "more than") != 1 {
		t.Errorf("%d files were read; the log says so %d times", n, strings.Count(f.log.String(), "more than"))
	}
}

// TestCapitalsAreNoOtherStyle wants Funk.toml to take the place of the built-in funk.
func TestCapitalsAreNoOtherStyle(t *testing.T) {
	f := newFolder(t)
	n := len(f.Set().Names())
	f.write("Funk.toml", mine(t, "mine"))
	f.about("funk", "mine")
	f.about("FUNK", "mine")
	if got := len(f.Set().Names()); got != n || !f.Set().IsOwn("funk") {
		t.Errorf("%d styles, there were %d", got, n)
	}
	f.write("Funk.toml", "about")
	if b, broken := f.Set().Fault("funk"); !broken || !b.Kept {
		t.Errorf("the broken file is %+v", b)
	}
}

func TestABrokenFileCostsOnlyItself(t *testing.T) {
	f := newFolder(t)
	f.write("good.toml", mine(t, "good"))
	f.write("bad.toml", "about = 'x'\ntempo = [3, 2]")
	f.write("huge.toml", strings.Repeat("#", maxFile+1))
	f.write("two words.toml", mine(t, "x"))
	if err := os.Mkdir(filepath.Join(f.dir, "folder.toml"), 0o755); err != nil {
		t.Fatal(err)
	}
	f.about("good", "good")
	var said []string
	for _, b := range f.Set().Broken() {
		if b.Kept {
			t.Errorf("%s was never good", b.Name)
		}
		said = append(said, b.Name+": "+b.Err.Error())
	}
	want := []string{
		"bad: bad.toml line 2: tempo: 3 to 2 is upside down: the lower number comes first",
		"huge: huge.toml has 1048577 bytes: more than 1048576 is no style file",
		"two words: two words.toml: a style's name must be one word of up to 60 letters, without blanks, quotes or =",
	}
	if !slices.Equal(said, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(said, "\n"), strings.Join(want, "\n"))
	}
	if _, err := f.Set().Get("bad"); err == nil || err.Error() != "the style bad is broken: "+want[0][5:] {
		t.Errorf("asked for, it says %v", err)
	}
	if n := strings.Count(f.log.String(), "\n"); n != 3 {
		t.Errorf("the log has %d lines:\n%s", n, f.log.String())
	}
	if set, err := Load(f.dir); err != nil || len(set.Broken()) != 3 {
		t.Errorf("loaded once: %v", err)
	}
	if set, err := Load(filepath.Join(f.dir, "nowhere")); err != nil || len(set.Broken()) != 0 {
		t.Errorf("a folder that is not there: %v", err)
	}
}

func TestStylesAreReadAnew(t *testing.T) {
	f := newFolder(t)
	f.write("polka.toml", mine(t, "one"))
	f.about("polka", "one")
	f.write("polka.toml", mine(t, "two"))
	f.about("polka", "two")
	f.write("polka.toml", strings.Replace(mine(t, "three"), "tempo = [98, 126]", "tempo = 98", 1))
	f.about("polka", "two")
	broken := f.Set().Broken()
	if len(broken) != 1 || !broken[0].Kept || !strings.Contains(broken[0].Err.Error(), "polka.toml line 5: tempo: must be two numbers") {
		t.Errorf("broken: %+v", broken)
	}
	if n := strings.Count(f.log.String(), "level=WARN"); n != 1 {
		t.Errorf("it was logged %d times:\n%s", n, f.log.String())
	}
	f.write("polka.toml", mine(t, "four"))
	f.about("polka", "four")
	if broken := f.Set().Broken(); len(broken) != 0 {
		t.Errorf("mended, it is still broken: %v", broken)
	}
	if err := os.Remove(filepath.Join(f.dir, "polka.toml")); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Set().Get("polka"); err == nil {
		t.Error("the file is gone, and the style is still there")
	}
	f.write("pop.toml", mine(t, "my pop"))
	f.about("pop", "my pop")
	if err := os.RemoveAll(f.dir); err != nil {
		t.Fatal(err)
	}
	f.about("pop", "bright four-chord songs with a chorus that lifts")
}

// FuzzParse wants every file to be refused in one line, or to be whole.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"pop", "waltz", "ambient"} {
		data, err := embedded.ReadFile("data/" + name + ".toml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("[[section]]\nbars=[1]"))
	f.Add([]byte("tempo = [1, 2]\nform.plans = { a = 1 }\n[[also.groove]]\nfamily = 3"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse("f.toml", data)
		if err == nil && (s.About == "" || len(s.Sections) == 0 || len(s.Form.Plans.Items) == 0) {
			t.Error("a style with nothing in it was accepted")
		}
		if err != nil && !strings.HasPrefix(err.Error(), "f.toml") {
			t.Errorf("%q does not name the file", err)
		}
	})
}
