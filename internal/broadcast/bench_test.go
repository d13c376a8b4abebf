package broadcast

import (
	"context"
	"fmt"
	"sync"
	"testing"
)

// BenchmarkPublish is the writer's cost of a packet with listeners that read at
// once, and the whole cost a packet of them all (ns/op covers both: the
// benchmark ends when all have read all).
func BenchmarkPublish(b *testing.B) {
	for _, listeners := range []int{1, 100, 1000, 10_000} {
		b.Run(fmt.Sprint(listeners), func(b *testing.B) {
			m := NewMount(Config{Ring: 1 << 40})
			m.Begin(nil, 0)
			m.Publish(packet(0))
			var all sync.WaitGroup
			for range listeners {
				l, err := m.Join(context.Background(), 1e9, "", "")
				if err != nil {
					b.Fatal(err)
				}
				all.Go(func() {
					defer l.Leave()
					for {
						if _, err := l.Next(context.Background()); err != nil {
							return
						}
					}
				})
			}
			p := packet(1)
			b.ReportAllocs()
			for b.Loop() {
				m.Publish(p)
			}
			m.End()
			all.Wait()
		})
	}
}
