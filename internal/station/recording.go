package station

import (
	"context"
	"time"

	"bandstand/internal/command"
	"bandstand/internal/encode"
	"bandstand/internal/export"
	"bandstand/internal/output"
	"bandstand/internal/recording"
	"bandstand/internal/target"
)

// recording writes what is heard into files. Its folder is made when the output is
// added: at a later start it would be made in the place of a disk that is missing.
func (s *station) recording(spec command.OutputSpec, to target.Target) output.Sink {
	limit, _ := target.Bytes(to.Options["limit"]) // checked; none is 0
	return recording.New(recording.Config{Folder: to.Path, Make: spec.New, Format: to.Options["format"], Every: to.Options["every"], Limit: limit, Kbps: to.Int("kbps", 0),
		Tap: s.deepTap, Describe: s.describe, MP3: s.module, Log: s.log.With("output", spec.Name)})
}

// describe gives the tags of a song, as files of it have them.
func (s *station) describe(code string) encode.Tags {
	const patience = 5 * time.Second // the database may be busy
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	info, notes, err := s.db.Song(ctx, code)
	if err != nil {
		s.log.Warn("a recording has no tags, since its song cannot be read", "code", code, "err", err)
		return encode.Tags{}
	}
	tags := export.Tags(notes)
	tags.Title = info.Title // an order may have changed it
	return tags
}
