package wav

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"testing"

	"bandstand/internal/encode"
	"bandstand/internal/encode/encodetest"
	"bandstand/internal/pcm/pcmtest"
)

func ints(sound []float32) []int16 {
	out := make([]int16, len(sound))
	encode.Quantize(out, sound)
	return out
}

func TestNothingIsLost(t *testing.T) {
	for _, frames := range []int{1, 4096, 4097, 100_003} {
		t.Run(fmt.Sprint(frames), func(t *testing.T) {
			sound := encodetest.Sweep(frames, 1.1)
			for i, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
				if i < len(sound) {
					sound[i] = float32(bad)
				}
			}
			var heard int64
			path := encodetest.File(t, "x.wav", func(w *os.File) error {
				return Write(t.Context(), w, &encodetest.Source{Samples: sound}, encode.Tags{Title: "odd", Artist: "even"}, func(n int64) { heard = n })
			})
			encodetest.Exact(t, ints(sound), encodetest.DecodeFile(t, path))
			if heard != int64(frames) {
				t.Errorf("progress ended at %d", heard)
			}
			file, _ := os.ReadFile(path)
			if n := binary.LittleEndian.Uint32(file[4:]); int(n) != len(file)-8 {
				t.Errorf("the head says %d bytes follow, there are %d", n, len(file)-8)
			}
			at := len(file) - len(sound)*2 - 4
			if n := binary.LittleEndian.Uint32(file[at:]); int(n) != len(sound)*2 || string(file[at-4:at]) != "data" {
				t.Errorf("the head says %d bytes of %q, there are %d", n, file[at-4:at], len(sound)*2)
			}
		})
	}
}

func TestPlainHeaderHas44Bytes(t *testing.T) {
	if n := len(header(encode.Tags{})); n != 44 {
		t.Errorf("it has %d", n)
	}
}

func TestFileTellsOfItself(t *testing.T) {
	path := encodetest.File(t, "x.wav", func(w *os.File) error {
		return Write(t.Context(), w, &encodetest.Source{Samples: encodetest.Music(1, 480_000)}, encode.Tags{Title: "Œuvre", Artist: "The Gutters"}, nil)
	})
	if got := encodetest.Probe(t, path, "format_tags=title,artist"); got != "Œuvre\nThe Gutters" && got != "The Gutters\nŒuvre" {
		t.Errorf("the tags are %q", got)
	}
	if s := encodetest.Seconds(t, path); math.Abs(s-10) > 1e-6 {
		t.Errorf("the file says that it is %v s long, not 10", s)
	}
}

func TestFileThroughAPipe(t *testing.T) {
	sound := encodetest.Music(2, 50_000)
	var w bytes.Buffer
	if err := Write(t.Context(), &w, &encodetest.Source{Samples: sound}, encode.Tags{}, nil); err != nil {
		t.Fatal(err)
	}
	// ffmpeg complains that the end comes before the length it was told, and gives all.
	encodetest.Exact(t, ints(sound), encodetest.DecodeJoined(t, w.Bytes()))
}

type full struct{}

var errFull = errors.New("disk full")

func (full) Write([]byte) (int, error) { return 0, errFull }

// file is one that can be gone back to and keeps nothing.
type file struct{}

func (file) Write(p []byte) (int, error)    { return len(p), nil }
func (file) Seek(int64, int) (int64, error) { return 0, nil }

func TestErrors(t *testing.T) {
	if err := Write(t.Context(), full{}, &pcmtest.Ramp{Length: 1 << 20}, encode.Tags{}, nil); !errors.Is(err, errFull) {
		t.Errorf("a full disk gave %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Write(ctx, &bytes.Buffer{}, &pcmtest.Constant{}, encode.Tags{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled export gave %v", err)
	}
	if err := write(t.Context(), file{}, &pcmtest.Constant{}, encode.Tags{}, nil, 1<<20); !errors.Is(err, ErrTooLong) {
		t.Errorf("endless sound gave %v", err)
	}
	if err := write(t.Context(), file{}, &pcmtest.Constant{Length: 1 << 18}, encode.Tags{}, nil, 1<<20); err != nil {
		t.Errorf("just enough sound gave %v", err)
	}
}
