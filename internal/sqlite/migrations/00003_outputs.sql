-- Where the station is sent to.

-- +goose Up
CREATE TABLE outputs (
	name    TEXT    PRIMARY KEY COLLATE NOCASE,
	url     TEXT    NOT NULL, -- with its secrets; '': the configuration has it, and only whether it runs is kept here
	run     INTEGER NOT NULL,
	created INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
	changed INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER outputs_changed AFTER UPDATE ON outputs WHEN new.changed = old.changed BEGIN
	UPDATE outputs SET changed = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE name = new.name;
END;
-- +goose StatementEnd
