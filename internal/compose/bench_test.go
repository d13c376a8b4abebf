package compose

import (
	"testing"

	"bandstand/internal/song"
)

// BenchmarkCompose composes songs of all styles in turn, about three minutes each.
func BenchmarkCompose(b *testing.B) {
	c := composer(b)
	styles := c.Styles()
	for i := 0; b.Loop(); i++ {
		compose(b, c, Brief{Style: styles[i%len(styles)].Name, Seed: uint64(i)})
	}
}

func BenchmarkStore(b *testing.B) {
	s := compose(b, composer(b), Brief{Style: "funk", Seed: 1})
	for b.Loop() {
		data, err := s.MarshalCompressed()
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(data)), "bytes")
	}
}

func BenchmarkRestore(b *testing.B) {
	data, err := compose(b, composer(b), Brief{Style: "funk", Seed: 1}).MarshalCompressed()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := song.UnmarshalCompressed(data); err != nil {
			b.Fatal(err)
		}
	}
}
