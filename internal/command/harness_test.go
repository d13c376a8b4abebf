package command_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"bandstand/internal/band"
	"bandstand/internal/command"
	"bandstand/internal/song"
	"bandstand/internal/sqlite"
	"bandstand/internal/theory"
)

// desk is a table on a real database, with fakes of what it works on.
type desk struct {
	*command.Table
	db       *sqlite.DB
	path     string // of the database
	air      *fakeAir
	composer *fakeComposer
	exporter *fakeExporter
	house    *fakeHouse
	outputs  *fakeOutputs
	seed     uint64
	mu       sync.Mutex
}

var me = command.Caller{Door: "console", Who: "ann", Local: true}

func newDesk(t testing.TB) *desk {
	t.Helper()
	path := filepath.Join(t.TempDir(), "station.db")
	db, err := sqlite.Open(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	d := &desk{db: db, path: path, air: &fakeAir{now: command.Now{State: command.Silent}}, composer: &fakeComposer{}, exporter: &fakeExporter{}, house: &fakeHouse{}, outputs: &fakeOutputs{}}
	d.Table = command.New(command.Deps{Store: db, Composer: d.composer, Air: d.air, Exporter: d.exporter, House: d.house, Outputs: d.outputs, Home: "/srv/data",
		Configured: []command.OutputSpec{{Name: "Site", URL: "icecast://source:secret@radio.example.org/live.mp3", Run: true, Config: true}}, Seed: d.nextSeed})
	return d
}

func (d *desk) nextSeed() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seed++
	return d.seed
}

// ok gives an order that must succeed.
func (d *desk) ok(t testing.TB, line string) command.Reply {
	t.Helper()
	r := d.Do(t.Context(), me, line)
	if !r.OK || strings.HasPrefix(r.Text, "error") {
		t.Fatalf("%q failed: %s", line, r.Text)
	}
	return r
}

// bad gives an order that must fail, with words that its reply must have, and no effect.
func (d *desk) bad(t testing.TB, line string, want ...string) {
	t.Helper()
	before := d.air.all()
	r := d.Do(t.Context(), me, line)
	if r.OK || !strings.HasPrefix(r.Text, "error: ") {
		t.Fatalf("%.60q succeeded: %s", line, r.Text)
	}
	for _, w := range want {
		if !strings.Contains(r.Text, w) {
			t.Errorf("%.60q: the reply %q lacks %q", line, r.Text, w)
		}
	}
	if after := d.air.all(); len(after) != len(before) {
		t.Errorf("%.60q failed, but was heard: %v", line, after[len(before):])
	}
}

// code composes a song for the queue and gives its code.
func (d *desk) queued(t testing.TB) string {
	t.Helper()
	return d.ok(t, "queue new").Song.Code
}

func (d *desk) queue(t testing.TB) string {
	t.Helper()
	q, err := d.db.Queue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	codes := make([]string, len(q))
	for i, w := range q {
		codes[i] = w.Song.Code
	}
	return strings.Join(codes, " ")
}

func (d *desk) state(t testing.TB) command.AirState {
	t.Helper()
	r, err := d.db.Resume(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r.Air
}

// fakeAir writes down what it is told, and hears it at once.
type fakeAir struct {
	mu    sync.Mutex
	calls []string
	turns []int64
	now   command.Now
	queue []command.Airing
}

func (a *fakeAir) note(turn int64, format string, args ...any) {
	a.calls = append(a.calls, fmt.Sprintf(format, args...))
	if turn != 0 {
		a.turns = append(a.turns, turn)
	}
}

func (a *fakeAir) all() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string(nil), a.calls...)
}

// since forgets what was told before and gives it.
func (a *fakeAir) since() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	calls := strings.Join(a.calls, " ")
	a.calls = nil
	return calls
}

func (a *fakeAir) hear(n command.Now) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.now = n
}

func (a *fakeAir) Now() command.Now {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.now
}

func (a *fakeAir) Play(turn int64, it command.Airing) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.now = command.Now{State: command.Playing, Code: it.Code, Queue: it.Queue, Song: it.Song, Position: it.From}
	if it.Loop != nil {
		a.now.State, a.now.Loop = command.Looping, it.Loop
		a.note(turn, "loop(%s %d+%d %v)", it.Code, it.Loop.From, it.Loop.Bars, it.Loop.Gap)
		return
	}
	a.note(turn, "play(%s)", it.Code)
}

func (a *fakeAir) Silence(turn int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.now = command.Now{State: command.Silent}
	a.note(turn, "silence")
}

func (a *fakeAir) Release(turn int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.note(turn, "release")
}

func (a *fakeAir) SetQueue(q []command.Airing) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.queue = q
	codes := make([]string, len(q))
	for i, it := range q {
		codes[i] = it.Code
	}
	a.note(0, "queue(%s)", strings.Join(codes, ","))
}

func (a *fakeAir) SetAuto(on bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.note(0, "auto(%t)", on)
}

func (a *fakeAir) Retitle(code, title string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.note(0, "title(%s %s)", code, title)
}

// fakeComposer makes small songs at once.
type fakeComposer struct {
	own    []command.StyleInfo // besides its own styles
	house  []band.Band         // besides its own house bands
	mu     sync.Mutex
	briefs []command.Brief
	fail   error
	panics bool
	gate   chan struct{} // not nil: composing waits for it
}

func (f *fakeComposer) Compose(ctx context.Context, b command.Brief) (*song.Song, []string, error) {
	f.mu.Lock()
	f.briefs = append(f.briefs, b)
	fail, panics, gate := f.fail, f.panics, f.gate
	f.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return nil, nil, fmt.Errorf("composing: %w", ctx.Err())
		}
	}
	if panics {
		panic("the composer lost its mind")
	}
	if fail != nil {
		return nil, nil, fail
	}
	var remarks []string
	if b.Tempo > 300 {
		remarks = []string{"funk is never faster than 300: took that"}
	}
	return smallSong(b), remarks, nil
}

func (f *fakeComposer) last() command.Brief {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.briefs[len(f.briefs)-1]
}

func (f *fakeComposer) Styles() []command.StyleInfo {
	return append([]command.StyleInfo{{Name: "funk", About: "tight and low"}, {Name: "folk", About: "wood and wire"}, {Name: "jazz", About: "blue and late"}, {Name: "waltz", About: "three and round"}}, f.own...)
}

func (f *fakeComposer) NewBand(style string, seed uint64) (band.Band, error) {
	if style == "waltz" {
		return band.Band{}, errors.New("nobody dances")
	}
	name := []string{"Copper Choir", "Iron Llamas", "Tin Hearts"}[seed%3]
	switch {
	case style == "folk":
		name = "The Only Folks"
	case seed >= 10:
		name = fmt.Sprint("Band ", seed)
	}
	return band.Band{Version: 2, Name: name, Style: style, Seed: seed,
		Robots: []band.Robot{{Name: "Gizmo", Role: song.Lead, Genes: []float64{0.5, 1, 1}, Net: gizmo().Net}, {Name: "Thump", Role: song.Bass, Also: []string{song.Pad}}}}, nil
}

// gizmo has the net of a newborn singer.
func gizmo() band.Robot { return band.New("funk", []string{song.Lead}, 1).Robots[0] }

func (f *fakeComposer) Lineup(b band.Band) ([]command.Player, error) {
	if b.Style == "gone" {
		return nil, errors.New("no such style")
	}
	var out []command.Player
	for _, r := range b.Robots {
		out = append(out, command.Player{Robot: r, Instruments: []string{r.Role + " horn", "gong"}[:len(r.Roles())]})
	}
	return out, nil
}

func (f *fakeComposer) House() []band.Band {
	return append([]band.Band{{Version: 1, Name: "House Cats", Style: "funk", Robots: []band.Robot{{Name: "Whisker", Role: song.Bass}}}, {Name: "Tin Hearts", Style: "jazz"}}, f.house...)
}

// smallSong is 32 bars of 4/4 with four sections; everything follows from the brief.
func smallSong(b command.Brief) *song.Song {
	s := &song.Song{Title: fmt.Sprintf("Song %d", b.Seed), Band: "House Cats", Style: "funk", Seed: b.Seed, Composer: 1,
		Key: theory.Key{Tonic: 4, Mode: theory.Minor}, Tempo: 120, Meter: song.Meter{Beats: 4, Unit: 4}, Bars: 32}
	if b.Style != "" {
		s.Style = b.Style
	}
	if b.Key.Mode != "" {
		s.Key = b.Key
		if b.Key.Mode == theory.AnyMode {
			s.Key.Mode = theory.Dorian
		}
	}
	if b.Tempo != 0 {
		s.Tempo = b.Tempo
	}
	if b.Band != nil {
		s.Band = b.Band.Name
	}
	for i, name := range []string{"intro", "verse 1", "chorus 1", "outro"} {
		s.Sections = append(s.Sections, song.Section{Name: name, Label: strings.Fields(name)[0], Start: 8 * i, Bars: 8})
	}
	s.Chords = []song.Chord{{Chord: theory.Chord{Root: 4, Quality: "m7"}}}
	s.Parts = []song.Part{{Role: song.Lead, Robot: "Gizmo", Instrument: "Rhodes piano",
		Notes: []song.Note{{Start: 0, Length: 480, Pitch: 64, Velocity: 90}, {Start: song.Tick(1 + b.Seed%1000), Length: 1, Pitch: 1, Velocity: 1}}}}
	return s
}

type fakeExporter struct {
	mu    sync.Mutex
	files []string
	fail  error
	gate  chan struct{}
}

func (f *fakeExporter) Export(ctx context.Context, s *song.Song, file string, force bool) error {
	if f.gate != nil {
		<-f.gate
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.files = append(f.files, fmt.Sprintf("%s %t", file, force))
	return f.fail
}

type fakeHouse struct {
	mu        sync.Mutex
	status    command.Status
	listeners []command.Listener
	networks  []command.Network
	ended     int
}

func (h *fakeHouse) Status(context.Context) (command.Status, error) { return h.status, nil }
func (h *fakeHouse) Listeners() []command.Listener                  { return h.listeners }
func (h *fakeHouse) Networks() []command.Network                    { return h.networks }
func (h *fakeHouse) Shutdown()                                      { h.mu.Lock(); h.ended++; h.mu.Unlock() }

func bars(n int) time.Duration { return time.Duration(n) * 2 * time.Second } // at 120 BPM
