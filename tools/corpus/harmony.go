package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// harmonySource is what is read of harmony.json.
type harmonySource struct {
	Major harmonyMode `json:"major"`
	Minor harmonyMode `json:"minor"`
}

type harmonyMode struct {
	Loops struct {
		Loops []struct {
			Bars []string `json:"bars"`
			P    float64  `json:"p"`
		} `json:"loops"`
	} `json:"loops_4_bars"`
}

// loop is a row of the table: four bars as a style file writes them, and its share.
type loop struct {
	Bars  string  `json:"bars"`
	Share float64 `json:"share"`
}

// harmony keeps the loops of four bars that have two chords at least, with their
// shares of all such loops listed. What it leaves out is a chord that stays for four bars.
func harmony(from string) (any, error) {
	var src harmonySource
	if err := read(from, "harmony.json", &src); err != nil {
		return nil, err
	}
	out := map[string][]loop{}
	for name, mode := range map[string]harmonyMode{"major": src.Major, "minor": src.Minor} {
		sum := 0.0
		for _, l := range mode.Loops.Loops {
			if len(l.Bars) != 4 {
				return nil, fmt.Errorf("a loop of %d bars: %v", len(l.Bars), l.Bars)
			}
			if len(slices.Compact(slices.Clone(l.Bars))) == 1 && !strings.Contains(l.Bars[0], " ") {
				continue
			}
			sum += l.P
			out[name] = append(out[name], loop{strings.Join(l.Bars, " | "), l.P})
		}
		for i := range out[name] {
			out[name][i].Share = math.Round(1e5*out[name][i].Share/sum) / 1e5
		}
	}
	return out, nil
}
