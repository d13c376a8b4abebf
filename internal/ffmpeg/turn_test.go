package ffmpeg

import "testing"

// TestThePictureTurnsWhereTheSoundDoes wants the pictures of sound that was sent before some
// was left out to be of that sound, however late they are painted.
func TestThePictureTurnsWhereTheSoundDoes(t *testing.T) {
	r := &run{Sink: &Sink{}}
	s := sound{run: r}
	if got := s.frame(7); got != 7 {
		t.Errorf("before all sound it is frame %d", got)
	}
	s.begin(10_000)
	s.sent.Store(960)
	s.begin(50_000)
	s.sent.Store(1920)
	s.begin(70_000)
	for at, want := range map[int64]int64{0: 10_000, 959: 10_959, 960: 50_000, 1919: 50_959, 1920: 70_000, 5000: 73_080} {
		if got := s.frame(at); got != want {
			t.Errorf("the child's frame %d is the station's %d, want %d", at, got, want)
		}
	}
}
