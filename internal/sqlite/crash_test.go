package sqlite

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"bandstand/internal/band"
	"bandstand/internal/command"
	"bandstand/internal/song"
)

// crashKey has the test binary be a station that gives itself orders until it is killed.
const crashKey = "SQLITE_TEST_CRASH"

// crashChild orders on the database at path, three doors at once, and prints every reply.
func crashChild(path string) int {
	ctx := context.Background()
	db, err := Open(ctx, path, nil)
	if err != nil {
		fmt.Println("no", err)
		return 1
	}
	var seeds seedBox
	table := command.New(command.Deps{Store: db, Composer: plainComposer{}, Air: deafAir{}, Exporter: nil, House: nil, Seed: seeds.next})
	var out sync.Mutex
	var all sync.WaitGroup
	for door := range 3 {
		all.Go(func() {
			me := command.Caller{Door: "console", Who: fmt.Sprint(door), Local: true}
			for {
				r := table.Do(ctx, me, []string{"queue new", "new", "queue new count=3", "skip", "rate now 4"}[rand.IntN(5)])
				out.Lock()
				if r.OK {
					fmt.Printf("ok %q\n", r.Text)
				} else if !strings.Contains(r.Text, "nothing is on the air") {
					fmt.Printf("no %q\n", r.Text)
				}
				out.Unlock()
			}
		})
	}
	all.Wait()
	return 0
}

type seedBox struct {
	mu   sync.Mutex
	last uint64
}

func (s *seedBox) next() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	return s.last
}

type plainComposer struct{}

func (plainComposer) Compose(_ context.Context, b command.Brief) (*song.Song, []string, error) {
	s := aSong(fmt.Sprint(b.Seed), 200)
	s.Seed = b.Seed
	return s, nil, nil
}
func (plainComposer) Styles() []command.StyleInfo                { return []command.StyleInfo{{Name: "funk"}} }
func (plainComposer) House() []band.Band                         { return nil }
func (plainComposer) NewBand(string, uint64) (band.Band, error)  { return band.Band{}, nil }
func (plainComposer) Lineup(band.Band) ([]command.Player, error) { return nil, nil }

type deafAir struct{}

func (deafAir) Now() command.Now           { return command.Now{State: command.Silent} }
func (deafAir) Play(int64, command.Airing) {}
func (deafAir) Silence(int64)              {}
func (deafAir) Release(int64)              {}
func (deafAir) SetQueue([]command.Airing)  {}
func (deafAir) SetAuto(bool)               {}
func (deafAir) Retitle(string, string)     {}

// TestKilledAtAnyMoment kills a station in the middle of its orders, again and again,
// on the same database. Every reply that came out must be kept, word for word, and
// nothing may be half there.
func TestKilledAtAnyMoment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "station.db")
	replies := map[string]int{}
	const kills = 12
	for i := range kills {
		for _, r := range runAndKill(t, path, 5+rand.IntN(15)) {
			replies[r]++
		}
		checkWhole(t, path, i, i == kills-1)
	}
	db := open(t, path)
	kept := map[string]int{}
	view(t, db, func(rd command.Reader) error {
		list, err := all(rd.(*tx), scanText, "SELECT reply FROM orders WHERE outcome = 'done'")
		for _, r := range list {
			kept[r]++
		}
		return err
	})
	n := 0
	for r, times := range replies {
		n += times
		if kept[r] < times {
			t.Errorf("lost: %q was acknowledged %d times and is kept %d times", r, times, kept[r])
		}
	}
	if n < kills*5 {
		t.Errorf("only %d orders were acknowledged", n)
	}
	t.Logf("%d orders were acknowledged before %d kills", n, kills)
}

// runAndKill gives the replies of a station that is killed after so many.
func runAndKill(t *testing.T, path string, after int) []string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), crashKey+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var replies []string
	lines := bufio.NewScanner(out)
	for lines.Scan() { // also what was printed before the kill arrived
		verdict, quoted, _ := strings.Cut(lines.Text(), " ")
		var text string
		if _, err := fmt.Sscanf(quoted, "%q", &text); err != nil || verdict != "ok" {
			t.Errorf("the station said %s", lines.Text())
			continue
		}
		if replies = append(replies, text); len(replies) == after {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the station ended by itself")
	}
	return replies
}

func scanText(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) }

// checkWhole looks for anything that is half there.
func checkWhole(t *testing.T, path string, kill int, notes bool) {
	t.Helper()
	db, err := Open(t.Context(), path, nil)
	if err != nil {
		t.Fatalf("after kill %d: %v", kill, err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	view(t, db, func(rd command.Reader) error {
		for query, want := range map[string]string{
			"PRAGMA integrity_check":                                                                                 "ok",
			"SELECT count(*) FROM pragma_foreign_key_check":                                                          "0",
			"SELECT count(*) FROM orders WHERE outcome = 'begun'":                                                    "0",
			"SELECT count(*) FROM songs WHERE id NOT IN (SELECT song_id FROM song_notes)":                            "0",
			"SELECT count(*) FROM songs WHERE id NOT IN (SELECT song_id FROM queue UNION SELECT song_id FROM plays)": "0",
			"SELECT state = 'silent' OR turn IN (SELECT turn FROM plays) FROM air":                                   "1",
			"SELECT count(*) - count(DISTINCT place) FROM queue":                                                     "0",
		} {
			var got string
			x := rd.(*tx)
			if err := x.q.QueryRowContext(x.ctx, query).Scan(&got); err != nil || got != want {
				t.Errorf("after kill %d: %s: %s, %v, want %s", kill, query, got, err, want)
			}
		}
		songs, err := rd.Songs(command.Filter{})
		if err != nil || !notes {
			return err
		}
		for _, s := range songs {
			if n, err := rd.Notes(s.Code); err != nil || n.Seed != s.Seed {
				t.Errorf("after kill %d: song %s: %v", kill, s.Code, err)
			}
		}
		return nil
	})
}
