package mp3

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"bandstand/internal/encode"
	"bandstand/internal/pcm"
)

// Write pulls src to its end and writes it to w as a whole MP3 file with an ID3
// title. bitrate is in bits a second, 0 for the default; progress, if not nil, hears
// how many frames are done. If w can seek, the file says how long it is and players
// cut it to exactly what went in; else it plays 23 ms late, with as much at the end.
func (m *Module) Write(ctx context.Context, w io.Writer, src pcm.Source, bitrate int, tags encode.Tags, progress func(frames int64)) (err error) {
	c, err := m.newCoder(ctx, bitrate, with)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	patch := encode.NewPatch(w)
	head := id3(tags)
	infoPlace := int64(len(head))
	about := info{kilobits: max(c.kilobits, minInfo), delay: c.lame.delay}
	if patch.Possible() {
		head = append(head, about.frame()...)
	}
	out := bufio.NewWriter(w)
	if _, err := out.Write(head); err != nil {
		return fmt.Errorf("writing the MP3 header: %w", err)
	}
	put := func(frame []byte) error {
		about.add(frame)
		_, err := out.Write(frame)
		return err
	}
	err = encode.Pull(ctx, src, maxInput, progress, func(samples []float32) error { return c.encode(samples, put) })
	if err == nil {
		err = c.end(put)
	}
	if err == nil {
		err = out.Flush()
	}
	if err == nil && patch.Possible() {
		about.end(c.input)
		err = patch.Write(infoPlace, about.frame())
	}
	if err != nil {
		return fmt.Errorf("writing MP3: %w", err)
	}
	return nil
}
