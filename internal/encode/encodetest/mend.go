package encodetest

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// Mending cuts a file of so many frames off at many places and has mend make a whole
// one of each: ffmpeg decodes it without complaint to as many frames as mend says, and
// those are as large a part of all as was left of the file, less at most lost. A file
// that ends before its sound is not changed, and one that is none of ours is refused.
func Mending(t *testing.T, path string, frames, lost int64, mend func(f *os.File) (int64, error)) {
	t.Helper()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	cuts := []int{0, 20, len(whole) - 1, len(whole)}
	for range 3 {
		cuts = append(cuts, len(whole)/4+r.IntN(len(whole)*3/4))
	}
	for _, cut := range cuts {
		torn := filepath.Join(t.TempDir(), "torn"+filepath.Ext(path))
		if err := os.WriteFile(torn, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(torn, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		got, err := mend(f)
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatalf("cut off after %d of %d bytes: %v", cut, len(whole), err)
		}
		if got == 0 {
			if left, _ := os.ReadFile(torn); cut > 1000 || !bytes.Equal(left, whole[:cut]) {
				t.Errorf("cut off after %d of %d bytes it has no sound, or was changed", cut, len(whole))
			}
			continue
		}
		if least := frames*int64(cut)/int64(len(whole)) - lost; got < least || got > frames+lost {
			t.Errorf("cut off after %d of %d bytes it has %d frames, not at least %d", cut, len(whole), got, least)
		}
		if heard := int64(len(DecodeFile(t, torn)) / 2); heard != got {
			t.Errorf("cut off after %d of %d bytes it decodes to %d frames, not %d", cut, len(whole), heard, got)
		}
	}
	foreign := filepath.Join(t.TempDir(), "foreign")
	if err := os.WriteFile(foreign, bytes.Repeat([]byte("not sound, "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(foreign, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	n, mended := mend(f)
	if mended == nil {
		t.Errorf("what is no sound was mended to %d frames", n)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
