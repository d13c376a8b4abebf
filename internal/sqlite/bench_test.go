package sqlite

import (
	"fmt"
	"testing"
	"time"

	"bandstand/internal/command"
)

// BenchmarkNotes reads a song of three minutes.
func BenchmarkNotes(b *testing.B) {
	db := fresh(b)
	code := add(b, db, aSong("a", 4000))[0]
	for b.Loop() {
		if _, err := db.Notes(b.Context(), code); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPack compresses a song of three minutes.
func BenchmarkPack(b *testing.B) {
	db, s := fresh(b), aSong("a", 4000)
	for b.Loop() {
		if _, err := db.Pack(s); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkProgress is the smallest write that is safely on the disk.
func BenchmarkProgress(b *testing.B) {
	db := fresh(b)
	for b.Loop() {
		if err := db.Progress(b.Context(), 1, "22222", time.Second); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOrder is an order that keeps a song, from the words to the reply.
func BenchmarkOrder(b *testing.B) {
	db := fresh(b)
	var seeds seedBox
	table := command.New(command.Deps{Store: db, Composer: plainComposer{}, Air: deafAir{}, Seed: seeds.next})
	for _, line := range []string{"new", "now", "queue", "skip"} {
		b.Run(line, func(b *testing.B) {
			for b.Loop() {
				table.Do(b.Context(), command.Caller{Local: true}, line)
			}
		})
	}
}

// BenchmarkFullQueue is orders while a thousand songs wait.
func BenchmarkFullQueue(b *testing.B) {
	db := fresh(b)
	var seeds seedBox
	table := command.New(command.Deps{Store: db, Composer: plainComposer{}, Air: deafAir{}, Seed: seeds.next})
	for range 9 {
		if r := table.Do(b.Context(), command.Caller{Local: true}, "queue new count=100"); !r.OK {
			b.Fatal(r.Text)
		}
	}
	table.Do(b.Context(), command.Caller{Local: true}, "new")
	for _, line := range []string{"rate now 3", "now", "queue", "queue now", "queue remove now"} {
		b.Run(line, func(b *testing.B) {
			for b.Loop() {
				table.Do(b.Context(), command.Caller{Local: true}, line)
			}
		})
	}
}

// BenchmarkManySongs lists songs of a full library.
func BenchmarkManySongs(b *testing.B) {
	db := fresh(b)
	update(b, db, func(tx command.Tx) error {
		for i := range 20000 {
			p, err := db.Pack(aSong(fmt.Sprint(i), 1))
			if err != nil {
				return err
			}
			if _, err := tx.AddSong(p); err != nil {
				return err
			}
		}
		return nil
	})
	table := command.New(command.Deps{Store: db, Composer: plainComposer{}, Air: deafAir{}})
	for _, line := range []string{"songs", "song 22222", "bands", "band House"} {
		b.Run(line, func(b *testing.B) {
			for b.Loop() {
				table.Do(b.Context(), command.Caller{Local: true}, line)
			}
		})
	}
}
