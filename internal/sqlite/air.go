package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"bandstand/internal/command"
	"bandstand/internal/song"
)

// Resume is what the station goes on with after a restart. The songs of the
// queue are named by their codes only.
type Resume struct {
	Air   command.AirState
	Queue []command.Airing
}

// Resume reads what was on the air and what waited when the station ended.
func (db *DB) Resume(ctx context.Context) (Resume, error) {
	var r Resume
	err := db.View(ctx, func(rd command.Reader) error {
		var err error
		if r.Air, err = rd.Air(); err != nil {
			return err
		}
		queue, err := rd.Queue()
		for _, w := range queue {
			r.Queue = append(r.Queue, command.Airing{Queue: w.ID, Code: w.Song.Code})
		}
		return err
	})
	if err != nil {
		return r, fmt.Errorf("reading what to go on with: %w", err)
	}
	return r, nil
}

// Started tells that the air went on by itself, under a turn, to a place of the
// queue. That place is used up and the play recorded in any case; what is on the
// air changes only where no later order has decided otherwise. It may be told twice.
func (db *DB) Started(ctx context.Context, turn, queueID int64, code string) error {
	err := db.update(ctx, func(t *tx) error {
		var person string
		if err := t.q.QueryRowContext(t.ctx, "SELECT person FROM queue WHERE id = ?", queueID).Scan(&person); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("reading who queued it: %w", err)
		}
		dequeued := t.Dequeue(queueID)
		if dequeued != nil && !errors.Is(dequeued, command.ErrNone) {
			return dequeued
		}
		a, err := t.Air()
		if err != nil {
			return err
		}
		news := a.Turn == turn && a.Queue != queueID
		if dequeued == nil || news {
			if err := t.AddPlay(code, turn); err != nil {
				return err
			}
		}
		if !news {
			return nil
		}
		a.State, a.Code, a.Queue, a.Position, a.Loop, a.Person = command.Playing, code, queueID, 0, nil, person
		return t.SetAir(a)
	})
	if err = db.explain(err); err != nil {
		return fmt.Errorf("keeping that %s has started: %w", code, err)
	}
	return nil
}

// Failed tells that a song of the queue could not be played: its place is used up,
// so that it does not hold up the rest. It may be told twice.
func (db *DB) Failed(ctx context.Context, queueID int64) error {
	err := db.Update(ctx, func(t command.Tx) error {
		if err := t.Dequeue(queueID); err != nil && !errors.Is(err, command.ErrNone) {
			return err
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("taking a broken song out of the queue: %w", err)
	}
	return nil
}

// Progress tells how far the song on the air has come, so that a restart goes on
// there. It is ignored where another turn or song is on the air by now.
func (db *DB) Progress(ctx context.Context, turn int64, code string, position time.Duration) error {
	return db.aside(ctx, "keeping the position", `UPDATE air SET position_ms = ? WHERE turn = ? AND state = 'playing'
		AND song_id = (SELECT id FROM songs WHERE code = ?)`, position.Milliseconds(), turn, code)
}

// Ended tells that the air fell silent by itself: the queue is at its end. It is
// ignored where another turn has begun.
func (db *DB) Ended(ctx context.Context, turn int64) error {
	return db.aside(ctx, "keeping the silence", `UPDATE air SET state = 'silent', song_id = NULL, queue = 0, position_ms = 0, person = '',
		loop_from = NULL, loop_bars = NULL, loop_gap_ms = NULL WHERE turn = ?`, turn)
}

// aside is a transaction of one statement that may touch nothing.
func (db *DB) aside(ctx context.Context, doing, query string, args ...any) error {
	err := db.update(ctx, func(t *tx) error {
		_, err := t.q.ExecContext(ctx, query, args...)
		return err
	})
	if err != nil {
		return db.explain(fmt.Errorf("%s: %w", doing, err))
	}
	return nil
}

// Song is a song by its code, with its notes; deleted ones are not there
// (command.ErrNone).
func (db *DB) Song(ctx context.Context, code string) (info command.SongInfo, s *song.Song, err error) {
	err = db.View(ctx, func(rd command.Reader) error {
		deleted, err := rd.Deleted(code)
		switch {
		case err != nil:
			return err
		case deleted:
			return fmt.Errorf("song %s is deleted: %w", code, command.ErrNone)
		}
		if info, err = rd.Song(code); err != nil {
			return err
		}
		s, err = rd.Notes(code)
		return err
	})
	return info, s, err
}

// Notes is the whole song with a code, also of one that is deleted.
func (db *DB) Notes(ctx context.Context, code string) (s *song.Song, err error) {
	err = db.View(ctx, func(rd command.Reader) error {
		s, err = rd.Notes(code)
		return err
	})
	return s, err
}

// Songs lists songs.
func (db *DB) Songs(ctx context.Context, f command.Filter) (songs []command.SongInfo, err error) {
	err = db.View(ctx, func(rd command.Reader) error {
		songs, err = rd.Songs(f)
		return err
	})
	return songs, err
}

// Queue lists the songs that wait.
func (db *DB) Queue(ctx context.Context) (queue []command.Waiting, err error) {
	err = db.View(ctx, func(rd command.Reader) error {
		queue, err = rd.Queue()
		return err
	})
	return queue, err
}
