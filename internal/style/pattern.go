package style

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bandstand/internal/song"
	"bandstand/internal/theory"
)

// Pattern is a rhythm: a letter a sixteenth, bars separated by |, blanks for the
// eye. What the letters mean depends on who plays:
//
//	drums          X accent, x stroke, o soft, g ghost
//	melody         x note
//	bass           R root, 3 5 6 7 chord degrees, 8 octave, a half a tone from the next root, s a step from it, n the next root, early, g dead note
//	chords, pad    X strong, x stroke, o short and soft
//	arp            1–9 the notes of the chord, from below
//	all            - hold, . rest
//
// The words alone "kick", "riff" and "walk" let a bass follow the kick drum, follow the
// chords' rhythm, and walk in quarters.
type Pattern struct {
	Word  string // "kick", "riff", "walk" or ""
	Steps []byte // all bars, one after another
}

// UnmarshalText reads a pattern.
func (p *Pattern) UnmarshalText(text []byte) error {
	s := string(text)
	if s == "kick" || s == "riff" || s == "walk" {
		*p = Pattern{Word: s}
		return nil
	}
	for _, r := range s {
		switch {
		case r == '|' || r == ' ':
		case strings.ContainsRune("Xxograsn-.", r) || r == 'R' || r >= '1' && r <= '9':
			p.Steps = append(p.Steps, byte(r))
		default:
			return fmt.Errorf("pattern %q: %q means nothing", s, r)
		}
	}
	if len(p.Steps) == 0 {
		return fmt.Errorf("a pattern is empty")
	}
	return nil
}

// At is the letter of a step counted from the start of a section.
func (p Pattern) At(step int) byte {
	if len(p.Steps) == 0 {
		return '.'
	}
	return p.Steps[step%len(p.Steps)]
}

// Drumming is patterns by the name of the drum.
type Drumming map[string]Pattern

// Voices are the names of the drums struck, in the order of the kit.
func (d Drumming) Voices() []string {
	var out []string
	for _, name := range theory.DrumNames() {
		if _, ok := d[name]; ok {
			out = append(out, name)
		}
	}
	return out
}

// Loop is chords by bar: "I | vi | ii V". The chords of a bar share it evenly.
type Loop struct {
	Text string
	Bars [][]theory.Numeral
}

// UnmarshalText reads a loop.
func (l *Loop) UnmarshalText(text []byte) error {
	l.Text = string(text)
	for _, bar := range strings.Split(l.Text, "|") {
		var chords []theory.Numeral
		for _, word := range strings.Fields(bar) {
			if word == "%" && len(chords) == 0 && len(l.Bars) > 0 {
				chords = slices.Clone(l.Bars[len(l.Bars)-1])
				continue
			}
			n, err := theory.ParseNumeral(word)
			if err != nil {
				return fmt.Errorf("chords %q: %w", l.Text, err)
			}
			chords = append(chords, n)
		}
		if len(chords) == 0 || len(chords) > 4 {
			return fmt.Errorf("chords %q: a bar has %d chords, must have 1 to 4", l.Text, len(chords))
		}
		l.Bars = append(l.Bars, chords)
	}
	return nil
}

// Plan is section names in order.
type Plan []string

// UnmarshalText reads "intro verse chorus outro".
func (p *Plan) UnmarshalText(text []byte) error {
	if *p = strings.Fields(string(text)); len(*p) == 0 {
		return fmt.Errorf("a form without sections")
	}
	return nil
}

// Phrase is a template of a tune: letters for phrases, such as "a a' b c". An
// apostrophe is a variant. c closes.
type Phrase []string

// UnmarshalText reads a template.
func (p *Phrase) UnmarshalText(text []byte) error {
	for _, word := range strings.Fields(string(text)) {
		letter := strings.TrimRight(word, "'")
		if len(letter) != 1 || letter[0] < 'a' || letter[0] > 'h' {
			return fmt.Errorf("phrases %q: %q is not a letter from a to h, with ' for a variant", text, word)
		}
		*p = append(*p, word)
	}
	if len(*p) == 0 {
		return fmt.Errorf("an empty template of phrases")
	}
	return nil
}

// ParseMeter reads a time signature such as 4/4, 3/4 or 12/8: 2 to 12 quarters or
// eighths a bar. Its error is a sentence for people.
func ParseMeter(text string) (song.Meter, error) {
	beats, unit, ok := strings.Cut(strings.TrimSpace(text), "/")
	b, err := strconv.Atoi(beats)
	if !ok || err != nil || b < 2 || b > 12 || unit != "4" && unit != "8" {
		return song.Meter{}, fmt.Errorf("%q is not a time signature such as 4/4, 3/4 or 6/8: 2 to 12 quarters or eighths", clip(text))
	}
	return song.Meter{Beats: b, Unit: int(unit[0] - '0')}, nil
}
