package station

import (
	"context"
	"fmt"
	"math/rand/v2"

	"bandstand/internal/band"
	"bandstand/internal/command"
	"bandstand/internal/compose"
	"bandstand/internal/song"
	"bandstand/internal/sqlite"
)

// composer is the composer as the orders see it. It remembers the last songs, so that
// one that nobody asked for by its seed is not heard twice.
type composer struct {
	*compose.Composer
	recent *compose.Recent
}

func newComposer(c *compose.Composer) composer { return composer{c, &compose.Recent{}} }

// Compose composes a song, whole.
func (c composer) Compose(ctx context.Context, b command.Brief) (*song.Song, []string, error) {
	brief := compose.Brief{Style: b.Style, Key: b.Key, Tempo: b.Tempo, Bars: b.Bars, Seed: b.Seed, Band: b.Band}
	if b.Fresh {
		return c.ComposeFresh(ctx, brief, c.recent, freshSeed)
	}
	s, remarks, err := c.Composer.Compose(ctx, brief)
	if err == nil {
		c.recent.Add(s)
	}
	return s, remarks, err
}

// freshSeed is short enough to be typed and rarely the same twice.
func freshSeed() uint64 { return 1 + rand.Uint64N(999_999_999) }

// recalled is how many of the station's songs are recalled when it starts.
const recalled = 200

// recall lets the composer remember the songs that the station has, the newest first. A
// song that cannot be read is left out: the worst that comes of it is a song twice.
func (c composer) recall(ctx context.Context, db *sqlite.DB) error {
	songs, err := db.Songs(ctx, command.Filter{Limit: recalled})
	if err != nil {
		return fmt.Errorf("recalling the last songs: %w", err)
	}
	for _, info := range songs {
		if ctx.Err() != nil {
			return nil
		}
		if s, err := db.Notes(ctx, info.Code); err == nil {
			c.recent.AddOlder(s)
		}
	}
	return nil
}

// Styles are the styles it knows.
func (c composer) Styles() []command.StyleInfo {
	var all []command.StyleInfo
	for _, s := range c.Composer.Styles() {
		all = append(all, command.StyleInfo{Name: s.Name, About: s.About})
	}
	return all
}

// NewBand forms a band for a style.
func (c composer) NewBand(style string, seed uint64) (band.Band, error) {
	return c.Composer.NewBand(style, seed)
}

// Lineup is who plays what in a band.
func (c composer) Lineup(b band.Band) ([]command.Player, error) {
	players, err := c.Composer.Lineup(b)
	out := make([]command.Player, len(players))
	for i, p := range players {
		out[i] = command.Player(p)
	}
	return out, err
}
