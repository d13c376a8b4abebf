package station

import (
	"database/sql"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"bandstand/internal/mix"
	"bandstand/internal/pcm"
	"bandstand/internal/pcm/pcmtest"
	"bandstand/internal/synth"
)

// These are nights on the air with nobody at the desk: songs end by themselves,
// one is broken, the disk is busy.

// other opens the station's database as another program would.
func (r *running) other() *sql.DB {
	r.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(r.cfg.Data, "station.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		r.t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	r.t.Cleanup(func() { _ = db.Close() })
	return db
}

// exec changes the database behind the station's back.
func (r *running) exec(db *sql.DB, query string, args ...any) {
	r.t.Helper()
	if _, err := db.ExecContext(r.t.Context(), query, args...); err != nil {
		r.t.Fatalf("%s: %v", query, err)
	}
}

// breakSong damages the notes of a stored song.
func (r *running) breakSong(code string) {
	r.t.Helper()
	r.exec(r.other(), `UPDATE song_notes SET notes = x'00' WHERE song_id = (SELECT id FROM songs WHERE code = ?)`, code)
}

func (r *running) hearing(code string) bool {
	now := r.air.Now()
	return now.Song != nil && now.Code == code
}

// TestABrokenSongInTheQueueIsSteppedOver damages a song that waits: the one after
// it is played, and the broken one does not wait for ever.
func TestABrokenSongInTheQueueIsSteppedOver(t *testing.T) {
	data := t.TempDir()
	r := begin(t, data, nil)
	r.do("stop") // the queue waits, nothing is rendered ahead
	broken := r.do("queue new pop bars=4").Song.Code
	good := r.do("queue new pop bars=4").Song.Code
	r.breakSong(broken)
	r.do("auto on") // lets the queue go
	r.until("the song after the broken one", func() bool { return r.hearing(good) })
	r.until("the broken one has left the queue, and auto composes", func() bool {
		q, err := r.db.Queue(t.Context())
		return err == nil && len(q) == 1 && q[0].Song.Code != broken && q[0].Song.Code != good
	})
	r.until("health tells of it", func() bool { return len(r.health.Problems()) > 0 })
	if n := r.playout.Stats.Failed.Load(); n != 1 {
		t.Errorf("%d songs failed", n)
	}
}

// TestSongsEndByThemselvesWhileTheDatabaseIsBusy holds a lock on the database over
// the end of a song: once it is gone, the database tells what is heard.
func TestSongsEndByThemselvesWhileTheDatabaseIsBusy(t *testing.T) {
	r := begin(t, t.TempDir(), nil)
	first := r.do("new pop bars=4 tempo=180").Song.Code
	second := r.do("queue new pop bars=4").Song.Code
	r.until("the first song", func() bool { return r.hearing(first) })
	db := r.other()
	r.exec(db, "BEGIN IMMEDIATE")
	r.until("the second song", func() bool { return r.hearing(second) })
	r.until("the recorder is in trouble", func() bool { return r.recorder.trouble.now() != nil })
	r.exec(db, "ROLLBACK")
	r.until("the database knows", func() bool {
		was, err := r.db.Resume(t.Context())
		return err == nil && was.Air.Code == second && len(was.Queue) == 0
	})
}

// TestThePositionIsKeptAfterAutoOn turns auto on in the middle of a song.
func TestThePositionIsKeptAfterAutoOn(t *testing.T) {
	r := begin(t, t.TempDir(), nil)
	code := r.do("new rock").Song.Code
	r.until("the song", func() bool { return r.hearing(code) })
	r.do("auto on")
	r.until("two seconds are heard and kept", func() bool {
		was, err := r.db.Resume(t.Context())
		return err == nil && was.Air.Code == code && was.Air.Position > 2*time.Second
	})
	before := r.air.Now().Position
	data := r.cfg.Data
	r.stop()
	again := begin(t, data, nil)
	again.until("the song is back", func() bool { return again.hearing(code) })
	if from := again.playout.Now().Item.From; from < before-time.Second || from > before+2*time.Second {
		t.Errorf("it came back at %v, was at %v", from, before)
	}
}

// TestWhatIsHeardIsWhatWasRendered renders a song apart from the air and compares
// it with what was emitted, from its first frame to the next change.
func TestWhatIsHeardIsWhatWasRendered(t *testing.T) {
	r := begin(t, t.TempDir(), nil)
	var codes []string
	for _, order := range []string{"new funk seed=1", "new jazz seed=2", "new waltz seed=3"} {
		codes = append(codes, r.do(order).Song.Code)
		code := codes[len(codes)-1]
		r.until("a second of it", func() bool { return r.hearing(code) && r.air.Now().Position > time.Second })
	}
	r.do("stop")
	r.until("silence", func() bool { last, ok := r.last(); return ok && last.Code == "" })
	for _, code := range codes {
		heard := r.of(code)
		const fade = pcm.BlockSamples // under its first block the song before fades out
		rendered := r.render(code, len(heard)/pcm.Channels)
		if !slices.Equal(heard[fade:], rendered[fade:len(heard)]) {
			t.Errorf("%d frames of %s were heard, and they are not those that were rendered", len(heard)/pcm.Channels, code)
		}
	}
}

// of is all that was emitted under a song's code.
func (r *running) of(code string) []float32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []float32
	for _, b := range r.blocks {
		if b.Code == code {
			all = append(all, b.Samples...)
		}
	}
	return all
}

func (r *running) render(code string, frames int) []float32 {
	r.t.Helper()
	s, err := r.db.Notes(r.t.Context(), code)
	if err != nil {
		r.t.Fatal(err)
	}
	src, err := r.font.Play(s, synth.Span{})
	if err != nil {
		r.t.Fatal(err)
	}
	all, err := pcmtest.ReadAll(mix.Master(src, s.GainDB), 777, int64(frames))
	if err != nil {
		r.t.Fatal(err)
	}
	return all
}

// TestALogThatNobodyReadsHoldsUpNothing fills the log behind a reader that stopped.
func TestALogThatNobodyReadsHoldsUpNothing(t *testing.T) {
	out := newLogOut() // nobody runs it
	log := newLog(begin(t, t.TempDir(), nil).cfg.Log, out)
	for range 3 * logLines {
		log.Error("the same line again")
	}
	if lost := out.lost.Load(); lost != 2*logLines {
		t.Errorf("%d lines lost, want %d", lost, 2*logLines)
	}
}
