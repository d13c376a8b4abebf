package song

import (
	"fmt"
	"strings"

	"bandstand/internal/theory"
)

// Text is the song for people and golden files: a head, then for every section
// its bars, each with its chords and then a line a part that plays in it. A note
// reads position+length:pitch/velocity, position and length in ticks, the position
// from the bar line; drums are named.
func (s *Song) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s — %s\nstyle %s, key %s, %g BPM, %d/%d, swing %.2f, %d bars, seed %d, composer %d\ngain %.1f dB, reverb %.2f\n",
		s.Title, s.Band, s.Style, s.Key, s.Tempo, s.Meter.Beats, s.Meter.Unit, s.Swing, s.Bars, s.Seed, s.Composer, s.GainDB, s.Reverb)
	if s.Fade > 0 {
		fmt.Fprintf(&b, "fades over the last %d bars\n", s.Fade)
	}
	for _, p := range s.Parts {
		fmt.Fprintf(&b, "%-8s %s on %s (%d:%d), %.1f dB, pan %.2f, reverb %.2f, %d notes\n",
			p.Role, p.Robot, p.Instrument, p.Bank, p.Program, p.GainDB, p.Pan, p.Reverb, len(p.Notes))
	}
	next := make([]int, len(s.Parts))
	for _, sec := range s.Sections {
		fmt.Fprintf(&b, "\n== %s, %d bars, energy %.2f\n", sec.Name, sec.Bars, sec.Energy)
		for bar := sec.Start; bar < sec.Start+sec.Bars; bar++ {
			fmt.Fprintf(&b, "%d | %s\n", bar+1, s.chordsIn(bar))
			for i := range s.Parts {
				next[i] = s.textBar(&b, i, bar, next[i])
			}
		}
	}
	return b.String()
}

// chordsIn names the chords of a bar, each with its beat where that is not the first.
func (s *Song) chordsIn(bar int) string {
	from, to := s.BarStart(bar), s.BarStart(bar+1)
	out := []string{s.ChordAt(from).Name(s.Key)}
	for _, c := range s.Chords {
		if c.Start > from && c.Start < to {
			out = append(out, fmt.Sprintf("%s@%d", c.Chord.Name(s.Key), c.Start-from))
		}
	}
	return strings.Join(out, " ")
}

func (s *Song) textBar(b *strings.Builder, part, bar, next int) int {
	p, from, to := s.Parts[part], s.BarStart(bar), s.BarStart(bar+1)
	for first := true; next < len(p.Notes) && p.Notes[next].Start < to; next++ {
		if first {
			fmt.Fprintf(b, "  %-7s", p.Role)
			first = false
		}
		n := p.Notes[next]
		name := n.Pitch.Name(s.Key)
		if p.IsDrums() {
			name = theory.DrumName(n.Pitch)
		}
		fmt.Fprintf(b, " %d+%d:%s/%d", n.Start-from, n.Length, name, n.Velocity)
		if next+1 == len(p.Notes) || p.Notes[next+1].Start >= to {
			b.WriteByte('\n')
		}
	}
	return next
}
