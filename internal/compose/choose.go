package compose

import (
	"math"
	"slices"

	"bandstand/internal/band"
	"bandstand/internal/song"
	"bandstand/internal/style"
)

// chooseBass draws a bass line among a groove's: the more it agrees with the kick drum
// the likelier, where the style wants them locked.
func (sc *score) chooseBass(family string, a *arrangement) style.Pattern {
	list := a.groove.Bass
	if len(list) == 0 {
		return style.Pattern{}
	}
	kick := a.first["kick"]
	weights := make([]float64, len(list))
	for i, p := range list {
		weights[i] = 1
		if p.Word != "" {
			continue
		}
		all, both := 0.0, 0.0
		for step := range 2 * sc.bar {
			if silent(kick.At(step)) || kick.At(step) == 'g' {
				continue
			}
			all++
			if !silent(p.At(step)) {
				both++
			}
		}
		if all > 0 {
			weights[i] = 1 - sc.style.Rhythm.Lock*.8*(1-both/all)
		}
	}
	return list[weighted(sc.stream("bass/"+family), weights)]
}

// busy is the strokes of a pattern, a bar.
func busy(p style.Pattern, bar int) float64 {
	n := 0
	for _, letter := range p.Steps {
		if !silent(letter) {
			n++
		}
	}
	return float64(n) * float64(bar) / max(1, float64(len(p.Steps)))
}

// room is how many strokes a bar of four quarters has for those who accompany, besides
// bass and drums: not everyone is busy all the time. It grows with the energy.
func room(energy float64) float64 { return 9 + 12*energy }

// thinOut keeps the accompaniment of a section within its room: as long as it is too
// busy, the busiest who has something quieter to play takes that.
func (a *arrangement) thinOut(spec *style.Section, bar int) {
	layers := append(append([]string(nil), spec.Layers...), spec.Later...)
	limit := room(spec.Energy) * float64(bar) / 16
	given := map[string]*style.Pattern{song.Chords: &a.chords, song.Arp: &a.arp, song.Pad: &a.pad, song.Counter: &a.counter}
	for range 4 {
		sum, most := 0.0, 0.0
		var who string
		for _, role := range []string{song.Chords, song.Arp, song.Pad, song.Counter} {
			if !slices.Contains(layers, role) {
				continue
			}
			own := busy(*given[role], bar)
			sum += own
			if own > most && busy(sparsest(a.all(role), bar), bar) < own {
				most, who = own, role
			}
		}
		if sum <= limit || who == "" {
			return
		}
		*given[who] = sparsest(a.all(who), bar)
	}
}

// sparsest is the pattern with the fewest strokes.
func sparsest(list []style.Pattern, bar int) style.Pattern {
	best := style.Pattern{}
	for i, p := range list {
		if i == 0 || busy(p, bar) < busy(best, bar) {
			best = p
		}
	}
	return best
}

// patterns is what a role plays in the bars of a section: the arrangement's pattern,
// and for restless parts another one of the groove now and then, two bars at a time.
// The second time that a section comes, bass or chords play another of their patterns.
func (sc *score) patterns(role string, s *section, a *arrangement) []style.Pattern {
	main, all := a.pattern(role), a.all(role)
	restless := 0.0
	if part := sc.style.Part(role); part != nil {
		restless = part.Restless
	}
	if restless > 0 {
		restless = min(1, restless*(.5+sc.robot(role).Gene(band.Variety)))
	}
	if s.nth%2 == 1 && sc.turnsTo(s) == role {
		main = another(main, all, sc.bar)
	}
	r := sc.stream(role + "/" + s.name + "/patterns")
	out := make([]style.Pattern, s.bars)
	for bar := range out {
		switch {
		case bar%2 == 1:
			out[bar] = out[bar-1]
		case len(all) > 1 && chance(r, restless):
			out[bar] = pick(r, all)
		default:
			out[bar] = main
		}
	}
	return out
}

// turnsTo is the role that plays something else the second time a section comes; ""
// in the section that all leads up to, which is to be known again.
func (sc *score) turnsTo(s *section) string {
	draw := sc.stream("turns/" + s.spec.Name).Float64()
	switch {
	case s.spec.Name == sc.style.Form.Peak && draw < .6:
		return ""
	case draw < .55:
		return song.Bass
	}
	return song.Chords
}

// another is a pattern of a list other than the main one: the nearest to it in strokes,
// so that the song does not become another one.
func another(main style.Pattern, all []style.Pattern, bar int) style.Pattern {
	best, least := main, 1e9
	for _, p := range all {
		if p.Word == main.Word && string(p.Steps) == string(main.Steps) {
			continue
		}
		if off := math.Abs(busy(p, bar) - busy(main, bar)); off < least {
			best, least = p, off
		}
	}
	return best
}
