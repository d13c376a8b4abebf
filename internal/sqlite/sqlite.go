// Package sqlite keeps the station's songs, bands, queue, plays, ratings and
// orders in one SQLite file.
//
// It promises that what Update has returned from is on the disk and outlives the
// process and the power, whole; that Views see one state and wait for nobody; and
// that its errors are sentences where a person can do something about them. It
// decides nothing: which songs are queued or played is command's and the
// station's matter.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"

	"bandstand/internal/command"
)

//go:embed migrations/*.sql
var migrations embed.FS

// readers is how many Views may be open at once before one waits.
const readers = 8

// DB is an open database.
type DB struct {
	path   string
	log    *slog.Logger
	writer *sql.DB // one connection
	reader *sql.DB
}

// Open opens the database file at path, makes it where there is none, and brings
// it up to this program's version. Its errors are command.Sentences: for a file
// that is newer, damaged, no database, not writable, or on a full disk.
func Open(ctx context.Context, path string, log *slog.Logger) (*DB, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	db := &DB{path: path, log: log}
	if err := db.open(ctx); err != nil {
		return nil, errors.Join(db.cannotOpen(err), db.Close())
	}
	return db, nil
}

func (db *DB) open(ctx context.Context) (err error) {
	abs, err := filepath.Abs(db.path)
	if err != nil {
		return fmt.Errorf("finding %s: %w", db.path, err)
	}
	if err := db.checkFile(abs); err != nil {
		return err
	}
	private(abs)
	if db.writer, err = sql.Open("sqlite", dsn(abs, "_txlock=immediate", "journal_mode(WAL)", "synchronous(FULL)", "journal_size_limit(67108864)")); err != nil {
		return fmt.Errorf("opening the writer: %w", err)
	}
	db.writer.SetMaxOpenConns(1)
	if db.reader, err = sql.Open("sqlite", dsn(abs, "_txlock=deferred", "query_only(ON)")); err != nil {
		return fmt.Errorf("opening the readers: %w", err)
	}
	db.reader.SetMaxOpenConns(readers)
	db.reader.SetMaxIdleConns(readers)
	if err := db.migrate(ctx); err != nil {
		return err
	}
	return db.update(ctx, func(*tx) error { return nil }) // tells what cannot be written
}

// checkFile refuses what SQLite would only report in its own words.
func (db *DB) checkFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return &command.Sentence{Text: fmt.Sprintf("the folder of the database %s is not there: make it first", path), Cause: err}
		}
		return nil
	case err != nil:
		return &command.Sentence{Text: fmt.Sprintf("the database %s cannot be opened: %v", path, err), Cause: err}
	case info.IsDir():
		return &command.Sentence{Text: fmt.Sprintf("the database %s is a folder: move it away", path)}
	}
	return nil
}

// private makes the file where there is none, and keeps others of this computer from
// reading it and what a crash left beside it: they hold the passwords of outputs. What
// cannot be done here SQLite tells.
func private(path string) {
	f, err := os.OpenFile(path, os.O_RDONLY|os.O_CREATE, 0o600)
	if err != nil {
		return
	}
	defer func() { _ = f.Close() }() // nothing was written
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if info, err := os.Stat(name); err == nil && info.Mode().Perm()&0o077 != 0 {
			_ = os.Chmod(name, info.Mode().Perm()&^0o077) // fails where it is not ours: then it is for its owner to do
		}
	}
}

func dsn(path, more string, pragmas ...string) string {
	q := ""
	for _, p := range append([]string{"busy_timeout(5000)", "foreign_keys(ON)"}, pragmas...) {
		q += "&_pragma=" + url.QueryEscape(p)
	}
	return (&url.URL{Scheme: "file", Path: path}).String() + "?" + more + q
}

func (db *DB) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("finding the migrations: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db.writer, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("reading the migrations: %w", err)
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("reading the version of the database: %w", err)
	}
	if have > want {
		return &command.Sentence{Text: fmt.Sprintf(
			"the database %s was made by a newer bandstand (its version is %d, this one knows %d): run the newer one, or give another folder with --data",
			db.path, have, want)}
	}
	done, err := p.Up(ctx)
	if err != nil {
		return fmt.Errorf("bringing the database up to date: %w", err)
	}
	for _, m := range done {
		db.log.Debug("database migrated", "step", m.Source.Version, "took", m.Duration)
	}
	return nil
}

// Close ends all work and folds the log into the file.
func (db *DB) Close() error {
	var errs []error
	for _, d := range []*sql.DB{db.reader, db.writer} { // the writer last: it tidies up
		if d != nil {
			errs = append(errs, d.Close())
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("closing the database: %w", err)
	}
	return nil
}

// View runs fn on one state of the database.
func (db *DB) View(ctx context.Context, fn func(command.Reader) error) error {
	t, err := db.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return db.explain(fmt.Errorf("beginning to read: %w", err))
	}
	defer func() { _ = t.Rollback() }() // nothing was written
	return db.explain(fn(&tx{ctx: ctx, q: t}))
}

// Update runs fn in a transaction of its own. When it returns nil everything is
// on the disk; when it returns an error, or fn panics, nothing is.
func (db *DB) Update(ctx context.Context, fn func(command.Tx) error) error {
	return db.explain(db.update(ctx, func(t *tx) error { return fn(t) }))
}

func (db *DB) update(ctx context.Context, fn func(*tx) error) (err error) {
	// The transaction is begun and ended by hand: where a COMMIT fails on a full
	// disk, database/sql would hand on the connection with the transaction open.
	conn, err := db.writer.Conn(ctx)
	if err != nil {
		return fmt.Errorf("waiting to write: %w", err)
	}
	committed := false
	defer func() {
		if !committed {
			_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") // fails where SQLite has done it already
		}
		err = errors.Join(err, conn.Close())
	}()
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("beginning to write: %w", err)
	}
	if err := fn(&tx{ctx: ctx, q: conn}); err != nil {
		return err
	}
	if _, err := conn.ExecContext(context.WithoutCancel(ctx), "COMMIT"); err != nil {
		return fmt.Errorf("writing to the disk: %w", err)
	}
	committed = true
	return nil
}
