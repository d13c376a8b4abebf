package ogg

import "encoding/binary"

// Page is a whole page.
type Page []byte

// Granule is the position after its last packet.
func (p Page) Granule() int64 { return int64(binary.LittleEndian.Uint64(p[granuleAt:])) }

// End makes it the last page of its stream.
func (p Page) End() {
	p[flagsAt] |= Last
	clear(p[checksumAt : checksumAt+4])
	binary.LittleEndian.PutUint32(p[checksumAt:], checksum(p))
}

// LastWhole finds the last whole page in the end of a file, nil if there is none.
func LastWhole(tail []byte) (at int, page Page) {
	for at = len(tail) - pageHeader; at >= 0; at-- {
		if page := wholePage(tail[at:]); page != nil {
			return at, page
		}
	}
	return 0, nil
}

// wholePage is the page that b begins with, nil if there is none or it is torn.
func wholePage(b []byte) Page {
	if string(b[:len(Capture)]) != Capture {
		return nil
	}
	n := pageHeader + int(b[segmentsAt])
	if len(b) < n {
		return nil
	}
	for _, segment := range b[pageHeader:n] {
		n += int(segment)
	}
	if len(b) < n {
		return nil
	}
	page := append(Page(nil), b[:n]...)
	sum := binary.LittleEndian.Uint32(page[checksumAt:])
	clear(page[checksumAt : checksumAt+4])
	if checksum(page) != sum {
		return nil
	}
	binary.LittleEndian.PutUint32(page[checksumAt:], sum)
	return page
}
