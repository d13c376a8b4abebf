package recording

import (
	"io"
	"time"

	"bandstand/internal/output"
	"bandstand/internal/pcm"
)

const (
	// longGap is how much that was lost is not made up for with silence in the same
	// file: the machine slept, or the disk did.
	longGap = int64(60 * pcm.StationRate)
	// late and inTime are how many blocks wait when the disk is too slow, or no longer.
	late, inTime = queueBlocks / 2, queueBlocks / 10
	// checked is after how many pieces folder and disk are looked at: about a second.
	checked = 50
)

// part is the sound of one file: a pcm.Source that ends where it is to be cut.
type part struct {
	tape    *tape
	session *output.Session
	cut     func(piece) bool
	full    func() bool  // the file is as large as it may be
	check   func() error // of folder and disk

	now    []float32 // what is left of the piece that is given
	owed   int64     // frames of silence before it
	next   int64     // the frame that must come next
	pieces int
	lost   int64 // the frame until which it counts as behind
	behind bool
}

// Read gives the next frames.
func (p *part) Read(dst []float32) (int, error) {
	n := 0
	for n < len(dst) {
		switch {
		case p.owed > 0:
			k := int(min(p.owed*pcm.Channels, int64(len(dst)-n)))
			clear(dst[n : n+k])
			p.owed -= int64(k / pcm.Channels)
			n += k
		case len(p.now) > 0:
			k := copy(dst[n:], p.now)
			p.now = p.now[k:]
			n += k
		default:
			if err := p.more(); err != nil {
				return n / pcm.Channels, err
			}
		}
	}
	return n / pcm.Channels, nil
}

// more takes the next piece; io.EOF if it is of the next file.
func (p *part) more() error {
	if p.pieces%checked == 1 { // not before the first is written
		if err := p.check(); err != nil {
			return err
		}
	}
	got, ok := p.tape.next()
	if !ok {
		return io.EOF
	}
	if p.pieces == 0 {
		p.next = got.frame
	}
	gap := got.frame - p.next
	if p.pieces > 0 && (p.cut(got) || p.full() || gap > longGap) {
		p.tape.back(got)
		if gap > 0 {
			p.session.Dropped(gap)
		}
		return io.EOF
	}
	p.pieces++
	p.pace(gap, got.frame)
	if gap < 0 { // the station does not go back
		return nil
	}
	p.owed, p.now, p.next = gap, got.samples, got.end()
	return nil
}

// pace says whether the disk keeps up.
func (p *part) pace(gap, frame int64) {
	waiting := len(p.tape.queue.takes)
	if gap > 0 {
		p.session.Dropped(gap)
	}
	if gap > 0 || waiting > late {
		p.behind, p.lost = true, frame+pcm.StationRate.Frames(2*time.Second)
	} else if waiting < inTime && frame > p.lost {
		p.behind = false
	}
	switch {
	case p.behind:
		p.session.Behind()
	case p.pieces > 1: // the first was written
		p.session.On()
	}
}
