package command_test

import (
	"database/sql"
	"fmt"
	"testing"

	_ "modernc.org/sqlite"
)

// ordersIn reads the record of a database file as a person with a tool would.
func ordersIn(t *testing.T, path string) []string {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), "SELECT id, who, door, line, outcome, reply FROM orders ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var id int
		var who, door, line, outcome, reply string
		if err := rows.Scan(&id, &who, &door, &line, &outcome, &reply); err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%d %s %s %q %s %s", id, who, door, line, outcome, reply))
	}
	return all
}
