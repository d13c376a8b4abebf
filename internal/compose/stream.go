package compose

import (
	"hash/fnv"
	"math/rand/v2"

	"bandstand/internal/style"
)

// stream is the random numbers of one purpose: the same for the same seed and
// name, and independent of all other names.
func stream(seed uint64, name string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name)) // never fails
	return rand.New(rand.NewPCG(mix(seed), mix(h.Sum64()+seed)))
}

// mix spreads neighbouring seeds far apart (the finalizer of splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (sc *score) stream(name string) *rand.Rand { return stream(sc.seed, name) }

// weighted draws an index in proportion to the weights; 0 where all are 0.
func weighted(r *rand.Rand, weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	x := r.Float64() * sum
	for i, w := range weights {
		if x < w {
			return i
		}
		x -= w
	}
	return 0
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func chance(r *rand.Rand, p float64) bool { return r.Float64() < p }

func between(r *rand.Rand, s style.Span) float64 { return s[0] + (s[1]-s[0])*r.Float64() }
