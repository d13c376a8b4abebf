package station

import (
	"context"
	"errors"
	"fmt"
	"io"

	"bandstand/internal/command"
	"bandstand/internal/export"
	"bandstand/internal/song"
	"bandstand/internal/sqlite"
	"bandstand/internal/web"
)

// library is the stored songs as the web sees them.
type library struct{ db *sqlite.DB }

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
