package flac

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"testing"

	mewkiz "github.com/mewkiz/flac"

	"bandstand/internal/encode"
	"bandstand/internal/encode/encodetest"
	"bandstand/internal/pcm"
	"bandstand/internal/pcm/pcmtest"
)

func TestFileIsExact(t *testing.T) {
	for _, frames := range []int{1, 15, 2879, 2880, 2881, 100_003} {
		t.Run(fmt.Sprint(frames), func(t *testing.T) {
			sound := encodetest.Music(1, frames)
			var heard int64
			path := encodetest.File(t, "x.flac", func(w *os.File) error {
				return Write(t.Context(), w, &encodetest.Source{Samples: sound}, encode.Tags{}, func(n int64) { heard = n })
			})
			encodetest.Exact(t, ints(sound), encodetest.DecodeFile(t, path))
			if heard != int64(frames) {
				t.Errorf("progress ended at %d", heard)
			}
			stream, _ := os.ReadFile(path)
			checkWithMewkiz(t, stream, ints(sound), fileBlock)
			checkInfo(t, stream, frames)
		})
	}
}

// checkInfo compares the head of the file with the file.
func checkInfo(t *testing.T, stream []byte, frames int) {
	t.Helper()
	dec, err := mewkiz.New(bytes.NewReader(stream))
	if err != nil {
		t.Fatal(err)
	}
	if dec.Info.NSamples != uint64(frames) || dec.Info.BlockSizeMin != fileBlock || dec.Info.FrameSizeMax == 0 || dec.Info.FrameSizeMin > dec.Info.FrameSizeMax {
		t.Errorf("the head says %+v", dec.Info)
	}
	sum := md5.New()
	for {
		f, err := dec.ParseNext()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		f.Hash(sum)
	}
	if got := [16]byte(sum.Sum(nil)); got != dec.Info.MD5sum {
		t.Errorf("the sound's checksum is %x, the head says %x", got, dec.Info.MD5sum)
	}
}

func TestFileTellsOfItself(t *testing.T) {
	path := encodetest.File(t, "x.flac", func(w *os.File) error {
		return Write(t.Context(), w, &encodetest.Source{Samples: encodetest.Music(1, 480_000)}, encode.Tags{Title: "Œuvre", Artist: "The Gutters"}, nil)
	})
	if got := encodetest.Probe(t, path, "format_tags=title,artist"); got != "Œuvre\nThe Gutters" {
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
	encodetest.Exact(t, ints(sound), encodetest.Decode(t, w.Bytes()))
}

type full struct{}

var errFull = errors.New("disk full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestFileErrors(t *testing.T) {
	if err := Write(t.Context(), full{}, &pcmtest.Ramp{Length: 1 << 20}, encode.Tags{}, nil); !errors.Is(err, errFull) {
		t.Errorf("a full disk gave %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Write(ctx, &bytes.Buffer{}, &pcmtest.Constant{}, encode.Tags{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled export gave %v", err)
	}
}

func BenchmarkWrite(b *testing.B) {
	sound := encodetest.Music(1, 10*int(pcm.StationRate))
	for b.Loop() {
		if err := Write(b.Context(), io.Discard, &encodetest.Source{Samples: sound}, encode.Tags{}, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(10*float64(b.N)/b.Elapsed().Seconds(), "×real-time")
}
