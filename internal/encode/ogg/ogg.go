// Package ogg makes the pages of one logical Ogg stream (RFC 3533).
//
// It promises pages that any reader takes, whole packets on each, numbered in order.
// It knows no codec and splits no packet over pages. Of reading it knows only the end
// of a file and pages of one packet.
package ogg

import "encoding/binary"

// Capture is what a page begins with.
const Capture = "OggS"

// Pages of up to 255 segments of up to 255 bytes.
const (
	pageHeader  = 27 // bytes before the segment table
	maxSegments = 255
)

// Places in a page.
const (
	flagsAt    = 5
	granuleAt  = 6
	serialAt   = 14
	sequenceAt = 18
	checksumAt = 22
	segmentsAt = 26
)

// Flags of the first and the last page of a stream.
const (
	First = 0x02
	Last  = 0x04
)

// Pages makes the pages of one logical stream.
type Pages struct {
	Serial   uint32 // which stream of all those that share a connection or a file
	sequence uint32
	table    []byte // segments of the page to come
	body     []byte
}

// Add puts a whole packet on the page to come and says whether there was room.
func (p *Pages) Add(packet []byte) bool {
	if len(p.table)+len(packet)/255+1 > maxSegments {
		return false
	}
	for n := len(packet); ; n -= 255 {
		if n < 255 {
			p.table = append(p.table, byte(n))
			break
		}
		p.table = append(p.table, 255)
	}
	p.body = append(p.body, packet...)
	return true
}

// Close ends the page: granule is the position after its last packet. The bytes
// are new.
func (p *Pages) Close(granule int64, flags byte) []byte {
	page := make([]byte, pageHeader, pageHeader+len(p.table)+len(p.body))
	copy(page, Capture)
	page[flagsAt] = flags
	binary.LittleEndian.PutUint64(page[granuleAt:], uint64(granule))
	binary.LittleEndian.PutUint32(page[serialAt:], p.Serial)
	binary.LittleEndian.PutUint32(page[sequenceAt:], p.sequence)
	page[segmentsAt] = byte(len(p.table))
	page = append(append(page, p.table...), p.body...)
	binary.LittleEndian.PutUint32(page[checksumAt:], checksum(page))
	p.sequence++
	p.table, p.body = p.table[:0], p.body[:0]
	return page
}

// checksum is Ogg's CRC-32: polynomial 0x04c11db7, most significant bit first, from
// zero, not inverted, over the page with its own place zeroed.
func checksum(page []byte) uint32 {
	crc := uint32(0)
	for _, b := range page {
		crc = crc<<8 ^ crcTable[byte(crc>>24)^b]
	}
	return crc
}

var crcTable = func() (table [256]uint32) {
	for i := range table {
		crc := uint32(i) << 24
		for range 8 {
			top := crc >> 31
			crc <<= 1
			if top == 1 {
				crc ^= 0x04c11db7
			}
		}
		table[i] = crc
	}
	return table
}()
