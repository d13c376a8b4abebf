package sqlite

import (
	"database/sql"
	"fmt"

	"bandstand/internal/command"
)

func (t *tx) Outputs() ([]command.OutputSpec, error) {
	specs, err := all(t, func(r *sql.Rows) (o command.OutputSpec, err error) { return o, r.Scan(&o.Name, &o.URL, &o.Run) },
		"SELECT name, url, run FROM outputs ORDER BY name")
	if err != nil {
		return nil, fmt.Errorf("reading the outputs: %w", err)
	}
	return specs, nil
}

func (t *tx) SetOutput(o command.OutputSpec) error {
	return t.exec("keeping the output", `INSERT INTO outputs (name, url, run) VALUES (?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET url = excluded.url, run = excluded.run`, o.Name, o.URL, o.Run)
}

func (t *tx) RemoveOutput(name string) error {
	if _, err := t.q.ExecContext(t.ctx, "DELETE FROM outputs WHERE name = ?", name); err != nil {
		return fmt.Errorf("forgetting the output: %w", err)
	}
	return nil
}
