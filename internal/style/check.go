package style

import (
	"fmt"
	"slices"
	"strings"

	"bandstand/internal/corpus"
	"bandstand/internal/nearest"
	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// roles are those a style may have parts for.
var roles = []string{song.Lead, song.Bass, song.Drums, song.Chords, song.Pad, song.Arp, song.Counter, song.Solo}

// fillDefaults sets what a file may leave out.
func (s *Style) fillDefaults() {
	for _, span := range []*Span{&s.Swing.Eighths, &s.Swing.Sixteenths} {
		if *span == (Span{}) {
			*span = Span{.5, .5}
		}
	}
	for _, d := range []struct {
		path  string
		value *float64
		plain float64
	}{{"rhythm.human", &s.Rhythm.Human, 1}, {"rhythm.vary", &s.Rhythm.Vary, .5}, {"rhythm.lock", &s.Rhythm.Lock, .5}} {
		if !s.lines.has(d.path) {
			*d.value = d.plain
		}
	}
	if s.Gates == "" {
		s.Gates = "sung"
	}
	if s.Form.Seconds == (Span{}) {
		s.Form.Seconds = Span{150, 225}
	}
	if len(s.Form.Endings) == 0 {
		s.Form.Endings = []string{"ring"}
	}
	if s.Harmony.Colour == "" {
		s.Harmony.Colour = "triads"
	}
	if !s.lines.has("harmony.most") {
		s.Harmony.Most = 7
	}
	if s.Melody.Unit == 0 {
		s.Melody.Unit = 2
	}
	if s.Melody.Scale == "" {
		s.Melody.Scale = "full"
	}
	if s.Melody.Reach == 0 {
		s.Melody.Reach = 1
	}
	if s.Melody.Gate == 0 {
		s.Melody.Gate = .95
	}
	for i := range s.Parts {
		p := &s.Parts[i]
		if p.Voices == 0 {
			p.Voices = 4
		}
		if p.Gate == 0 {
			p.Gate = .95
		}
		if p.Voicing == "" {
			p.Voicing = "close"
		}
		for j := range p.Instruments {
			if p.Instruments[j].Range == [2]int{} {
				p.Instruments[j].Range = p.Range
			}
		}
	}
	for i := range s.Sections {
		sec := &s.Sections[i]
		if sec.Tune == "" {
			sec.Tune = "sing"
		}
		if sec.Motif == 0 {
			sec.Motif = 1
		}
		if len(sec.Later) == 0 {
			sec.Later = sec.Layers
		}
	}
}

// check finds the first thing wrong; path is the field it is in.
func (s *Style) check() (path string, err error) {
	for _, part := range []func() (string, error){
		s.checkLimits, s.checkNames, s.checkHead, s.checkForm, s.checkHarmony, s.checkMelody, s.checkParts, s.checkSections, s.checkGrooves, s.checkChances, s.checkWords,
	} {
		if path, err := part(); err != nil {
			return path, err
		}
	}
	return "", nil
}

func (s *Style) checkHead() (string, error) {
	if strings.TrimSpace(s.About) == "" {
		return "about", fmt.Errorf("must say in a line what the style is")
	}
	if kinds := []string{"sung", "still"}; !slices.Contains(kinds, s.Gates) {
		return "gates", unknown("kind of music", s.Gates, kinds)
	}
	for i, alias := range s.Aliases {
		if alias == "" || strings.ContainsAny(alias, " \t\"'=") {
			return fmt.Sprintf("aliases[%d]", i), fmt.Errorf("%q must be one word without blanks, quotes or =", clip(alias))
		}
	}
	for _, c := range []struct {
		path      string
		span      Span
		low, high float64
	}{
		{"tempo", s.Tempo, song.MinTempo, song.MaxTempo},
		{"swing.eighths", s.Swing.Eighths, .5, .75},
		{"swing.sixteenths", s.Swing.Sixteenths, .5, .75},
		{"form.seconds", s.Form.Seconds, 20, 1200},
		{"reverb", Span{s.Reverb, s.Reverb}, 0, 1},
		{"rhythm.human", Span{s.Rhythm.Human, s.Rhythm.Human}, 0, 1},
		{"rhythm.vary", Span{s.Rhythm.Vary, s.Rhythm.Vary}, 0, 1},
		{"rhythm.lock", Span{s.Rhythm.Lock, s.Rhythm.Lock}, 0, 1},
	} {
		if err := c.span.check(c.low, c.high); err != nil {
			return c.path, err
		}
	}
	sum := 0.0
	for _, m := range theory.Modes() {
		w := s.Modes.Weight(m)
		if w < 0 || w > 1e6 || w != w {
			return "modes." + string(m), fmt.Errorf("a weight of %g: must be 0 or more", w)
		}
		sum += w
	}
	if sum == 0 {
		return "modes", fmt.Errorf("no mode has a weight: write for example major = 2, minor = 1")
	}
	if _, known := corpus.DrummerOf(s.Rhythm.Drummer); s.Rhythm.Drummer != "" && !known {
		return "rhythm.drummer", unknown("family of drummers", s.Rhythm.Drummer, corpus.Drummers())
	}
	for _, role := range sortedKeys(s.Feel) {
		if !slices.Contains(roles, role) {
			return "feel." + role, unknown("role", role, roles)
		}
		if v := s.Feel[role]; !(v >= -60 && v <= 60) {
			return "feel." + role, fmt.Errorf("%g ms is outside -60 to 60", v)
		}
	}
	return "", nil
}

func (s *Style) checkForm() (string, error) {
	names := s.sectionNames()
	if len(names) > 0 && !slices.Contains(names, "outro") { // before a plan that names it is told that it is not there
		return "form.plans", fmt.Errorf("every style needs a section named outro, for the ending")
	}
	if len(s.Form.Plans.Items) == 0 {
		return "form.plans", fmt.Errorf("there is no plan: write for example plans = [\"intro verse chorus outro\"]")
	}
	for i, plan := range append(slices.Clone(s.Form.Plans.Items), s.Form.Cycle) {
		path := fmt.Sprintf("form.plans[%d]", i)
		if len(s.Form.Plans.Chances) > 0 {
			path = fmt.Sprintf("form.plans.%q", strings.Join(plan, " "))
		}
		if i == len(s.Form.Plans.Items) {
			path = "form.cycle"
			if len(plan) == 0 {
				return path, fmt.Errorf("says which sections repeat in a long song, such as \"verse chorus\": it is empty")
			}
		}
		for _, name := range plan {
			if !slices.Contains(names, name) {
				return path, unknown("section", name, names)
			}
		}
	}
	if !slices.Contains(names, s.Form.Peak) {
		return "form.peak", unknown("section", s.Form.Peak, names)
	}
	if path, err := s.checkEndings(); err != nil {
		return path, err
	}
	if !(s.Form.Lift >= 0 && s.Form.Lift <= 1) {
		return "form.lift", fmt.Errorf("%g is no chance from 0 to 1", s.Form.Lift)
	}
	if len(s.Ending.For(theory.Major).Items) == 0 {
		return "ending", fmt.Errorf("has no chords: write for example major = [\"IV | V | I\"]")
	}
	return "", nil
}

func (s *Style) checkEndings() (string, error) {
	kinds := []string{"ring", "stop", "hits", "fade"}
	for i, kind := range s.Form.Endings {
		if !slices.Contains(kinds, kind) {
			return fmt.Sprintf("form.endings[%d]", i), unknown("ending", kind, kinds)
		}
		if kind == "hits" && len(s.Form.Hits) == 0 {
			return "form.hits", fmt.Errorf("an ending with hits needs their rhythms: write for example hits = [\"x..x..x-........\"]")
		}
	}
	for i, hits := range s.Form.Hits {
		path := fmt.Sprintf("form.hits[%d]", i)
		if len(hits.Steps) != s.StepsPerBar() {
			return path, fmt.Errorf("has %d sixteenths, must have %d (a bar)", len(hits.Steps), s.StepsPerBar())
		}
		if err := hits.only("x-."); err != nil {
			return path, err
		}
		if !strings.Contains(string(hits.Steps), "x") {
			return path, fmt.Errorf("strikes nothing")
		}
	}
	return "", nil
}

func (s *Style) checkMelody() (string, error) {
	m := s.Melody
	if !slices.Contains([]int{1, 2, 4}, m.Unit) {
		return "melody.unit", fmt.Errorf("%d bars: must be 1, 2 or 4", m.Unit)
	}
	if m.Breath < 0 || m.Breath >= m.Unit && m.Breath > 0 {
		return "melody.breath", fmt.Errorf("%d of a phrase's %d bars: must leave one at least", m.Breath, m.Unit)
	}
	if !slices.Contains([]string{"full", "pentatonic", "blues"}, m.Scale) {
		return "melody.scale", fmt.Errorf("%q: must be full, pentatonic or blues", clip(m.Scale))
	}
	if !(m.Reach >= .3 && m.Reach <= 3) {
		return "melody.reach", fmt.Errorf("%g is outside 0.3 to 3", m.Reach)
	}
	for _, c := range []struct {
		path  string
		value float64
		high  float64
	}{
		{"leaps", m.Leaps, 1}, {"approach", m.Approach, 1}, {"pickup", m.Pickup, 1}, {"ornament", m.Ornament, 1},
		{"push", m.Push, 1}, {"gate", m.Gate, 1.2}, {"climb", m.Climb, 12},
	} {
		if !(c.value >= 0 && c.value <= c.high) {
			return "melody." + c.path, fmt.Errorf("%g is outside 0 to %g", c.value, c.high)
		}
	}
	if len(m.Cells) == 0 {
		return "melody.cells", fmt.Errorf("there are no rhythms")
	}
	for i, list := range [][]Pattern{m.Cells, m.Solo} {
		name := []string{"cells", "solo"}[i]
		for j, cell := range list {
			path := fmt.Sprintf("melody.%s[%d]", name, j)
			bar := s.StepsPerBar()
			if len(cell.Steps) != bar && 2*len(cell.Steps) != bar {
				return path, fmt.Errorf("has %d sixteenths, must have %d (a bar) or %d (half of one)", len(cell.Steps), bar, bar/2)
			}
			if err := cell.only("x-."); err != nil {
				return path, err
			}
		}
	}
	return "", nil
}

func (p Pattern) only(letters string) error {
	if p.Word != "" {
		return fmt.Errorf("%q stands for a bass part only", p.Word)
	}
	for _, b := range p.Steps {
		if !strings.ContainsRune(letters, rune(b)) {
			return fmt.Errorf("%q means nothing here: use %s", b, letters)
		}
	}
	return nil
}

func (s Span) check(low, high float64) error {
	switch {
	case s[0] == s[1] && !(s[0] >= low && s[0] <= high):
		return fmt.Errorf("%g is outside %g to %g", s[0], low, high)
	case !(s[0] <= s[1]):
		return fmt.Errorf("%g to %g is upside down: the lower number comes first", s[0], s[1])
	case !(s[0] >= low && s[1] <= high):
		return fmt.Errorf("%g to %g is not within %g to %g", s[0], s[1], low, high)
	}
	return nil
}

func (s *Style) sectionNames() []string {
	out := make([]string, len(s.Sections))
	for i, sec := range s.Sections {
		out[i] = sec.Name
	}
	return out
}

func unknown(kind, name string, known []string) error {
	if near := nearest.Hint(name, known); near != "" {
		return fmt.Errorf("there is no %s %q%s", kind, clip(name), near)
	}
	return fmt.Errorf("there is no %s %q; there are %s", kind, clip(name), strings.Join(known, ", "))
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
