package style

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// checkLimits keeps a file from asking for more than a song can bear: whoever needs
// more than this has made a mistake.
func (s *Style) checkLimits() (path string, err error) {
	type limit struct {
		path      string
		got, most int
		what      string
	}
	limits := []limit{
		{"aliases", len(s.Aliases), 20, "aliases"}, {"section", len(s.Sections), 40, "sections"}, {"groove", len(s.Grooves), 200, "grooves"},
		{"fills", len(s.Fills), 200, "fills"}, {"melody.cells", len(s.Melody.Cells), 200, "rhythms"}, {"melody.solo", len(s.Melody.Solo), 200, "rhythms"},
		{"form.plans", len(s.Form.Plans.Items), 200, "plans"}, {"form.cycle", len(s.Form.Cycle), 40, "sections"}, {"also", len(s.Also), 10, "further metres"},
		{"words.titles", len(s.Words.Titles), 500, "titles"},
	}
	for i, plan := range s.Form.Plans.Items {
		limits = append(limits, limit{fmt.Sprintf("form.plans[%d]", i), len(plan), 40, "sections"})
	}
	for i, sec := range s.Sections {
		path := fmt.Sprintf("section[%d]", i)
		limits = append(limits, limit{path + ".bars", len(sec.Bars), 20, "lengths"})
		for _, c := range sec.chords() {
			limits = append(limits, limit{path + "." + c.field, len(c.loops.Items), 200, "loops"})
			for j, l := range c.loops.Items {
				limits = append(limits, limit{fmt.Sprintf("%s.%s[%d]", path, c.field, j), len(l.Bars), 64, "bars"})
			}
		}
		for j, p := range sec.Phrases.Items {
			limits = append(limits, limit{fmt.Sprintf("%s.phrases[%d]", path, j), len(p), 64, "letters"})
		}
	}
	for i, p := range s.Parts {
		limits = append(limits, limit{fmt.Sprintf("part[%d].instruments", i), len(p.Instruments), 40, "instruments"})
	}
	for _, l := range limits {
		if l.got > l.most {
			return l.path, fmt.Errorf("%d %s: no more than %d are possible", l.got, l.what, l.most)
		}
	}
	return s.checkTexts()
}

// chords are all the chords of a section, by field.
func (s Section) chords() []struct {
	field string
	loops Choices[Loop]
} {
	return []struct {
		field string
		loops Choices[Loop]
	}{
		{"loops.major", s.Loops.Major}, {"loops.minor", s.Loops.Minor}, {"loops.dorian", s.Loops.Dorian}, {"loops.mixolydian", s.Loops.Mixolydian},
		{"turn.major", s.Turn.Major}, {"turn.minor", s.Turn.Minor}, {"turn.dorian", s.Turn.Dorian}, {"turn.mixolydian", s.Turn.Mixolydian},
	}
}

// longest is how many letters a text may have.
const longest = 120

// checkTexts wants the texts that people see to be short and of one line.
func (s *Style) checkTexts() (path string, err error) {
	type text struct{ path, text string }
	texts := []text{{"about", s.About}}
	for i, sec := range s.Sections {
		texts = append(texts, text{fmt.Sprintf("section[%d].name", i), sec.Name})
	}
	for i, p := range s.Parts {
		for j, in := range p.Instruments {
			texts = append(texts, text{fmt.Sprintf("part[%d].instruments[%d].name", i, j), in.Name})
		}
	}
	for _, list := range []struct {
		name  string
		words []string
	}{{"titles", s.Words.Titles}, {"nouns", s.Words.Nouns}, {"adjectives", s.Words.Adjectives}, {"verbs", s.Words.Verbs}, {"places", s.Words.Places}} {
		for i, w := range list.words {
			path := fmt.Sprintf("words.%s[%d]", list.name, i)
			if w == "" {
				return path, fmt.Errorf("is empty")
			}
			texts = append(texts, text{path, w})
		}
	}
	for _, t := range texts {
		for _, r := range t.text {
			if !unicode.IsPrint(r) {
				return t.path, fmt.Errorf("%q must be one line without control characters", clip(t.text))
			}
		}
		if n := utf8.RuneCountInString(t.text); n > longest {
			return t.path, fmt.Errorf("has %d letters: no more than %d are possible", n, longest)
		}
	}
	return "", nil
}
