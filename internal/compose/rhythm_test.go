package compose

import (
	"math"
	"slices"
	"testing"

	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/theory"
)

// rhythm is what a batch of songs of one style does in time.
type rhythm struct {
	alike, within    []float64 // per song: mean overlap of a bar's drum strokes with all other bars'; with those of its section
	locked           []float64 // share of the kick's strokes that the bass strikes with
	on, off          float64   // mean velocity of hats and rides on the beat and on the eighth between
	backbeat, ghosts float64   // mean velocity of snares
	places, residual float64   // ms, SD of the drums' places and of what is left
	lag1             float64   // of what is left, from stroke to stroke
	farthest         float64   // ms, the largest deviation from a place
}

func drumKey(name string) theory.Pitch { k, _ := theory.DrumKey(name); return k }

// listen measures songs of a style.
func listen(t *testing.T, c *Composer, name string, seeds uint64) rhythm {
	t.Helper()
	var out rhythm
	var on, off, back, ghost, place, rest, lag mean
	for seed := range seeds {
		s := compose(t, c, Brief{Style: name, Seed: seed})
		drums := s.Part(song.Drums)
		if drums == nil {
			continue
		}
		all, within := alike(s, drums)
		out.alike, out.within = append(out.alike, all), append(out.within, within)
		if bass := s.Part(song.Bass); bass != nil {
			out.locked = append(out.locked, locked(s, drums, bass))
		}
		bar := int(s.Meter.BarTicks() / style.Step)
		for _, n := range drums.Notes {
			step := int((n.Start+style.Step/2)/style.Step) % bar
			v := float64(n.Velocity)
			switch n.Pitch {
			case drumKey("hat"), drumKey("ride"), drumKey("openhat"):
				switch step % 4 {
				case 0:
					on.add(v)
				case 2:
					off.add(v)
				}
			case drumKey("snare"):
				if step == 4 || step == 12 {
					back.add(v)
				} else if step%2 == 1 && v < 75 {
					ghost.add(v)
				}
			}
		}
		timing(s, drums, bar, &place, &rest, &lag, &out.farthest)
	}
	out.on, out.off, out.backbeat, out.ghosts = on.value(), off.value(), back.value(), ghost.value()
	out.places, out.residual = math.Sqrt(place.value()), math.Sqrt(rest.value())
	out.lag1 = lag.value() / rest.value()
	return out
}

type mean struct{ sum, n float64 }

func (m *mean) add(x float64) { m.sum, m.n = m.sum+x, m.n+1 }
func (m *mean) value() float64 {
	if m.n == 0 {
		return 0
	}
	return m.sum / m.n
}

// alike is the mean Dice overlap of the sets of (drum, sixteenth) of two bars: over all
// pairs of bars of the song, and over those within a section.
func alike(s *song.Song, drums *song.Part) (all, within float64) {
	bars := make([]map[[2]int]bool, s.Bars)
	for i := range bars {
		bars[i] = map[[2]int]bool{}
	}
	for _, n := range drums.Notes {
		at := int((n.Start + style.Step/2) / style.Step)
		per := int(s.Meter.BarTicks() / style.Step)
		if b := at / per; b < s.Bars {
			bars[b][[2]int{int(n.Pitch), at % per}] = true
		}
	}
	var a, w mean
	section := func(bar int) int {
		return slices.IndexFunc(s.Sections, func(x song.Section) bool { return bar < x.Start+x.Bars })
	}
	for i := range bars {
		for j := range i {
			if len(bars[i]) == 0 || len(bars[j]) == 0 {
				continue
			}
			both := 0
			for k := range bars[i] {
				if bars[j][k] {
					both++
				}
			}
			dice := 2 * float64(both) / float64(len(bars[i])+len(bars[j]))
			a.add(dice)
			if section(i) == section(j) {
				w.add(dice)
			}
		}
	}
	return a.value(), w.value()
}

// locked is the share of the kick's strokes with which a bass note begins, where both
// play: within 40 ms.
func locked(s *song.Song, drums, bass *song.Part) float64 {
	var m mean
	near := song.Tick(.04 * s.Tempo / 60 * float64(song.TicksPerQuarter))
	bar := s.Meter.BarTicks()
	playing := map[song.Tick]bool{}
	for _, n := range bass.Notes {
		playing[n.Start/bar] = true
	}
	for _, k := range drums.Notes {
		if k.Pitch != drumKey("kick") || k.Velocity < 60 || !playing[k.Start/bar] {
			continue
		}
		hit := slices.ContainsFunc(bass.Notes, func(n song.Note) bool { return n.Start >= k.Start-near && n.Start <= k.Start+near })
		if hit {
			m.add(1)
		} else {
			m.add(0)
		}
	}
	return m.value()
}

// timing measures how far drums are from the swung grid: the mean of each drum and step
// is its place, the rest is noise.
func timing(s *song.Song, drums *song.Part, bar int, place, rest, lag *mean, farthest *float64) {
	ms := 60000 / s.Tempo / float64(song.TicksPerQuarter)
	type key struct {
		pitch theory.Pitch
		step  int
	}
	at := map[key][]float64{}
	var order []key
	var off []float64
	for _, n := range drums.Notes {
		step := int((n.Start + style.Step/2) / style.Step)
		k := key{n.Pitch, step % bar}
		d := float64(n.Start-song.Tick(step)*style.Step) * ms
		at[k] = append(at[k], d)
		order, off = append(order, k), append(off, d)
	}
	places := map[key]float64{}
	var center mean
	for k, list := range at {
		if len(list) < 6 {
			continue
		}
		var m mean
		for _, d := range list {
			m.add(d)
		}
		places[k] = m.value()
	}
	for _, k := range order {
		if p, ok := places[k]; ok {
			center.add(p)
		}
	}
	before, seen := 0.0, song.Tick(-1)
	for i, k := range order {
		p, ok := places[k]
		if !ok {
			continue
		}
		place.add((p - center.value()) * (p - center.value()))
		d := off[i] - p
		rest.add(d * d)
		*farthest = max(*farthest, math.Abs(d))
		if now := drums.Notes[i].Start; now-seen > style.Step/2 {
			if seen >= 0 {
				lag.add(d * before)
			}
			before, seen = d, now
		}
	}
}

func median(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

// TestRhythm wants drums that play like recorded ones (Groove MIDI: a bar .82 like
// another, backbeats of 107 against ghosts of 63, places 6–12 ms apart, .36 from stroke to
// stroke), a machine's where the style has a machine, and a bass that strikes with most
// strokes of the kick where the style locks them.
func TestRhythm(t *testing.T) {
	c := composer(t)
	for _, info := range c.Styles() {
		st, err := c.styles.Get(info.Name)
		if err != nil {
			t.Fatal(err)
		}
		if st.Part(song.Drums) == nil {
			continue
		}
		r := listen(t, c, info.Name, min(*songs, 8))
		t.Logf("%-9s alike %.2f within %.2f locked %.2f on/off %.2f back %.0f ghost %.0f place %.1f noise %.1f lag %.2f far %.1f", info.Name,
			median(r.alike), median(r.within), median(r.locked), r.on/max(1, r.off), r.backbeat, r.ghosts, r.places, r.residual, r.lag1, r.farthest)
		if w := median(r.within); w < .7 || w > .95 {
			t.Errorf("%s: a bar of drums is %.2f like another of its section", info.Name, w)
		}
		if r.ghosts > 0 && (r.ghosts < 45 || r.ghosts > 66) {
			t.Errorf("%s: ghost notes of %.0f", info.Name, r.ghosts)
		}
		if got := median(r.locked); st.Rhythm.Lock >= .7 && (got < .7 || slices.Min(r.locked) < .5) {
			t.Errorf("%s: the bass is with %.2f of the kick's strokes, in one song with %.2f", info.Name, got, slices.Min(r.locked))
		}
		straight := st.Swing.Eighths[1] < .51 && st.Swing.Sixteenths[1] < .51
		human := st.Rhythm.Human
		switch {
		case human < .2 && straight && (r.places > 3 || r.residual > 1.5):
			t.Errorf("%s: a machine %.1f ms off the grid, give or take %.1f", info.Name, r.places, r.residual)
		case human >= .9 && straight && (r.places < 4.5 || r.places > 12 || r.residual < 2.5 || r.residual > 8 || r.farthest > 17):
			t.Errorf("%s: drums %.1f ms off the grid, give or take %.1f, %.1f at most", info.Name, r.places, r.residual, r.farthest)
		case human >= .9 && straight && (r.lag1 < .2 || r.lag1 > .5):
			t.Errorf("%s: drums' deviations are correlated by %.2f", info.Name, r.lag1)
		}
	}
}

// TestFillsLand wants every fill of half a bar or more to end in a kick on the next one,
// with a crash or a ride at least: a fill that leads nowhere is a stumble.
func TestFillsLand(t *testing.T) {
	c := composer(t)
	for _, info := range c.Styles() {
		for seed := range min(*songs, 4) {
			s := compose(t, c, Brief{Style: info.Name, Seed: seed})
			drums := s.Part(song.Drums)
			if drums == nil {
				continue
			}
			bar := s.Meter.BarTicks()
			toms := map[int]int{} // strokes by bar
			struck := map[int]map[string]bool{}
			for _, n := range drums.Notes {
				at := n.Start + style.Step/2
				name := theory.DrumName(n.Pitch)
				if len(name) > 3 && name[:3] == "tom" && at%bar >= bar/2 {
					toms[int(at/bar)]++
				}
				if at%bar < style.Step {
					if struck[int(at/bar)] == nil {
						struck[int(at/bar)] = map[string]bool{}
					}
					struck[int(at/bar)][name] = true
				}
			}
			for i, sec := range s.Sections[:len(s.Sections)-1] {
				last := sec.Start + sec.Bars - 1
				next := s.Sections[i+1]
				on := struck[last+1]
				if toms[last] < 3 || next.Energy < .5 || len(on) == 0 || inGroove(toms, sec) {
					continue
				}
				if !on["kick"] || !on["crash"] && !on["ride"] {
					t.Errorf("%s seed %d: the fill before %s lands on %v", info.Name, seed, next.Name, on)
				}
			}
		}
	}
}

// inGroove says whether toms belong to the beat of a section.
func inGroove(toms map[int]int, sec song.Section) bool {
	return sec.Bars < 4 || toms[sec.Start+1] > 2 || toms[sec.Start+2] > 2
}

// TestEverybodyPlays wants no part of a free song to be silent, no song to sound like the
// full band all the time, and the second verse to differ from the first in the rhythm of
// some part.
func TestEverybodyPlays(t *testing.T) {
	c := composer(t)
	verses, alike := 0, 0
	for _, info := range c.Styles() {
		for seed := range min(*songs, 4) {
			s := compose(t, c, Brief{Style: info.Name, Seed: seed})
			full := 0
			for _, sec := range s.Sections {
				playing := 0
				for _, p := range s.Parts {
					if len(rhythmOf(s, p.Role, sec, sec.Bars)) > 0 {
						playing++
					}
				}
				if playing == len(s.Parts) {
					full++
				}
			}
			for _, p := range s.Parts {
				if len(p.Notes) == 0 {
					t.Errorf("%s seed %d: %s is silent", info.Name, seed, p.Role)
				}
			}
			if full == len(s.Sections) {
				t.Errorf("%s seed %d: everybody plays in every section", info.Name, seed)
			}
			var found []song.Section
			for _, sec := range s.Sections {
				if sec.Label == "verse" {
					found = append(found, sec)
				}
			}
			if len(found) < 2 {
				continue
			}
			verses++
			same := true
			for _, role := range []string{song.Drums, song.Bass, song.Chords, song.Pad, song.Arp, song.Counter} {
				bars := min(found[0].Bars, found[1].Bars, 4)
				same = same && slices.Equal(rhythmOf(s, role, found[0], bars), rhythmOf(s, role, found[1], bars))
			}
			if same {
				alike++
			}
		}
	}
	if verses == 0 || alike*5 > verses {
		t.Errorf("in %d of %d songs the second verse is accompanied like the first", alike, verses)
	}
}

// rhythmOf is the steps at which a part strikes in the first bars of a section.
func rhythmOf(s *song.Song, role string, sec song.Section, bars int) []int {
	part := s.Part(role)
	if part == nil {
		return nil
	}
	from := song.Tick(sec.Start) * s.Meter.BarTicks()
	to := from + song.Tick(bars)*s.Meter.BarTicks()
	var out []int
	for _, n := range part.Notes {
		if at := n.Start + style.Step/2; at >= from && at < to {
			out = append(out, int((at-from)/style.Step))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
