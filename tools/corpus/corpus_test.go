package main

import (
	"os"
	"path/filepath"
	"testing"

	"bandstand/internal/corpus"
)

const handMade = `{"styles": {"polka": {"thin": true, "fills": {"velocity_by_beat": [60.4, 80.6]},
 "grid12": null,
 "grid16": {"files": 1, "bars": 30, "effective_bars": 24, "voices": {
  "pedal_hat": {"hits": 9},
  "kick": {"hits": 36,
   "p": [1, 0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
   "velocity": [100.4, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null],
   "offset_ms": [-6, 12, null, null, null, null, null, null, null, null, null, null, null, null, null, null],
   "all_steps": {"velocity": 77.5, "velocity_residual_sd": 9, "residual_sd_ms": 8}}}}}}}`

// TestGroove converts a table of which every number is known.
func TestGroove(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "groove.json"), []byte(handMade), 0o644); err != nil {
		t.Fatal(err)
	}
	table, err := groove(dir)
	if err != nil {
		t.Fatal(err)
	}
	d := table.(map[string]corpus.Drummer)["polka"]
	if !d.Thin || d.Swung != nil || d.FillVelocity[0] != 60 || d.FillVelocity[1] != 81 {
		t.Errorf("the drummer is %+v", d)
	}
	if len(d.Straight.Voices) != 1 {
		t.Errorf("the pedal's sensor came through: %v", d.Straight.Voices)
	}
	kick := d.Straight.Voices["kick"]
	if kick.Velocity[0] != 100 || kick.Velocity[1] != 78 { // the voice's mean where a step has none
		t.Errorf("velocities %v", kick.Velocity)
	}
	// 24 and 12 strokes: two thirds and half of the offset are believed.
	if kick.Offset[0] != -4 || kick.Offset[1] != 6 || kick.Offset[2] != 0 {
		t.Errorf("offsets %v", kick.Offset)
	}
}

// TestGrooveOfAnotherShape wants a sentence where the statistics have changed.
func TestGrooveOfAnotherShape(t *testing.T) {
	dir := t.TempDir()
	if _, err := groove(dir); err == nil {
		t.Error("a folder without statistics was read")
	}
	short := `{"styles": {"polka": {"grid16": {"voices": {"kick": {"p": [1], "velocity": [1], "offset_ms": [0]}}}}}}`
	if err := os.WriteFile(filepath.Join(dir, "groove.json"), []byte(short), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := groove(dir); err == nil || err.Error() != "polka: kick has not 16 steps" {
		t.Errorf("a bar of one step: %v", err)
	}
}

// TestLines keeps the tables readable: a line an entry, and the same numbers.
func TestLines(t *testing.T) {
	got, err := lines(map[string][]int{"a,b": {1, 2}, "c": {3}})
	if err != nil {
		t.Fatal(err)
	}
	if want := "{\n\"a,b\":[1,2],\n\"c\":[3]}\n"; string(got) != want {
		t.Errorf("%q, want %q", got, want)
	}
}
