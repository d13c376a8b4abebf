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

// Only is the packet that a page holds, nil if b is not a whole page with one whole packet.
func Only(b []byte) []byte {
	if len(b) < pageHeader {
		return nil
	}
	page := wholePage(b)
	start := pageHeader + int(b[segmentsAt])
	if len(page) != len(b) || len(page) == start {
		return nil
	}
	table := page[pageHeader:start]
	for i, n := range table {
		if ends := n < 255; ends != (i == len(table)-1) { // a packet ends with its first short segment
			return nil
		}
	}
	return page[start:]
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
