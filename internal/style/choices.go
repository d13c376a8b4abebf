package style

import (
	"bytes"
	"encoding"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Choices is things that a song chooses one of. A file writes either a list, each as
// likely as the others, or a table of chances that sum to 1:
//
//	plans = ["verse chorus outro", "chorus verse outro"]
//	plans = { "verse chorus outro" = 0.7, "chorus verse outro" = 0.3 }
type Choices[T any] struct {
	Items   []T
	Chances []float64 // as long as Items; nil: all alike

	raw []byte // as the file has it, until resolve
}

// Draw chooses one; there must be one at least. It takes one number of r.
func (c Choices[T]) Draw(r *rand.Rand) T {
	if len(c.Chances) == 0 {
		return c.Items[r.IntN(len(c.Items))]
	}
	x := r.Float64()
	for i, p := range c.Chances {
		if x < p {
			return c.Items[i]
		}
		x -= p
	}
	return c.Items[len(c.Items)-1] // they sum to 1 but for the last digit
}

// UnmarshalTOML keeps what the file says: what is wrong in it is found by resolve,
// which knows the lines.
func (c *Choices[T]) UnmarshalTOML(data []byte) error {
	c.raw = bytes.Clone(data)
	return nil
}

// chancesSum is how far from 1 chances may sum: three of 0.333 are meant well.
const chancesSum = .005

// resolve reads the items; path is the field it is in, and the error's where it is.
func (c *Choices[T]) resolve(path string) (where string, err error) {
	if c.raw == nil {
		return "", nil
	}
	doc := c.raw
	if trimmed := bytes.TrimSpace(doc); len(trimmed) > 0 && strings.ContainsRune("[{", rune(trimmed[0])) || !bytes.ContainsRune(doc, '=') {
		doc = append([]byte("x = "), doc...)
	} else {
		doc = append([]byte("[x]\n"), doc...)
	}
	var v struct {
		X any `toml:"x"`
	}
	if err := toml.Unmarshal(doc, &v); err != nil {
		return path, fmt.Errorf("wants a list of texts, or a table of chances such as { \"…\" = 0.7, \"…\" = 0.3 }")
	}
	switch x := v.X.(type) {
	case []any:
		return c.list(path, x)
	case map[string]any:
		return c.table(path, x)
	}
	return path, fmt.Errorf("wants a list of texts, such as [\"…\", \"…\"]")
}

func (c *Choices[T]) list(path string, list []any) (string, error) {
	for i, x := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		text, ok := x.(string)
		if !ok {
			return at, fmt.Errorf("%v is no text: put it in quotes", x)
		}
		if err := c.add(text); err != nil {
			return at, err
		}
	}
	return "", nil
}

func (c *Choices[T]) table(path string, table map[string]any) (string, error) {
	sum := 0.0
	for _, text := range sortedKeys(table) {
		at := fmt.Sprintf("%s.%q", path, text)
		var p float64
		switch x := table[text].(type) {
		case float64:
			p = x
		case int64:
			p = float64(x)
		default:
			return at, fmt.Errorf("%v is no chance: write a number from 0 to 1", x)
		}
		if !(p >= 0 && p <= 1) {
			return at, fmt.Errorf("%g is no chance from 0 to 1", p)
		}
		if err := c.add(text); err != nil {
			return at, err
		}
		c.Chances = append(c.Chances, p)
		sum += p
	}
	if len(table) > 0 && math.Abs(sum-1) > chancesSum {
		return path, fmt.Errorf("the chances sum to %.4g: they must sum to 1", sum)
	}
	for i := range c.Chances {
		c.Chances[i] /= sum
	}
	return "", nil
}

func (c *Choices[T]) add(text string) error {
	var item T
	if err := any(&item).(encoding.TextUnmarshaler).UnmarshalText([]byte(text)); err != nil {
		return err
	}
	c.Items = append(c.Items, item)
	return nil
}

// choice is a Choices of any kind.
type choice interface {
	resolve(path string) (where string, err error)
}

// resolveChoices reads all choices of the file.
func (s *Style) resolveChoices() (where string, err error) {
	type at struct {
		path string
		choice
	}
	all := []at{{"form.plans", &s.Form.Plans}}
	byMode := func(path string, b *ByMode) {
		all = append(all, at{path + ".major", &b.Major}, at{path + ".minor", &b.Minor}, at{path + ".dorian", &b.Dorian}, at{path + ".mixolydian", &b.Mixolydian})
	}
	byMode("ending", &s.Ending)
	for i := range s.Sections {
		sec, path := &s.Sections[i], fmt.Sprintf("section[%d]", i)
		all = append(all, at{path + ".phrases", &sec.Phrases})
		byMode(path+".loops", &sec.Loops)
		byMode(path+".turn", &sec.Turn)
	}
	for _, c := range all {
		if where, err := c.resolve(c.path); err != nil {
			return where, err
		}
	}
	return "", nil
}

// checkChances wants the chances of a family's grooves to sum to 1, where they have any.
func (s *Style) checkChances() (where string, err error) {
	var families []string
	for _, g := range s.Grooves {
		if !slices.Contains(families, g.Family) {
			families = append(families, g.Family)
		}
	}
	for _, family := range families {
		sum, given, first := 0.0, 0, ""
		grooves := s.Family(family)
		for i, g := range s.Grooves {
			path := fmt.Sprintf("groove[%d]", i)
			if g.Family != family {
				continue
			}
			if first == "" {
				first = path
			}
			if !(g.Chance >= 0 && g.Chance <= 1) {
				return path + ".chance", fmt.Errorf("%g is no chance from 0 to 1", g.Chance)
			}
			if g.Chance > 0 {
				given++
				sum += g.Chance
			}
		}
		if given > 0 && (given < len(grooves) || math.Abs(sum-1) > chancesSum) {
			return first + ".chance", fmt.Errorf("the chances of the family %s sum to %.4g over %d of its %d grooves: give all of them one, summing to 1, or none",
				family, sum, given, len(grooves))
		}
	}
	return "", nil
}

// DrawGroove chooses one of a family's grooves. It takes one number of r.
func DrawGroove(r *rand.Rand, family []*Groove) *Groove {
	c := Choices[*Groove]{Items: family}
	for _, g := range family {
		if g.Chance > 0 {
			c.Chances = append(c.Chances, g.Chance)
		}
	}
	return c.Draw(r)
}
