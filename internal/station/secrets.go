package station

import (
	"slices"
	"strings"
	"sync"

	"bandstand/internal/config"
	"bandstand/internal/target"
)

// secrets are the words that an output took from the environment, so that what its
// program says can be shown without them.
type secrets struct {
	mu    sync.Mutex
	words []string
}

// reveal is a text with the secrets in it that it names as env:NAME. Its error is a
// sentence that holds none.
func (s *secrets) reveal(text string) (string, error) {
	var first error
	text = target.Variable.ReplaceAllStringFunc(text, func(name string) string {
		word, err := config.Secret(name).Reveal()
		if err != nil && first == nil {
			first = err
		}
		s.learn(word)
		return word
	})
	return text, first
}

func (s *secrets) learn(word string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.Contains(s.words, word) {
		return
	}
	s.words = append(s.words, word)
	// The longest first: a shorter one that is a part of it would leave the rest.
	slices.SortFunc(s.words, func(a, b string) int { return len(b) - len(a) })
}

// shortest is the shortest word that is looked for in a text: a shorter one is in
// every other word, and no secret.
const shortest = 4

// mask is a text without what was revealed, and without what looks like a secret.
func (s *secrets) mask(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, word := range s.words {
		if len(word) >= shortest {
			text = strings.ReplaceAll(text, word, "***")
		}
	}
	return target.Mask(text)
}
