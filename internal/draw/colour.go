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

// Colour is a name's colour, "#rrggbb": always the same for a name.
func Colour(name string) string { return colour(hue(name)) }

// Colours are the parts' colours, "#rrggbb" each: its robot's own, moved round the
// circle where an earlier robot's is too near to be told apart.
func Colours(parts []song.Part) []string {
	apart := min(45, 360/(2*max(1, len(parts)-1))-1)
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

// colour is a hue as it is drawn: all of one lightness and strength to the eye, in
// the Oklab colour space (Ottosson 2020, whose matrices these are).
func colour(h int) string {
	const lightness, chroma = .76, .13
	sin, cos := math.Sincos(float64(h) * math.Pi / 180)
	a, b := chroma*cos, chroma*sin
	l := cube(lightness + .3963377774*a + .2158037573*b)
	m := cube(lightness - .1055613458*a - .0638541728*b)
	s := cube(lightness - .0894841775*a - 1.2914855480*b)
	return fmt.Sprintf("#%02x%02x%02x",
		channel(4.0767416621*l-3.3077115913*m+.2309699292*s),
		channel(-1.2684380046*l+2.6097574011*m-.3413193965*s),
		channel(-.0041960863*l-.7034186147*m+1.7076147010*s))
}

func cube(x float64) float64 { return x * x * x }

// channel is a linear part of light as sRGB has it, 0–255.
func channel(linear float64) int {
	v := 12.92 * linear
	if linear > .0031308 {
		v = 1.055*math.Pow(linear, 1/2.4) - .055
	}
	return int(math.Round(255 * max(0, min(1, v))))
}
