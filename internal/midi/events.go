package midi

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// maxFile is the largest file that Read is ready to take, in bytes.
const maxFile = 8 << 20

// errEnds is what a file says that is shorter than it claims.
var errEnds = errors.New("the file ends too early")

// event is one event of a track, at an absolute tick.
type event struct {
	at     int64
	status byte   // 0x80–0xef a channel's, 0xff meta, 0xf0 and 0xf7 system exclusive
	meta   byte   // the kind of a meta event
	data   []byte // what follows
}

// tracks are the events of every track of a file, and its ticks a quarter.
func tracks(r io.Reader) (perQuarter int64, out [][]event, err error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return 0, nil, err
	}
	if len(data) > maxFile {
		return 0, nil, fmt.Errorf("it is larger than %d bytes", maxFile)
	}
	kind, head, data, err := chunk(data)
	if err != nil || kind != "MThd" || len(head) < 6 {
		return 0, nil, errors.New("it is not a MIDI file")
	}
	division := binary.BigEndian.Uint16(head[4:])
	if division == 0 || division >= 0x8000 {
		return 0, nil, errors.New("it counts time in film frames, not in beats")
	}
	for len(data) > 0 {
		if kind, head, data, err = chunk(data); err != nil {
			return 0, nil, err
		}
		if kind != "MTrk" {
			continue
		}
		events, err := events(head)
		if err != nil {
			return 0, nil, fmt.Errorf("track %d: %w", len(out), err)
		}
		out = append(out, events)
	}
	return int64(division), out, nil
}

// chunk takes a chunk off the front of data.
func chunk(data []byte) (kind string, body, rest []byte, err error) {
	if len(data) < 8 {
		return "", nil, nil, errEnds
	}
	kind, size := string(data[:4]), binary.BigEndian.Uint32(data[4:])
	if data = data[8:]; uint64(size) > uint64(len(data)) {
		return "", nil, nil, errEnds
	}
	return kind, data[:size], data[size:], nil
}

// events are a track's, up to the end of the track or of its bytes.
func events(data []byte) ([]event, error) {
	var out []event
	var at int64
	var running byte
	for len(data) > 0 {
		delta, rest, err := number(data)
		if err != nil {
			return nil, err
		}
		at += delta
		e := event{at: at, status: running}
		if len(rest) == 0 {
			return nil, errEnds
		}
		if rest[0] >= 0x80 {
			e.status, rest = rest[0], rest[1:]
		}
		if rest, err = e.read(rest); err != nil {
			return nil, err
		}
		running = 0 // system and meta events end a running status
		if e.status < 0xf0 {
			running = e.status
		}
		out, data = append(out, e), rest
		if e.status == 0xff && e.meta == metaEnd {
			break
		}
	}
	return out, nil
}

// read takes what follows the event's status off the front of data.
func (e *event) read(data []byte) (rest []byte, err error) {
	var size int64
	switch {
	case e.status < 0x80:
		return nil, fmt.Errorf("tick %d: an event without a kind", e.at)
	case e.status >= 0xc0 && e.status < 0xe0: // program, channel pressure
		size = 1
	case e.status < 0xf0:
		size = 2
	case e.status == 0xff:
		if len(data) == 0 {
			return nil, errEnds
		}
		e.meta, data = data[0], data[1:]
		fallthrough
	case e.status == 0xf0, e.status == 0xf7:
		if size, data, err = number(data); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("tick %d: event %#x does not belong in a file", e.at, e.status)
	}
	if size > int64(len(data)) {
		return nil, errEnds
	}
	e.data = data[:size]
	return data[size:], nil
}

// number takes a variable-length number off the front of data.
func number(data []byte) (n int64, rest []byte, err error) {
	for i := range min(4, len(data)) {
		n = n<<7 | int64(data[i]&0x7f)
		if data[i] < 0x80 {
			return n, data[i+1:], nil
		}
	}
	if len(data) < 4 {
		return 0, nil, errEnds
	}
	return 0, nil, errors.New("a number is longer than four bytes")
}
