package station

import (
	"context"
	"fmt"

	"bandstand/internal/mix"
	"bandstand/internal/pcm"
	"bandstand/internal/playout"
	"bandstand/internal/song"
	"bandstand/internal/synth"
)

// renderer turns what is to be aired into sound: the same chain that exports use,
// so that a file sounds like the air.
type renderer struct {
	font *synth.Font
	load func(ctx context.Context, code string) (*song.Song, error)
}

// Render loads a song, where it is not there yet, and opens its sound.
func (r *renderer) Render(ctx context.Context, it playout.Item) (*song.Song, pcm.Source, error) {
	s := it.Song
	if s == nil {
		var err error
		if s, err = r.load(ctx, it.Code); err != nil {
			return nil, nil, fmt.Errorf("loading the song: %w", err)
		}
	}
	if it.Loop != nil {
		return r.excerpt(s, *it.Loop)
	}
	src, err := r.sound(s, synth.Span{From: s.TickAt(pcm.StationRate.Frames(it.From), int(pcm.StationRate))})
	return s, src, err
}

func (r *renderer) sound(s *song.Song, span synth.Span) (pcm.Source, error) {
	src, err := r.font.Play(s, span)
	if err != nil {
		return nil, err
	}
	return mix.Master(src, s.GainDB), nil
}

// excerpt plays bars of a song again and again.
func (r *renderer) excerpt(s *song.Song, l playout.Loop) (*song.Song, pcm.Source, error) {
	span := synth.Span{From: s.BarStart(l.From), To: s.BarStart(l.From + l.Bars)}
	_, length, gap := l.Frames(s)
	return s, playout.NewRepeat(func() (pcm.Source, error) { return r.sound(s, span) }, length, gap), nil
}
