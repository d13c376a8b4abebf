package band

import (
	"cmp"
	"slices"

	"bandstand/internal/song"
)

// Version is the version of the genome: what the genes and the net's senses and
// wishes are, and in which order. Version 1 had no nets: its robots have the zero net.
const Version = 2

// Gene is one trait of a robot, from 0 to 1. At .5 the robot plays the plain
// arrangement; what the ends mean is said beside each.
type Gene int

// The genes of version 1, in order. New ones go to the end, with a new version.
const (
	Busy     Gene = iota // few notes … many
	Swing                // stiffer than the style … looser
	Loud                 // soft … loud
	Behind               // ahead of the beat … behind it
	Ornament             // plain … grace notes, ghost notes, flams
	Fills                // never … whenever there is room
	Register             // low … high
	Push                 // on the beat … ahead of it by an eighth
	Legato               // short notes … long ones
	Variety              // the same again … never twice alike
	Colour               // triads … sevenths and ninths
	Dynamics             // flat … wide
	numGenes
)

var geneNames = [numGenes]string{
	"busy", "swing", "loud", "behind", "ornament", "fills", "register", "push", "legato", "variety", "colour", "dynamics",
}

// String is the gene's name.
func (g Gene) String() string {
	if g < 0 || g >= numGenes {
		return "unknown"
	}
	return geneNames[g]
}

// Genes are all genes, in order.
func Genes() []Gene {
	out := make([]Gene, numGenes)
	for i := range out {
		out[i] = Gene(i)
	}
	return out
}

// Gene is the value of one gene: .5, the plain arrangement, where the robot does
// not have it, as one of an older version.
func (r Robot) Gene(g Gene) float64 {
	if int(g) >= len(r.Genes) || g < 0 {
		return .5
	}
	return min(1, max(0, r.Genes[g]))
}

// Bend is a gene as a deviation from the plain arrangement: −1 … 1.
func (r Robot) Bend(g Gene) float64 { return 2*r.Gene(g) - 1 }

// traits are words for the ends of each gene: low, high.
var traits = [numGenes][2]string{
	{"sparing", "busy"}, {"square", "loose"}, {"soft", "loud"}, {"eager", "laid back"}, {"plain", "ornate"}, {"steady", "fond of fills"},
	{"deep", "high-flying"}, {"on the beat", "pushing"}, {"clipped", "flowing"}, {"faithful", "restless"}, {"pure", "colourful"}, {"level", "dramatic"},
}

// heard are the genes that the composer asks a role for, besides those that all are
// asked for: a drummer's register is nothing that anybody hears.
var heard = map[string][]Gene{
	song.Lead:    {Legato, Ornament},
	song.Solo:    {Legato, Ornament, Busy, Variety, Register},
	song.Counter: {Legato, Ornament},
	song.Bass:    {Legato, Register, Fills},
	song.Drums:   {Ornament, Busy, Variety, Fills},
	song.Chords:  {Legato, Variety, Colour},
	song.Pad:     {Legato, Colour},
	song.Arp:     {Legato, Variety, Colour},
}

// ofAll are the genes that everybody is asked for. Swing is not among them: many
// styles are straight.
var ofAll = []Gene{Loud, Behind, Dynamics}

// audible is a gene as a deviation where one can hear it, else 0.
func (r Robot) audible(g Gene) float64 {
	if slices.Contains(ofAll, g) || slices.ContainsFunc(r.Roles(), func(role string) bool { return slices.Contains(heard[role], g) }) {
		return r.Bend(g)
	}
	return 0
}

// Character is what a robot's genes make it like in a few words: up to three traits
// that stand out and can be heard in its roles, the strongest first; none for a robot
// that is plain in all.
func (r Robot) Character() []string { return standOut(r.audible, 3, .4) }

// Character is what a band is like, its robots taken together: up to two traits.
func (b Band) Character() []string {
	if len(b.Robots) == 0 {
		return nil
	}
	return standOut(func(g Gene) float64 {
		sum := 0.0
		for _, r := range b.Robots {
			sum += r.audible(g)
		}
		return sum / float64(len(b.Robots))
	}, 2, .2)
}

// standOut is words for the genes that are bent by at least least, the most bent first.
func standOut(bend func(Gene) float64, most int, least float64) []string {
	size := func(g Gene) float64 { return max(bend(g), -bend(g)) }
	genes := Genes()
	slices.SortStableFunc(genes, func(a, b Gene) int { return cmp.Compare(size(b), size(a)) })
	var out []string
	for _, g := range genes[:most] {
		if size(g) < least {
			break
		}
		end := 0
		if bend(g) > 0 {
			end = 1
		}
		out = append(out, traits[g][end])
	}
	return out
}
