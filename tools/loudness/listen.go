package main

import (
	"errors"
	"io"

	"bandstand/internal/balance"
	"bandstand/internal/loudness"
	"bandstand/internal/pcm"
)

// sound is what was heard of a source.
type sound struct {
	balance.Sketch
	lufs   float64 // integrated
	peak   float64 // true, dBTP
	dc     float64 // the greater of the channels' means
	frames int
}

// listen reads a source to its end.
func listen(src pcm.Source) (sound, error) {
	var s sound
	var meter loudness.Meter
	var peaks loudness.PeakMeter
	var sums [pcm.Channels]float64
	buf := make([]float32, loudness.CellFrames*pcm.Channels)
	for {
		n, err := src.Read(buf)
		cell := buf[:n*pcm.Channels]
		peaks.Add(cell)
		for i, v := range cell {
			sums[i%pcm.Channels] += float64(v)
		}
		s.frames += n
		if n == loudness.CellFrames {
			meter.Add(cell)
			peak, rms := pcm.Level(cell)
			s.Plain, s.Peak = append(s.Plain, float32(rms*rms)), append(s.Peak, float32(peak*peak))
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return s, err
		}
	}
	s.Weighted, s.lufs, s.peak = meter.Cells(), meter.Integrated(), peaks.Peak()
	for _, sum := range sums {
		if sum /= float64(max(1, s.frames)); sum*sum > s.dc*s.dc {
			s.dc = sum
		}
	}
	return s, nil
}
