package ffmpeg

import "testing"

func TestTheStateOfAThread(t *testing.T) {
	for stat, want := range map[string]byte{"12 (ffmpeg) R 1 12": 'R', "12 (a) R (b) S 1": 'S', "12 (stopped) T 1": 'T', "": 0, "12 (x)": 0} {
		if got := stateOf([]byte(stat)); got != want {
			t.Errorf("of %q it is %q", stat, got)
		}
	}
}
