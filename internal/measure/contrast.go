package measure

import (
	"math"

	"bandstand/internal/song"
)

// Contrast is how a kind of section stands out against another.
type Contrast struct {
	Higher  float64 // mean pitch of the lead, semitones
	Denser  float64 // notes of the lead a bar that has any, as a ratio
	Louder  float64 // of the whole band, dB (see loudness)
	Sung    bool    // both have a lead: Higher and Denser hold
	Present bool    // the song has both: Louder holds
}

// Against compares all sections of a label ("chorus") with all of another ("verse").
func Against(s *song.Song, label, other string) Contrast {
	a, b := look(s, label), look(s, other)
	c := Contrast{Present: a.bars > 0 && b.bars > 0 && label != other}
	if !c.Present {
		return Contrast{}
	}
	c.Louder = 10 * math.Log10(max(1e-9, a.energy/float64(a.bars))/max(1e-9, b.energy/float64(b.bars)))
	if c.Sung = a.pitch.n > 0 && b.pitch.n > 0; c.Sung {
		c.Higher = a.pitch.value() - b.pitch.value()
		c.Denser = float64(a.pitch.n) / float64(a.sung) / (float64(b.pitch.n) / float64(b.sung))
	}
	return c
}

// sight is what Against looks at in all sections of a label.
type sight struct {
	bars, sung int // sung: bars with notes of the lead
	pitch      mean
	energy     float64
}

func look(s *song.Song, label string) sight {
	var out sight
	in := make([]bool, s.Bars)
	for _, sec := range s.Sections {
		if sec.Label == label {
			out.bars += sec.Bars
			for bar := sec.Start; bar < min(s.Bars, sec.Start+sec.Bars); bar++ {
				in[bar] = true
			}
		}
	}
	for _, p := range s.Parts {
		last := -1
		for _, n := range p.Notes {
			bar := int(n.Start / s.Meter.BarTicks())
			if bar >= s.Bars || !in[bar] {
				continue
			}
			out.energy += energy(s, p, n)
			if p.Role == song.Lead {
				out.pitch.add(float64(n.Pitch))
				if bar != last {
					out.sung++
				}
				last = bar
			}
		}
	}
	return out
}

// energy is about how much sound a note is, from what is written: its part's level
// and its velocity by the SoundFont standard's curve (amplitude grows with the
// square of the velocity, SF 2.04 §8.4.1), for as long as it lasts but not longer
// than a second, when most instruments have died away. It compares parts of one song;
// it is no loudness.
func energy(s *song.Song, p song.Part, n song.Note) float64 {
	v := float64(n.Velocity) / 127
	return math.Pow(10, p.GainDB/10) * v * v * v * v * min(1, s.Seconds(n.Length))
}
