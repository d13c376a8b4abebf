package sqlite

import (
	"database/sql"
	"fmt"

	"bandstand/internal/command"
)

func (t *tx) Trusted() ([]command.Grant, error) {
	grants, err := all(t, func(r *sql.Rows) (g command.Grant, err error) {
		var role string
		if err := r.Scan(&g.Who, &g.Network, &g.Channel, &role); err != nil {
			return g, err
		}
		g.Role, err = command.ParseRole(role)
		return g, err
	}, "SELECT who, network, channel, role FROM trust ORDER BY who, network, channel")
	if err != nil {
		return nil, fmt.Errorf("reading who is trusted: %w", err)
	}
	return grants, nil
}

func (t *tx) Trust(g command.Grant, turn int64) error {
	return t.exec("trusting", `INSERT INTO trust (who, network, channel, role, turn) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (who, network, channel) DO UPDATE SET role = excluded.role, turn = excluded.turn`,
		g.Who, g.Network, g.Channel, g.Role.String(), turn)
}

func (t *tx) Untrust(g command.Grant) error {
	return t.exec("trusting no more", "DELETE FROM trust WHERE who = ? AND network = ? AND channel = ?", g.Who, g.Network, g.Channel)
}

func (t *tx) Votes(turn, queue int64) ([]string, error) {
	people, err := all(t, func(r *sql.Rows) (person string, err error) { return person, r.Scan(&person) },
		"SELECT person FROM votes WHERE turn = ? AND queue = ? ORDER BY person", turn, queue)
	if err != nil {
		return nil, fmt.Errorf("reading the votes: %w", err)
	}
	return people, nil
}

func (t *tx) Vote(turn, queue int64, person string) error {
	if _, err := t.q.ExecContext(t.ctx, "DELETE FROM votes WHERE turn <> ? OR queue <> ?", turn, queue); err != nil {
		return fmt.Errorf("forgetting old votes: %w", err)
	}
	return t.exec("voting", "INSERT INTO votes (turn, queue, person) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET person = person", turn, queue, person)
}
