package midi

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

func demo(t testing.TB) *song.Song {
	t.Helper()
	f, err := os.Open("testdata/song.json")
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

func written(t testing.TB, s *song.Song) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, s); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// heard is what a file must hold of a song.
func heard(s *song.Song) *song.Song {
	h := &song.Song{Title: s.Title, Band: s.Band, Key: s.Key, Tempo: s.Tempo, Meter: s.Meter, Bars: s.Bars, Chords: s.Chords}
	for _, sec := range s.Sections {
		sec.Energy = 0
		h.Sections = append(h.Sections, sec)
	}
	for _, p := range s.Parts {
		h.Parts = append(h.Parts, song.Part{Role: p.Role, Instrument: p.Instrument, Program: p.Program, Notes: p.Notes})
	}
	return h
}

func roundTrip(t *testing.T, s *song.Song) {
	t.Helper()
	back, err := Read(bytes.NewReader(written(t, s)))
	if err != nil {
		t.Fatal(err)
	}
	for i := range back.Parts {
		back.Parts[i].Bank, back.Parts[i].Pan, back.Parts[i].Reverb = 0, 0, 0
	}
	if want := heard(s); !reflect.DeepEqual(back, want) {
		t.Errorf("read back\n%s\nwrote\n%s", back.Text(), want.Text())
	}
}

func TestRoundTrip(t *testing.T) {
	roundTrip(t, demo(t))
}

func TestRoundTripOfTemposKeysAndMeters(t *testing.T) {
	s := demo(t)
	for _, s.Tempo = range []float64{20, 60, 87.5, 99.99, 123.45, 333.3, 400} {
		roundTrip(t, s)
	}
	for _, mode := range theory.Modes() {
		for tonic := range theory.PitchClass(12) {
			s.Key = theory.Key{Tonic: tonic, Mode: mode}
			roundTrip(t, s)
		}
	}
	for _, s.Meter = range []song.Meter{{Beats: 5, Unit: 4}, {Beats: 9, Unit: 8}, {Beats: 3, Unit: 2}} {
		roundTrip(t, s) // longer bars, so that all notes still fit
	}
}

// The convention, read by a second reader of the raw bytes: every event of the
// file as one line of text.
func dump(t *testing.T, data []byte) (division int, kind int, out [][]string) {
	t.Helper()
	kind, division = int(binary.BigEndian.Uint16(data[8:])), int(binary.BigEndian.Uint16(data[12:]))
	_, all, err := tracks(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if n := int(binary.BigEndian.Uint16(data[10:])); n != len(all) {
		t.Fatalf("the head says %d tracks, there are %d", n, len(all))
	}
	for _, events := range all {
		var lines []string
		for _, e := range events {
			switch {
			case e.status == 0xff && e.meta < 0x10:
				lines = append(lines, fmt.Sprintf("%d meta %d %s", e.at, e.meta, e.data))
			case e.status == 0xff:
				lines = append(lines, fmt.Sprintf("%d meta %#x % x", e.at, e.meta, e.data))
			default:
				lines = append(lines, fmt.Sprintf("%d %x % x", e.at, e.status, e.data))
			}
		}
		out = append(out, lines)
	}
	return division, kind, out
}

func wantLines(t *testing.T, what string, got, want []string) {
	t.Helper()
	at := 0
	for _, line := range got {
		if at < len(want) && line == want[at] {
			at++
		}
	}
	if at < len(want) {
		t.Errorf("%s: %q is missing or out of order in\n%s", what, want[at], strings.Join(got[:min(30, len(got))], "\n"))
	}
}

func TestTheConventionIsKept(t *testing.T) {
	s := demo(t)
	division, kind, all := dump(t, written(t, s))
	if division != 480 || kind != 1 || len(all) != 1+len(s.Parts) {
		t.Fatalf("%d ticks, type %d, %d tracks", division, kind, len(all))
	}
	wantLines(t, "track 0", all[0], []string{
		"0 meta 3 Rust Never Naps <Remix> & More by The Copper Kettles",
		"0 meta 0x51 07 ce 15", // 511,509 µs: 117.3 a minute
		"0 meta 0x58 04 02 18 08",
		"0 meta 0x59 00 01",
		"0 meta 6 intro",
		"0 meta 1 chord:Am7",
		"1920 meta 1 chord:Fmaj7",
		"3840 meta 6 verse 1",
		"3840 meta 1 chord:C",
		"5760 meta 1 chord:E7#9",
		"9600 meta 1 chord:G7sus4",
		"10560 meta 1 chord:Asus2",
		"11520 meta 1 chord:Bm7b5",
		"19200 meta 6 chorus 1",
		"30720 meta 6 outro",
		"34560 meta 0x2f ",
	})
	wantLines(t, "lead", all[1], []string{"0 meta 3 lead", "0 meta 4 Alto saxophone", "0 b0 00 00", "0 c0 41", "0 b0 07 70", "0 b0 0a 4d", "0 b0 5b 33"})
	wantLines(t, "drums", all[3], []string{"0 meta 3 drums", "0 c9 00", "3840 99 24 6e", "34560 meta 0x2f "})
	for i, lines := range all {
		if last := lines[len(lines)-1]; last != "34560 meta 0x2f " {
			t.Errorf("track %d ends with %q", i, last)
		}
	}
}

func TestAChordThatStaysIsWrittenOnce(t *testing.T) {
	s := demo(t)
	am := s.Chords[0].Chord
	s.Chords = []song.Chord{{Start: 0, Chord: am}, {Start: 1920, Chord: am}, {Start: 3840, Chord: am}}
	if n := bytes.Count(written(t, s), []byte("chord:")); n != 1 {
		t.Errorf("written %d times", n)
	}
}

func TestOverlapsOnOnePitchAreSeparated(t *testing.T) {
	s := demo(t)
	s.Parts = []song.Part{{Role: song.Lead, Notes: []song.Note{
		{Start: 0, Length: 960, Pitch: 60, Velocity: 80},
		{Start: 0, Length: 480, Pitch: 60, Velocity: 90},
		{Start: 0, Length: 2000, Pitch: 64, Velocity: 70},
		{Start: 480, Length: 100, Pitch: 60, Velocity: 81},
		{Start: 580, Length: 100, Pitch: 60, Velocity: 82},
		{Start: 34000, Length: 2000, Pitch: 62, Velocity: 60},
	}}}
	back, err := Read(bytes.NewReader(written(t, s)))
	if err != nil {
		t.Fatal(err)
	}
	want := []song.Note{
		{Start: 0, Length: 480, Pitch: 60, Velocity: 90},
		{Start: 0, Length: 2000, Pitch: 64, Velocity: 70},
		{Start: 480, Length: 100, Pitch: 60, Velocity: 81},
		{Start: 580, Length: 100, Pitch: 60, Velocity: 82},
		{Start: 34000, Length: 2000, Pitch: 62, Velocity: 60},
	}
	if !reflect.DeepEqual(back.Parts[0].Notes, want) {
		t.Errorf("got %v\nwant %v", back.Parts[0].Notes, want)
	}
	_, _, all := dump(t, written(t, s))
	if last := all[1][len(all[1])-1]; last != "36000 meta 0x2f " {
		t.Errorf("the track does not end with the note that rings: %q", last)
	}
	if last := all[0][len(all[0])-1]; last != "34560 meta 0x2f " {
		t.Errorf("track 0 does not end with the last bar: %q", last)
	}
}

func TestFifteenPartsAvoidTheDrumChannel(t *testing.T) {
	s := demo(t)
	drums := *s.Part(song.Drums)
	note := s.Parts[0].Notes[:1]
	s.Parts = nil
	for i := range song.MaxParts - 1 {
		s.Parts = append(s.Parts, song.Part{Role: fmt.Sprint("part ", i), Notes: note})
	}
	s.Parts = append(s.Parts, drums)
	roundTrip(t, s)
	_, _, all := dump(t, written(t, s))
	seen := map[byte]bool{}
	for _, lines := range all[1:] {
		at := strings.Index(strings.Join(lines, "\n"), "0 c")
		channel := strings.Join(lines, "\n")[at+3]
		if seen[channel] {
			t.Errorf("two parts on channel %c", channel)
		}
		seen[channel] = true
	}
	if !seen['9'] || len(seen) != 15 {
		t.Errorf("channels used: %v", seen)
	}
}

func TestVolumesKeepTheBalance(t *testing.T) {
	for _, tc := range []struct {
		gain, loudest float64
		want          uint8
	}{{0, 0, 100}, {-40, 0, 10}, {4, 4, 126}, {10, 10, 127}, {10 - 4.15, 10, 100}, {-60, 0, 3}, {-60, 24, 1}} {
		if got := volume(tc.gain, tc.loudest); got != tc.want {
			t.Errorf("volume(%g, %g) = %d, not %d", tc.gain, tc.loudest, got, tc.want)
		}
	}
}

func TestWriteRefusesWhatIsNoSong(t *testing.T) {
	var out bytes.Buffer
	if err := Write(&out, &song.Song{}); err == nil || out.Len() > 0 {
		t.Errorf("error %v after %d bytes", err, out.Len())
	}
}

func TestTheSameSongGivesTheSameBytes(t *testing.T) {
	if !bytes.Equal(written(t, demo(t)), written(t, demo(t))) {
		t.Error("they differ")
	}
}

// A program of its own plays the file as far as the song goes.
func TestFluidsynthTakesTheFile(t *testing.T) {
	const font = "../../assets/bandstand.sf2"
	if _, err := exec.LookPath("fluidsynth"); err != nil {
		t.Fatalf("this test needs fluidsynth: run scripts/peers fluidsynth, as make test does (%v)", err)
	}
	dir, s := t.TempDir(), demo(t)
	mid, wav := filepath.Join(dir, "x.mid"), filepath.Join(dir, "x.wav")
	if err := os.WriteFile(mid, written(t, s), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("fluidsynth", "-ni", "-R", "0", "-C", "0", "-r", "8000", "-F", wav, font, mid).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if complaint := regexp.MustCompile(`(?i)(warning|error).*`).Find(out); complaint != nil {
		t.Errorf("fluidsynth says: %s", complaint)
	}
	info, err := os.Stat(wav)
	if err != nil {
		t.Fatal(err)
	}
	seconds := float64(info.Size()-44) / (8000 * 4)
	// It lets the last notes ring for a few seconds.
	if want := s.Duration().Seconds(); seconds < want-.1 || seconds > want+8 || math.IsNaN(seconds) {
		t.Errorf("it plays for %.2f s, the song is %.2f s long", seconds, want)
	}
}

func TestReadForeignFiles(t *testing.T) {
	head := func(kind, n, division string) string { return "MThd\x00\x00\x00\x06" + kind + n + division }
	track := func(body string) string { return "MTrk\x00\x00\x00" + string(rune(len(body))) + body }
	end := "\x00\xff\x2f\x00"
	cases := []struct{ name, data, want string }{
		{"nothing", "", "not a MIDI file"},
		{"a JPEG", "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01", "not a MIDI file"},
		{"film time", head("\x00\x00", "\x00\x01", "\x7f\x28")[:12] + "\x80\x28" + track(end), "film"},
		{"cut short", head("\x00\x00", "\x00\x01", "\x00\x60") + "MTrk\x00\x00\x10\x00\x00", "too early"},
		{"no status", head("\x00\x00", "\x00\x01", "\x00\x60") + track("\x00\x40\x40"+end), "without a kind"},
		{"no note", head("\x00\x00", "\x00\x01", "\x00\x60") + track(end), "bars"},
		{"a system event", head("\x00\x00", "\x00\x01", "\x00\x60") + track("\x00\xf2\x00\x00"+end), "does not belong"},
		{"a long number", head("\x00\x00", "\x00\x01", "\x00\x60") + track("\xff\xff\xff\xff\x7f"+end), "longer than four bytes"},
	}
	for _, tc := range cases {
		if _, err := Read(strings.NewReader(tc.data)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	// Type 0 at 96 ticks, running status, a note-on of velocity 0, an unknown chunk, no end of track.
	s, err := Read(strings.NewReader(head("\x00\x00", "\x00\x01", "\x00\x60") + "XXXX\x00\x00\x00\x02hi" +
		track("\x00\xf0\x02\x01\xf7\x00\x90\x3c\x50\x60\x3c\x00\x00\x40\x40\x30\x40\x00")))
	if err != nil {
		t.Fatal(err)
	}
	want := []song.Note{{Start: 0, Length: 480, Pitch: 60, Velocity: 80}, {Start: 480, Length: 240, Pitch: 64, Velocity: 64}}
	if !reflect.DeepEqual(s.Parts[0].Notes, want) || s.Tempo != 120 || s.Bars != 1 {
		t.Errorf("read as\n%s", s.Text())
	}
}

func FuzzRead(f *testing.F) {
	f.Add(written(f, demo(f)))
	f.Add([]byte("MThd\x00\x00\x00\x06\x00\x00\x00\x01\x00\x60MTrk\x00\x00\x00\x0c\x00\x90\x3c\x50\x60\x3c\x00\x00\xff\x2f\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		again, err := Read(bytes.NewReader(written(t, s)))
		if err != nil {
			t.Fatalf("what was read and written cannot be read: %v", err)
		}
		if len(again.Parts) != len(s.Parts) || again.Bars != s.Bars {
			t.Fatalf("read\n%s\nand again\n%s", s.Text(), again.Text())
		}
	})
}

func BenchmarkWrite(b *testing.B) {
	s := demo(b)
	for b.Loop() {
		if err := Write(&bytes.Buffer{}, s); err != nil {
			b.Fatal(err)
		}
	}
}
