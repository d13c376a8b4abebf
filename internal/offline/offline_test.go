package offline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bandstand/internal/encode/encodetest"
	"bandstand/internal/pcm"
	"bandstand/internal/song"
	"bandstand/internal/theory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func seed(n uint64) *uint64        { return &n }
func tempo(bpm float64) *float64   { return &bpm }
func bars(n int) *int              { return &n }
func in(dir, name string) []string { return []string{filepath.Join(dir, name)} }

// made runs the command and gives what it printed.
func made(t *testing.T, o Options) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if err := Compose(t.Context(), o, &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	return stdout.String()
}

func read(t *testing.T, path string) *song.Song {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := song.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSeveralFilesOfASong(t *testing.T) {
	dir := t.TempDir()
	o := Options{Style: "Pop", Seed: seed(7), Tempo: tempo(150), Bars: bars(4), Key: "Em"}
	for _, name := range []string{"x.mid", "x.json", "x.wav", "x.mp3", "x.svg"} {
		o.Out = append(o.Out, filepath.Join(dir, name))
	}
	said := made(t, o)
	s := read(t, filepath.Join(dir, "x.json"))
	if s.Style != "pop" || s.Seed != 7 || s.Bars != 4 || s.Tempo != 150 || s.Key != (theory.Key{Tonic: 4, Mode: theory.Minor}) {
		t.Errorf("the song is\n%.300s", s.Text())
	}
	want := fmt.Sprintf("%q by %s: pop in Em, 150 BPM, 0:06, seed 7 -> %s\n", s.Title, s.Band, strings.Join(o.Out, ", "))
	if said != want {
		t.Errorf("it says %q, not %q", said, want)
	}
	for _, name := range []string{"x.wav", "x.mp3"} {
		sound := encodetest.DecodeFile(t, filepath.Join(dir, name))
		if seconds := float64(len(sound)) / 96000; seconds < s.Duration().Seconds() || seconds > s.Duration().Seconds()+6 {
			t.Errorf("%s lasts %.2f s, the song %.2f s", name, seconds, s.Duration().Seconds())
		}
		if _, level := pcm.Level(sound); pcm.Decibels(level) < -30 {
			t.Errorf("%s has a level of %.1f dBFS", name, pcm.Decibels(level))
		}
	}
}

func TestTheSameSeedGivesTheSameFile(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.wav", "b.wav"} {
		made(t, Options{Style: "funk", Seed: seed(3), Tempo: tempo(400), Bars: bars(4), Out: in(dir, name)})
	}
	a, err := os.ReadFile(filepath.Join(dir, "a.wav"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "b.wav"))
	if err != nil || !bytes.Equal(a, b) {
		t.Errorf("the files of %d and %d bytes differ (%v)", len(a), len(b), err)
	}
}

func TestManySongsInAFolderThatIsMade(t *testing.T) {
	dir := t.TempDir()
	said := made(t, Options{Seed: seed(100), Count: 5, Out: in(dir, "out/{style}-{seed}.json")})
	if n := strings.Count(said, "\n"); n != 5 {
		t.Errorf("it says %d lines:\n%s", n, said)
	}
	files, err := filepath.Glob(filepath.Join(dir, "out", "*"))
	if err != nil || len(files) != 5 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	seen := map[uint64]bool{}
	for _, file := range files {
		s := read(t, file)
		if want := fmt.Sprintf("%s-%d.json", s.Style, s.Seed); filepath.Base(file) != want {
			t.Errorf("%s should be called %s", file, want)
		}
		seen[s.Seed] = true
	}
	for n := uint64(100); n < 105; n++ {
		if !seen[n] {
			t.Errorf("seed %d is missing", n)
		}
	}
}

func TestWhatCouldNotBeDoneAsAskedIsSaid(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if err := Compose(t.Context(), Options{Style: "pop", Seed: seed(1), Tempo: tempo(400), Out: in(t.TempDir(), "x.mid")}, &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(stderr.String(), "seed 1: ") || !strings.Contains(stderr.String(), "BPM") {
		t.Errorf("it remarks %q", stderr.String())
	}
}

func TestWithoutASeedEverySongIsNew(t *testing.T) {
	dir, found := t.TempDir(), regexp.MustCompile(`seed (\d+)`)
	a := found.FindString(made(t, Options{Out: in(dir, "a.mid")}))
	b := found.FindString(made(t, Options{Out: in(dir, "b.mid")}))
	if a == "" || a == b {
		t.Errorf("%q and %q", a, b)
	}
}

func TestABandPlaysInItsOwnStyle(t *testing.T) {
	dir := t.TempDir()
	made(t, Options{Style: "jazz", Seed: seed(1), Out: in(dir, "a.json")})
	jazz := read(t, filepath.Join(dir, "a.json"))
	made(t, Options{Band: strings.ToUpper(jazz.Band), Seed: seed(2), Out: in(dir, "b.json")})
	if s := read(t, filepath.Join(dir, "b.json")); s.Band != jazz.Band || s.Style != "jazz" {
		t.Errorf("%s plays %s, not %s jazz", s.Band, s.Style, jazz.Band)
	}
}

func TestOwnStylesAreFound(t *testing.T) {
	dir := t.TempDir()
	data, err := os.ReadFile("../style/data/pop.toml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "mine.toml"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	if said := made(t, Options{Style: "mine", Styles: dir, Out: in(dir, "{style}.mid")}); !strings.Contains(said, "mine.mid") {
		t.Errorf("it says %q", said)
	}
}

func TestComplaintsComeBeforeAnyFile(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "there-3.mid")
	if err := os.WriteFile(there, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	jpeg := filepath.Join(dir, "font.sf2")
	if err := os.WriteFile(jpeg, []byte("\xff\xd8\xff\xe0\x00\x10JFIF"), 0o600); err != nil {
		t.Fatal(err)
	}
	ok := in(dir, "x.mid")
	cases := []struct {
		name string
		o    Options
		want []string
	}{
		{"unknown style", Options{Style: "funkk", Out: ok}, []string{"funkk", "did you mean funk"}},
		{"tempo 0", Options{Tempo: tempo(0), Out: ok}, []string{"tempo", "20 to 400"}},
		{"tempo 9999", Options{Tempo: tempo(9999), Out: ok}, []string{"9999", "20 to 400"}},
		{"bars -1", Options{Bars: bars(-1), Out: ok}, []string{"-1", "4 to 1000"}},
		{"key H#", Options{Key: "H#", Out: ok}, []string{"H#", "A to G"}},
		{"unknown band", Options{Band: "Xqzvwy", Out: ok}, []string{"Xqzvwy", "--style"}},
		{"unknown band of a style", Options{Band: "Xqzvwy", Style: "funk", Out: ok}, []string{"Xqzvwy", "funk has "}},
		{"nothing to write", Options{}, []string{"-o"}},
		{"unknown suffix", Options{Out: in(dir, "x.exe")}, []string{".mid, .json, .wav"}},
		{"no {seed}", Options{Count: 3, Out: ok}, []string{"{seed}", "x-{seed}.mid"}},
		{"unknown mark", Options{Out: in(dir, "{sed}.mid")}, []string{"{sed}", "did you mean {seed}"}},
		{"negative count", Options{Count: -1, Out: ok}, []string{"--count"}},
		{"no seeds left", Options{Count: 2, Seed: seed(1<<64 - 1), Out: in(dir, "{seed}.mid")}, []string{"18446744073709551615"}},
		{"existing file of a later song", Options{Style: "pop", Seed: seed(1), Count: 5, Out: in(dir, "there-{seed}.mid")}, []string{"there-3.mid", "--force"}},
		{"named twice", Options{Out: []string{filepath.Join(dir, "x.mid"), dir + "/./x.mid"}}, []string{"twice"}},
		{"a JPEG as a font", Options{SoundFont: jpeg, Out: ok}, []string{"font.sf2", ".sf2 file"}},
		{"no font", Options{SoundFont: filepath.Join(dir, "none.sf2"), Out: in(dir, "x.wav")}, []string{"none.sf2"}},
	}
	for _, tc := range cases {
		var stdout bytes.Buffer
		err := Compose(t.Context(), tc.o, &stdout, io.Discard)
		if err == nil {
			t.Errorf("%s: it was done: %s", tc.name, stdout.String())
			continue
		}
		for _, want := range tc.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q does not contain %q", tc.name, err, want)
			}
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("the folder holds %v (%v)", entries, err)
	}
	if data, _ := os.ReadFile(there); string(data) != "mine" {
		t.Errorf("the existing file holds %.10q", data)
	}
	made(t, Options{Style: "pop", Seed: seed(3), Force: true, Out: in(dir, "there-{seed}.mid")})
	if data, _ := os.ReadFile(there); !bytes.HasPrefix(data, []byte("MThd")) {
		t.Errorf("with force it holds %.10q", data)
	}
}

func TestAnInterruptLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	// The first line is the first song's: then the user has had enough.
	stopper := writer(func(p []byte) (int, error) { cancel(); return len(p), nil })
	err := Compose(ctx, Options{Style: "pop", Seed: seed(1), Tempo: tempo(400), Bars: bars(4), Count: 3, Out: []string{filepath.Join(dir, "{seed}.wav"), filepath.Join(dir, "{seed}.mid")}}, stopper, io.Discard)
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "after 1 of 3 songs") {
		t.Errorf("got %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("the folder holds %v (%v)", entries, err)
	}
}

type writer func(p []byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

func TestTheBarShowsAfterASecondAndGoesAway(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(0, 0)
	b := newBar(&out, true, func() time.Time { return now })
	b.begin("A song with a name that is much longer than there is room for", 2)
	b.set(0, .5)
	if out.Len() > 0 {
		t.Errorf("at once it shows %q", out.String())
	}
	now = now.Add(barAfter)
	b.set(1, .5)
	b.set(1, .6) // too soon after
	if got := out.String(); strings.Count(got, "\r") != 1 || !strings.Contains(got, " 50 % A song") || !strings.Contains(got, "…") {
		t.Errorf("after a second it shows %q", got)
	}
	now = now.Add(barEvery)
	b.set(1, 1)
	if got := out.String(); !strings.Contains(got, " 75 % ") {
		t.Errorf("then it shows %q", got)
	}
	b.clear()
	b.clear()
	if got := out.String(); !strings.HasSuffix(got, "\r\x1b[K") || strings.Count(got, "\r") != 3 {
		t.Errorf("in the end it shows %q", got)
	}
	out.Reset()
	b = newBar(&out, false, func() time.Time { return now })
	b.begin("x", 1)
	now = now.Add(time.Hour)
	b.set(0, .5)
	b.clear()
	if out.Len() > 0 {
		t.Errorf("where nobody looks it shows %q", out.String())
	}
	if isTerminal(&out) {
		t.Error("a buffer is taken for a terminal")
	}
}
