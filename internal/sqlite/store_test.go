package sqlite

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"bandstand/internal/band"
	"bandstand/internal/command"
	"bandstand/internal/song"
	"bandstand/internal/theory"
)

func open(t testing.TB, path string) *DB {
	t.Helper()
	db, err := Open(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func fresh(t testing.TB) *DB {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "station.db"))
}

// aSong is small unless it is given many notes.
func aSong(title string, notes int) *song.Song {
	s := &song.Song{Title: title, Band: "House Cats", Style: "funk", Seed: 1<<64 - 1, Composer: 3, Key: theory.Key{Tonic: 10, Mode: theory.Dorian},
		Tempo: 104.5, Meter: song.Meter{Beats: 3, Unit: 4}, Bars: 90, Sections: []song.Section{{Name: "verse 1", Label: "verse", Bars: 90, Energy: 0.5}},
		Chords: []song.Chord{{Chord: theory.Chord{Root: 10, Quality: "m7"}}}, Parts: []song.Part{{Role: song.Lead, Robot: "Gizmo", Instrument: "Rhodes"}}}
	for i := range notes {
		s.Parts[0].Notes = append(s.Parts[0].Notes, song.Note{Start: song.Tick(i * 10), Length: 7, Pitch: theory.Pitch(40 + i%40), Velocity: uint8(1 + i%127)})
	}
	return s
}

// update runs fn in a transaction that must succeed.
func update(t testing.TB, db *DB, fn func(command.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func view(t testing.TB, db *DB, fn func(command.Reader) error) {
	t.Helper()
	if err := db.View(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// add keeps songs and gives their codes.
func add(t testing.TB, db *DB, songs ...*song.Song) []string {
	t.Helper()
	var codes []string
	for _, s := range songs {
		p, err := db.Pack(s)
		if err != nil {
			t.Fatal(err)
		}
		update(t, db, func(tx command.Tx) error {
			code, err := tx.AddSong(p)
			codes = append(codes, code)
			return err
		})
	}
	return codes
}

func TestSongsComeBackAsTheyWere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "station.db")
	db := open(t, path)
	s := aSong("Grüße 🎸 \"x\"", 2000)
	code := add(t, db, s)[0]
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, path)
	info, got, err := db.Song(t.Context(), strings.ToUpper(code))
	if err != nil || !reflect.DeepEqual(got, s) {
		t.Errorf("got %v, %v", got, err)
	}
	want := command.SongInfo{Code: code, Title: s.Title, Band: s.Band, Style: s.Style, Key: s.Key.String(), Tempo: s.Tempo, Bars: 90, Seed: s.Seed,
		Seconds: s.Duration().Seconds(), Created: info.Created}
	if info != want || time.Since(info.Created).Abs() > time.Minute {
		t.Errorf("got %+v, want %+v", info, want)
	}
	if _, _, err := db.Song(t.Context(), "22222"); !errors.Is(err, command.ErrNone) {
		t.Errorf("got %v", err)
	}
	if _, err := db.Notes(t.Context(), "22222"); !errors.Is(err, command.ErrNone) {
		t.Errorf("got %v", err)
	}
}

func TestInvalidSongIsNotKept(t *testing.T) {
	s := aSong("x", 1)
	s.Tempo = 0
	if _, err := fresh(t).Pack(s); err == nil {
		t.Error("a song that cannot be read again was packed")
	}
}

func TestSongsFilter(t *testing.T) {
	db := fresh(t)
	var songs []*song.Song
	for i := range 6 {
		s := aSong(fmt.Sprint(i), 1)
		s.Style = []string{"funk", "jazz"}[i%2]
		s.Band = []string{"A Band", "B Band", "C Band"}[i%3]
		songs = append(songs, s)
	}
	codes := add(t, db, songs...)
	update(t, db, func(tx command.Tx) error {
		return errors.Join(tx.Hide(codes[5], true), tx.Rate(codes[0], "ann", 4), tx.Rate(codes[0], "bob", 2), tx.Rate(codes[2], "ann", 5),
			tx.Rate(codes[4], "ann", 3), tx.AddPlay(codes[4], 1))
	})
	for _, c := range []struct {
		f    command.Filter
		want string
	}{
		{command.Filter{}, "43210"},
		{command.Filter{Limit: 2}, "43"},
		{command.Filter{Style: "funk"}, "420"},
		{command.Filter{Style: "jazz"}, "31"},
		{command.Filter{Band: "b band"}, "41"},
		{command.Filter{Band: "A Band", Style: "jazz"}, "3"},
		{command.Filter{Best: true}, "24031"},
		{command.Filter{Style: "polka"}, ""},
	} {
		got, err := db.Songs(t.Context(), c.f)
		titles := ""
		for _, s := range got {
			titles += s.Title
		}
		if err != nil || titles != c.want {
			t.Errorf("%+v: got %s, %v, want %s", c.f, titles, err, c.want)
		}
	}
	view(t, db, func(rd command.Reader) error {
		got, err := rd.Codes(3)
		if want := []string{codes[4], codes[3], codes[2]}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		info, err2 := rd.Song(codes[0])
		if info.Rating != 3 {
			t.Errorf("the mean of 4 and 2 is %g", info.Rating)
		}
		return errors.Join(err, err2)
	})
}

// TestQueueOrder tries every move in queues of up to five, beside the same
// moves of a list.
func TestQueueOrder(t *testing.T) {
	db := fresh(t)
	codes := add(t, db, aSong("a", 1), aSong("b", 1))
	for n := 1; n <= 5; n++ {
		for from := range n {
			for to := -1; to <= n+1; to++ {
				update(t, db, func(tx command.Tx) error {
					old, err := tx.Queue()
					for _, w := range old {
						err = errors.Join(err, tx.Dequeue(w.ID))
					}
					var want []int64
					for i := range n {
						id, err := tx.Enqueue(codes[i%2], 0, "")
						if err != nil {
							return err
						}
						want = append(want, id)
					}
					id := want[from]
					want = slices.Insert(slices.Delete(want, from, from+1), max(0, min(to-1, n-1)), id)
					err = errors.Join(err, tx.Move(id, to))
					got, err2 := tx.Queue()
					for i := range got {
						if got[i].ID != want[i] {
							t.Errorf("%d of %d to %d: got %v, want %v", from, n, to, got, want)
							break
						}
					}
					return errors.Join(err, err2)
				})
			}
		}
	}
	update(t, db, func(tx command.Tx) error {
		q, err := tx.Queue()
		last := q[len(q)-1].ID
		for _, w := range q {
			err = errors.Join(err, tx.Dequeue(w.ID))
		}
		id, err2 := tx.Enqueue(codes[0], 0, "")
		if id <= last {
			t.Errorf("queue id %d is used again: the last was %d", id, last)
		}
		second, err3 := tx.Enqueue(codes[1], 1, "")
		q, err4 := tx.Queue()
		if len(q) != 2 || q[0].ID != second || q[0].Song.Code != codes[1] {
			t.Errorf("the queue is %+v", q)
		}
		for _, err := range []error{tx.Dequeue(9999), tx.Move(9999, 1), tx.Hide("22222", true), tx.Retitle("22222", "x"), tx.Undone(77),
			tx.Finish(99, "done", ""), tx.AddPlay("22222", 1), tx.Rate("22222", "ann", 3), tx.AddUndo(command.Undo{Kind: command.UndoDelete, Code: "22222"}),
			tx.SetAir(command.AirState{State: command.Playing, Code: "22222"})} {
			if !errors.Is(err, command.ErrNone) {
				t.Errorf("got %v, want that there is none", err)
			}
		}
		return errors.Join(err, err2, err3, err4)
	})
}

func TestAirIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "station.db")
	db := open(t, path)
	if r, err := db.Resume(t.Context()); err != nil || !reflect.DeepEqual(r, Resume{Air: command.AirState{State: command.Silent}}) {
		t.Errorf("a new station resumes %+v, %v", r, err)
	}
	codes := add(t, db, aSong("a", 1), aSong("b", 1))
	want := Resume{Air: command.AirState{State: command.Looping, Code: codes[0], Queue: 7, Position: 12345 * time.Millisecond, Turn: 1 << 40, Auto: true,
		Held: true, Loop: &command.Loop{From: 3, Bars: 4, Gap: 500 * time.Millisecond}}}
	update(t, db, func(tx command.Tx) error {
		for _, code := range []string{codes[1], codes[0], codes[1]} {
			id, err := tx.Enqueue(code, 0, "")
			if err != nil {
				return err
			}
			want.Queue = append(want.Queue, command.Airing{Queue: id, Code: code})
		}
		return tx.SetAir(want.Air)
	})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := open(t, path).Resume(t.Context()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

// TestNewsFromTheAir goes through what the air may report, late or twice or not.
func TestNewsFromTheAir(t *testing.T) {
	db := fresh(t)
	codes := add(t, db, aSong("a", 1), aSong("b", 1))
	a, b := codes[0], codes[1]
	var first, second int64
	update(t, db, func(tx command.Tx) (err error) {
		if first, err = tx.Enqueue(a, 0, ""); err != nil {
			return err
		}
		if second, err = tx.Enqueue(b, 0, ""); err != nil {
			return err
		}
		return tx.SetAir(command.AirState{State: command.Silent, Turn: 5, Auto: true})
	})
	check := func(doing string, want command.AirState, queued, plays int) {
		t.Helper()
		r, err := db.Resume(t.Context())
		if err != nil || !reflect.DeepEqual(r.Air, want) || len(r.Queue) != queued {
			t.Errorf("%s: got %+v, %v, want %+v and %d queued", doing, r, err, want, queued)
		}
		view(t, db, func(rd command.Reader) error {
			h, err := rd.History(100)
			if len(h) != plays {
				t.Errorf("%s: %d plays, want %d", doing, len(h), plays)
			}
			return err
		})
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	ctx := t.Context()
	must(db.Started(ctx, 5, first, a))
	playing := command.AirState{State: command.Playing, Code: a, Queue: first, Turn: 5, Auto: true}
	check("started", playing, 1, 1)
	must(db.Started(ctx, 5, first, a))
	check("started twice", playing, 1, 1)
	must(db.Progress(ctx, 5, a, 2*time.Second))
	playing.Position = 2 * time.Second
	check("progress", playing, 1, 1)
	must(db.Progress(ctx, 4, a, 3*time.Second))
	must(db.Progress(ctx, 5, b, 3*time.Second))
	must(db.Progress(ctx, 5, "22222", 3*time.Second))
	must(db.Ended(ctx, 4))
	check("old news", playing, 1, 1)
	must(db.Started(ctx, 4, second, b)) // heard for a moment, before turn 5
	check("an old start", playing, 0, 2)
	must(db.Ended(ctx, 5))
	silent := command.AirState{State: command.Silent, Turn: 5, Auto: true}
	check("ended", silent, 0, 2)
	must(db.Progress(ctx, 5, a, 3*time.Second))
	check("progress after the end", silent, 0, 2)
	if err := db.Started(ctx, 5, 99, "22222"); !errors.Is(err, command.ErrNone) {
		t.Errorf("a song that is not there started: %v", err)
	}
}

func TestBandsAndUndo(t *testing.T) {
	db := fresh(t)
	code := add(t, db, aSong("a", 1))[0]
	b := band.New("jazz", []string{song.Lead, song.Drums}, 1<<64-2)
	b.Name = "Iron Llamas"
	update(t, db, func(tx command.Tx) error {
		got, err := tx.Band("IRON llamas")
		if !errors.Is(err, command.ErrNone) {
			t.Errorf("got %v, %v", got, err)
		}
		return tx.AddBand(b)
	})
	if err := db.Update(t.Context(), func(tx command.Tx) error { c := b; c.Name = "iron llamas"; return tx.AddBand(c) }); err == nil {
		t.Error("two bands have one name")
	}
	view(t, db, func(rd command.Reader) error {
		got, err := rd.Band("IRON llamas")
		if !reflect.DeepEqual(got, b) {
			t.Errorf("got %+v", got)
		}
		all, err2 := rd.Bands()
		if want := []command.BandInfo{{Name: "House Cats", Style: "funk", Songs: 1}, {Name: "Iron Llamas", Style: "jazz", Stored: true}}; !slices.Equal(all, want) {
			t.Errorf("got %+v", all)
		}
		if _, err := rd.LastUndo(); !errors.Is(err, command.ErrNone) {
			t.Errorf("got %v", err)
		}
		return errors.Join(err, err2)
	})
	update(t, db, func(tx command.Tx) error {
		err := errors.Join(tx.AddUndo(command.Undo{Kind: command.UndoTitle, Code: code, Title: "old"}),
			tx.AddUndo(command.Undo{Kind: command.UndoDelete, Code: code, Places: []int{2, 5}}))
		u, err2 := tx.LastUndo()
		if !reflect.DeepEqual(u, command.Undo{ID: u.ID, Kind: command.UndoDelete, Code: code, Places: []int{2, 5}}) {
			t.Errorf("got %+v", u)
		}
		err3 := tx.Undone(u.ID)
		u, err4 := tx.LastUndo()
		if u.Kind != command.UndoTitle || u.Title != "old" || u.Places != nil {
			t.Errorf("got %+v", u)
		}
		return errors.Join(err, err2, err3, err4)
	})
}

// TestGenomesOfOtherVersions reads the robots of a station before there were nets, and
// refuses those of a newer one, whatever they look like.
func TestGenomesOfOtherVersions(t *testing.T) {
	db := fresh(t)
	update(t, db, func(tx command.Tx) error {
		return errors.Join(
			tx.AddBand(band.Band{Version: 1, Name: "Old", Style: "jazz", Robots: []band.Robot{{Name: "Gizmo", Role: song.Lead, Genes: []float64{0.25, 1}}}}),
			tx.AddBand(band.Band{Version: band.Version + 1, Name: "New", Style: "jazz"}))
	})
	update(t, db, func(c command.Tx) error {
		return c.(*tx).exec("teaching new tricks", `UPDATE bands SET robots = '{"minds":[["?"]]}' WHERE name = 'New'`)
	})
	view(t, db, func(rd command.Reader) error {
		old, err := rd.Band("old")
		if len(old.Robots) != 1 || !old.Robots[0].Net.IsZero() || old.Robots[0].Gene(band.Busy) != .25 {
			t.Errorf("got %+v", old)
		}
		var s *command.Sentence
		if _, err := rd.Band("new"); !errors.As(err, &s) || !strings.Contains(s.Text, "New were formed by a newer bandstand") {
			t.Errorf("got %v", err)
		}
		return err
	})
}
