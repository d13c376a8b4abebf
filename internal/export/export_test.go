package export

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"bandstand/internal/encode/encodetest"
	"bandstand/internal/midi"
	"bandstand/internal/mix"
	"bandstand/internal/pcm"
	"bandstand/internal/pcm/pcmtest"
	"bandstand/internal/song"
	"bandstand/internal/synth"
)

var font = sync.OnceValues(func() (*synth.Font, error) { return synth.OpenFont("../../assets/bandstand.sf2") })

func exporter(t testing.TB) *Exporter {
	t.Helper()
	f, err := font()
	if err != nil {
		t.Fatal(err)
	}
	return New(f, nil)
}

// tune is one quick bar with the names of the demo song: a second of sound and its
// ringing out, since sound takes long to make under the race detector.
func tune(t testing.TB) *song.Song {
	t.Helper()
	f, err := os.Open("../midi/testdata/song.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := song.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	s.Tempo, s.Bars, s.Sections, s.Chords = 240, 1, s.Sections[:1], s.Chords[:1]
	s.Sections[0].Bars = 1
	s.Reverb = 0
	lead, drums := *s.Part(song.Lead), *s.Part(song.Drums)
	lead.Notes = []song.Note{{Start: 0, Length: 400, Pitch: 69, Velocity: 100}, {Start: 960, Length: 700, Pitch: 76, Velocity: 90}}
	drums.Notes = []song.Note{{Start: 0, Length: 100, Pitch: 36, Velocity: 110}, {Start: 480, Length: 100, Pitch: 38, Velocity: 100}}
	s.Parts = []song.Part{lead, drums}
	return s
}

func render(t testing.TB, e *Exporter, name string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := e.Render(t.Context(), &out, tune(t), name, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestSoundIsThatOfTheAirInEveryFormat(t *testing.T) {
	e, s := exporter(t), tune(t)
	src, err := e.font.Play(s, synth.Span{})
	if err != nil {
		t.Fatal(err)
	}
	air, err := pcmtest.ReadAll(mix.Master(src, s.GainDB), pcm.BlockFrames, 1<<22)
	if err != nil {
		t.Fatal(err)
	}
	if _, level := pcm.Level(air); level < .01 {
		t.Fatalf("the song itself is silent: %g", level)
	}
	for name, alike := range map[string]float64{"wav": .9999, "flac": .9999, "mp3": .98, "opus": .98} {
		file := filepath.Join(t.TempDir(), "x."+name)
		if err := e.Export(t.Context(), s, file, false); err != nil {
			t.Fatal(err)
		}
		got := encodetest.DecodeFile(t, file)
		if d := len(got) - len(air); d != 0 {
			t.Errorf("%s: %d samples, not %d", name, len(got), len(air))
		}
		encodetest.Same(t, air, got, alike)
		if seconds := encodetest.Seconds(t, file); math.Abs(seconds-float64(len(air)/2)/48000) > .06 {
			t.Errorf("%s: it says that it is %.2f s long, not %.2f", name, seconds, float64(len(air)/2)/48000)
		}
		if title := encodetest.Probe(t, file, "format_tags=title:stream_tags=title"); !strings.Contains(title, s.Title) {
			t.Errorf("%s: the title is %q", name, title)
		}
	}
}

func TestTheSameSongGivesTheSameBytes(t *testing.T) {
	for _, name := range []string{"mid", "json", "svg", "wav"} { // the encoders are tested where they are
		if !bytes.Equal(render(t, exporter(t), name), render(t, exporter(t), name)) {
			t.Errorf("%s differs", name)
		}
	}
}

func TestNotesAreTheSong(t *testing.T) {
	e, s := exporter(t), tune(t)
	back, err := midi.Read(bytes.NewReader(render(t, e, "mid")))
	if err != nil || back.Title != s.Title || len(back.Parts) != len(s.Parts) {
		t.Errorf("MIDI: %v", err)
	}
	same, err := song.Decode(bytes.NewReader(render(t, e, "json")))
	if err != nil || same.Text() != s.Text() {
		t.Errorf("JSON: %v", err)
	}
	if svg := render(t, e, "svg"); !bytes.Contains(svg, []byte("Rust Never Naps &lt;Remix&gt;")) {
		t.Errorf("SVG begins %.200s", svg)
	}
}

func TestFormatsAreKnown(t *testing.T) {
	for _, name := range Formats() {
		if ContentType(name) == "" {
			t.Errorf("%s has no content type", name)
		}
		if got, err := Format("a/b." + strings.ToUpper(name)); got != name || err != nil {
			t.Errorf("Format of .%s is %q, %v", name, got, err)
		}
	}
	if ContentType("exe") != "" || IsSound("mid") || IsSound("svg") || !IsSound("opus") {
		t.Error("a format is taken for what it is not")
	}
	if err := exporter(t).Render(t.Context(), io.Discard, tune(t), "exe", nil); err == nil || !strings.Contains(err.Error(), "mid, json, wav") {
		t.Errorf("unknown format: %v", err)
	}
}

func TestProgressGoesFromNothingToOne(t *testing.T) {
	for _, name := range Formats() {
		last := 0.0
		err := exporter(t).Render(t.Context(), io.Discard, tune(t), name, func(done float64) {
			if done < last || done > 1 {
				t.Errorf("%s: after %g comes %g", name, last, done)
			}
			last = done
		})
		if err != nil || last != 1 {
			t.Errorf("%s: ended at %g with %v", name, last, err)
		}
	}
}

// left are the names in a folder.
func left(t *testing.T, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func TestExportRefusesInSentences(t *testing.T) {
	e, s, dir := exporter(t), tune(t), t.TempDir()
	there := filepath.Join(dir, "there.mid")
	if err := os.WriteFile(there, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.mid"), 0o700); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, file string
		force      bool
		want       string
	}{
		{"existing", there, false, "--force"},
		{"no suffix", filepath.Join(dir, "x"), false, ".mid, .json, .wav, .flac, .mp3, .opus, .svg"},
		{"foreign suffix", filepath.Join(dir, "x.exe"), true, ".mid, .json"},
		{"nothing but a suffix", filepath.Join(dir, ".mid"), true, ".mid, .json"},
		{"missing folder", filepath.Join(dir, "no", "x.mid"), false, "there is no folder " + filepath.Join(dir, "no")},
		{"a file as a folder", filepath.Join(there, "x.mid"), false, "not a folder"},
		{"a folder", filepath.Join(dir, "folder.mid"), true, "is a folder"},
		{"empty", "", false, "suffix"},
		{"zero byte", "a\x00.mid", false, "not the name of a file"},
	}
	for _, tc := range cases {
		if err := e.Export(t.Context(), s, tc.file, tc.force); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	if err := e.Export(t.Context(), s, there, false); !errors.Is(err, fs.ErrExist) {
		t.Errorf("an existing file is not fs.ErrExist: %v", err)
	}
	if data, _ := os.ReadFile(there); string(data) != "mine" {
		t.Errorf("the existing file now holds %q", data)
	}
	if err := e.Export(t.Context(), s, there, true); err != nil {
		t.Errorf("with force: %v", err)
	}
	if data, _ := os.ReadFile(there); !bytes.HasPrefix(data, []byte("MThd")) {
		t.Errorf("with force the file holds %.10q", data)
	}
	if names := left(t, dir); names != "folder.mid there.mid" {
		t.Errorf("what is left: %s", names)
	}
}

func TestACancelledExportLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	for _, name := range Formats() {
		ctx, cancel := context.WithCancel(t.Context())
		file := filepath.Join(dir, "x."+name)
		if !IsSound(name) {
			cancel()
		}
		err := exporter(t).ExportProgress(ctx, tune(t), file, false, func(float64) { cancel() })
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if names := left(t, dir); names != "" {
		t.Errorf("what is left: %s", names)
	}
}

func TestAFileThatComesMeanwhileIsNotReplaced(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.wav")
	var once sync.Once
	err := exporter(t).ExportProgress(t.Context(), tune(t), file, false, func(float64) {
		once.Do(func() {
			if err := os.WriteFile(file, []byte("first"), 0o600); err != nil {
				t.Error(err)
			}
		})
	})
	if !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	if data, _ := os.ReadFile(file); string(data) != "first" {
		t.Errorf("the file holds %.10q", data)
	}
	if names := left(t, filepath.Dir(file)); names != "x.wav" {
		t.Errorf("what is left: %s", names)
	}
}

func TestAFullDiskIsSaid(t *testing.T) {
	err := exporter(t).Render(t.Context(), full{}, tune(t), "wav", nil)
	if err == nil || !strings.Contains(err.Error(), "no room") {
		t.Errorf("got %v", err)
	}
}

// full is a writer without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room") }

func TestWavHoldsSixteenBitsOfTheStation(t *testing.T) {
	data := render(t, exporter(t), "wav")
	if rate := binary.LittleEndian.Uint32(data[24:]); rate != uint32(pcm.StationRate) {
		t.Errorf("the rate is %d", rate)
	}
}
