package playout

import (
	"errors"
	"io"

	"bandstand/internal/pcm"
)

// Repeat is a source that plays an excerpt again and again, for ever: every pass
// is exactly length frames of it (padded with silence where it is shorter),
// followed by gap frames of silence.
type Repeat struct {
	open   func() (pcm.Source, error)
	length int64
	gap    int64
	src    pcm.Source
	at     int64 // in the pass
}

// NewRepeat makes a Repeat. open gives the excerpt anew for each pass.
func NewRepeat(open func() (pcm.Source, error), length, gap int64) *Repeat {
	return &Repeat{open: open, length: max(1, length), gap: max(0, gap)}
}

// Read gives the next frames; it only ends where the excerpt breaks.
func (r *Repeat) Read(dst []float32) (int, error) {
	done := 0
	for done < len(dst) {
		n, err := r.readSome(dst[done:])
		done += n * pcm.Channels
		if err != nil {
			return done / pcm.Channels, err
		}
	}
	return done / pcm.Channels, nil
}

func (r *Repeat) readSome(dst []float32) (int, error) {
	if r.at >= r.length+r.gap {
		r.at, r.src = 0, nil
	}
	if r.at == 0 && r.src == nil {
		src, err := r.open()
		if err != nil {
			return 0, err
		}
		r.src = src
	}
	until := r.length
	if r.at >= r.length {
		until = r.length + r.gap
	}
	want := int(min(int64(len(dst)/pcm.Channels), until-r.at))
	n := 0
	if r.at < r.length && r.src != nil {
		var err error
		n, err = r.src.Read(dst[:want*pcm.Channels])
		if errors.Is(err, io.EOF) {
			r.src = nil
		} else if err != nil {
			return n, err
		}
	}
	if n == 0 || r.src == nil {
		clear(dst[n*pcm.Channels : want*pcm.Channels])
		n = want
	}
	r.at += int64(n)
	return n, nil
}
