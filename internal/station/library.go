package station

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"bandstand/internal/band"
	"bandstand/internal/command"
	"bandstand/internal/export"
	"bandstand/internal/song"
	"bandstand/internal/sqlite"
	"bandstand/internal/web"
)

// library is the stored songs as the web sees them.
type library struct {
	db       *sqlite.DB
	composer composer
}

// Songs are the newest songs of a style and a band.
func (l library) Songs(ctx context.Context, limit int, style, band string) ([]command.SongInfo, error) {
	return l.db.Songs(ctx, command.Filter{Style: style, Band: band, Limit: limit})
}

// Song is one of them, with its notes.
func (l library) Song(ctx context.Context, code string) (*song.Song, command.SongInfo, error) {
	info, s, err := l.db.Song(ctx, code)
	if errors.Is(err, command.ErrNone) {
		err = fmt.Errorf("%w: %s", web.ErrNotFound, code)
	}
	return s, info, err
}

// Traits are what the robots of a band that is kept, or of a house band, are like.
func (l library) Traits(ctx context.Context, name string) (traits map[string][]string, err error) {
	var b band.Band
	err = l.db.View(ctx, func(r command.Reader) error {
		b, err = r.Band(name)
		return err
	})
	if errors.Is(err, command.ErrNone) {
		house := l.composer.House()
		i := slices.IndexFunc(house, func(h band.Band) bool { return strings.EqualFold(h.Name, name) })
		if i < 0 {
			return nil, nil
		}
		b, err = house[i], nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading band %s: %w", name, err)
	}
	traits = map[string][]string{}
	for _, r := range b.Robots {
		traits[r.Name] = r.Character()
	}
	return traits, nil
}

// files writes songs as files of any format, for the web.
type files struct{ *export.Exporter }

// Formats are the exporter's.
func (files) Formats() (all []web.Format) {
	for _, name := range export.Formats() {
		all = append(all, web.Format{Name: name, ContentType: export.ContentType(name), Sound: export.IsSound(name)})
	}
	return all
}

// Render writes a song in a format.
func (f files) Render(ctx context.Context, w io.Writer, s *song.Song, format string) error {
	return f.Exporter.Render(ctx, w, s, format, nil)
}
