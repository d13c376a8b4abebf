package sqlite

import (
	"fmt"

	"bandstand/internal/command"
	"bandstand/internal/song"
)

// Pack compresses a song for AddSong. It refuses one that could not be read again.
func (db *DB) Pack(s *song.Song) (command.Packed, error) {
	if err := s.Validate(); err != nil {
		return command.Packed{}, fmt.Errorf("packing a song: %w", err)
	}
	notes, err := s.MarshalCompressed()
	if err != nil {
		return command.Packed{}, fmt.Errorf("packing a song: %w", err)
	}
	return command.Packed{Song: s, Notes: notes}, nil
}
