package corpus

import (
	"strings"
	"testing"
)

// TestAttribution sees to it that the lines which the licences ask for ship with the
// tables.
func TestAttribution(t *testing.T) {
	text, err := files.ReadFile("data/ATTRIBUTION.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"McGill Billboard", "CC0", "de Clercq", "Groove MIDI Dataset by Google LLC", "licensed CC BY 4.0", "Changed: aggregated into statistics."} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the attributions do not say %q", want)
		}
	}
}
