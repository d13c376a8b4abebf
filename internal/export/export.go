// Package export turns a song into a file of any format: notes, a drawing, or
// sound, which is made by the same chain as on the air and is the same to the bit.
//
// It promises that the same song gives the same bytes (within one version,
// SoundFont and architecture), and that Export leaves either a whole file or none
// and never replaces one unasked.
package export

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"bandstand/internal/draw"
	"bandstand/internal/encode"
	"bandstand/internal/encode/flac"
	"bandstand/internal/encode/mp3"
	"bandstand/internal/encode/opus"
	"bandstand/internal/encode/wav"
	"bandstand/internal/midi"
	"bandstand/internal/mix"
	"bandstand/internal/pcm"
	"bandstand/internal/song"
	"bandstand/internal/synth"
)

// Exporter writes songs. Any number of goroutines may use it at once.
type Exporter struct {
	font *synth.Font
	mp3  *mp3.Module
}

// New makes an exporter that plays from a font. module is the MP3 encoder's
// program if the caller has one to share, else nil.
func New(font *synth.Font, module *mp3.Module) *Exporter {
	if module == nil {
		module = mp3.NewModule()
	}
	return &Exporter{font: font, mp3: module}
}

// format is a way to write a song.
type format struct {
	name        string // also the suffix
	contentType string
	write       func(e *Exporter, ctx context.Context, w io.Writer, s *song.Song, progress func(frames int64)) error
}

// formats are all there are, in the order in which people are told of them.
var formats = []format{
	{"mid", "audio/midi", notes(midi.Write)},
	{"json", "application/json", notes(func(w io.Writer, s *song.Song) error { return s.Encode(w) })},
	{"wav", "audio/wav", sound(func(e *Exporter, ctx context.Context, w io.Writer, src pcm.Source, tags encode.Tags, progress func(int64)) error {
		return wav.Write(ctx, w, src, tags, progress)
	})},
	{"flac", "audio/flac", sound(func(e *Exporter, ctx context.Context, w io.Writer, src pcm.Source, tags encode.Tags, progress func(int64)) error {
		return flac.Write(ctx, w, src, tags, progress)
	})},
	{"mp3", "audio/mpeg", sound(func(e *Exporter, ctx context.Context, w io.Writer, src pcm.Source, tags encode.Tags, progress func(int64)) error {
		return e.mp3.Write(ctx, w, src, 0, tags, progress)
	})},
	{"opus", "audio/ogg; codecs=opus", sound(func(e *Exporter, ctx context.Context, w io.Writer, src pcm.Source, tags encode.Tags, progress func(int64)) error {
		return opus.Write(ctx, w, src, 0, tags, progress)
	})},
	{"svg", "image/svg+xml", notes(draw.SVG)},
}

// notes is a format that needs no sound.
func notes(write func(w io.Writer, s *song.Song) error) func(*Exporter, context.Context, io.Writer, *song.Song, func(int64)) error {
	return func(_ *Exporter, ctx context.Context, w io.Writer, s *song.Song, _ func(int64)) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return write(w, s)
	}
}

// encoder is what the packages of sound formats have in common.
type encoder func(e *Exporter, ctx context.Context, w io.Writer, src pcm.Source, tags encode.Tags, progress func(frames int64)) error

// sound is a format of what the song sounds like.
func sound(write encoder) func(*Exporter, context.Context, io.Writer, *song.Song, func(int64)) error {
	return func(e *Exporter, ctx context.Context, w io.Writer, s *song.Song, progress func(int64)) error {
		src, err := e.font.Play(s, synth.Span{})
		if err != nil {
			return err
		}
		return write(e, ctx, w, mix.Master(src, s.GainDB), Tags(s), progress)
	}
}

// Tags say in a file what it holds.
func Tags(s *song.Song) encode.Tags {
	return encode.Tags{
		Title: s.Title, Artist: s.Band,
		Comment: fmt.Sprintf("%s in %s, seed %d", s.Style, s.Key, s.Seed),
	}
}

// Formats are the names of the formats, which are also the suffixes of their files.
func Formats() []string {
	out := make([]string, len(formats))
	for i, f := range formats {
		out[i] = f.name
	}
	return out
}

// ContentType is the media type of a format, "" where there is no such format.
func ContentType(name string) string {
	if f := find(name); f != nil {
		return f.contentType
	}
	return ""
}

// IsSound says whether a format holds sound, which takes a while to make.
func IsSound(name string) bool {
	return strings.HasPrefix(ContentType(name), "audio/") && name != "mid"
}

func find(name string) *format {
	i := slices.IndexFunc(formats, func(f format) bool { return f.name == name })
	if i < 0 {
		return nil
	}
	return &formats[i]
}

// ringing is about how long a song rings out after its last bar, for the progress.
const ringing = 2 * pcm.StationRate

// Render writes a song to w in a format, one of Formats. progress, if not nil, is
// told from 0 to 1 how much is done; it may be called often and always hears 1 at
// the end.
func (e *Exporter) Render(ctx context.Context, w io.Writer, s *song.Song, name string, progress func(done float64)) error {
	f := find(name)
	if f == nil {
		return fmt.Errorf("there is no format %q: there are %s", name, strings.Join(Formats(), ", "))
	}
	var report func(int64)
	if progress != nil {
		whole := float64(pcm.StationRate.Frames(s.Duration()) + int64(ringing))
		report = func(frames int64) { progress(min(.99, float64(frames)/whole)) }
	}
	if err := f.write(e, ctx, w, s, report); err != nil {
		return fmt.Errorf("making %s of %q: %w", strings.ToUpper(name), s.Title, err)
	}
	if progress != nil {
		progress(1)
	}
	return nil
}
