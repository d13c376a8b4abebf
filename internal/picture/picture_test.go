package picture

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bandstand/internal/draw"
	"bandstand/internal/song"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// demo is a song that all who draw songs are tested with.
func demo(t testing.TB) *song.Song {
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
	return s
}

// one is a song of one part that plays one note, in bar 3, at two seconds a bar.
func one(t testing.TB, role string) *song.Song {
	s := demo(t)
	s.Tempo, s.Bars, s.Fade = 120, 8, 0
	s.Meter = song.Meter{Beats: 4, Unit: 4}
	s.Sections = []song.Section{{Name: "verse 1", Label: "verse", Bars: 8}}
	s.Chords = s.Chords[:1]
	s.Parts = []song.Part{{Role: role, Robot: "Clank", Notes: []song.Note{{Start: s.BarStart(2), Length: s.Meter.BarTicks(), Pitch: 60, Velocity: 127}}}}
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	return s
}

// sizes are those that an output may ask for.
var sizes = [][2]int{{1280, 720}, {1920, 1080}, {854, 480}, {640, 360}}

func frame(p *Painter, m Moment) []byte {
	dst := make([]byte, size(p.width, p.height))
	p.Paint(dst, m)
	return dst
}

// difference says how far two shades of a frame are apart at most.
func difference(c canvas, x, y int, s shade) int {
	i := y/2*c.width/2 + x/2
	apart := func(a, b byte) int { return max(int(a)-int(b), int(b)-int(a)) }
	return max(apart(c.y[y*c.width+x], s.y), apart(c.u[i], s.u), apart(c.v[i], s.v))
}

// strange are titles as strangers on IRC give them.
var strange = []string{"", " ", "\x00\x1b[31m\r\n\x7f", "\xff\xfe", strings.Repeat("W", 400), strings.Repeat("é ", 200), "漢字の歌 😀 \u202eevil\u202c", "e\u0301\u0323\u0330 Ȧ̈ Ⱥ",
	strings.Repeat("\u0301", 180), "Ночь ΔΩ", "%s%d\\", "ﬁ ① 𝔸", strings.Repeat("\t", 399)}

// TestAnythingIsAWholePicture wants pictures of whatever comes: limited range, and nothing
// within the margin that a screen may cut off.
func TestAnythingIsAWholePicture(t *testing.T) {
	drums := one(t, song.Drums)
	none := one(t, song.Lead)
	none.Parts = nil
	dense := one(t, song.Lead)
	dense.Parts[0].Notes = nil
	for i := range song.Tick(600) {
		dense.Parts[0].Notes = append(dense.Parts[0].Notes, song.Note{Start: i * 25, Length: 1 + i%7*900, Pitch: 0, Velocity: 127}, song.Note{Start: i * 25, Length: 1, Pitch: 127, Velocity: 1})
	}
	long := one(t, song.Lead)
	long.Bars, long.Sections, long.Tempo = song.MaxBars, nil, song.MinTempo
	for bar := range song.MaxBars {
		long.Sections = append(long.Sections, song.Section{Name: "a name longer than its bar", Label: "x", Start: bar, Bars: 1, Energy: 1})
	}
	fast := one(t, song.Bass)
	fast.Tempo, fast.Meter, fast.Bars, fast.Sections = song.MaxTempo, song.Meter{Beats: 1, Unit: 16}, 1, []song.Section{{Name: "x", Bars: 1}}
	many := one(t, song.Lead)
	for i := range song.MaxParts - 1 {
		many.Parts = append(many.Parts, song.Part{Role: fmt.Sprintf("%d", i), Robot: strings.Repeat("Long Name ", i)})
	}
	songs := []*song.Song{nil, demo(t), drums, none, dense, long, fast, many}
	moments := []Moment{{}, {Level: math.NaN(), Position: -time.Hour, Waiting: -1}, {Level: math.Inf(1), Position: math.MaxInt64, Waiting: math.MaxInt, Station: strings.Repeat("https://", 90), Code: strings.Repeat("k7m2p", 60)},
		{Level: .2, Position: 3 * time.Second, Waiting: 1, Station: "radio.example.org", Code: "k7m2p"}}
	for i, size := range [][2]int{{640, 360}, {160, 90}, {90, 160}} {
		for _, style := range []string{Roll, Still} {
			p := New(size[0], size[1], style)
			for j, s := range songs {
				for k, m := range moments {
					if m.Song = s; s != nil {
						copied := *s
						copied.Title, copied.Band = strange[(i+j+k)%len(strange)], strange[(i+2*j+3*k)%len(strange)]
						m.Song = &copied
					}
					whole(t, fmt.Sprintf("song %d, moment %d, %v %s", j, k, size, style), over(frame(p, m), p.width, p.height), int(40*p.unit))
				}
			}
		}
	}
}

func whole(t *testing.T, what string, c canvas, margin int) {
	t.Helper()
	for i, y := range c.y {
		if y < 16 || y > 235 {
			t.Fatalf("%s: luma %d at %d, %d", what, y, i%c.width, i/c.width)
		}
		x, row := i%c.width, i/c.width
		if (x < margin || x >= c.width-margin || row < margin*3/4 || row >= c.height-margin*3/4) && y != paper.y {
			t.Fatalf("%s: luma %d in the margin, at %d, %d", what, y, x, row)
		}
	}
	for i := range c.u {
		if c.u[i] < 16 || c.u[i] > 240 || c.v[i] < 16 || c.v[i] > 240 {
			t.Fatalf("%s: chroma %d, %d", what, c.u[i], c.v[i])
		}
	}
}

// TestANoteGoesByTheLineWhenItSounds follows the left edge of a note.
func TestANoteGoesByTheLineWhenItSounds(t *testing.T) {
	s := one(t, song.Lead)
	for _, size := range sizes {
		p := New(size[0], size[1], Roll)
		scale := (p.layout.panel.x1 - p.layout.panel.x0) / seconds
		for _, at := range []time.Duration{0, 500 * time.Millisecond, 1700 * time.Millisecond, 3 * time.Second, 3900 * time.Millisecond} {
			c := over(frame(p, Moment{Song: s, Position: at}), p.width, p.height)
			row := int(p.score.voices[0].notes[0].top+p.score.voices[0].notes[0].bottom) / 2
			want := p.layout.head + (4-at.Seconds())*scale
			left := -1
			for x := int(p.layout.head) + 20; x < int(p.layout.panel.x1) && left < 0; x++ {
				if difference(c, x&^1, row, p.score.voices[0].shade) < 8 {
					left = x
				}
			}
			if math.Abs(float64(left)-want) > 3 && want > p.layout.head+20 {
				t.Errorf("%v at %v: the note begins at %d, want %.1f", size, at, left, want)
			}
		}
		before := over(frame(p, Moment{Song: s, Position: 3999 * time.Millisecond}), p.width, p.height)
		after := over(frame(p, Moment{Song: s, Position: 4001 * time.Millisecond}), p.width, p.height)
		x, row := int(p.layout.head+30*p.unit), int(p.score.voices[0].notes[0].top)+1
		if b, a := before.y[row*p.width+x], after.y[row*p.width+x]; a < b+10 {
			t.Errorf("%v: luma %d before it sounds, %d when it does", size, b, a)
		}
	}
}

// TestADrumFlashes counts the pixels that shine while a drum sounds.
func TestADrumFlashes(t *testing.T) {
	s := one(t, song.Drums)
	p := New(1280, 720, Roll)
	bright := func(at time.Duration) (n int) {
		c := over(frame(p, Moment{Song: s, Position: at}), p.width, p.height)
		for x := int(p.layout.panel.x0); x < int(p.layout.panel.x1); x++ {
			for y := int(p.layout.notes.y0); y < int(p.layout.notes.y1); y++ {
				if difference(c, x, y, p.score.voices[0].bright) < 12 {
					n++
				}
			}
		}
		return n
	}
	if before, now, later := bright(3900*time.Millisecond), bright(4005*time.Millisecond), bright(4500*time.Millisecond); now < before+40 || now < later+40 {
		t.Errorf("%d pixels flash before it, %d at it, %d after it", before, now, later)
	}
}

func TestTheMeterRisesAtOnceAndFallsSlowly(t *testing.T) {
	s := demo(t)
	p := New(640, 360, Roll)
	lit := func(level float64) (n int) {
		c := over(frame(p, Moment{Song: s, Level: level}), p.width, p.height)
		x := int(p.layout.meter.x0+p.layout.meter.x1) / 2
		for y := int(p.layout.meter.y0); y < int(p.layout.meter.y1); y++ {
			if difference(c, x, y, lamps[0]) < 30 || difference(c, x, y, lamps[1]) < 30 || difference(c, x, y, lamps[2]) < 30 {
				n++
			}
		}
		return n
	}
	dark, quiet, loud := lit(0), lit(.02), lit(.9)
	if dark != 0 || quiet < 20 || loud < quiet+40 {
		t.Errorf("%d rows are lit in silence, %d at -34 dB, %d at -1 dB", dark, quiet, loud)
	}
	if next := lit(0); next >= loud || next < loud*8/10 {
		t.Errorf("a frame after %d rows %d are lit", loud, next)
	}
	for range 200 {
		lit(0)
	}
	if end := lit(0); end != 0 {
		t.Errorf("%d rows stay lit", end)
	}
}

func TestWhatIsToldShowsAtOnce(t *testing.T) {
	for _, style := range []string{Roll, Still} {
		p := New(854, 480, style)
		s := demo(t)
		m := Moment{Song: s, Code: "k7m2p", Station: "radio.example.org"}
		last := frame(p, m)
		changes := map[string]func(){
			"a title in place": func() { s.Title = "Another" }, "a band": func() { s.Band = "Others" }, "a code": func() { m.Code = "zzzzz" },
			"the queue": func() { m.Waiting = 3 }, "another song": func() { m.Song = one(t, song.Lead) },
			"silence": func() { m.Song = nil }, "the station": func() { m.Station = "elsewhere" },
		}
		for _, what := range []string{"a title in place", "a band", "a code", "the queue", "another song", "silence", "the station"} {
			changes[what]()
			next := frame(p, m)
			if bytes.Equal(last, next) {
				t.Errorf("%s: %s does not show", style, what)
			}
			last = next
		}
	}
}

func TestOnlyTheRollMoves(t *testing.T) {
	s := demo(t)
	still, roll := New(640, 360, Still), New(640, 360, Roll)
	at := func(p *Painter, d time.Duration, s *song.Song) []byte { return frame(p, Moment{Song: s, Position: d}) }
	if !bytes.Equal(at(still, time.Second, s), at(still, 20*time.Second, s)) || !bytes.Equal(at(still, 0, nil), at(still, 0, nil)) {
		t.Error("the still picture moves")
	}
	if bytes.Equal(at(roll, time.Second, s), at(roll, time.Second+time.Second/30, s)) {
		t.Error("the roll stands")
	}
	if bytes.Equal(at(roll, 0, nil), at(roll, 0, nil)) {
		t.Error("the silence's wave stands")
	}
}

func TestNothingIsAllocatedForTheNextFrame(t *testing.T) {
	for _, s := range []*song.Song{nil, demo(t)} {
		p := New(640, 360, Roll)
		dst, n := frame(p, Moment{Song: s}), 0
		if got := testing.AllocsPerRun(100, func() {
			n++
			p.Paint(dst, Moment{Song: s, Position: time.Duration(n) * time.Second / 10, Level: .1})
		}); got != 0 {
			t.Errorf("%v allocations a frame", got)
		}
	}
}

// TestColoursAreThoseOfTheDrawing has ffmpeg read a frame and compares with the SVG's colours.
func TestColoursAreThoseOfTheDrawing(t *testing.T) {
	s := one(t, song.Lead)
	p := New(640, 360, Roll)
	raw := frame(p, Moment{Song: s, Position: time.Second})
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "640x360", "-i", "pipe:0",
		"-vf", "scale=in_color_matrix=bt709:in_range=tv:out_range=pc:flags=neighbor+accurate_rnd+full_chroma_int", "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1")
	cmd.Stdin = bytes.NewReader(raw)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("ffmpeg: %v", err)
	}
	note := p.score.voices[0].notes[0]
	x, y := int(p.layout.head+4*(p.layout.panel.x1-p.layout.panel.x0)/seconds), int(note.top+1)
	for _, c := range []struct {
		x, y int
		hex  string
	}{{2, 2, "#14161c"}, {x, y, draw.Colours(s.Parts)[0]}} {
		var r, g, b int
		fmt.Sscanf(c.hex, "#%02x%02x%02x", &r, &g, &b)
		got := out[3*(c.y*640+c.x):][:3]
		for i, want := range []int{r, g, b} {
			if d := int(got[i]) - want; d < -6 || d > 6 {
				t.Errorf("at %d, %d it is %v, want %s", c.x, c.y, got, c.hex)
				break
			}
		}
	}
}

func BenchmarkPaint(b *testing.B) {
	s := demo(b)
	for _, size := range sizes {
		b.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(b *testing.B) {
			p := New(size[0], size[1], Roll)
			dst, n := frame(p, Moment{Song: s}), 0
			b.ReportAllocs()
			for b.Loop() {
				n++
				p.Paint(dst, Moment{Song: s, Position: time.Duration(n%900) * time.Second / 30, Level: .2})
			}
		})
	}
}

// BenchmarkNextSong is the frame at which the song changes.
func BenchmarkNextSong(b *testing.B) {
	s, other := demo(b), demo(b)
	p := New(1280, 720, Roll)
	dst := frame(p, Moment{Song: s})
	for b.Loop() {
		s, other = other, s
		p.Paint(dst, Moment{Song: s})
	}
}
