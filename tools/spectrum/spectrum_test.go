package spectrum

import (
	"math"
	"math/cmplx"
	"testing"
)

// TestTransform holds the transform against its definition.
func TestTransform(t *testing.T) {
	for _, n := range []int{1, 2, 8, 64} {
		x, want := make([]complex128, n), make([]complex128, n)
		for i := range x {
			x[i] = complex(math.Sin(float64(i*i)), math.Cos(3*float64(i)))
		}
		for k := range want {
			for i, v := range x {
				want[k] += v * cmplx.Exp(complex(0, -2*math.Pi*float64(i*k)/float64(n)))
			}
		}
		Transform(x)
		for k := range want {
			if d := cmplx.Abs(x[k] - want[k]); !(d < 1e-9) {
				t.Errorf("of %d, number %d is off by %g", n, k, d)
			}
		}
	}
}
