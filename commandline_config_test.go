package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"bandstand/internal/config"
)

// TestTheSampleConfigurationIsWhole: contrib's file has every setting there is, as
// `bandstand config` prints it.
func TestTheSampleConfigurationIsWhole(t *testing.T) {
	sample := filepath.Join("contrib", "bandstand.toml")
	want, err := os.ReadFile(sample)
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(sample, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := c.Write(&got); err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("it is not what this prints: BANDSTAND_DATA=/var/lib/bandstand bandstand config > %s", sample)
	}
}
