package pcmtest_test

import (
	"errors"
	"io"
	"testing"

	"bandstand/internal/pcm"
	"bandstand/internal/pcm/pcmtest"
)

func TestSourcesKeepTheContract(t *testing.T) {
	pcmtest.CheckSource(t, func() pcm.Source { return &pcmtest.Ramp{At: 5, Length: 12345} }, 1<<20)
	pcmtest.CheckSource(t, func() pcm.Source { return &pcmtest.Constant{Value: 0.25, Length: 2 * pcm.BlockFrames} }, 1<<20)
	pcmtest.CheckSource(t, func() pcm.Source { return &pcmtest.Constant{Length: 1} }, 1<<20)
}

func TestReadAllGivesUpOnASourceThatGivesNothing(t *testing.T) {
	if _, err := pcmtest.ReadAll(nothing{}, 10, 100); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("error %v", err)
	}
}

type nothing struct{}

func (nothing) Read([]float32) (int, error) { return 0, nil }
