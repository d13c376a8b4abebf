package sqlite

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"

	"bandstand/internal/command"
	"bandstand/internal/song"
)

// Pack compresses a song for AddSong.
func (db *DB) Pack(s *song.Song) (command.Packed, error) {
	notes, err := pack(s)
	return command.Packed{Song: s, Notes: notes}, err
}

func pack(s *song.Song) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("compressing a song: %w", err)
	}
	if err := json.NewEncoder(z).Encode(s); err != nil {
		return nil, fmt.Errorf("writing a song: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("compressing a song: %w", err)
	}
	return b.Bytes(), nil
}

func unpack(notes []byte) (*song.Song, error) {
	z, err := gzip.NewReader(bytes.NewReader(notes))
	if err != nil {
		return nil, fmt.Errorf("unpacking a song: %w", err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("unpacking a song: %w", err)
	}
	var s song.Song
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("reading a song: %w", err)
	}
	return &s, nil
}
