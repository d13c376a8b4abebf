package compose

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bandstand/internal/band"
	"bandstand/internal/style"
)

// houseAlone is the seeds of a style's house bands where there are no other styles.
func houseAlone(name string) []uint64 { return band.HouseSeeds(name, map[string]bool{}) }

// TestHouseNamesAreUnique puts the example of docs/styles.md, whose bands would take a
// name of soul's, beside the built-in styles: those keep their bands and seeds.
func TestHouseNamesAreUnique(t *testing.T) {
	docs, err := os.ReadFile("../../docs/styles.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(docs), "```toml\n# ska.toml")
	example, _, _ := strings.Cut(rest, "```")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ska.toml"), []byte("# ska.toml"+example), 0o644); err != nil {
		t.Fatal(err)
	}
	set, err := style.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	before, after := map[string]bool{}, map[string]string{}
	for _, b := range composer(t).House() {
		before[b.Style+"/"+b.Name] = true
	}
	c := New(set)
	house := c.House()
	for _, b := range house {
		if other, twice := after[b.Name]; twice {
			t.Errorf("%s is a band of %s and one of %s", b.Name, other, b.Style)
		}
		after[b.Name] = b.Style
		if b.Style != "ska" && !before[b.Style+"/"+b.Name] {
			t.Errorf("a file named ska made another band of %s: %s", b.Style, b.Name)
		}
	}
	if alone := band.HouseSeeds("ska", map[string]bool{}); len(house) != len(before)+band.HouseBands || !takesOne(alone, before) {
		t.Fatalf("%d house bands, and of ska's none would have a name that is taken: the example tests nothing", len(house))
	}
	for seed := range uint64(60) {
		if s := compose(t, c, Brief{Style: "ska", Seed: seed, Bars: 8}); after[s.Band] != "ska" {
			t.Errorf("seed %d is played by %s, a band of %s", seed, s.Band, after[s.Band])
		}
	}
}

// takesOne says whether ska's bands of these seeds have a name of one that there is.
func takesOne(seeds []uint64, there map[string]bool) bool {
	for _, seed := range seeds {
		name := band.New("ska", nil, seed).Name
		for other := range there {
			if strings.HasSuffix(other, "/"+name) {
				return true
			}
		}
	}
	return false
}
