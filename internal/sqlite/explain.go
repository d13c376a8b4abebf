package sqlite

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"bandstand/internal/command"
)

// cannotOpen is explain for Open, where every error is for a person.
func (db *DB) cannotOpen(err error) error {
	var said *command.Sentence
	if err = db.explain(err); errors.As(err, &said) {
		return err
	}
	return &command.Sentence{Text: fmt.Sprintf("the database %s cannot be used: %v; put a copy of it back, or move it away to begin anew", db.path, err), Cause: err}
}

// explain makes of an error of SQLite a sentence for people, where they can do
// something about it.
func (db *DB) explain(err error) error {
	var said *command.Sentence
	var low *sqlite.Error
	if err == nil || errors.As(err, &said) || !errors.As(err, &low) {
		return err
	}
	var text string
	switch low.Code() & 0xff {
	case lib.SQLITE_FULL:
		text = "the disk is full: make room where %s is and say it again; nothing was lost"
	case lib.SQLITE_READONLY:
		text = "the database %s cannot be written: check the rights of the file and of its folder, and that the disk is not mounted read-only"
	case lib.SQLITE_CANTOPEN:
		text = "the database %s cannot be opened: check the rights of the file and of its folder, and that the disk has room"
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		text = "the database %s is damaged or no database: put a copy of it back, or move it away to begin anew"
	case lib.SQLITE_IOERR:
		text = "the disk with the database %s fails: check that it has room and is in order; nothing was lost"
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		text = "another program holds the database %s: try again, or end that program"
	default:
		return err
	}
	return &command.Sentence{Text: fmt.Sprintf(text, db.path), Cause: err}
}
