package playout_test

import (
	"errors"
	"testing"

	"bandstand/internal/pcm"
	"bandstand/internal/pcm/pcmtest"
	"bandstand/internal/playout"
)

func TestRepeatPassesAreExact(t *testing.T) {
	const length, excerpt, gap = 5000, 4321, 777 // the excerpt ends early: silence fills the pass
	r := playout.NewRepeat(func() (pcm.Source, error) { return &pcmtest.Ramp{At: 1, Length: excerpt + 1}, nil }, length, gap)
	all, err := pcmtest.ReadAll(r, 333, 3*(length+gap))
	if err != nil {
		t.Fatal(err)
	}
	for f := range int64(3 * (length + gap)) {
		want := float32(0)
		if in := f % (length + gap); in < excerpt {
			want = pcmtest.RampValue(in + 1)
		}
		if all[2*f] != want {
			t.Fatalf("frame %d is %v, want %v", f, all[2*f], want)
		}
	}
}

func TestRepeatReportsWhatBreaks(t *testing.T) {
	r := playout.NewRepeat(func() (pcm.Source, error) { return nil, errBroken }, 100, 0)
	if _, err := r.Read(make([]float32, 20)); !errors.Is(err, errBroken) {
		t.Errorf("error %v", err)
	}
}
