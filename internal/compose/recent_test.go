package compose

import (
	"context"
	"errors"
	"testing"

	"bandstand/internal/song"
)

// TestFreshSongsAreNoCopies: a seed that was not asked for gives way to another where its
// song is known, one that was asked for never does.
func TestFreshSongsAreNoCopies(t *testing.T) {
	c := composer(t)
	var recent Recent
	b := Brief{Style: "pop", Seed: 5}
	known := compose(t, c, b)
	recent.Add(known)
	if near := recent.Nearest(known); near != 1 {
		t.Errorf("the song itself is %.2f alike", near)
	}
	drawn := 0
	s, _, err := c.ComposeFresh(t.Context(), b, &recent, func() uint64 { drawn++; return 6 })
	if err != nil {
		t.Fatal(err)
	}
	if s.Seed != 6 || drawn != 1 {
		t.Errorf("the near-copy was kept: seed %d after %d draws", s.Seed, drawn)
	}
	if recent.Nearest(s) != 1 {
		t.Error("the new song is not remembered")
	}
	again := compose(t, c, b)
	if again.Text() != known.Text() {
		t.Error("a given seed gives another song once it is known")
	}
}

// TestFreshSongsHaveTitlesOfTheirOwn: a seed that was not asked for gives way to another
// where a song of its title is remembered, whatever its tune.
func TestFreshSongsHaveTitlesOfTheirOwn(t *testing.T) {
	c := composer(t)
	var recent Recent
	b := Brief{Style: "pop", Seed: 5}
	namesake := *compose(t, c, Brief{Style: "pop", Seed: 7})
	namesake.Title = compose(t, c, b).Title
	recent.Add(&namesake)
	s, _, err := c.ComposeFresh(t.Context(), b, &recent, func() uint64 { return 6 })
	if err != nil || s.Seed != 6 {
		t.Errorf("%v, seed %d: a second song is called %q", err, s.Seed, namesake.Title)
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := c.ComposeFresh(done, b, &recent, func() uint64 { return 8 }); !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
}

// TestWhatAllSeedsRepeatIsStillASong: where every seed gives the same, the song comes all the same.
func TestWhatAllSeedsRepeatIsStillASong(t *testing.T) {
	c := composer(t)
	var recent Recent
	b := Brief{Style: "pop", Seed: 5}
	recent.Add(compose(t, c, b))
	s, _, err := c.ComposeFresh(t.Context(), b, &recent, func() uint64 { return 5 })
	if err != nil || s == nil {
		t.Errorf("no song: %v", err)
	}
}

func TestRecentForgetsTheOldest(t *testing.T) {
	c := composer(t)
	var recent Recent
	a, b, old := compose(t, c, Brief{Style: "pop", Seed: 1}), compose(t, c, Brief{Style: "pop", Seed: 2}), compose(t, c, Brief{Style: "pop", Seed: 3})
	recent.Add(a)
	recent.AddOlder(old)
	for range remembered - 1 {
		recent.Add(b)
	}
	if recent.Nearest(old) == 1 || recent.Nearest(a) != 1 {
		t.Errorf("the oldest is %.2f alike, the next %.2f", recent.Nearest(old), recent.Nearest(a))
	}
	recent.AddOlder(old)
	if len(recent.runs) != remembered || recent.Nearest(old) == 1 {
		t.Errorf("it remembers %d songs", len(recent.runs))
	}
	if near := (&Recent{}).Nearest(&song.Song{Meter: song.Meter{Beats: 4, Unit: 4}}); near != 0 {
		t.Errorf("no tune is %.2f like none", near)
	}
}
