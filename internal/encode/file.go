package encode

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Patch corrects what was written before it could be known, such as a length at
// the head of a file. On a writer that cannot seek it does nothing.
type Patch struct {
	seeker io.WriteSeeker // nil where there is no way back
	start  int64          // where the file begins in it
}

// NewPatch remembers the place where w stands as the file's beginning.
func NewPatch(w io.Writer) Patch {
	seeker, ok := w.(io.WriteSeeker)
	if !ok {
		return Patch{}
	}
	start, err := seeker.Seek(0, io.SeekCurrent)
	if err != nil { // a pipe is a file too, but has no way back
		return Patch{}
	}
	return Patch{seeker, start}
}

// Possible says whether Write will change anything.
func (p Patch) Possible() bool { return p.seeker != nil }

// Write puts data at offset bytes after the file's beginning, over what is there,
// and goes back to the end. Whatever buffers the writer must be flushed first.
func (p Patch) Write(offset int64, data []byte) error {
	if p.seeker == nil {
		return nil
	}
	if _, err := p.seeker.Seek(p.start+offset, io.SeekStart); err != nil {
		return fmt.Errorf("going back to the header: %w", err)
	}
	if _, err := p.seeker.Write(data); err != nil {
		return fmt.Errorf("correcting the header: %w", err)
	}
	if _, err := p.seeker.Seek(0, io.SeekEnd); err != nil {
		return fmt.Errorf("going to the end of the file: %w", err)
	}
	return nil
}

// Vendor names the maker of a file in the formats that ask for it.
const Vendor = "Bandstand"

// VorbisComment is tags as Ogg and FLAC write them: counted strings, little-endian.
func VorbisComment(tags Tags) []byte {
	var fields []string
	for _, f := range []struct{ name, value string }{
		{"TITLE", tags.Title}, {"ARTIST", tags.Artist}, {"ALBUM", tags.Album}, {"COMMENT", tags.Comment},
	} {
		if f.value != "" {
			fields = append(fields, f.name+"="+f.value)
		}
	}
	out := counted(nil, Vendor)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(fields)))
	for _, f := range fields {
		out = counted(out, f)
	}
	return out
}

func counted(out []byte, s string) []byte {
	out = binary.LittleEndian.AppendUint32(out, uint32(len(s)))
	return append(out, s...)
}
