package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"

	"bandstand/internal/compose"
	"bandstand/internal/measure"
	"bandstand/internal/style"
)

func main() {
	n, _ := strconv.Atoi(os.Args[1])
	set, _ := style.Load("")
	c := compose.New(set)
	vals := measure.Values()
	names := set.Names()
	if len(os.Args) > 2 {
		names = os.Args[2:]
	}
	all := make([][]float64, len(vals))
	per := map[string][][]float64{}
	pass := map[string]int{}
	for _, name := range names {
		st, _ := set.Get(name)
		per[name] = make([][]float64, len(vals))
		for seed := range n {
			s, _, err := c.Compose(context.Background(), compose.Brief{Style: name, Seed: uint64(seed + 1000)})
			if err != nil {
				panic(err)
			}
			sub := measure.Look(s, st.Form.Peak)
			if measure.Passed(sub.Gates) >= measure.Needed {
				pass[name]++
			}
			for i, v := range vals {
				if x, ok := v.Of(sub); ok {
					per[name][i] = append(per[name][i], x)
					if name != "ambient" {
						all[i] = append(all[i], x)
					}
				}
			}
		}
	}
	med := func(xs []float64) float64 {
		if len(xs) == 0 {
			return math.NaN()
		}
		xs = slices.Sorted(slices.Values(xs))
		return xs[len(xs)/2]
	}
	fmt.Printf("%-24s %6s %6s %6s ", "", "low", "high", "all")
	for _, name := range names {
		fmt.Printf("%7.7s", name)
	}
	fmt.Println()
	in, tot := 0, 0
	for i, v := range vals {
		m := med(all[i])
		mark := " "
		if v.Range.Human() {
			tot++
			if v.Within(m) {
				in++
			} else {
				mark = "*"
			}
		} else if !v.Within(m) {
			mark = "!"
		}
		fmt.Printf("%-24s %6.2f %6.2f %6.2f%s", v.Name, v.Low, v.High, m, mark)
		for _, name := range names {
			x := med(per[name][i])
			k := " "
			if !v.Within(x) {
				k = "*"
			}
			fmt.Printf("%6.2f%s", x, k)
		}
		fmt.Println()
	}
	if len(os.Args) == 3 {
		st, _ := set.Get(names[0])
		fails(c, names[0], n, st.Form.Peak)
	}
	fmt.Printf("in %d of %d human; pass:", in, tot)
	for _, name := range names {
		fmt.Printf(" %s %d", name, 100*pass[name]/n)
	}
	fmt.Println()
}
