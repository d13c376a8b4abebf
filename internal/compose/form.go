package compose

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"bandstand/internal/style"
)

// planForm chooses the sections and their lengths: asked bars exactly, or as many
// as last as long as the style's songs do.
func (sc *score) planForm(asked int) {
	r := sc.stream("form")
	plan := slices.Clone(sc.style.Form.Plans.Draw(r))
	secondsPerBar := float64(sc.meter.Beats) * 4 / float64(sc.meter.Unit) * 60 / sc.tempo
	target := asked
	if asked == 0 {
		target = min(MaxBars, max(MinBars, int(math.Round(between(r, sc.style.Form.Seconds)/secondsPerBar))))
	}
	plan = sc.resize(plan, target)
	lengths := sc.lengths(r, plan, target)
	if asked != 0 {
		sc.stretch(plan, lengths, asked)
	}
	sc.layOut(r, plan, lengths)
}

// resize makes a plan long or short enough for a number of bars by repeating the
// style's cycle or dropping what the song can best do without.
func (sc *score) resize(plan style.Plan, bars int) style.Plan {
	for sc.most(plan) < bars {
		at := len(plan) - 1
		for i, name := range plan { // after the first peak, so that the song still has a beginning
			if name == sc.style.Form.Peak {
				at = i + 1
				break
			}
		}
		plan = slices.Insert(plan, min(at, len(plan)), sc.style.Form.Cycle...)
	}
	for sc.least(plan) > bars && len(plan) > 2 {
		plan = sc.drop(plan)
	}
	return plan
}

// drop leaves out one section: the one before the last ones, never the last peak
// nor the outro.
func (sc *score) drop(plan style.Plan) style.Plan {
	last := len(plan) - 1
	peak := -1
	for i, name := range plan {
		if name == sc.style.Form.Peak {
			peak = i
		}
	}
	count := map[string]int{}
	for _, name := range plan {
		count[name]++
	}
	// First what is neither verse nor peak, from the back; then the second of
	// anything; then from the front.
	essential := func(name string) bool { return name == "verse" || name == sc.style.Form.Peak }
	for i := last - 1; i > 0; i-- {
		if !essential(plan[i]) && i != peak {
			return slices.Delete(plan, i, i+1)
		}
	}
	for i := last - 1; i >= 0; i-- {
		if count[plan[i]] > 1 && i != peak {
			return slices.Delete(plan, i, i+1)
		}
	}
	for i := 0; i < last; i++ {
		if i != peak {
			return slices.Delete(plan, i, i+1)
		}
	}
	return plan
}

func (sc *score) most(plan style.Plan) int {
	sum := 0
	for _, name := range plan {
		sum += slices.Max(sc.style.Section(name).Bars)
	}
	return sum
}

func (sc *score) least(plan style.Plan) int {
	sum := 0
	for _, name := range plan {
		sum += slices.Min(sc.style.Section(name).Bars)
	}
	return sum
}

// lengths chooses the sections' lengths among those the style allows, so that the
// sum comes as near to target as possible and favourites are kept where they can.
// It is the shortest way through a table of section × bars so far.
func (sc *score) lengths(r *rand.Rand, plan style.Plan, target int) []int {
	const none = math.MaxFloat64
	width := sc.most(plan) + 1
	cost := make([][]float64, len(plan)+1)
	choice := make([][]int, len(plan)+1)
	for i := range cost {
		cost[i] = slices.Repeat([]float64{none}, width)
		choice[i] = make([]int, width)
	}
	cost[0][0] = 0
	for i, name := range plan {
		for rank, bars := range sc.style.Section(name).Bars {
			price := float64(rank) + .8*r.Float64()
			for sum := 0; sum+bars < width; sum++ {
				if c := cost[i][sum]; c < none && c+price < cost[i+1][sum+bars] {
					cost[i+1][sum+bars] = c + price
					choice[i+1][sum+bars] = bars
				}
			}
		}
	}
	best, bestCost := 0, none
	for sum, c := range cost[len(plan)] {
		if c == none {
			continue
		}
		if c += 1.5 * math.Abs(float64(sum-target)); c < bestCost {
			best, bestCost = sum, c
		}
	}
	out := make([]int, len(plan))
	for i, sum := len(plan), best; i > 0; i-- {
		out[i-1] = choice[i][sum]
		sum -= out[i-1]
	}
	return out
}

// stretch makes the lengths add up to exactly the bars asked for: what is missing
// goes to the outro and then the intro, what is too much is taken from the longest.
func (sc *score) stretch(plan style.Plan, lengths []int, bars int) {
	last := len(lengths) - 1
	rest := bars
	for _, n := range lengths {
		rest -= n
	}
	odd := rest != 0
	if rest > 0 {
		lengths[last] += rest
	}
	for rest < 0 {
		at := last
		for i, n := range lengths {
			if n > lengths[at] || n == lengths[at] && at == last {
				at = i
			}
		}
		if lengths[last] > 2 { // an outro may shrink to two bars before the tune suffers
			at = last
		}
		lengths[at]--
		rest++
	}
	if odd && bars%4 != 0 {
		sc.remark("%d bars do not divide evenly; the %s has %d", bars, plan[last], lengths[last])
	}
}

// layOut writes the sections down with their names, energy and key.
func (sc *score) layOut(r *rand.Rand, plan style.Plan, lengths []int) {
	total := map[string]int{}
	for _, name := range plan {
		total[name]++
	}
	lift := chance(r, sc.style.Form.Lift) && total[sc.style.Form.Peak] > 2
	seen := map[string]int{}
	for i, name := range plan {
		if lengths[i] == 0 {
			continue
		}
		spec := sc.style.Section(name)
		s := section{spec: spec, name: name, start: sc.bars, bars: lengths[i], nth: seen[name]}
		seen[name]++
		s.final = seen[name] == total[name]
		if total[name] > 1 {
			s.name = fmt.Sprintf("%s %d", name, seen[name])
		}
		s.energy = min(1, spec.Energy+.03*float64(s.nth))
		if name == sc.style.Form.Peak && s.final {
			s.energy = min(1, spec.Energy+.1)
		}
		if lift && len(sc.sections) > 0 && (sc.sections[len(sc.sections)-1].lift > 0 || name == sc.style.Form.Peak && s.final) {
			s.lift = 2
		}
		sc.sections = append(sc.sections, s)
		sc.bars += s.bars
	}
}
