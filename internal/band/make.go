package band

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"
)

// HouseBands is how many bands of each style play at the station.
const HouseBands = 6

// New makes a band for the roles of a style: one robot a role, up to six robots. The
// same style, roles and seed give the same band. A robot's genes and net do not depend
// on which other roles there are.
func New(style string, roles []string, seed uint64) Band {
	b := Band{Version: Version, Style: style, Seed: seed, Name: nameOf(style, seed)}
	taken := map[string]bool{}
	for _, row := range cast(roles) {
		b.Robots = append(b.Robots, newRobot(style, row, seed, taken))
	}
	return b
}

func nameOf(style string, seed uint64) string { return bandName(style, stream(seed, "band/"+style)) }

// House is the fixed cast of a style: six bands, the same every time, that have the
// seeds of HouseSeeds.
func House(style string, roles []string, seeds []uint64) []Band {
	var out []Band
	for _, seed := range seeds {
		out = append(out, New(style, roles, seed))
	}
	return out
}

// HouseSeeds are the seeds of the house bands of a style: the first that give six
// names of which none is taken, capitals aside. The new names are added to taken. Where
// a name is taken only that band is another: its fellows keep their places and seeds.
func HouseSeeds(style string, taken map[string]bool) []uint64 {
	var out []uint64
	own := map[string]bool{}
	seed := uint64(0)
	next := func(free func(name string) bool) (uint64, string) {
		for seed++; ; seed++ {
			if name := strings.ToLower(nameOf(style, seed)); seed > enoughSeeds || free(name) {
				own[name] = true
				return seed, name
			}
		}
	}
	var names []string
	for range HouseBands {
		seed, name := next(func(name string) bool { return !own[name] })
		out, names = append(out, seed), append(names, name)
	}
	for i := range out {
		if taken[names[i]] {
			out[i], names[i] = next(func(name string) bool { return !own[name] && !taken[name] })
		}
	}
	for _, name := range names {
		taken[name] = true
	}
	return out
}

// enoughSeeds is how many are tried for a name that is free: there are thousands of
// names, so that only hundreds of styles could need more.
const enoughSeeds = 10_000

func newRobot(style string, roles []string, seed uint64, taken map[string]bool) Robot {
	role := roles[0]
	r := stream(seed, "robot/"+style+"/"+role)
	robot := Robot{Role: role, Also: roles[1:], Genes: make([]float64, numGenes), Net: born(role, stream(seed, "net/"+style+"/"+role))}
	if len(robot.Also) == 0 {
		robot.Also = nil
	}
	for try := 0; try < 20; try++ {
		if robot.Name = robotName(role, r); !taken[robot.Name] {
			break
		}
	}
	taken[robot.Name] = true
	for g := range robot.Genes {
		// Most robots are near plain in most things and stand out in a few.
		x := .5 + .2*r.NormFloat64()
		robot.Genes[g] = math.Round(100*min(1, max(0, x))) / 100
	}
	return robot
}

// stream is the named stream of random numbers of a seed.
func stream(seed uint64, name string) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d/%s", seed, name)
	sum := h.Sum64()
	return rand.New(rand.NewPCG(seed^sum, sum*0x9e3779b97f4a7c15+seed))
}

func pick(r *rand.Rand, words []string) string { return words[r.IntN(len(words))] }

func bandName(style string, r *rand.Rand) string {
	nouns, adjectives := bandNouns, bandAdjectives
	if own, ok := styleNouns[style]; ok && r.IntN(3) > 0 {
		nouns = own
	}
	noun, adjective := pick(r, nouns), pick(r, adjectives)
	switch r.IntN(9) {
	case 0, 1, 2:
		return "The " + adjective + " " + Plural(noun)
	case 3:
		return pick(r, firstNames) + " & the " + Plural(noun)
	case 4:
		return noun + " " + pick(r, []string{"Department", "Committee", "Assembly Line", "Overflow", "Theory", "Parade", "Club", "Union"})
	case 5:
		return pick(r, []string{"Three", "Four", "Five", "Seven", "Twelve", "Forty", "Too Many"}) + " " + Plural(noun)
	case 6:
		return adjective + " " + noun
	case 7:
		return pick(r, []string{"Sudo", "Ohm", "Hello", "Dear", "No", "Almost", "Post", "Mostly"}) + " " + Plural(noun)
	default:
		return "The " + Plural(noun)
	}
}

// Plural is the plural of an English noun: boxes, lorries, clockmakers.
func Plural(s string) string {
	switch {
	case strings.HasSuffix(s, "s"), strings.HasSuffix(s, "x"), strings.HasSuffix(s, "ch"), strings.HasSuffix(s, "sh"):
		return s + "es"
	case len(s) > 1 && strings.HasSuffix(s, "y") && !strings.ContainsAny(s[len(s)-2:len(s)-1], "aeiou"):
		return s[:len(s)-1] + "ies"
	}
	return s + "s"
}

func robotName(role string, r *rand.Rand) string {
	first := pick(r, firstNames)
	switch r.IntN(7) {
	case 0:
		return fmt.Sprintf("%s-%d", first, 2+r.IntN(97))
	case 1, 2:
		return first + " " + pick(r, lastNames)
	case 3:
		return pick(r, titles) + " " + pick(r, lastNames)
	case 4:
		if own := roleNames[role]; len(own) > 0 {
			return first + " “" + pick(r, own) + "” " + pick(r, lastNames)
		}
		return first + " " + pick(r, lastNames)
	case 5:
		return fmt.Sprintf("%s %s", first, pick(r, []string{"3000", "the Second", "v2", "Lite", "Mk IV", "Beta", "Jr.", "Plus", "404"}))
	default:
		return first
	}
}
