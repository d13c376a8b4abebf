package compose

import (
	"context"
	"testing"

	"bandstand/internal/style"
)

func composer(t testing.TB) *Composer {
	t.Helper()
	set, err := style.Load("")
	if err != nil {
		t.Fatal(err)
	}
	return New(set)
}

func TestComposeASong(t *testing.T) {
	c := composer(t)
	s, rem, err := c.Compose(context.Background(), Brief{Style: "pop", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(s.Text())
	t.Log(rem, s.Title, s.Duration())
}

func BenchmarkCompose(b *testing.B) {
	c := composer(b)
	for i := 0; b.Loop(); i++ {
		if _, _, err := c.Compose(context.Background(), Brief{Style: "pop", Seed: uint64(i)}); err != nil {
			b.Fatal(err)
		}
	}
}
