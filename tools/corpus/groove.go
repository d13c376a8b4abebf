package main

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"bandstand/internal/corpus"
)

// What groove.json has, as far as it is kept.
type (
	grooveFile struct {
		Styles map[string]grooveStyle `json:"styles"`
	}
	grooveStyle struct {
		Thin   bool        `json:"thin"`
		Grid16 *grooveGrid `json:"grid16"`
		Grid12 *grooveGrid `json:"grid12"`
		Fills  struct {
			Velocity []float64 `json:"velocity_by_beat"`
		} `json:"fills"`
	}
	grooveGrid struct {
		Files  int                    `json:"files"`
		Bars   int                    `json:"bars"`
		Weight float64                `json:"effective_bars"`
		Voices map[string]grooveVoice `json:"voices"`
	}
	grooveVoice struct {
		Hits     int        `json:"hits"`
		P        []float64  `json:"p"`
		Velocity []*float64 `json:"velocity"`
		Offset   []*float64 `json:"offset_ms"`
		All      struct {
			Velocity   float64 `json:"velocity"`
			VelocitySD float64 `json:"velocity_residual_sd"`
			TimeSD     float64 `json:"residual_sd_ms"`
		} `json:"all_steps"`
	}
)

// drumNames are the corpus's voices by the names that style files use. The pedal
// hat is left out: its times are its sensor's, not its player's.
var drumNames = map[string]string{
	"kick": "kick", "snare": "snare", "rim": "rim", "closed_hat": "hat", "open_hat": "openhat", "ride": "ride", "crash": "crash", "toms": "toms",
}

// steady is how many strokes a step must have before half of its offset is believed.
const steady = 12

// groove keeps, of every family of drummers, velocity and offset by voice and step,
// and the velocities of fills. A step that was struck too rarely to
// have a mean gets its voice's mean and no offset; offsets of rare steps shrink
// towards 0 (n/(n+12)), because few strokes say little.
func groove(from string) (any, error) {
	var in grooveFile
	if err := read(from, "groove.json", &in); err != nil {
		return nil, err
	}
	out := map[string]corpus.Drummer{}
	for _, family := range slices.Sorted(maps.Keys(in.Styles)) {
		s := in.Styles[family]
		d := corpus.Drummer{Thin: s.Thin, FillVelocity: ints(s.Fills.Velocity)}
		var err error
		if d.Straight, err = s.Grid16.keep(16); err != nil {
			return nil, fmt.Errorf("%s: %w", family, err)
		}
		if d.Swung, err = s.Grid12.keep(12); err != nil {
			return nil, fmt.Errorf("%s: %w", family, err)
		}
		out[family] = d
	}
	return out, nil
}

func (g *grooveGrid) keep(steps int) (*corpus.Grid, error) {
	if g == nil {
		return nil, nil
	}
	out := &corpus.Grid{Files: g.Files, Bars: g.Bars, Voices: map[string]corpus.Voice{}}
	for _, theirs := range slices.Sorted(maps.Keys(g.Voices)) {
		name, kept := drumNames[theirs]
		if !kept {
			continue
		}
		v := g.Voices[theirs]
		if len(v.P) != steps || len(v.Velocity) != steps || len(v.Offset) != steps {
			return nil, fmt.Errorf("%s has not %d steps", theirs, steps)
		}
		ours := corpus.Voice{Hits: v.Hits, TimeSD: tenths(v.All.TimeSD), VelocitySD: tenths(v.All.VelocitySD)}
		for i := range steps {
			velocity, offset := v.All.Velocity, 0.0
			if v.Velocity[i] != nil {
				velocity = *v.Velocity[i]
			}
			if v.Offset[i] != nil {
				n := v.P[i] * g.Weight
				offset = *v.Offset[i] * n / (n + steady)
			}
			ours.Share = append(ours.Share, math.Round(100*v.P[i])/100)
			ours.Velocity = append(ours.Velocity, int(math.Round(velocity)))
			ours.Offset = append(ours.Offset, tenths(offset))
		}
		out.Voices[name] = ours
	}
	return out, nil
}

func tenths(x float64) float64 { return math.Round(10*x) / 10 }

func ints(list []float64) []int {
	out := make([]int, len(list))
	for i, x := range list {
		out[i] = int(math.Round(x))
	}
	return out
}
