package sqlite

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"bandstand/internal/command"
)

func TestFailedUpdateKeepsNothing(t *testing.T) {
	db := fresh(t)
	p, err := db.Pack(aSong("a", 1))
	if err != nil {
		t.Fatal(err)
	}
	boom := errors.New("boom")
	if err := db.Update(t.Context(), func(tx command.Tx) error {
		_, err := tx.AddSong(p)
		return errors.Join(err, boom)
	}); !errors.Is(err, boom) {
		t.Errorf("got %v", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = db.Update(t.Context(), func(tx command.Tx) error {
			_, _ = tx.AddSong(p)
			panic("boom")
		})
	}()
	ctx, cancel := context.WithCancel(t.Context())
	if err := db.Update(ctx, func(tx command.Tx) error {
		_, err := tx.AddSong(p)
		cancel()
		_, err2 := tx.AddSong(p)
		return errors.Join(err, err2)
	}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if songs, err := db.Songs(t.Context(), command.Filter{}); err != nil || len(songs) != 0 {
		t.Errorf("kept %v, %v", songs, err)
	}
	add(t, db, aSong("b", 1)) // and it goes on
}

// TestReadersWaitForNobody reads while a transaction is open: the state before.
func TestReadersWaitForNobody(t *testing.T) {
	db := fresh(t)
	code := add(t, db, aSong("before", 1))[0]
	update(t, db, func(tx command.Tx) error {
		if err := tx.Retitle(code, "after"); err != nil {
			return err
		}
		var all sync.WaitGroup
		for range 3 * readers {
			all.Go(func() {
				if info, _, err := db.Song(t.Context(), code); err != nil || info.Title != "before" {
					t.Errorf("got %+v, %v", info, err)
				}
			})
		}
		all.Wait()
		return nil
	})
	if info, _, err := db.Song(t.Context(), code); err != nil || info.Title != "after" {
		t.Errorf("got %+v, %v", info, err)
	}
}

func TestViewsCannotWrite(t *testing.T) {
	db := fresh(t)
	code := add(t, db, aSong("a", 1))[0]
	err := db.View(t.Context(), func(rd command.Reader) error { return rd.(command.Tx).Retitle(code, "b") })
	if err == nil {
		t.Error("a view has written")
	}
}

func TestChangedTimes(t *testing.T) {
	db := fresh(t)
	code := add(t, db, aSong("a", 1))[0]
	update(t, db, func(c command.Tx) error {
		x := c.(*tx)
		if err := x.exec("aging", "UPDATE songs SET created = 1000, changed = 1000"); err != nil {
			return err
		}
		if err := c.Retitle(code, "b"); err != nil {
			return err
		}
		var created, changed int64
		err := x.q.QueryRowContext(x.ctx, "SELECT created, changed FROM songs").Scan(&created, &changed)
		if created != 1000 || time.Since(time.UnixMilli(changed)).Abs() > time.Minute {
			t.Errorf("created %d, changed %d", created, changed)
		}
		without := 0
		err2 := x.q.QueryRowContext(x.ctx, `SELECT count(*) FROM sqlite_master m WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'goose%'
			AND (SELECT count(*) FROM pragma_table_info(m.name) WHERE name IN ('created', 'changed')) < 2`).Scan(&without)
		if without != 0 {
			t.Errorf("%d tables do not say when their rows were created and changed", without)
		}
		return errors.Join(err, err2)
	})
}
