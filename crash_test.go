package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bandstand/internal/command"
	"bandstand/internal/control"
	"bandstand/internal/sqlite"
)

// TestKilledFiftyTimesLosesNothing kills the station with SIGKILL in the middle of
// orders, 50 times, and looks into the database each time: every order that was
// answered is there, and none is half there.
func TestKilledFiftyTimesLosesNothing(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "station.log")
	done := &answered{titles: map[string]string{}, ratings: map[string]string{}}
	for round := range 50 {
		kill(t, dir, log, round, done)
		if t.Failed() {
			out, _ := os.ReadFile(log)
			t.Fatalf("round %d; the station's log:\n%s", round, out)
		}
		done.check(t, filepath.Join(dir, "data"))
	}
	t.Logf("%d songs, %d titles, %d ratings were acknowledged and found", len(done.queued), len(done.titles), len(done.ratings))
	if len(done.queued) < 50 || len(done.titles) < 50 {
		t.Errorf("only %d songs and %d titles were acknowledged: the rounds were too short to say anything", len(done.queued), len(done.titles))
	}
}

// answered is what the station said it had done.
type answered struct {
	more    chan struct{} // a token for each answer of this round
	mu      sync.Mutex
	queued  []string
	titles  map[string]string // the last acknowledged one of each song
	ratings map[string]string
}

// kill runs a station, gives it orders from three doors at once and kills it.
func kill(t *testing.T, dir, log string, round int, done *answered) {
	t.Helper()
	file, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	data := filepath.Join(dir, "data")
	cmd := exec.Command("bandstand", "--no-console", "--listen", "127.0.0.1:0", "--data", data)
	cmd.Stdout, cmd.Stderr = file, file
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Wait() }() // killed
	defer func() { _ = cmd.Process.Kill() }()
	socket := control.SocketPath(data)
	if !answers(t.Context(), socket) {
		t.Error("the station did not answer within 20 s")
		return
	}
	var wg sync.WaitGroup
	done.more = make(chan struct{}, 1000)
	for door := range 3 {
		wg.Go(func() { giveOrders(t.Context(), socket, uint64(round*3+door), done) })
	}
	// After a few answers, and then at any moment of the next order.
	limit := time.After(20 * time.Second)
	for range 4 + rand.IntN(8) {
		select {
		case <-done.more:
		case <-limit:
			t.Error("no order was answered for 20 s")
		}
	}
	<-time.After(rand.N(20 * time.Millisecond))
	_ = cmd.Process.Kill()
	wg.Wait()
}

func answers(ctx context.Context, socket string) bool {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := control.Send(ctx, socket, "now"); err == nil {
			return true
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
}

// giveOrders goes on until the station is gone, and keeps what was answered.
func giveOrders(ctx context.Context, socket string, seed uint64, done *answered) {
	styles := []string{"pop", "rock", "funk"}
	for n := uint64(0); ; n++ {
		reply, err := control.Send(ctx, socket, fmt.Sprintf("queue new %s bars=8 seed=%d", styles[n%3], seed<<20+n))
		if err != nil || !reply.OK {
			return
		}
		code := reply.Song.Code
		done.mu.Lock()
		done.queued = append(done.queued, code)
		done.mu.Unlock()
		done.more <- struct{}{}
		for order, kept := range map[string]map[string]string{
			fmt.Sprintf("title %s Take %d", code, n): done.titles,
			fmt.Sprintf("rate %s %d", code, 1+n%5):   done.ratings,
		} {
			reply, err := control.Send(ctx, socket, order)
			done.mu.Lock() // one that was not answered may be kept or not: both are right
			if err == nil && reply.OK {
				kept[code] = order
				done.more <- struct{}{}
			}
			done.mu.Unlock()
		}
	}
}

// check opens the database, as the next start does, and looks for all of it.
func (a *answered) check(t *testing.T, data string) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(data, "station.db"), nil)
	if err != nil {
		t.Fatalf("opening the database after the kill: %v", err)
	}
	defer db.Close()
	err = db.View(t.Context(), func(r command.Reader) error {
		waiting, err := r.Queue()
		if err != nil {
			return err
		}
		played, err := r.History(1 << 20)
		if err != nil {
			return err
		}
		there := map[string]int{}
		for _, w := range waiting {
			there[w.Song.Code]++
		}
		for _, p := range played {
			there[p.Song.Code]++
		}
		return a.look(t, r, there)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (a *answered) look(t *testing.T, r command.Reader, there map[string]int) error {
	t.Helper()
	for _, code := range a.queued {
		info, err := r.Song(code)
		if err != nil {
			return fmt.Errorf("song %s was acknowledged and is gone: %w", code, err)
		}
		if there[code] != 1 {
			t.Errorf("song %s is %d times in queue and history, not once", code, there[code])
		}
		if title, ok := a.titles[code]; ok && !strings.HasSuffix(title, " "+info.Title) {
			t.Errorf("%q was acknowledged, but the title is %q", title, info.Title)
		}
		if rating, ok := a.ratings[code]; ok && !strings.HasSuffix(rating, fmt.Sprintf(" %.0f", info.Rating)) {
			t.Errorf("%q was acknowledged, but the rating is %v", rating, info.Rating)
		}
	}
	all, err := r.Songs(command.Filter{Limit: 1 << 20})
	if err != nil {
		return err
	}
	for _, s := range all {
		if there[s.Code] == 0 {
			t.Errorf("song %s (%s) was kept, but neither waits nor played: half an order", s.Code, s.Title)
		}
		if !slices.Contains(a.queued, s.Code) { // composed, but killed before the answer: whole all the same
			if _, err := r.Notes(s.Code); err != nil {
				return fmt.Errorf("song %s has no notes: %w", s.Code, err)
			}
		}
	}
	return nil
}
