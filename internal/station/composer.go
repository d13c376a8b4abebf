package station

import (
	"context"

	"bandstand/internal/band"
	"bandstand/internal/command"
	"bandstand/internal/compose"
	"bandstand/internal/song"
)

// composer is the composer as the orders see it.
type composer struct{ *compose.Composer }

// Compose composes a song, whole.
func (c composer) Compose(ctx context.Context, b command.Brief) (*song.Song, []string, error) {
	return c.Composer.Compose(ctx, compose.Brief{Style: b.Style, Key: b.Key, Tempo: b.Tempo, Bars: b.Bars, Seed: b.Seed, Band: b.Band})
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
