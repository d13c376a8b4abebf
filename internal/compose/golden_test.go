package compose

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden keeps short songs of the main styles as text. A change of the composer
// that changes them needs a new Version, and -update.
func TestGolden(t *testing.T) {
	c := composer(t)
	for _, name := range []string{"funk", "jazz", "pop", "rock", "waltz"} {
		got := compose(t, c, Brief{Style: name, Seed: 1, Bars: 12}).Text()
		file := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s sounds different: if that is meant, raise Version and run with -update", name)
		}
	}
}
