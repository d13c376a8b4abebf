package song

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
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

// The compressed form is deflated; inside are a format number, the song as JSON
// without notes (its length before it), and each part's notes: their number, then
// for each the ticks since the one before, length, pitch and velocity. All these
// numbers are varints.
const storedFormat = 2

// MarshalCompressed is the song in few bytes, for the store: about 20 KB for
// three minutes. The same song gives the same bytes. It fails for a song that is
// not valid.
func (s *Song) MarshalCompressed() ([]byte, error) {
	bare := *s
	bare.Parts = make([]Part, len(s.Parts))
	size := 0
	for i, p := range s.Parts {
		size += 7 * len(p.Notes)
		p.Notes = nil
		bare.Parts[i] = p
	}
	head, err := json.Marshal(&bare)
	if err != nil {
		return nil, fmt.Errorf("encoding song: %w", err)
	}
	data := make([]byte, 0, len(head)+size+64)
	data = binary.AppendUvarint(data, storedFormat)
	data = binary.AppendUvarint(data, uint64(len(head)))
	data = append(data, head...)
	for _, p := range s.Parts {
		data = binary.AppendUvarint(data, uint64(len(p.Notes)))
		var last Tick
		for _, n := range p.Notes {
			if n.Start < last || n.Length < 0 {
				return nil, fmt.Errorf("encoding song: part %s is out of order", p.Role)
			}
			data = binary.AppendUvarint(data, uint64(n.Start-last))
			data = binary.AppendUvarint(data, uint64(n.Length))
			data = append(data, byte(n.Pitch), n.Velocity)
			last = n.Start
		}
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
	r := reader{data: data}
	if format := r.uvarint(); format != storedFormat {
		return nil, fmt.Errorf("decoding song: format %d is not known, only %d", format, storedFormat)
	}
	var s Song
	if err := json.Unmarshal(r.bytes(r.uvarint()), &s); err != nil {
		return nil, fmt.Errorf("decoding song: %w", err)
	}
	for i := range s.Parts {
		s.Parts[i].Notes = r.notes()
	}
	if r.failed || len(r.data) > 0 {
		return nil, errors.New("decoding song: its notes are damaged")
	}
	if err := s.Validate(); err != nil {
		return nil, err
	}
	return &s, nil
}

// reader takes numbers and bytes off data; once one is missing it has failed and
// gives zeros.
type reader struct {
	data   []byte
	failed bool
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.data)
	if n <= 0 {
		r.failed = true
		return 0
	}
	r.data = r.data[n:]
	return v
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.data)) {
		r.failed = true
		return nil
	}
	out := r.data[:n]
	r.data = r.data[n:]
	return out
}

// far is beyond any song, and far from overflow.
const far = 1 << 40

func (r *reader) notes() []Note {
	n := r.uvarint()
	if n > uint64(len(r.data))/4 { // a note has four bytes at least
		r.failed = true
		return nil
	}
	notes := make([]Note, 0, n)
	var last uint64
	for range n {
		last += min(r.uvarint(), far)
		length := min(r.uvarint(), far)
		two := r.bytes(2)
		if r.failed || last > far {
			r.failed = true
			return nil
		}
		notes = append(notes, Note{Start: Tick(last), Length: Tick(length), Pitch: theory.Pitch(two[0]), Velocity: two[1]})
	}
	return notes
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
