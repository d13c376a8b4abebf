package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"bandstand/internal/band"
	"bandstand/internal/command"
	"bandstand/internal/song"
)

// querier is a transaction, begun by database/sql or by hand.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// tx is one transaction. It lives as long as the call of View or Update.
type tx struct {
	ctx context.Context
	q   querier
}

var _ command.Tx = (*tx)(nil)

const infoColumns = `s.code, s.title, s.band, s.style, s.key, s.tempo, s.bars, s.seed, s.seconds, s.created, s.person,
	coalesce((SELECT avg(stars) FROM ratings r WHERE r.song_id = s.id), 0),
	(SELECT count(*) FROM plays p WHERE p.song_id = s.id)`

// info reads infoColumns, after what more wants.
func info(scan func(...any) error, more ...any) (command.SongInfo, error) {
	var s command.SongInfo
	var seed, created int64
	err := scan(append(more, &s.Code, &s.Title, &s.Band, &s.Style, &s.Key, &s.Tempo, &s.Bars, &seed, &s.Seconds, &created, &s.Person,
		&s.Rating, &s.Plays)...)
	s.Seed, s.Created = uint64(seed), time.UnixMilli(created)
	return s, none(err)
}

func none(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return command.ErrNone
	}
	return err
}

// all reads every row of a query.
func all[T any](t *tx, read func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := t.q.QueryContext(t.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // its error is that of rows.Err
	var list []T
	for rows.Next() {
		one, err := read(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, rows.Err()
}

func (t *tx) Song(code string) (command.SongInfo, error) {
	row := t.q.QueryRowContext(t.ctx, "SELECT "+infoColumns+" FROM songs s WHERE s.code = ?", strings.ToLower(code))
	s, err := info(row.Scan)
	if err != nil {
		return s, fmt.Errorf("reading song %.20q: %w", code, err)
	}
	return s, nil
}

func (t *tx) Notes(code string) (*song.Song, error) {
	var title string
	var notes []byte
	err := t.q.QueryRowContext(t.ctx, "SELECT s.title, n.notes FROM songs s JOIN song_notes n ON n.song_id = s.id WHERE s.code = ?",
		strings.ToLower(code)).Scan(&title, &notes)
	if err != nil {
		return nil, fmt.Errorf("reading the notes of %.20q: %w", code, none(err))
	}
	s, err := song.UnmarshalCompressed(notes)
	if err != nil {
		return nil, fmt.Errorf("reading the notes of %s: %w", code, err)
	}
	s.Title = title
	return s, nil
}

func (t *tx) Deleted(code string) (bool, error) {
	var deleted bool
	err := t.q.QueryRowContext(t.ctx, "SELECT deleted IS NOT NULL FROM songs WHERE code = ?", strings.ToLower(code)).Scan(&deleted)
	if err != nil {
		return false, fmt.Errorf("looking for %.20q: %w", code, none(err))
	}
	return deleted, nil
}

func (t *tx) Songs(f command.Filter) ([]command.SongInfo, error) {
	query, args := "SELECT "+infoColumns+" FROM songs s WHERE s.deleted IS NULL", []any{}
	if f.Style != "" {
		query, args = query+" AND s.style = ?", append(args, f.Style)
	}
	if f.Band != "" {
		query, args = query+" AND s.band = ?", append(args, f.Band)
	}
	query += " ORDER BY "
	if f.Best {
		query += "12 DESC, 13 DESC, "
	}
	query += "s.id DESC LIMIT ?"
	limit := f.Limit
	if limit <= 0 {
		limit = -1
	}
	songs, err := all(t, func(r *sql.Rows) (command.SongInfo, error) { return info(r.Scan) }, query, append(args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("reading the songs: %w", err)
	}
	return songs, nil
}

func (t *tx) Codes(limit int) ([]string, error) {
	codes, err := all(t, func(r *sql.Rows) (code string, err error) { return code, r.Scan(&code) },
		"SELECT code FROM songs WHERE deleted IS NULL ORDER BY id DESC LIMIT ?", limit)
	if err != nil {
		return nil, fmt.Errorf("reading the codes: %w", err)
	}
	return codes, nil
}

func (t *tx) Queue() ([]command.Waiting, error) {
	queue, err := all(t, func(r *sql.Rows) (w command.Waiting, err error) {
		w.Song, err = info(r.Scan, &w.ID, &w.Person)
		return w, err
	}, "SELECT q.id, q.person, "+infoColumns+" FROM queue q JOIN songs s ON s.id = q.song_id ORDER BY q.place")
	if err != nil {
		return nil, fmt.Errorf("reading the queue: %w", err)
	}
	return queue, nil
}

func (t *tx) Air() (command.AirState, error) {
	var a command.AirState
	var ms int64
	var from, bars, gap sql.NullInt64
	err := t.q.QueryRowContext(t.ctx, `SELECT a.state, coalesce(s.code, ''), a.queue, a.position_ms, a.turn, a.auto, a.held,
		a.loop_from, a.loop_bars, a.loop_gap_ms, a.person FROM air a LEFT JOIN songs s ON s.id = a.song_id`).
		Scan(&a.State, &a.Code, &a.Queue, &ms, &a.Turn, &a.Auto, &a.Held, &from, &bars, &gap, &a.Person)
	if err != nil {
		return a, fmt.Errorf("reading what is on the air: %w", err)
	}
	a.Position = time.Duration(ms) * time.Millisecond
	if bars.Valid {
		a.Loop = &command.Loop{From: int(from.Int64), Bars: int(bars.Int64), Gap: time.Duration(gap.Int64) * time.Millisecond}
	}
	return a, nil
}

func (t *tx) History(limit int) ([]command.Played, error) {
	plays, err := all(t, func(r *sql.Rows) (p command.Played, err error) {
		var at int64
		p.Song, err = info(r.Scan, &at)
		p.At = time.UnixMilli(at)
		return p, err
	}, "SELECT l.created, "+infoColumns+" FROM plays l JOIN songs s ON s.id = l.song_id ORDER BY l.id DESC LIMIT ?", limit)
	if err != nil {
		return nil, fmt.Errorf("reading the history: %w", err)
	}
	return plays, nil
}

func (t *tx) Bands() ([]command.BandInfo, error) {
	bands, err := all(t, func(r *sql.Rows) (b command.BandInfo, err error) {
		return b, r.Scan(&b.Name, &b.Style, &b.Songs, &b.Stored)
	}, `SELECT b.name, b.style, (SELECT count(*) FROM songs s WHERE s.band = b.name AND s.deleted IS NULL), 1 FROM bands b
		UNION ALL
		SELECT s.band, min(s.style), count(*), 0 FROM songs s
			WHERE s.deleted IS NULL AND s.band NOT IN (SELECT name FROM bands) GROUP BY s.band
		ORDER BY 1 COLLATE NOCASE`)
	if err != nil {
		return nil, fmt.Errorf("reading the bands: %w", err)
	}
	return bands, nil
}

func (t *tx) Band(name string) (band.Band, error) {
	var b band.Band
	var seed int64
	var robots string
	err := t.q.QueryRowContext(t.ctx, "SELECT name, style, seed, version, robots FROM bands WHERE name = ?", name).
		Scan(&b.Name, &b.Style, &seed, &b.Version, &robots)
	if err != nil {
		return b, fmt.Errorf("reading band %.40q: %w", name, none(err))
	}
	b.Seed = uint64(seed)
	if err := b.Check(); err != nil { // before its robots are read: those of a newer genome may look otherwise
		return b, &command.Sentence{Text: err.Error(), Cause: err}
	}
	if err := json.Unmarshal([]byte(robots), &b.Robots); err != nil {
		return b, fmt.Errorf("reading the robots of %s: %w", b.Name, err)
	}
	if err := b.Check(); err != nil {
		return b, &command.Sentence{Text: err.Error(), Cause: err}
	}
	return b, nil
}

func (t *tx) LastUndo() (command.Undo, error) {
	var u command.Undo
	var places string
	err := t.q.QueryRowContext(t.ctx, `SELECT u.id, u.kind, s.code, u.title, u.places FROM undo u JOIN songs s ON s.id = u.song_id
		WHERE u.undone IS NULL ORDER BY u.id DESC LIMIT 1`).Scan(&u.ID, &u.Kind, &u.Code, &u.Title, &places)
	if err != nil {
		return u, fmt.Errorf("reading what can be undone: %w", none(err))
	}
	if err := json.Unmarshal([]byte(places), &u.Places); err != nil {
		return u, fmt.Errorf("reading what can be undone: %w", err)
	}
	return u, nil
}
