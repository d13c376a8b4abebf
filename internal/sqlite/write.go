package sqlite

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"bandstand/internal/band"
	"bandstand/internal/command"
)

// exec runs a statement that must touch a row; doing says what for.
func (t *tx) exec(doing, query string, args ...any) error {
	res, err := t.q.ExecContext(t.ctx, query, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if n == 0 {
		return fmt.Errorf("%s: %w", doing, command.ErrNone)
	}
	return nil
}

// insert is exec that gives the id of the new row.
func (t *tx) insert(doing, query string, args ...any) (int64, error) {
	res, err := t.q.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", doing, err)
	}
	id, err := res.LastInsertId()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", doing, err)
	}
	return id, nil
}

func (t *tx) songID(code string) (id int64, err error) {
	err = t.q.QueryRowContext(t.ctx, "SELECT id FROM songs WHERE code = ?", strings.ToLower(code)).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("looking for song %.20q: %w", code, none(err))
	}
	return id, nil
}

func (t *tx) Record(o command.Order) (int64, error) {
	return t.insert("recording the order", "INSERT INTO orders (who, person, door, line, outcome, reply) VALUES (?, ?, ?, ?, ?, ?)",
		o.Who, o.Person, o.Door, o.Line, o.Outcome, o.Reply)
}

func (t *tx) Finish(turn int64, outcome, reply string) error {
	return t.exec("recording the order", "UPDATE orders SET outcome = ?, reply = ? WHERE id = ?", outcome, reply, turn)
}

func (t *tx) AddSong(p command.Packed) (string, error) {
	code, err := t.freeCode()
	if err != nil {
		return "", err
	}
	s := p.Song
	id, err := t.insert("adding the song", `INSERT INTO songs (code, title, band, style, key, tempo, bars, seed, seconds, composer, person)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, code, s.Title, s.Band, s.Style, s.Key.String(), s.Tempo, s.Bars, int64(s.Seed),
		s.Duration().Seconds(), s.Composer, p.Person)
	if err != nil {
		return "", err
	}
	return code, t.exec("adding the notes", "INSERT INTO song_notes (song_id, notes) VALUES (?, ?)", id, p.Notes)
}

// freeCode is a code that no song has, a longer one where many are taken.
func (t *tx) freeCode() (string, error) {
	for try := 0; ; try++ {
		code := newCode(5 + try/8)
		var taken bool
		if err := t.q.QueryRowContext(t.ctx, "SELECT EXISTS (SELECT 1 FROM songs WHERE code = ?)", code).Scan(&taken); err != nil {
			return "", fmt.Errorf("finding a free code: %w", err)
		}
		if !taken {
			return code, nil
		}
	}
}

func (t *tx) Retitle(code, title string) error {
	return t.exec("giving the title", "UPDATE songs SET title = ? WHERE code = ?", title, strings.ToLower(code))
}

func (t *tx) Hide(code string, hidden bool) error {
	return t.exec("deleting", "UPDATE songs SET deleted = CASE WHEN ? THEN CAST(unixepoch('subsec') * 1000 AS INTEGER) END WHERE code = ?",
		hidden, strings.ToLower(code))
}

func (t *tx) Enqueue(code string, place int, person string) (int64, error) {
	song, err := t.songID(code)
	if err != nil {
		return 0, err
	}
	id, err := t.insert("adding to the queue", `INSERT INTO queue (song_id, person, place)
		SELECT ?, ?, coalesce(max(place), 0) + 1 FROM queue`, song, person)
	if err != nil || place <= 0 {
		return id, err
	}
	return id, t.Move(id, place)
}

func (t *tx) Dequeue(id int64) error {
	return t.exec("taking from the queue", "DELETE FROM queue WHERE id = ?", id)
}

func (t *tx) Move(id int64, place int) error {
	ids, err := all(t, func(r *sql.Rows) (id int64, err error) { return id, r.Scan(&id) }, "SELECT id FROM queue ORDER BY place")
	if err != nil {
		return fmt.Errorf("reading the queue: %w", err)
	}
	i := slices.Index(ids, id)
	if i < 0 {
		return fmt.Errorf("moving in the queue: %w", command.ErrNone)
	}
	ids = slices.Delete(ids, i, i+1)
	ids = slices.Insert(ids, max(0, min(place-1, len(ids))), id)
	for i, id := range ids {
		if _, err := t.q.ExecContext(t.ctx, "UPDATE queue SET place = ? WHERE id = ? AND place <> ?", i+1, id, i+1); err != nil {
			return fmt.Errorf("moving in the queue: %w", err)
		}
	}
	return nil
}

func (t *tx) SetAir(a command.AirState) error {
	var song, from, bars, gap any
	if a.Code != "" {
		id, err := t.songID(a.Code)
		if err != nil {
			return err
		}
		song = id
	}
	if a.Loop != nil {
		from, bars, gap = a.Loop.From, a.Loop.Bars, a.Loop.Gap.Milliseconds()
	}
	return t.exec("keeping what is on the air", `UPDATE air SET state = ?, song_id = ?, queue = ?, position_ms = ?, turn = ?,
		auto = ?, held = ?, loop_from = ?, loop_bars = ?, loop_gap_ms = ?, person = ?`,
		a.State, song, a.Queue, a.Position.Milliseconds(), a.Turn, a.Auto, a.Held, from, bars, gap, a.Person)
}

func (t *tx) AddPlay(code string, turn int64) error {
	song, err := t.songID(code)
	if err != nil {
		return err
	}
	return t.exec("adding to the history", "INSERT INTO plays (song_id, turn) VALUES (?, ?)", song, turn)
}

func (t *tx) Rate(code, person string, stars int) error {
	song, err := t.songID(code)
	if err != nil {
		return err
	}
	return t.exec("rating", `INSERT INTO ratings (song_id, person, stars) VALUES (?, ?, ?)
		ON CONFLICT (song_id, person) DO UPDATE SET stars = excluded.stars`, song, person, stars)
}

func (t *tx) AddBand(b band.Band) error {
	robots, err := json.Marshal(b.Robots)
	if err != nil {
		return fmt.Errorf("writing the robots of %s: %w", b.Name, err)
	}
	return t.exec("adding the band", "INSERT INTO bands (name, style, seed, version, robots) VALUES (?, ?, ?, ?, ?)",
		b.Name, b.Style, int64(b.Seed), b.Version, string(robots))
}

func (t *tx) AddUndo(u command.Undo) error {
	song, err := t.songID(u.Code)
	if err != nil {
		return err
	}
	places, err := json.Marshal(u.Places)
	if err != nil {
		return fmt.Errorf("keeping how to undo: %w", err)
	}
	return t.exec("keeping how to undo", "INSERT INTO undo (kind, song_id, title, places) VALUES (?, ?, ?, ?)",
		u.Kind, song, u.Title, string(places))
}

func (t *tx) Undone(id int64) error {
	return t.exec("undoing", "UPDATE undo SET undone = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE id = ?", id)
}
