// Package balance knows how loud the notes of the built-in font's instruments are, and so
// how loud a song will be before a single sample of it exists: it brings every part to its
// place in the mix whatever instrument plays it, and gives the gain that brings the
// whole song to the station's loudness.
//
// What it knows comes from notes.tsv, which tools/loudness measures with our own synth
// and the built-in font. Presets of other fonts, and what the table lacks, are taken to be
// as loud as an ordinary instrument: the master's limiter guards the peak there.
// It is pure arithmetic: the same song gives the same figures.
package balance

import (
	_ "embed" // for the table
	"strconv"
	"strings"
	"sync"

	"bandstand/internal/song"
)

//go:generate go run ../../tools/loudness calibrate -o notes.tsv

//go:embed notes.tsv
var notes string

// Segments of a note's envelope: as long as a cell at first, then each twice as long.
const segments = 9

// segmentEnds are the cells at which they end: 10, 20, 40 … 2560 ms.
var segmentEnds = [segments]int{1, 2, 4, 8, 16, 32, 64, 128, 256}

// Columns of notes.tsv.
const (
	colBank     = iota
	colProgram  // from 0
	colKey      // MIDI
	colPlain    // dB: mean square without weighting (mean of the channels) over the weighted energy
	colPeak     // dB: square of the highest sample over the plain energy of the loudest cell
	colRoom     // dB: weighted energy that a room of size .5 adds to that of the note at a send of 1
	colTail     // ms: energy after the note's end over the power at its end
	colFade     // dB a second: how fast a held note falls at last
	colSoft     // dB: at velocity 45, over what the fourth power of the velocity says
	colHard     // dB: the same at velocity 115
	colEnvelope // dB: weighted energy in each segment at velocity 90, held
	columns     = colEnvelope + segments
)

// Velocities at which notes are measured.
const (
	SoftVelocity   = 45
	MiddleVelocity = 90
	HardVelocity   = 115
)

// sound is what one key of a preset gives, as measured.
type sound struct {
	key    int
	values [columns]float32 // as in the table, in whole units
}

// presets is the sounds of each preset, by key.
var presets = sync.OnceValue(func() map[presetID][]sound { return parse(notes) })

type presetID struct{ bank, program int }

// parse reads the table; levels in it are tenths of a decibel. A table that cannot be read is a
// mistake of ours, not of a user.
func parse(text string) map[presetID][]sound {
	out := map[presetID][]sound{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != columns {
			panic("balance: a line of notes.tsv has another number of columns: " + line)
		}
		var s sound
		for i, f := range fields {
			n, err := strconv.Atoi(f)
			if err != nil {
				panic("balance: notes.tsv: " + err.Error())
			}
			s.values[i] = float32(n)
			if i >= colPlain && i != colTail {
				s.values[i] /= 10
			}
		}
		s.key = int(s.values[colKey])
		id := presetID{int(s.values[colBank]), int(s.values[colProgram])}
		out[id] = append(out[id], s)
	}
	return out
}

// ordinary is what an unknown preset is taken for: an organ-like tone of the nominal
// loudness, with a short tail.
var ordinary = func() (s sound) {
	s.values[colPeak], s.values[colRoom], s.values[colTail] = 7, 0, 60
	s.values[colPlain] = -3
	for i := range segments {
		s.values[colEnvelope+i] = nominal
	}
	return s
}()

// at is the sound of a key: between two that were measured, something in between; drums,
// of which every key is another instrument, their own or nothing.
func at(list []sound, key int, drums bool) (sound, bool) {
	for i := range list {
		switch s := &list[i]; {
		case s.key == key:
			return *s, true
		case s.key < key:
		case drums:
			return sound{}, false
		case i == 0:
			return *s, true
		default:
			return between(&list[i-1], s, float32(key-list[i-1].key)/float32(s.key-list[i-1].key)), true
		}
	}
	if len(list) == 0 || drums {
		return sound{}, false
	}
	return list[len(list)-1], true
}

func between(a, b *sound, share float32) sound {
	s := *a
	for i := colPlain; i < columns; i++ {
		s.values[i] += share * (b.values[i] - a.values[i])
	}
	return s
}

// bankOf is the bank that a part's preset is in.
func bankOf(p *song.Part) int {
	if p.IsDrums() {
		return 128
	}
	return int(p.Bank)
}

// force is the energy of a note of a velocity, relative to one of MiddleVelocity: the
// fourth power, as SoundFont players have it, and what the preset's own layers and
// filters make of it.
func (s *sound) force(velocity uint8) float32 {
	v := float32(velocity)
	share := (v - MiddleVelocity) / (HardVelocity - MiddleVelocity)
	own := s.values[colHard]
	if v < MiddleVelocity {
		share, own = (MiddleVelocity-v)/(MiddleVelocity-SoftVelocity), s.values[colSoft]
	}
	x := v / MiddleVelocity
	energy := x * x * x * x
	if own*share != 0 {
		energy *= ratio(own * share)
	}
	return energy
}
