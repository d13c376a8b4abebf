package encodetest

import (
	"math"
	"testing"

	"bandstand/internal/pcm"
)

// Correlation is how alike two pieces of sound are, sample for sample: 1 is the
// same but for loudness, 0 unrelated. The shorter one's length counts.
func Correlation(a, b []float32) float64 {
	n := min(len(a), len(b))
	aa, bb := product(a[:n], a), product(b[:n], b)
	if aa == 0 || bb == 0 {
		return 0
	}
	return product(a[:n], b) / math.Sqrt(aa*bb)
}

// product multiplies sample by sample, as far as a goes, and adds up. The race
// detector would make it ten times slower and has nothing to find in it.
//
//go:norace
func product(a, b []float32) (sum float64) {
	b = b[:len(a)]
	for i, v := range a {
		sum += float64(v) * float64(b[i])
	}
	return sum
}

// Lag is by how many frames got is late against want (early: negative), looked for
// up to most frames either way, and how alike they are there. They are compared
// over at most 0.4 s from the middle of want.
func Lag(want, got []float32, most int) (frames int, alike float64) {
	const span = int(pcm.StationRate) * 2 / 5 * pcm.Channels
	from := 0
	if len(want) > span {
		from = (len(want) - span) / 2 / pcm.Channels * pcm.Channels
		want = want[from : from+span]
	}
	for lag := -most; lag <= most; lag++ {
		a, at := want, from+lag*pcm.Channels
		if at < 0 {
			a, at = a[min(len(a), -at):], 0
		}
		if at >= len(got) {
			break
		}
		if c := Correlation(a, got[at:]); c > alike {
			frames, alike = lag, c
		}
	}
	return frames, alike
}

// Same fails the test unless got is want as a lossy codec may give it: in place to
// the sample, nearly as loud, and alike by at least least.
func Same(t testing.TB, want, got []float32, least float64) {
	t.Helper()
	if lag, alike := Lag(want, got, 1200); lag != 0 || alike < least {
		t.Errorf("decoded %d frames late and %.4f alike, not 0 and at least %.4f", lag, alike, least)
	}
	n := min(len(want), len(got))
	_, loud := pcm.Level(want[:n])
	_, heard := pcm.Level(got[:n])
	if d := pcm.Decibels(heard) - pcm.Decibels(loud); math.Abs(d) > 1 {
		t.Errorf("decoded %.2f dB too loud", d)
	}
}

// Exact fails the test unless got is want to the last bit.
func Exact(t testing.TB, want []int16, got []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d samples decoded, not %d", len(got), len(want))
	}
	for i, v := range want {
		if got[i] != float32(v)/(1<<15) {
			t.Fatalf("sample %d is %v, not %d/32768", i, got[i], v)
		}
	}
}
