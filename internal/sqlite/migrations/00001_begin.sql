-- Times are milliseconds since 1970.

-- +goose Up
CREATE TABLE songs (
	id       INTEGER PRIMARY KEY,
	code     TEXT    NOT NULL UNIQUE CHECK (length(code) >= 5),
	title    TEXT    NOT NULL,
	band     TEXT    NOT NULL COLLATE NOCASE,
	style    TEXT    NOT NULL,
	key      TEXT    NOT NULL,
	tempo    REAL    NOT NULL, -- quarter notes a minute
	bars     INTEGER NOT NULL,
	seed     INTEGER NOT NULL, -- 64 bits without a sign, kept in one with
	seconds  REAL    NOT NULL,
	composer INTEGER NOT NULL, -- version of the composer
	deleted  INTEGER,          -- when; not deleted: NULL
	created  INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
	changed  INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
) STRICT;

CREATE TABLE song_notes (
	song_id INTEGER PRIMARY KEY REFERENCES songs (id),
	notes   BLOB    NOT NULL, -- the whole song, compressed
	created INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
	changed INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
) STRICT;

CREATE TABLE bands (
	id      INTEGER PRIMARY KEY,
	name    TEXT    NOT NULL UNIQUE COLLATE NOCASE,
	style   TEXT    NOT NULL,
	seed    INTEGER NOT NULL,
	version INTEGER NOT NULL, -- of the genome
	robots  TEXT    NOT NULL, -- JSON
	created INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
	changed INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
) STRICT;

CREATE TABLE queue (
	id      INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again
	song_id INTEGER NOT NULL REFERENCES songs (id),
	place   INTEGER NOT NULL, -- ascending, from 1
	created INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
	changed INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
) STRICT;

CREATE TABLE plays (
	id      INTEGER PRIMARY KEY,
	song_id INTEGER NOT NULL REFERENCES songs (id),
	turn    INTEGER NOT NULL, -- the order it followed
	created INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
	changed INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
) STRICT;

CREATE TABLE ratings (
	song_id INTEGER NOT NULL REFERENCES songs (id),
	person  TEXT    NOT NULL,
	stars   INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
	created INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
	changed INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
	PRIMARY KEY (song_id, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
	id      INTEGER PRIMARY KEY AUTOINCREMENT, -- the turn
	who     TEXT    NOT NULL,
	door    TEXT    NOT NULL,
	line    TEXT    NOT NULL,
	outcome TEXT    NOT NULL CHECK (outcome IN ('begun', 'done', 'failed')),
	reply   TEXT    NOT NULL,
	created INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
	changed INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
) STRICT;

CREATE TABLE air (
	id          INTEGER PRIMARY KEY CHECK (id = 1), -- one row
	state       TEXT    NOT NULL CHECK (state IN ('playing', 'looping', 'silent')),
	song_id     INTEGER REFERENCES songs (id),
	queue       INTEGER NOT NULL, -- queue id it was taken from, or 0
	position_ms INTEGER NOT NULL,
	turn        INTEGER NOT NULL,
	auto        INTEGER NOT NULL,
	held        INTEGER NOT NULL,
	loop_from   INTEGER, -- bar, from 0
	loop_bars   INTEGER,
	loop_gap_ms INTEGER,
	created     INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
	changed     INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
) STRICT;

CREATE TABLE undo (
	id      INTEGER PRIMARY KEY,
	kind    TEXT    NOT NULL CHECK (kind IN ('delete', 'remove', 'title')),
	song_id INTEGER NOT NULL REFERENCES songs (id),
	title   TEXT    NOT NULL,
	places  TEXT    NOT NULL, -- in the queue, JSON
	undone  INTEGER,          -- when
	created INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
	changed INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
) STRICT;

CREATE INDEX songs_band ON songs (band);
CREATE INDEX songs_style ON songs (style);
CREATE INDEX queue_place ON queue (place);
CREATE INDEX plays_song ON plays (song_id);

INSERT INTO air (id, state, queue, position_ms, turn, auto, held) VALUES (1, 'silent', 0, 0, 0, 0, 0);

-- +goose StatementBegin
CREATE TRIGGER songs_changed AFTER UPDATE ON songs WHEN new.changed = old.changed BEGIN
	UPDATE songs SET changed = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE id = new.id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER song_notes_changed AFTER UPDATE ON song_notes WHEN new.changed = old.changed BEGIN
	UPDATE song_notes SET changed = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE song_id = new.song_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER bands_changed AFTER UPDATE ON bands WHEN new.changed = old.changed BEGIN
	UPDATE bands SET changed = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE id = new.id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER queue_changed AFTER UPDATE ON queue WHEN new.changed = old.changed BEGIN
	UPDATE queue SET changed = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE id = new.id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER plays_changed AFTER UPDATE ON plays WHEN new.changed = old.changed BEGIN
	UPDATE plays SET changed = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE id = new.id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER ratings_changed AFTER UPDATE ON ratings WHEN new.changed = old.changed BEGIN
	UPDATE ratings SET changed = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE song_id = new.song_id AND person = new.person;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER orders_changed AFTER UPDATE ON orders WHEN new.changed = old.changed BEGIN
	UPDATE orders SET changed = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE id = new.id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER air_changed AFTER UPDATE ON air WHEN new.changed = old.changed BEGIN
	UPDATE air SET changed = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE id = new.id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER undo_changed AFTER UPDATE ON undo WHEN new.changed = old.changed BEGIN
	UPDATE undo SET changed = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE id = new.id;
END;
-- +goose StatementEnd

