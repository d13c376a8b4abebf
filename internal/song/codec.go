package song

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"bandstand/internal/theory"
)

// MaxEncoded limits what Decode and UnmarshalCompressed are ready to read, in
// bytes after decompression: some forty times a long song.
const MaxEncoded = 8 << 20

// Encode writes the song as readable JSON, one note a line.
func (s *Song) Encode(w io.Writer) error {
	data, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return fmt.Errorf("encoding song: %w", err)
	}
	if _, err := w.Write(append(data, '\n')); err != nil {
		return fmt.Errorf("writing song: %w", err)
	}
	return nil
}

// Decode reads what Encode wrote and validates it. It never panics on foreign
// data and reads at most MaxEncoded bytes.
func Decode(r io.Reader) (*Song, error) {
	data, err := readLimited(r)
	if err != nil {
		return nil, fmt.Errorf("reading song: %w", err)
	}
	var s Song
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("decoding song: %w", err)
	}
	if err := s.Validate(); err != nil {
		return nil, err
	}
	return &s, nil
}

// stored is the compressed form: the song as JSON, its notes as one flat list of
// numbers a part (ticks since the previous note, length, pitch, velocity).
type stored struct {
	Format int       `json:"format"`
	Song   *Song     `json:"song"`
	Notes  [][]int64 `json:"notes"`
}

const storedFormat = 1

// MarshalCompressed is the song in few bytes, for the store: about 15 KB for
// three minutes. The same song gives the same bytes.
func (s *Song) MarshalCompressed() ([]byte, error) {
	bare := *s
	bare.Parts = make([]Part, len(s.Parts))
	form := stored{Format: storedFormat, Song: &bare, Notes: make([][]int64, len(s.Parts))}
	for i, p := range s.Parts {
		flat := make([]int64, 0, 4*len(p.Notes))
		var last Tick
		for _, n := range p.Notes {
			flat = append(flat, int64(n.Start-last), int64(n.Length), int64(n.Pitch), int64(n.Velocity))
			last = n.Start
		}
		form.Notes[i] = flat
		p.Notes = nil
		bare.Parts[i] = p
	}
	data, err := json.Marshal(form)
	if err != nil {
		return nil, fmt.Errorf("encoding song: %w", err)
	}
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("compressing song: %w", err)
	}
	if _, err := w.Write(data); err != nil {
		return nil, fmt.Errorf("compressing song: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compressing song: %w", err)
	}
	return out.Bytes(), nil
}

// UnmarshalCompressed reads what MarshalCompressed made and validates it. It
// never panics on foreign data and inflates at most MaxEncoded bytes.
func UnmarshalCompressed(b []byte) (*Song, error) {
	data, err := readLimited(flate.NewReader(bytes.NewReader(b)))
	if err != nil {
		return nil, fmt.Errorf("decompressing song: %w", err)
	}
	var form stored
	if err := json.Unmarshal(data, &form); err != nil {
		return nil, fmt.Errorf("decoding song: %w", err)
	}
	s := form.Song
	switch {
	case form.Format != storedFormat:
		return nil, fmt.Errorf("decoding song: format %d is not known, only %d", form.Format, storedFormat)
	case s == nil || len(form.Notes) != len(s.Parts):
		return nil, errors.New("decoding song: notes and parts do not match")
	}
	for i, flat := range form.Notes {
		if s.Parts[i].Notes, err = unflatten(flat); err != nil {
			return nil, fmt.Errorf("decoding song: part %d: %w", i+1, err)
		}
	}
	if err := s.Validate(); err != nil {
		return nil, err
	}
	return s, nil
}

func unflatten(flat []int64) ([]Note, error) {
	if len(flat)%4 != 0 {
		return nil, fmt.Errorf("%d numbers are not whole notes", len(flat))
	}
	notes := make([]Note, 0, len(flat)/4)
	const far = 1 << 40 // beyond any song, and far from overflow
	var last int64
	for i := 0; i < len(flat); i += 4 {
		d, l, p, v := flat[i], flat[i+1], flat[i+2], flat[i+3]
		if d < 0 || d > far || l < 1 || l > far || p < 0 || p > 127 || v < 1 || v > 127 {
			return nil, fmt.Errorf("note %d is out of bounds", i/4+1)
		}
		if last += d; last > far {
			return nil, fmt.Errorf("note %d is out of bounds", i/4+1)
		}
		notes = append(notes, Note{Start: Tick(last), Length: Tick(l), Pitch: theory.Pitch(p), Velocity: uint8(v)})
	}
	return notes, nil
}

func readLimited(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxEncoded+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxEncoded {
		return nil, fmt.Errorf("more than %d bytes", MaxEncoded)
	}
	return data, nil
}
