// Package corpus is what is known of human music: tables of numbers, embedded in the
// program, that the composer and the styles draw on. It promises that every table is
// there, whole and finite; that shares lie within 0–1; and that what a table says
// comes from the corpus named beside it, whose licence is in data/ATTRIBUTION.md.
// It decides nothing and draws nothing by chance: averages of a corpus wander, so
// whoever composes chooses a few things once and repeats them.
//
// tools/corpus makes the tables. Each subject has a file of its own here, with the
// shapes and the units.
package corpus

import (
	"embed"
	"encoding/json"
	"fmt"
	"sync"
)

//go:embed data
var files embed.FS // the attributions too: they ship with every program that has the tables

// table reads an embedded table once, when it is first asked for. A table that
// cannot be read is a fault of the build, which the tests find: it panics.
func table[T any](name string) func() T {
	return sync.OnceValue(func() T {
		var out T
		data, err := files.ReadFile("data/" + name)
		if err == nil {
			err = json.Unmarshal(data, &out)
		}
		if err != nil {
			panic(fmt.Sprintf("corpus: the embedded table %s: %v", name, err))
		}
		return out
	})
}
