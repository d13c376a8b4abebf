package mp3

import (
	"encoding/binary"

	"bandstand/internal/encode"
)

// minInfo is the least bitrate at which a frame has room for what info says, in
// thousands of bits a second.
const minInfo = 64

// info is what the first frame of a file says about the rest, in the form that
// Xing began and LAME went on with: a silent frame whose data are the numbers of
// frames and bytes, a table of places to seek to, and how many samples to cut off.
type info struct {
	kilobits int
	delay    int   // samples that LAME put before the sound
	padding  int   // samples that LAME put after the sound
	frames   int64 // of MP3
	bytes    int64 // of them
	sum      uint16
}

// add counts a frame.
func (i *info) add(frame []byte) {
	i.frames++
	i.bytes += int64(len(frame))
	i.sum = crc16(i.sum, frame)
}

// end says how many frames of sound went in.
func (i *info) end(input int64) {
	i.padding = int(i.frames*frameFrames - int64(i.delay) - input)
}

// infoAt is where it begins in the frame: the side information, left empty, comes before.
const infoAt = headerSize + 32

// delayAt is where delay and padding stand in it.
const delayAt = infoAt + 141

// frame is the frame itself, as long each time.
func (i *info) frame() []byte {
	h := header(i.kilobits)
	f := append(make([]byte, 0, size(i.kilobits)), h[:]...)
	total := uint32(i.bytes) + uint32(cap(f))
	f = append(f[:infoAt], "Info\x00\x00\x00\x0f"...) // all four of these follow: frames, bytes, table, quality
	f = binary.BigEndian.AppendUint32(f, uint32(i.frames))
	f = binary.BigEndian.AppendUint32(f, total)
	for percent := range 100 {
		f = append(f, byte(percent*256/100)) // a constant bitrate: places go with time
	}
	f = append(f, 0, 0, 0, 0)          // no word on quality
	f = append(f, "LAME3.100\x01"...)  // 1: constant bitrate
	f = append(f, make([]byte, 10)...) // no word on low-pass, peak and gain
	f = append(f, byte(min(i.kilobits, 255)))
	f = append(f, byte(i.delay>>4), byte(i.delay<<4)|byte(i.padding>>8), byte(i.padding)) // twice 12 bits
	f = append(f, 0, 0, 0, 0)                                                             // no word on source, gain and preset
	f = binary.BigEndian.AppendUint32(f, total)
	f = binary.BigEndian.AppendUint16(f, i.sum)
	f = binary.BigEndian.AppendUint16(f, crc16(0, f))
	return f[:cap(f)]
}

// crc16 goes on with the CRC-16 of polynomial 0x8005, least significant bit first.
func crc16(sum uint16, data []byte) uint16 {
	for _, b := range data {
		sum = sum>>8 ^ crcTable[byte(sum)^b]
	}
	return sum
}

var crcTable = func() (table [256]uint16) {
	for i := range table {
		sum := uint16(i)
		for range 8 {
			low := sum & 1
			sum >>= 1
			if low == 1 {
				sum ^= 0xA001
			}
		}
		table[i] = sum
	}
	return table
}()

// id3Header is how many bytes come before the tags.
const id3Header = 10

// id3 is tags as ID3v2.4 in UTF-8; nothing if there are none.
func id3(tags encode.Tags) []byte {
	var body []byte
	for _, f := range []struct{ id, before, value string }{
		{"TIT2", "\x03", tags.Title},
		{"TPE1", "\x03", tags.Artist},
		{"TALB", "\x03", tags.Album},
		{"COMM", "\x03eng\x00", tags.Comment},
	} {
		if f.value == "" {
			continue
		}
		body = append(body, f.id...)
		body = append7(body, len(f.before)+len(f.value))
		body = append(body, 0, 0)
		body = append(body, f.before+f.value...)
	}
	if len(body) == 0 {
		return nil
	}
	return append(append7([]byte("ID3\x04\x00\x00"), len(body)), body...)
}

// append7 adds a number as ID3 writes it: four bytes of seven bits.
func append7(b []byte, n int) []byte {
	return append(b, byte(n>>21&0x7F), byte(n>>14&0x7F), byte(n>>7&0x7F), byte(n&0x7F))
}
