package playout_test

import (
	"testing"
	"time"

	"bandstand/internal/pcm"
	"bandstand/internal/playout"
	"bandstand/internal/song"
)

// TestANewTitleIsHeardAtOnce renames the song on the air, the one that is rendered ahead
// and one that was ordered but is not there yet: the sound is what it was.
func TestANewTitleIsHeardAtOnce(t *testing.T) {
	songs := fakeSongs{length: map[string]int64{"one": 96_001, "two": 48_000, "far": 48_000}, delay: map[string]time.Duration{"late": 80 * time.Millisecond}}
	far := testSong("far")
	var shared *song.Song
	tp := run(t, songs, 7*time.Second, func(p *playout.Playout) {
		p.SetQueue([]playout.Item{item(1, "one"), item(2, "two"), {Queue: 3, Code: "far", Song: far}})
		wait(time.Second + 7*time.Millisecond)
		shared = p.Now().Song
		p.Retitle("one", "Uno")
		p.Retitle("two", "Due") // rendered ahead by now
		p.Retitle("nobody", "x")
		wait(50 * time.Millisecond)
		if s := p.Now(); s.Song.Title != "Uno" || s.Item.Code != "one" || s.Position < time.Second {
			t.Errorf("%q of %s is heard, at %v", s.Song.Title, s.Item.Code, s.Position)
		}
		wait(4 * time.Second)
		p.Play(1, item(0, "late"))
		p.Retitle("late", "Tardi")
		wait(time.Second)
		p.Retitle("late", "Più tardi")
	})
	all, started := tp.samples(), tp.kinds(playout.Started)
	if shared.Title != "one" || far.Title != "far" {
		t.Errorf("songs that others read were changed: %q, %q", shared.Title, far.Title)
	}
	var titles []string
	var at []int64
	for _, b := range tp.blocks {
		if n := len(titles); n == 0 || titles[n-1] != b.Title {
			titles, at = append(titles, b.Title), append(at, b.Frame)
		}
	}
	want := []string{"", "The Tests - one", "The Tests - Uno", "The Tests - Due", "The Tests - far", "", "The Tests - Tardi", "The Tests - Più tardi"}
	if titles[0] != "" {
		want = want[1:]
	}
	if len(titles) != len(want) {
		t.Fatalf("titles %q, want %q", titles, want)
	}
	for i := range want {
		if titles[i] != want[i] {
			t.Fatalf("titles %q, want %q", titles, want)
		}
		if titles[i] == "The Tests - Uno" { // in the next block after the order
			if late := pcm.StationRate.Duration(at[i]) - 1007*time.Millisecond; late < 0 || late > pcm.BlockDuration {
				t.Errorf("the new title came %v after the order", late)
			}
		}
	}
	if len(started) != 4 || started[1].Song.Title != "Due" || started[3].Song.Title != "Tardi" {
		t.Fatalf("started: %+v", started)
	}
	wantRamp(t, all, started[0].Frame, started[0].Frame+96_001, 0)
	wantRamp(t, all, started[1].Frame, started[1].Frame+48_000, 0)
	for _, b := range tp.blocks {
		if b.Title == "The Tests - Uno" && b.Change != 0 && b.Frame+pcm.BlockFrames < started[1].Frame {
			t.Errorf("a title at frame %d passes for another song", b.Frame)
		}
	}
}
