package sqlite

import (
	"database/sql"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pressly/goose/v3"

	"bandstand/internal/command"
)

func TestTrustIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "station.db")
	db := open(t, path)
	ada := command.Grant{Who: "ada", Role: command.RoleOperator}
	band := command.Grant{Who: "ada", Role: command.RoleAdmin, Network: "home", Channel: "#band"}
	mask := command.Grant{Who: "*!*@h.example.org", Role: command.RoleListener, Network: "home"}
	update(t, db, func(tx command.Tx) error {
		return errors.Join(tx.Trust(ada, 1), tx.Trust(band, 2), tx.Trust(mask, 3), tx.Trust(command.Grant{Who: "bob", Role: command.RolePlayer}, 4))
	})
	ada.Role = command.RoleListener
	update(t, db, func(tx command.Tx) error {
		return errors.Join(tx.Trust(ada, 5), tx.Untrust(command.Grant{Who: "bob", Role: command.RoleAdmin}))
	})
	if err := db.Update(t.Context(), func(tx command.Tx) error { return tx.Untrust(command.Grant{Who: "bob"}) }); !errors.Is(err, command.ErrNone) {
		t.Errorf("got %v", err)
	}
	if err := db.Update(t.Context(), func(tx command.Tx) error { return tx.Trust(command.Grant{Who: "eve"}, 6) }); err == nil {
		t.Error("a role that is none was kept")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	view(t, open(t, path), func(rd command.Reader) error {
		got, err := rd.Trusted()
		if want := []command.Grant{mask, ada, band}; !slices.Equal(got, want) {
			t.Errorf("got %+v", got)
		}
		return err
	})
}

func TestVotesAreForOneAiring(t *testing.T) {
	db := fresh(t)
	votes := func(turn, queue int64, want ...string) {
		t.Helper()
		view(t, db, func(rd command.Reader) error {
			got, err := rd.Votes(turn, queue)
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			return err
		})
	}
	update(t, db, func(tx command.Tx) error {
		return errors.Join(tx.Vote(7, 0, "b"), tx.Vote(7, 0, "a"), tx.Vote(7, 0, "b"))
	})
	votes(7, 0, "a", "b")
	votes(7, 1)
	update(t, db, func(tx command.Tx) error { return tx.Vote(7, 1, "c") })
	votes(7, 1, "c")
	votes(7, 0)
}

// TestPeopleAreKept follows who ordered a song through the queue to the air.
func TestPeopleAreKept(t *testing.T) {
	db := fresh(t)
	var a, b string
	var first, second int64
	update(t, db, func(tx command.Tx) error {
		var err error
		for code, title := range map[*string]string{&a: "a", &b: "b"} {
			p, err := db.Pack(aSong(title, 1))
			if err != nil {
				return err
			}
			p.Person = "irc:home:" + title
			if *code, err = tx.AddSong(p); err != nil {
				return err
			}
		}
		if first, err = tx.Enqueue(a, 0, "irc:home:carol"); err != nil {
			return err
		}
		if second, err = tx.Enqueue(b, 1, "irc:home:dan"); err != nil {
			return err
		}
		return tx.SetAir(command.AirState{State: command.Silent, Turn: 5})
	})
	view(t, db, func(rd command.Reader) error {
		q, err := rd.Queue()
		if len(q) != 2 || q[0].Person != "irc:home:dan" || q[0].Song.Person != "irc:home:b" || q[1].Person != "irc:home:carol" {
			t.Errorf("got %+v", q)
		}
		return err
	})
	person := func(doing, want string) {
		t.Helper()
		if r, err := db.Resume(t.Context()); err != nil || r.Air.Person != want {
			t.Errorf("%s: %q has the air, %v", doing, r.Air.Person, err)
		}
	}
	for _, step := range []struct {
		queue      int64
		code, want string
	}{{second, b, "irc:home:dan"}, {first, a, "irc:home:carol"}, {first, a, "irc:home:carol"}} {
		if err := db.Started(t.Context(), 5, step.queue, step.code); err != nil {
			t.Fatal(err)
		}
		person("started "+step.code, step.want)
	}
	if err := db.Ended(t.Context(), 5); err != nil {
		t.Fatal(err)
	}
	person("ended", "")
}

// before makes a database as the version with so many migrations left it.
func before(t *testing.T, path string, version int64, rows ...string) {
	t.Helper()
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, raw, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if _, err := raw.ExecContext(t.Context(), row); err != nil {
			t.Fatalf("%s: %v", row, err)
		}
	}
}

// TestADatabaseFromBeforePeople opens one of version 1, in the middle of a song.
func TestADatabaseFromBeforePeople(t *testing.T) {
	path := filepath.Join(t.TempDir(), "station.db")
	before(t, path, 1,
		`INSERT INTO songs (id, code, title, band, style, key, tempo, bars, seed, seconds, composer) VALUES
			(1, 'aaaaa', 'Old', 'House Cats', 'funk', 'Em', 104, 32, 7, 73.5, 1), (2, 'bbbbb', 'Older', 'House Cats', 'funk', 'Em', 104, 32, 8, 73.5, 1)`,
		`INSERT INTO orders (id, who, door, line, outcome, reply) VALUES (3, 'ann', 'console', 'new', 'done', 'on the air')`,
		`INSERT INTO queue (id, song_id, place) VALUES (9, 2, 1)`,
		`INSERT INTO plays (song_id, turn) VALUES (1, 3)`,
		`INSERT INTO ratings (song_id, person, stars) VALUES (1, 'local:ann', 5)`,
		`UPDATE air SET state = 'playing', song_id = 1, turn = 3, position_ms = 1500`)
	db := open(t, path)
	r, err := db.Resume(t.Context())
	if err != nil || r.Air.Code != "aaaaa" || r.Air.Turn != 3 || r.Air.Person != "" || len(r.Queue) != 1 {
		t.Errorf("resumes %+v, %v", r, err)
	}
	view(t, db, func(rd command.Reader) error {
		info, err := rd.Song("aaaaa")
		if info.Rating != 5 || info.Plays != 1 || info.Person != "" || info.Title != "Old" {
			t.Errorf("got %+v", info)
		}
		grants, err2 := rd.Trusted()
		if len(grants) != 0 {
			t.Errorf("got %+v", grants)
		}
		return errors.Join(err, err2)
	})
	update(t, db, func(tx command.Tx) error {
		turn, err := tx.Record(command.Order{Who: "bob", Person: "irc:home:bob", Door: "irc", Line: "skip", Outcome: "begun"})
		if turn != 4 {
			t.Errorf("the next turn is %d", turn)
		}
		return errors.Join(err, tx.Vote(3, 0, "irc:home:bob"), tx.Trust(command.Grant{Who: "bob", Role: command.RoleAdmin}, turn))
	})
	if err := db.Started(t.Context(), 3, 9, "bbbbb"); err != nil {
		t.Error(err)
	}
}

// TestEveryVersionOpens brings databases of all versions up to this one.
func TestEveryVersionOpens(t *testing.T) {
	steps, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(steps) < 2 {
		t.Fatalf("%d migrations, %v", len(steps), err)
	}
	for version := 1; version <= len(steps); version++ {
		path := filepath.Join(t.TempDir(), "station.db")
		before(t, path, int64(version))
		db := open(t, path)
		add(t, db, aSong("a", 1))
		var have int64
		if err := db.writer.QueryRowContext(t.Context(), "SELECT max(version_id) FROM goose_db_version").Scan(&have); err != nil || have != int64(len(steps)) {
			t.Errorf("from %d: version %d, %v", version, have, err)
		}
	}
}
