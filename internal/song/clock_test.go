package song

import "testing"

func TestClock(t *testing.T) {
	for seconds, want := range map[float64]string{0: "0:00", -1: "0:00", 197.4: "3:17", 197.6: "3:18", 59.7: "1:00", 3723: "1:02:03"} {
		if got := Clock(seconds); got != want {
			t.Errorf("%g s are %s, want %s", seconds, got, want)
		}
	}
}
