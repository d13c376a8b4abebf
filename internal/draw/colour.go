package draw

import (
	"fmt"
	"hash/fnv"
	"math"

	"bandstand/internal/song"
)

// hue is a name's place on the colour circle, 0–359: always the same for a name.
func hue(name string) int {
	h := fnv.New32a()
	h.Write([]byte(name))
	return int(h.Sum32() % 360)
}

// colours are the parts' colours: each its robot's own, moved round the circle
// where an earlier robot's is too near to be told apart.
func colours(parts []song.Part) []string {
	apart := min(40, 360/(2*max(1, len(parts))))
	var taken []int
	out := make([]string, len(parts))
	for i, p := range parts {
		name := p.Robot
		if name == "" {
			name = p.Role
		}
		h := hue(name)
		for tries := 0; tries < 360/5 && crowded(h, taken, apart); tries++ {
			h = (h + 5) % 360
		}
		taken = append(taken, h)
		out[i] = colour(h)
	}
	return out
}

func crowded(h int, taken []int, apart int) bool {
	for _, t := range taken {
		d := (h - t + 360) % 360
		if min(d, 360-d) < apart {
			return true
		}
	}
	return false
}

// colour is a hue as it is drawn: bright enough for a dark ground, and blue, which
// looks darker than it is, a little brighter still.
func colour(h int) string {
	const saturation = .72
	light := .62 + .08*math.Cos(float64(h-240)*math.Pi/180)
	channel := func(n float64) int {
		k := math.Mod(n+float64(h)/30, 12)
		v := light - saturation*min(light, 1-light)*max(-1, min(k-3, min(9-k, 1)))
		return int(math.Round(255 * v))
	}
	return fmt.Sprintf("#%02x%02x%02x", channel(0), channel(8), channel(4))
}
