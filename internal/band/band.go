// Package band is robots and the bands they play in: names, roles and genomes as
// values. It is pure: the same seed gives the same band.
//
// A genome is a dozen named genes and a small net. The genes say what a robot is
// like (busy, laid back …); the composer asks for them while it arranges. The net
// hears the plain arrangement step by step and says how the robot would bend it.
// Genes at .5 and a net of zeros are the plain arrangement itself.
package band

import (
	"errors"
	"fmt"
	"slices"

	"bandstand/internal/song"
)

// Band is 4–6 robots who play together, fewer where a style has fewer roles.
type Band struct {
	Version int     `json:"version"` // of the genome
	Name    string  `json:"name"`
	Style   string  `json:"style"`
	Seed    uint64  `json:"seed,string"`
	Robots  []Robot `json:"robots"`
}

// Robot plays one role, or two where a style has more roles than a band has robots:
// who plays the arpeggios has a hand free for the pad.
type Robot struct {
	Name  string    `json:"name"`
	Role  string    `json:"role"` // one of song's roles
	Also  []string  `json:"also,omitempty"`
	Genes []float64 `json:"genes"`
	Net   Net       `json:"net,omitzero"` // none before version 2
}

// Roles are the roles that a robot plays, its first one first.
func (r Robot) Roles() []string { return append([]string{r.Role}, r.Also...) }

// Robot is the robot who plays a role, and whether the band has one.
func (b Band) Robot(role string) (Robot, bool) {
	for _, r := range b.Robots {
		if r.Role == role {
			return r, true
		}
	}
	for _, r := range b.Robots {
		if slices.Contains(r.Also, role) {
			return r, true
		}
	}
	return Robot{}, false
}

// roles are the roles that there are.
var roles = []string{song.Lead, song.Bass, song.Drums, song.Chords, song.Pad, song.Arp, song.Counter, song.Solo}

// most is how many robots a band has at most.
const most = 6

// Check says in a sentence why a band that was kept cannot play, or nil: its genome
// is newer than this program, or it is no band.
func (b Band) Check() error {
	if b.Version > Version {
		return fmt.Errorf("%s were formed by a newer bandstand (their genome is version %d, this one reads up to %d): run the newer one, or form others with band new",
			b.Name, b.Version, Version)
	}
	if b.Version < 1 {
		return fmt.Errorf("the genome of %s has no version", b.Name)
	}
	if len(b.Robots) > len(roles) {
		return fmt.Errorf("%s are %d robots: more than there are roles", b.Name, len(b.Robots))
	}
	taken := map[string]bool{}
	for _, r := range b.Robots {
		if r.Name == "" {
			return fmt.Errorf("a robot of %s has no name", b.Name)
		}
		for _, role := range r.Roles() {
			if !slices.Contains(roles, role) {
				return fmt.Errorf("%s of %s plays %q, and there is no such role", r.Name, b.Name, role)
			}
			if taken[role] {
				return fmt.Errorf("two robots of %s play %s", b.Name, role)
			}
			taken[role] = true
		}
		if len(r.Genes) > int(numGenes) {
			return errors.New(r.Name + " of " + b.Name + " has more genes than there are")
		}
	}
	return nil
}
