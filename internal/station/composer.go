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
	"bandstand/internal/style"
)

// composer is the composer as the orders see it. It looks at the user's styles anew
// for each order, so that a file just saved is heard with the next song. It remembers
// the last songs, so that one that nobody asked for by its seed is not heard twice.
type composer struct {
	styles *style.Folder
	recent *compose.Recent
}

func newComposer(styles *style.Folder) composer { return composer{styles, &compose.Recent{}} }

func (c composer) now() *compose.Composer { return compose.New(c.styles.Set()) }

// Compose composes a song, whole.
func (c composer) Compose(ctx context.Context, b command.Brief) (*song.Song, []string, error) {
	brief := compose.Brief{Style: b.Style, Key: b.Key, Tempo: b.Tempo, Bars: b.Bars, Meter: b.Meter, Seed: b.Seed, Band: b.Band}
	if b.Fresh {
		return c.now().ComposeFresh(ctx, brief, c.recent, freshSeed)
	}
	s, remarks, err := c.now().Compose(ctx, brief)
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
	for i := 0; i < len(songs) && ctx.Err() == nil; i++ {
		if s, err := db.Notes(ctx, songs[i].Code); err == nil {
			c.recent.AddOlder(s)
		}
	}
	return nil
}

// House is the house bands of all styles.
func (c composer) House() []band.Band { return c.now().House() }

// NewBand forms a band for a style.
func (c composer) NewBand(style string, seed uint64) (band.Band, error) {
	return c.now().NewBand(style, seed)
}

// Lineup is who plays what in a band.
func (c composer) Lineup(b band.Band) ([]command.Player, error) {
	players, err := c.now().Lineup(b)
	out := make([]command.Player, len(players))
	for i, p := range players {
		out[i] = command.Player(p)
	}
	return out, err
}
