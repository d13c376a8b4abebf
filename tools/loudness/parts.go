package main

import (
	"context"
	"fmt"
	"slices"

	"bandstand/internal/balance"
	"bandstand/internal/compose"
	"bandstand/internal/loudness"
	"bandstand/internal/song"
	"bandstand/internal/style"
)

// roles in the order of the table.
var roles = []string{song.Lead, song.Solo, song.Drums, song.Bass, song.Chords, song.Counter, song.Arp, song.Pad}

// parts prints how loud each part is against the lead, while it plays: the least, median and most of
// a style's songs. The figures are foreseen from the notes.
func parts(ctx context.Context, args []string) error {
	var b batch
	if err := b.parse("parts", args); err != nil {
		return err
	}
	set, err := style.Load("")
	if err != nil {
		return err
	}
	c := compose.New(set)
	fmt.Printf("LU above the lead: least median most\n%-10s", "")
	for _, role := range roles {
		fmt.Printf(" %-17s", role)
	}
	fmt.Println()
	for _, name := range b.styles {
		all := map[string][]float64{}
		err := b.each(ctx, c, name, func(_ int, s *song.Song) error {
			for role, lu := range against(s) {
				all[role] = append(all[role], lu)
			}
			return nil
		})
		if err != nil {
			return err
		}
		fmt.Printf("%-10s", name)
		for _, role := range roles {
			list := all[role]
			if len(list) == 0 {
				fmt.Printf(" %-17s", "")
				continue
			}
			slices.Sort(list)
			fmt.Printf(" %5.1f %5.1f %5.1f", list[0], list[len(list)/2], list[len(list)-1])
		}
		fmt.Println()
	}
	return nil
}

// against is the loudness of each part of a song above that of its lead, or of the
// loudest melody where there is none.
func against(s *song.Song) map[string]float64 {
	out := map[string]float64{}
	for _, p := range s.Parts {
		alone := *s
		alone.Parts = []song.Part{p}
		out[p.Role] = loudness.Integrated(balance.Foresee(&alone).Weighted)
	}
	lead, ok := out[song.Lead]
	if !ok {
		lead = out[song.Solo]
	}
	for role := range out {
		out[role] -= lead
	}
	return out
}
