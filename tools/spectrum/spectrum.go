// Package spectrum takes sound apart into its frequencies, for the tools.
//
// It promises the plain transform and nothing around it: windows and scales are the
// business of who asks.
package spectrum

import (
	"math"
	"math/cmplx"
)

// Transform is the discrete Fourier transform, in place and not scaled. The length must be
// a power of two.
func Transform(x []complex128) {
	n := len(x)
	for i, j := 1, 0; i < n; i++ {
		bit := n >> 1
		for ; j&bit != 0; bit >>= 1 {
			j ^= bit
		}
		j ^= bit
		if i < j {
			x[i], x[j] = x[j], x[i]
		}
	}
	for size := 2; size <= n; size *= 2 {
		turn := cmplx.Exp(complex(0, -2*math.Pi/float64(size)))
		for start := 0; start < n; start += size {
			w := complex(1, 0)
			for k := range size / 2 {
				a, b := x[start+k], x[start+k+size/2]*w
				x[start+k], x[start+k+size/2] = a+b, a-b
				w *= turn
			}
		}
	}
}
