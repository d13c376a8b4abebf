package station

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bandstand/internal/config"
)

// TestDoctorLeavesNothing: where there is no data folder yet, there is none afterwards.
func TestDoctorLeavesNothing(t *testing.T) {
	home := t.TempDir()
	cfg := &config.Config{Data: filepath.Join(home, "a", "b"), Listen: "127.0.0.1:0"}
	var out strings.Builder
	if !Doctor(t.Context(), cfg, &out) || strings.Count(out.String(), "which the station will make") != 2 {
		t.Errorf("it says\n%s", &out)
	}
	left, err := os.ReadDir(home)
	if err != nil || len(left) > 0 {
		t.Errorf("it left %v, %v", left, err)
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		t.Fatal(err)
	}
	if Doctor(t.Context(), cfg, &out); len(must(os.ReadDir(cfg.Data))) > 0 {
		t.Errorf("it left %v", must(os.ReadDir(cfg.Data)))
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
