package pcm_test

import (
	"math"
	"testing"
	"time"

	"bandstand/internal/pcm"
)

func TestFramesAndDurations(t *testing.T) {
	for _, c := range []struct {
		rate   pcm.Rate
		d      time.Duration
		frames int64
	}{
		{pcm.StationRate, 0, 0},
		{pcm.StationRate, pcm.BlockDuration, pcm.BlockFrames},
		{pcm.StationRate, time.Second, 48000},
		{pcm.StationRate, 365 * 24 * time.Hour, 365 * 24 * 3600 * 48000}, // a year on the air keeps every frame
		{pcm.StationRate, -time.Second, -48000},
		{44100, time.Minute, 44100 * 60},
	} {
		if got := c.rate.Frames(c.d); got != c.frames {
			t.Errorf("%v at %d Hz is %d frames, want %d", c.d, c.rate, got, c.frames)
		}
		if got := c.rate.Duration(c.frames); got != c.d {
			t.Errorf("%d frames at %d Hz last %v, want %v", c.frames, c.rate, got, c.d)
		}
	}
	if got := pcm.StationRate.Frames(10*time.Microsecond + 417*time.Nanosecond); got != 1 {
		t.Errorf("half a frame and a bit rounds to %d", got)
	}
}

func TestLevel(t *testing.T) {
	for _, c := range []struct {
		samples   []float32
		peak, rms float64
	}{
		{nil, 0, 0},
		{[]float32{0, 0}, 0, 0},
		{[]float32{0.5, -0.5, 0.5, -0.5}, 0.5, 0.5},
		{[]float32{1, 0, 0, 0}, 1, 0.5},
		{[]float32{-1.5}, 1.5, 1.5},
	} {
		if peak, rms := pcm.Level(c.samples); peak != c.peak || rms != c.rms {
			t.Errorf("%v has level %v, %v; want %v, %v", c.samples, peak, rms, c.peak, c.rms)
		}
	}
}

func TestDecibels(t *testing.T) {
	for amplitude, db := range map[float64]float64{1: 0, 10: 20, 0.5: -6.0206} {
		if got := pcm.Decibels(amplitude); math.Abs(got-db) > 1e-4 {
			t.Errorf("%v is %v dB, want %v", amplitude, got, db)
		}
		if got := pcm.Amplitude(db); math.Abs(got-amplitude) > 1e-4 {
			t.Errorf("%v dB is %v, want %v", db, got, amplitude)
		}
	}
	if got := pcm.Decibels(0); !math.IsInf(got, -1) {
		t.Errorf("silence is %v dB", got)
	}
}
