package band

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

var quartet = []string{"lead", "bass", "drums", "chords"}

func TestSameSeedSameBand(t *testing.T) {
	a, b := New("funk", quartet, 42), New("funk", quartet, 42)
	if !reflect.DeepEqual(a, b) {
		t.Errorf("%+v\nand\n%+v", a, b)
	}
	if c := New("funk", quartet, 43); reflect.DeepEqual(a.Robots, c.Robots) || a.Name == c.Name {
		t.Errorf("another seed gave the same band %q", c.Name)
	}
	data, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var back Band
	if err := json.Unmarshal(data, &back); err != nil || !reflect.DeepEqual(a, back) {
		t.Errorf("as JSON and back: %v\n%+v", err, back)
	}
}

func TestBandsAreWhole(t *testing.T) {
	names, robots := map[string]bool{}, map[string]bool{}
	for seed := range uint64(500) {
		b := New("pop", quartet, seed)
		if b.Name == "" || len(b.Name) > 60 || b.Version != Version || b.Style != "pop" || b.Seed != seed {
			t.Errorf("seed %d gave %+v", seed, b)
		}
		names[b.Name] = true
		inBand := map[string]bool{}
		for i, r := range b.Robots {
			if r.Role != quartet[i] || r.Name == "" || inBand[r.Name] || len(r.Genes) != len(Genes()) {
				t.Errorf("seed %d: robot %+v", seed, r)
			}
			inBand[r.Name], robots[r.Name] = true, true
			for g, x := range r.Genes {
				if x < 0 || x > 1 {
					t.Errorf("seed %d: %s of %s is %g", seed, Gene(g), r.Name, x)
				}
			}
		}
	}
	if len(names) < 400 || len(robots) < 1200 {
		t.Errorf("500 bands have %d names and %d robots' names", len(names), len(robots))
	}
}

// TestRolesAreIndependent: who else plays changes nothing about a robot's genes.
func TestRolesAreIndependent(t *testing.T) {
	all, two := New("jazz", quartet, 5), New("jazz", []string{"chords", "bass"}, 5)
	for _, role := range []string{"chords", "bass"} {
		a, _ := all.Robot(role)
		b, _ := two.Robot(role)
		if !reflect.DeepEqual(a.Genes, b.Genes) {
			t.Errorf("%s has other genes in a smaller band", role)
		}
	}
	if _, ok := two.Robot("drums"); ok {
		t.Error("a band without drums has a drummer")
	}
}

func TestHouse(t *testing.T) {
	house := House("rock", quartet, HouseSeeds("rock", map[string]bool{}))
	if len(house) != HouseBands || !reflect.DeepEqual(house, House("rock", quartet, HouseSeeds("rock", map[string]bool{}))) {
		t.Fatalf("%d house bands, or others the second time", len(house))
	}
	names := map[string]bool{}
	for _, b := range house {
		names[b.Name] = true
	}
	if len(names) != HouseBands {
		t.Errorf("house bands share names: %v", names)
	}
}

// TestHouseNamesTaken: a band whose name is taken makes room for another, and its
// fellows stay.
func TestHouseNamesTaken(t *testing.T) {
	before := House("rock", quartet, HouseSeeds("rock", map[string]bool{}))
	gone := before[2].Name
	taken := map[string]bool{strings.ToLower(gone): true}
	after := House("rock", quartet, HouseSeeds("rock", taken))
	for i, b := range after {
		if same := reflect.DeepEqual(b, before[i]); same == (i == 2) || b.Name == gone {
			t.Errorf("band %d is %s and was %s; %s is taken", i, b.Name, before[i].Name, gone)
		}
		if !taken[strings.ToLower(b.Name)] {
			t.Errorf("%s is not taken then", b.Name)
		}
	}
}

func TestGenes(t *testing.T) {
	r := Robot{Role: "drums", Genes: []float64{1, 0, 0}}
	if r.Bend(Busy) != 1 || r.Bend(Swing) != -1 || r.Bend(Loud) != -1 {
		t.Errorf("bends %g %g %g", r.Bend(Busy), r.Bend(Swing), r.Bend(Loud))
	}
	if got := r.Gene(Dynamics); got != .5 {
		t.Errorf("a gene that an old genome lacks is %g", got)
	}
	if got := r.Character(); !reflect.DeepEqual(got, []string{"busy", "soft"}) {
		t.Errorf("the robot is %v", got)
	}
	if got := (Robot{Role: "lead", Genes: []float64{1, 0, 0}}).Character(); !reflect.DeepEqual(got, []string{"soft"}) {
		t.Errorf("a singer is %v, and the tune is the song's", got)
	}
	if got := (Robot{}).Character(); got != nil {
		t.Errorf("a plain robot is %v", got)
	}
	seen := map[string]bool{}
	for _, g := range Genes() {
		if name := g.String(); name == "unknown" || name == "" || seen[name] || strings.ToLower(name) != name {
			t.Errorf("gene %d is called %q", g, name)
		}
		seen[g.String()] = true
	}
	if Gene(99).String() != "unknown" {
		t.Error("gene 99 has a name")
	}
}
