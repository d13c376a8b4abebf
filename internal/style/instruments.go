package style

import (
	"fmt"
	"strings"

	"bandstand/internal/nearest"
	"bandstand/internal/song"
)

// UnmarshalText reads an instrument that is only a name.
func (in *Instrument) UnmarshalText(text []byte) error {
	in.Name = string(text)
	return nil
}

// resolveInstruments finds the presets of instruments that have a name alone.
func (s *Style) resolveInstruments() (path string, err error) {
	for i := range s.Parts {
		p := &s.Parts[i]
		names := programs
		if p.Role == song.Drums {
			names = kits
		}
		for j := range p.Instruments {
			in := &p.Instruments[j]
			at := fmt.Sprintf("part[%d].instruments[%d]", i, j)
			if in.Preset != nil {
				in.Program = *in.Preset
				continue
			}
			if strings.TrimSpace(in.Name) == "" {
				return at, fmt.Errorf("the instrument has no name")
			}
			n, ok := names[simple(in.Name)]
			if !ok {
				return at, noInstrument(in.Name, p.Role == song.Drums)
			}
			in.Program = n
		}
	}
	return "", nil
}

func noInstrument(name string, drums bool) error {
	if hint := nearest.Hint(name, Instruments(drums)); hint != "" {
		return fmt.Errorf("there is no instrument %q%s", clip(name), hint)
	}
	if drums {
		return fmt.Errorf("there is no drum kit %q: write %s, or a program from 0 to 127", clip(name), strings.Join(kitNames, ", "))
	}
	return fmt.Errorf("there is no instrument %q: write a name of General MIDI, such as tenor sax, or a program from 0 to 127", clip(name))
}

// Instruments are the names that stand for presets: those of General MIDI by
// program, or the kits of drums.
func Instruments(drums bool) []string {
	if drums {
		return kitNames
	}
	return instrumentNames
}

// simple is a name without capitals, brackets and the like.
func simple(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), " ")
}

// instrumentNames are the names of General MIDI level 1 (MIDI Manufacturers
// Association, RP-003), the program's number being the index.
var instrumentNames = []string{
	"acoustic grand piano", "bright acoustic piano", "electric grand piano", "honky-tonk piano", "electric piano 1", "electric piano 2", "harpsichord", "clavinet",
	"celesta", "glockenspiel", "music box", "vibraphone", "marimba", "xylophone", "tubular bells", "dulcimer",
	"drawbar organ", "percussive organ", "rock organ", "church organ", "reed organ", "accordion", "harmonica", "tango accordion",
	"nylon guitar", "steel guitar", "jazz guitar", "clean guitar", "muted guitar", "overdriven guitar", "distortion guitar", "guitar harmonics",
	"acoustic bass", "finger bass", "picked bass", "fretless bass", "slap bass 1", "slap bass 2", "synth bass 1", "synth bass 2",
	"violin", "viola", "cello", "contrabass", "tremolo strings", "pizzicato strings", "harp", "timpani",
	"strings", "slow strings", "synth strings 1", "synth strings 2", "choir aahs", "voice oohs", "synth voice", "orchestra hit",
	"trumpet", "trombone", "tuba", "muted trumpet", "french horn", "brass section", "synth brass 1", "synth brass 2",
	"soprano sax", "alto sax", "tenor sax", "baritone sax", "oboe", "english horn", "bassoon", "clarinet",
	"piccolo", "flute", "recorder", "pan flute", "blown bottle", "shakuhachi", "whistle", "ocarina",
	"square lead", "sawtooth lead", "calliope lead", "chiff lead", "charang lead", "voice lead", "fifths lead", "bass and lead",
	"new age pad", "warm pad", "polysynth pad", "choir pad", "bowed pad", "metallic pad", "halo pad", "sweep pad",
	"rain", "soundtrack", "crystal", "atmosphere", "brightness", "goblins", "echoes", "sci-fi",
	"sitar", "banjo", "shamisen", "koto", "kalimba", "bagpipe", "fiddle", "shanai",
	"tinkle bell", "agogo", "steel drums", "woodblock", "taiko drum", "melodic tom", "synth drum", "reverse cymbal",
	"fret noise", "breath noise", "seashore", "bird tweet", "telephone", "helicopter", "applause", "gunshot",
}

// kitNames are the drum kits of the built-in SoundFont, as Roland's GS numbers them.
var kitNames = []string{"standard kit", "room kit", "power kit", "electronic kit", "tr-808 kit", "jazz kit", "brush kit"}

// programs are presets by simple name: General MIDI's, and what players say instead.
var programs = func() map[string]int {
	m := map[string]int{
		"piano": 0, "grand piano": 0, "bright piano": 1, "honky tonk": 3, "electric piano": 4, "rhodes": 4, "rhodes piano": 4, "fm piano": 5, "clav": 7, "vibes": 11,
		"organ": 16, "hammond": 16, "hammond organ": 16, "bandoneon": 23, "acoustic guitar": 25, "electric guitar": 27, "palm muted guitar": 28,
		"upright bass": 32, "double bass": 32, "electric bass": 33, "fingered bass": 33, "bass guitar": 33, "slap bass": 36, "synth bass": 38,
		"string section": 48, "string ensemble 1": 48, "string ensemble 2": 49, "synth strings": 50, "choir": 52, "oohs": 53, "horns": 61, "brass": 61, "horn section": 61,
		"synth brass": 62, "saxophone": 66, "sax": 66, "square": 80, "saw lead": 81, "sawtooth": 81, "saw": 81, "lead 1 square": 80, "lead 2 sawtooth": 81,
		"pad": 89, "polysynth": 90, "overdrive guitar": 29, "distorted guitar": 30, "steel drum": 114, "steelpan": 114, "steel pan": 114,
	}
	for i, name := range instrumentNames {
		m[simple(name)] = i
	}
	return m
}()

var kits = map[string]int{
	"standard": 0, "standard kit": 0, "drum kit": 0, "drums": 0, "room": 8, "room kit": 8, "power": 16, "power kit": 16, "rock kit": 16, "electronic": 24,
	"electronic kit": 24, "tr 808": 25, "tr 808 kit": 25, "808": 25, "808 kit": 25, "jazz": 32, "jazz kit": 32, "brush": 40, "brush kit": 40, "brushes": 40,
}

// checkPairs wants two numbers wherever a field is a range.
func (s *Style) checkPairs() (path string, err error) {
	all := []string{"tempo", "swing.eighths", "swing.sixteenths", "form.seconds"}
	for i := range s.Also {
		all = append(all, fmt.Sprintf("also[%d].tempo", i), fmt.Sprintf("also[%d].swing.eighths", i), fmt.Sprintf("also[%d].swing.sixteenths", i))
	}
	for i, p := range s.Parts {
		path := fmt.Sprintf("part[%d]", i)
		all = append(all, path+".range")
		for j := range p.Instruments {
			all = append(all, fmt.Sprintf("%s.instruments[%d].range", path, j))
		}
	}
	for _, path := range all {
		if s.lines.has(path) && (!s.lines.has(path+"[1]") || s.lines.has(path+"[2]")) {
			return path, fmt.Errorf("must be two numbers, the lower one first, such as [60, 72]")
		}
	}
	if !s.lines.has("tempo") {
		return "tempo", fmt.Errorf("is missing: write for example tempo = [96, 120]")
	}
	return "", nil
}
