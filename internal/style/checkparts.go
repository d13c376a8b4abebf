package style

import (
	"fmt"
	"slices"
	"strings"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// checkNames checks what the rest of the file calls the sections by.
func (s *Style) checkNames() (string, error) {
	names := s.sectionNames()
	for i, name := range names {
		path := fmt.Sprintf("section[%d].name", i)
		if name == "" || strings.ContainsAny(name, " \t") {
			return path, fmt.Errorf("%q must be one word, such as verse", clip(name))
		}
		if slices.Index(names, name) != i {
			return path, fmt.Errorf("%s is there twice", clip(name))
		}
	}
	return "", nil
}

func (s *Style) checkSections() (string, error) {
	names := s.sectionNames()
	for i, sec := range s.Sections {
		path := fmt.Sprintf("section[%d]", i)
		if len(sec.Bars) == 0 {
			return path + ".bars", fmt.Errorf("%s has no lengths: write for example bars = [8, 16]", sec.Name)
		}
		for _, b := range sec.Bars {
			if b < 1 || b > 64 {
				return path + ".bars", fmt.Errorf("%d bars is outside 1 to 64", b)
			}
		}
		for _, c := range []struct {
			field string
			value float64
		}{{"energy", sec.Energy}, {"height", sec.Height}, {"density", sec.Density}} {
			if !(c.value >= 0 && c.value <= 1) {
				return path + "." + c.field, fmt.Errorf("%g is outside 0 to 1", c.value)
			}
		}
		if !slices.Contains([]string{"sing", "solo", "hook", "none"}, sec.Tune) {
			return path + ".tune", fmt.Errorf("%q: must be sing, solo, hook or none", clip(sec.Tune))
		}
		if sec.Tune != "none" && len(sec.Phrases.Items) == 0 {
			return path + ".phrases", fmt.Errorf("%s has a tune but no phrases: write for example phrases = [\"a a' b c\"]", sec.Name)
		}
		if sec.Trade < 0 || sec.Trade > 8 {
			return path + ".trade", fmt.Errorf("%d is outside 0 to 8", sec.Trade)
		}
		if sec.Motif < 1 || sec.Motif > 4 {
			return path + ".motif", fmt.Errorf("%d is outside 1 to 4", sec.Motif)
		}
		if field, err := s.checkRefs(sec, names); err != nil {
			return path + "." + field, err
		}
	}
	return "", nil
}

// checkRefs checks what a section names of the rest of the file.
func (s *Style) checkRefs(sec Section, names []string) (field string, err error) {
	if sec.Like != "" && !slices.Contains(names, sec.Like) {
		return "like", unknown("section", sec.Like, names)
	}
	if sec.Like != "" && s.Section(sec.Like).Like != "" {
		return "like", fmt.Errorf("%s takes its chords from %s, which has none of its own", sec.Name, sec.Like)
	}
	if sec.Like == "" && len(sec.Loops.For(theory.Major).Items) == 0 {
		return "loops", fmt.Errorf("%s has no chords: write for example loops.major = [\"I | V | vi | IV\"]", sec.Name)
	}
	if len(s.Family(sec.Groove)) == 0 {
		var families []string
		for _, g := range s.Grooves {
			families = append(families, g.Family)
		}
		return "groove", unknown("groove family", sec.Groove, slices.Compact(families))
	}
	if len(sec.Layers) == 0 {
		return "layers", fmt.Errorf("nobody plays in %s", sec.Name)
	}
	for _, role := range append(slices.Clone(sec.Layers), sec.Later...) {
		if s.Part(role) == nil {
			return "layers", unknown("part", role, s.Roles())
		}
	}
	return "", nil
}

func (s *Style) checkGrooves() (string, error) {
	bar := s.StepsPerBar()
	for i, g := range s.Grooves {
		path := fmt.Sprintf("groove[%d]", i)
		if g.Family == "" {
			return path + ".family", fmt.Errorf("is empty")
		}
		if field, err := g.Drums.check(bar); err != nil {
			return path + ".drums." + field, err
		}
		for _, c := range []struct {
			field    string
			patterns []Pattern
			letters  string
		}{
			{"bass", g.Bass, "R35678asgn-."}, {"chords", g.Chords, "Xxo-."}, {"pad", g.Pad, "Xxo-."},
			{"arp", g.Arp, "123456789-."}, {"counter", g.Counter, "Xxo-."},
		} {
			for j, p := range c.patterns {
				at := fmt.Sprintf("%s.%s[%d]", path, c.field, j)
				if p.Word != "" && c.field == "bass" {
					continue
				}
				if err := p.only(c.letters); err != nil {
					return at, err
				}
				if err := p.bars(bar); err != nil {
					return at, err
				}
			}
		}
	}
	for i, f := range s.Fills {
		path := fmt.Sprintf("fills[%d]", i)
		for _, name := range sortedKeys(f) {
			if _, ok := theory.DrumKey(name); !ok {
				return path + "." + name, unknown("drum", name, theory.DrumNames())
			}
			if err := f[name].only("Xxog."); err != nil {
				return path + "." + name, err
			}
			if len(f[name].Steps) > bar {
				return path + "." + name, fmt.Errorf("has %d sixteenths: a fill is a bar, %d, at most", len(f[name].Steps), bar)
			}
		}
	}
	return "", nil
}

// mostBars is how many bars a pattern may have.
const mostBars = 16

// bars checks that a pattern is made of whole bars of so many steps.
func (p Pattern) bars(bar int) error {
	if n := len(p.Steps); n%bar != 0 || n > mostBars*bar {
		return fmt.Errorf("has %d sixteenths: a bar has %d, and a pattern 1 to %d bars", n, bar, mostBars)
	}
	return nil
}

func (d Drumming) check(bar int) (field string, err error) {
	for _, name := range sortedKeys(d) {
		if _, ok := theory.DrumKey(name); !ok {
			return name, unknown("drum", name, theory.DrumNames())
		}
		if err := d[name].only("Xxog.-"); err != nil {
			return name, err
		}
		if err := d[name].bars(bar); err != nil {
			return name, err
		}
	}
	return "", nil
}

func (s *Style) checkParts() (string, error) {
	seen := map[string]bool{}
	for i, p := range s.Parts {
		path := fmt.Sprintf("part[%d]", i)
		if !slices.Contains(roles, p.Role) {
			return path + ".role", unknown("role", p.Role, roles)
		}
		if seen[p.Role] {
			return path + ".role", fmt.Errorf("%s is there twice", p.Role)
		}
		seen[p.Role] = true
		if p.Voicing != "close" && p.Voicing != "power" {
			return path + ".voicing", fmt.Errorf("%q: must be close or power", clip(p.Voicing))
		}
		if len(p.Instruments) == 0 {
			return path + ".instruments", fmt.Errorf("%s has no instrument", p.Role)
		}
		for _, c := range []struct {
			field            string
			value, low, high float64
		}{
			{"gain", p.Gain, -40, 12}, {"pan", p.Pan, -1, 1}, {"reverb", p.Reverb, 0, 1},
			{"voices", float64(p.Voices), 1, 6}, {"strum", p.Strum, 0, 60}, {"gate", p.Gate, 0, 1.2}, {"restless", p.Restless, 0, 1},
		} {
			if !(c.value >= c.low && c.value <= c.high) {
				return path + "." + c.field, fmt.Errorf("%g is outside %g to %g", c.value, c.low, c.high)
			}
		}
		for j, in := range p.Instruments {
			if field, err := in.check(p.Role == song.Drums); err != nil {
				if field == "range" && in.Range == p.Range {
					return path + ".range", err
				}
				return fmt.Sprintf("%s.instruments[%d].%s", path, j, field), err
			}
		}
	}
	for _, role := range []string{song.Lead, song.Bass, song.Chords} {
		if !seen[role] {
			return "part", fmt.Errorf("there is no part for %s", role)
		}
	}
	return "", nil
}

func (in Instrument) check(drums bool) (field string, err error) {
	switch {
	case strings.TrimSpace(in.Name) == "":
		return "name", fmt.Errorf("the instrument has no name")
	case in.Program < 0 || in.Program > 127:
		return "program", fmt.Errorf("%d is outside 0 to 127", in.Program)
	case in.Bank < 0 || in.Bank > 128:
		return "bank", fmt.Errorf("%d is outside 0 to 128", in.Bank)
	case !(in.Gain >= -40 && in.Gain <= 12):
		return "gain", fmt.Errorf("%g dB is outside -40 to 12", in.Gain)
	case drums:
		return "", nil
	case in.Range[0] < 0 || in.Range[1] > 127 || in.Range[1]-in.Range[0] < 12:
		return "range", fmt.Errorf("%d to %d: must be an octave or more within 0 to 127", in.Range[0], in.Range[1])
	}
	return "", nil
}

func (s *Style) checkWords() (string, error) {
	if len(s.Words.Titles) == 0 {
		return "words.titles", fmt.Errorf("there are no titles")
	}
	lists := map[string][]string{
		"{noun}": s.Words.Nouns, "{adjective}": s.Words.Adjectives, "{verb}": s.Words.Verbs, "{place}": s.Words.Places,
	}
	for i, t := range s.Words.Titles {
		path := fmt.Sprintf("words.titles[%d]", i)
		for _, slot := range sortedKeys(lists) {
			if strings.Contains(t, slot) && len(lists[slot]) == 0 {
				return path, fmt.Errorf("uses %s, but words has none", slot)
			}
			t = strings.ReplaceAll(t, slot, "")
		}
		if strings.ContainsAny(t, "{}") {
			return path, fmt.Errorf("only {noun}, {adjective}, {verb} and {place} stand for words")
		}
	}
	return "", nil
}
