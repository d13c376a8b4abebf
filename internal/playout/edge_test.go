package playout_test

import (
	"testing"
	"time"

	"bandstand/internal/pcm"
	"bandstand/internal/pcm/pcmtest"
	"bandstand/internal/playout"
)

// TestAnOrderAsTheSongEnds gives an order whose song is not ready when the one
// that is heard ends: the silence between belongs to the old turn, so that nobody
// takes it for what the order decided.
func TestAnOrderAsTheSongEnds(t *testing.T) {
	songs := fakeSongs{length: map[string]int64{"one": 48_000, "two": 48_000, "next": 48_000}, delay: map[string]time.Duration{"two": 100 * time.Millisecond}}
	tp := run(t, songs, 4*time.Second, func(p *playout.Playout) {
		p.Play(1, item(0, "one"))
		p.SetQueue([]playout.Item{item(1, "next")})
		wait(980 * time.Millisecond)
		p.Play(2, item(0, "two"))
	})
	type news struct {
		kind playout.EventKind
		turn int64
		code string
	}
	want := []news{{playout.Started, 1, "one"}, {playout.Silent, 1, ""}, {playout.Started, 2, "two"}, {playout.Started, 2, "next"}, {playout.Silent, 2, ""}}
	var got []news
	for _, e := range tp.events {
		got = append(got, news{e.Kind, e.Turn, e.Item.Code})
	}
	if len(got) != len(want) {
		t.Fatalf("events %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("event %d is %v, want %v", i, got[i], want[i])
		}
	}
}

// TestEveryBlockNamesTheSongOfItsFirstFrame lets songs follow each other in the
// middle of blocks.
func TestEveryBlockNamesTheSongOfItsFirstFrame(t *testing.T) {
	songs := fakeSongs{length: map[string]int64{"one": 100_001, "two": 77_777}}
	tp := run(t, songs, 5*time.Second, func(p *playout.Playout) {
		p.SetQueue([]playout.Item{item(1, "one"), item(2, "two")})
	})
	started, end := tp.kinds(playout.Started), tp.kinds(playout.Silent)[0].Frame
	for _, b := range tp.blocks {
		want := ""
		switch {
		case b.Frame >= end:
		case b.Frame >= started[1].Frame:
			want = "two"
		case b.Frame >= started[0].Frame:
			want = "one"
		}
		if b.Code != want || (b.Title == "") != (want == "") {
			t.Errorf("the block at frame %d is called %q (%q), want %q", b.Frame, b.Code, b.Title, want)
		}
	}
}

// TestAShortRestFadesToo replaces a song with less than a fade of it left.
func TestAShortRestFadesToo(t *testing.T) {
	tp := run(t, renderFunc(func() pcm.Source { return &pcmtest.Constant{Value: 0.5, Length: 48_000 + 1_100} }), 3*time.Second, func(p *playout.Playout) {
		p.Play(1, item(0, "loud"))
		wait(1010 * time.Millisecond) // 140 frames of it are left
		p.Silence(2)
	})
	all := tp.samples()
	for f := 1; f < len(all)/2; f++ {
		if step := all[2*f] - all[2*f-2]; step < -0.05 {
			t.Fatalf("a click of %v at frame %d", step, f)
		}
	}
}
