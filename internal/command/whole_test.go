package command_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"bandstand/internal/command"
	"bandstand/internal/sqlite"
)

// brokenStore is a store whose next commit, or all reading, fails.
type brokenStore struct {
	command.Store
	failCommit error
	failView   error
	failed     int
	looked     func() // called once something was read, nil for nothing
}

func (s *brokenStore) Update(ctx context.Context, fn func(command.Tx) error) error {
	return s.Store.Update(ctx, func(tx command.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		if s.failCommit != nil {
			s.failed++
			return s.failCommit
		}
		return nil
	})
}

func (s *brokenStore) View(ctx context.Context, fn func(command.Reader) error) error {
	if s.failView != nil {
		return s.failView
	}
	err := s.Store.View(ctx, fn)
	if s.looked != nil {
		s.looked()
	}
	return err
}

func brokenDesk(t *testing.T) (*desk, *brokenStore) {
	t.Helper()
	d := newDesk(t)
	s := &brokenStore{Store: d.db}
	d.Store = s
	d.Table = command.New(d.Deps)
	return d, s
}

func TestFailedCommitIsNotHeard(t *testing.T) {
	d, s := brokenDesk(t)
	d.ok(t, "new")
	waiting := d.queued(t)
	before := d.state(t)
	full := &command.Sentence{Text: "the disk is full: make room", Cause: errors.New("SQLITE_FULL")}
	s.failCommit = full
	for _, line := range []string{"new", "queue new", "queue " + waiting, "queue remove " + waiting, "play " + waiting, "skip", "stop", "auto on", "loop now",
		"rate now 3", "title now x", "delete " + waiting, "band new"} {
		d.bad(t, line, "error: the disk is full: make room")
	}
	s.failCommit = nil
	if after := d.state(t); after != before || d.queue(t) != waiting {
		t.Errorf("the air is %+v, was %+v; the queue is %s", after, before, d.queue(t))
	}
	if r := d.ok(t, "songs"); strings.Count(r.Text, "\n") != 1 {
		t.Errorf("songs of failed orders are kept: %s", r.Text)
	}
	d.ok(t, "skip")
	// An export and the end do not need the disk.
	s.failCommit = full
	d.ok(t, "export now x.mid")
	d.ok(t, "shutdown")
}

func TestUnknownErrorsAreForTheLog(t *testing.T) {
	d, s := brokenDesk(t)
	var log strings.Builder
	d.Log = slog.New(slog.NewTextHandler(&log, nil))
	d.Table = command.New(d.Deps)
	s.failView = errors.New("a wire is loose")
	r := d.Do(t.Context(), me, "now")
	if r.OK || r.Text != "error: something broke inside; the log has the details" || !strings.Contains(log.String(), "a wire is loose") {
		t.Errorf("got %+v, log %s", r, &log)
	}
	if got := d.Complete("play "); got != nil {
		t.Errorf("completed to %v", got)
	}
	s.failView = nil
	log.Reset()
	d.composer.panics = true
	r = d.Do(t.Context(), me, "new")
	if r.OK || r.Text != "error: something broke inside; the log has the details" || !strings.Contains(log.String(), "lost its mind") || !strings.Contains(log.String(), "harness_test.go") {
		t.Errorf("got %+v, log %s", r, &log)
	}
	d.composer.panics = false
	d.composer.fail = errors.New("out of ideas")
	d.bad(t, "new", "the composer could not make that song: out of ideas")
	d.composer.fail = &command.Sentence{Text: "a waltz has three beats"}
	d.bad(t, "queue new", "error: a waltz has three beats")
	d.composer.fail = nil
	d.ok(t, "new")
}

func TestPanicInsideTheTransaction(t *testing.T) {
	d, s := brokenDesk(t)
	d.Air = &panickyAir{fakeAir: d.air}
	d.Store = s
	d.Table = command.New(d.Deps)
	for range 2 { // the lock is free again
		if r := d.Do(t.Context(), me, "new"); r.OK || !strings.Contains(r.Text, "something broke inside") {
			t.Errorf("got %+v", r)
		}
	}
}

type panickyAir struct{ *fakeAir }

func (*panickyAir) Play(int64, command.Airing) { panic("the air is thick") }

func TestGivenUpOrders(t *testing.T) {
	d := newDesk(t)
	d.composer.gate = make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, line := range []string{"new", "queue new count=5", "stop", "now"} {
		r := d.Do(ctx, me, line)
		if r.OK || !strings.Contains(r.Text, "given up before it was done") {
			t.Errorf("%s: got %+v", line, r)
		}
	}
	if calls := d.air.all(); len(calls) != 0 {
		t.Errorf("heard %v", calls)
	}
}

func TestComposingHoldsNothingUp(t *testing.T) {
	d := newDesk(t)
	d.composer.gate = make(chan struct{})
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() { d.ok(t, "queue new count=2") })
	}
	d.ok(t, "auto on")
	d.ok(t, "stop")
	d.ok(t, "queue")
	close(d.composer.gate)
	all.Wait()
	if n := len(strings.Fields(d.queue(t))); n != 10 {
		t.Errorf("%d songs are queued", n)
	}
}

// TestManyDoors has 50 doors give orders at once. The air must hear of them in
// the order of their turns, and have the queue that the database has.
func TestManyDoors(t *testing.T) {
	d := newDesk(t)
	d.Roles = []command.Grant{{Who: "*", Role: command.RoleOperator}}
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			who := command.Caller{Door: "irc", Network: "home", Who: fmt.Sprint("person ", i), Host: fmt.Sprintf("n%d!u@h%d", i, i)}
			for _, line := range []string{"queue new", "new", "now", "queue", "skip", "stop"} {
				r := d.Do(t.Context(), who, line)
				if !r.OK && !strings.Contains(r.Text, "nothing is on the air") {
					t.Errorf("%s: %s", line, r.Text)
				}
			}
		})
	}
	all.Wait()
	if !slices.IsSorted(d.air.turns) || len(d.air.turns) < 100 {
		t.Errorf("the turns were heard out of order: %v", d.air.turns)
	}
	var told []string
	for _, a := range d.air.queue {
		told = append(told, a.Code)
	}
	if got := d.queue(t); got != strings.Join(told, " ") {
		t.Errorf("the air has the queue %v, the database %s", told, got)
	}
	st, now := d.state(t), d.air.Now()
	if st.State != now.State || st.Code != now.Code || st.Queue != now.Queue {
		t.Errorf("the air is %+v, the database has %+v", now, st)
	}
}

func TestAirGoesOnByItself(t *testing.T) {
	d := newDesk(t)
	a := d.ok(t, "new").Song.Code
	b, c := d.queued(t), d.queued(t)
	resume, err := d.db.Resume(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	first := resume.Queue[0]
	// The air has gone on to b; the station has not told the database yet.
	d.air.hear(command.Now{State: command.Playing, Code: b, Queue: first.Queue})
	if r := d.ok(t, "now"); r.Song.Code != b {
		t.Errorf("now is %s, want %s", r.Text, b)
	}
	if r := d.ok(t, "queue"); strings.Contains(r.Text, b) || !strings.Contains(r.Text, c) {
		t.Errorf("the queue is %s", r.Text)
	}
	if r := d.ok(t, "rate now 3"); r.Song.Code != b {
		t.Errorf("rated %s, want %s", r.Text, b)
	}
	d.bad(t, "delete "+b, "is on the air")
	if r := d.ok(t, "skip"); r.Song.Code != c {
		t.Errorf("skip went to %s, want %s", r.Text, c)
	}
	// The news comes late, and twice: it changes nothing any more.
	for range 2 {
		if err := d.db.Started(t.Context(), resume.Air.Turn, first.Queue, b); err != nil {
			t.Fatal(err)
		}
	}
	if st := d.state(t); st.Code != c {
		t.Errorf("the air is %+v", st)
	}
	var history []string
	for _, line := range strings.Split(d.ok(t, "history").Text, "\n") {
		history = append(history, strings.Fields(line)[2])
	}
	if want := []string{c, b, a}; !slices.Equal(history, want) {
		t.Errorf("the history is %v, want %v", history, want)
	}
}

func TestOrderIsBelievedBeforeItIsHeard(t *testing.T) {
	d := newDesk(t)
	a := d.ok(t, "new").Song.Code
	old := d.air.Now()
	b := d.ok(t, "new").Song.Code
	d.air.hear(old) // the air has not got round to it
	if r := d.ok(t, "now"); r.Song.Code != b {
		t.Errorf("now is %s, want %s, not %s", r.Text, b, a)
	}
	if r := d.ok(t, "rate now 3"); r.Song.Code != b {
		t.Errorf("rated %s, want %s", r.Text, b)
	}
	d.ok(t, "play "+b)
	old = d.air.Now()
	d.ok(t, "loop now")
	d.air.hear(old)
	if r := d.ok(t, "now"); !strings.Contains(r.Text, "a loop") {
		t.Errorf("now is %s", r.Text)
	}
}

func TestAutoQueue(t *testing.T) {
	d := newDesk(t)
	song := func(seed uint64) string {
		t.Helper()
		code, err := d.AutoQueue(t.Context(), smallSong(command.Brief{Seed: seed}))
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	if code := song(1); code != "" {
		t.Errorf("auto is off, but queued %s", code)
	}
	d.ok(t, "auto on")
	d.air.since()
	code := song(2)
	if code == "" || d.queue(t) != code || d.air.since() != "queue("+code+")" {
		t.Errorf("queued %q, the queue is %s", code, d.queue(t))
	}
	if code := song(3); code != "" {
		t.Errorf("there is a song waiting, but queued %s", code)
	}
	d.ok(t, "skip")
	d.ok(t, "stop")
	if code := song(4); code != "" {
		t.Errorf("the queue is held, but queued %s", code)
	}
	if r := d.ok(t, "songs"); strings.Contains(r.Text, "\n") {
		t.Errorf("songs that nobody wanted were kept: %s", r.Text)
	}
}

// TestOrdersAreRecorded looks at who said what, and what became of it.
func TestOrdersAreRecorded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "station.db")
	db, err := sqlite.Open(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{db: db, air: &fakeAir{now: command.Now{State: command.Silent}}, composer: &fakeComposer{}, exporter: &fakeExporter{}, house: &fakeHouse{}}
	d.Table = command.New(command.Deps{Store: db, Composer: d.composer, Air: d.air, Exporter: d.exporter, House: d.house, Seed: d.nextSeed})
	d.ok(t, "  new  funk ")
	d.Do(t.Context(), command.Caller{Door: "irc", Who: "eve"}, "rate now 9")
	d.ok(t, "now")
	d.Do(t.Context(), me, "nonsense")
	d.ok(t, "stop")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	want := []string{
		`1 ann console "new  funk" done on the air`,
		`2 eve irc "rate now 9" failed error: rating 9 is out`,
		`3 ann console "stop" done silence; new`,
	}
	got := ordersIn(t, path)
	if len(got) != len(want) {
		t.Fatalf("got %q", got)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("got %s, want %s", got[i], want[i])
		}
	}
}
