// Package band is robots and the bands they play in: names, roles and genomes as
// values. It is pure: the same seed gives the same band.
package band

// Band is 4–6 robots who play together.
type Band struct {
	Version int     `json:"version"` // of the genome
	Name    string  `json:"name"`
	Style   string  `json:"style"`
	Seed    uint64  `json:"seed,string"`
	Robots  []Robot `json:"robots"`
}

// Robot plays one role.
type Robot struct {
	Name  string    `json:"name"`
	Role  string    `json:"role"` // one of song's roles
	Genes []float64 `json:"genes"`
}
