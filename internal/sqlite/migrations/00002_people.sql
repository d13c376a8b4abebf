-- Who ordered what, and who may. A person is "irc:NETWORK:ACCOUNT" and the like (command.Caller); '' where it was
-- not yet written down.

-- +goose Up
ALTER TABLE orders ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE songs  ADD COLUMN person TEXT NOT NULL DEFAULT ''; -- had it composed
ALTER TABLE queue  ADD COLUMN person TEXT NOT NULL DEFAULT ''; -- put it there
ALTER TABLE air    ADD COLUMN person TEXT NOT NULL DEFAULT ''; -- put on the air what is heard

CREATE TABLE trust (
	who     TEXT    NOT NULL, -- a services account, or a mask
	network TEXT    NOT NULL, -- '': all
	channel TEXT    NOT NULL, -- '': everywhere on the network
	role    TEXT    NOT NULL CHECK (role IN ('listener', 'player', 'operator', 'admin')),
	turn    INTEGER NOT NULL, -- the order that said so
	created INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
	changed INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
	PRIMARY KEY (who, network, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE votes ( -- to skip what is heard; those for an earlier song are deleted
	turn    INTEGER NOT NULL, -- with queue it says which airing of which song
	queue   INTEGER NOT NULL,
	person  TEXT    NOT NULL,
	created INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
	changed INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
	PRIMARY KEY (turn, queue, person)
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER trust_changed AFTER UPDATE ON trust WHEN new.changed = old.changed BEGIN
	UPDATE trust SET changed = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE who = new.who AND network = new.network AND channel = new.channel;
END;
-- +goose StatementEnd
