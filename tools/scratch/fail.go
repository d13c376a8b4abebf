package main

import (
	"context"
	"fmt"

	"bandstand/internal/compose"
	"bandstand/internal/measure"
)

func fails(c *compose.Composer, name string, n int, peak string) {
	for seed := range n {
		s, _, _ := c.Compose(context.Background(), compose.Brief{Style: name, Seed: uint64(seed + 1000)})
		sub := measure.Look(s, peak)
		fmt.Printf("%s %d %d:", name, s.Seed, measure.Passed(sub.Gates))
		for _, g := range sub.Gates {
			if !g.Passes() {
				fmt.Printf(" %s=%.2f", g.Name, g.Value)
			}
		}
		fmt.Println()
	}
}
