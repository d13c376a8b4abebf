package opus

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"testing"

	"bandstand/internal/encode"
	"bandstand/internal/encode/encodetest"
	"bandstand/internal/encode/ogg"
	"bandstand/internal/pcm/pcmtest"
)

func TestFileIsExact(t *testing.T) {
	for _, frames := range []int{0, 1, 839, 840, 841, 960, 961, 50 * 960, 51*960 - 120, 51 * 960, 200_003} {
		t.Run(fmt.Sprint(frames), func(t *testing.T) {
			sound := encodetest.Bursts(1, frames)
			var heard int64
			path := encodetest.File(t, "x.opus", func(w *os.File) error {
				return Write(t.Context(), w, &encodetest.Source{Samples: sound}, 0, encode.Tags{}, func(n int64) { heard = n })
			})
			stream, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			all := readPages(t, stream)
			if last := all[len(all)-1]; last.flags != ogg.Last || last.granule != int64(frames+Skip) {
				t.Errorf("the last page has flags %x and granule %d", last.flags, last.granule)
			}
			if heard != int64(frames) {
				t.Errorf("progress ended at %d", heard)
			}
			if frames == 0 {
				return // players differ in what they make of no sound at all
			}
			got := encodetest.DecodeFile(t, path)
			if len(got) != len(sound) {
				t.Errorf("%d frames decoded, not %d", len(got)/2, frames)
			}
			if frames > 48000 {
				encodetest.Same(t, sound, got, 0.93)
			}
		})
	}
}

func TestFilePagesAndTags(t *testing.T) {
	write := func() string {
		return encodetest.File(t, "x.opus", func(w *os.File) error {
			return Write(t.Context(), w, &encodetest.Source{Samples: encodetest.Music(1, 10*48000)}, 96_000,
				encode.Tags{Title: "Rain; again", Artist: "The Gutters"}, nil)
		})
	}
	path := write()
	stream, _ := os.ReadFile(path)
	all := readPages(t, stream)
	if len(all) != 2+11 || all[2].packets != filePackets || all[2].granule != filePackets*960 {
		t.Errorf("%d pages, the first of sound with %d packets up to %d", len(all), all[2].packets, all[2].granule)
	}
	if got := encodetest.Probe(t, path, "stream_tags=title,artist"); got != "Rain; again\nThe Gutters" {
		t.Errorf("the tags are %q", got)
	}
	if s := encodetest.Seconds(t, path); math.Abs(s-10) > 0.003 {
		t.Errorf("the file says that it is %v s long, not 10", s)
	}
	if again, _ := os.ReadFile(write()); !bytes.Equal(stream, again) {
		t.Error("the same sound gave other bytes the second time")
	}
}

func TestFileHighBitrateFillsPages(t *testing.T) {
	sound := encodetest.Music(1, 5*48000)
	var w bytes.Buffer
	if err := Write(t.Context(), &w, &encodetest.Source{Samples: sound}, MaxBitrate, encode.Tags{}, nil); err != nil {
		t.Fatal(err)
	}
	readPages(t, w.Bytes())
	if got := encodetest.Decode(t, w.Bytes()); len(got) != len(sound) {
		t.Errorf("%d samples decoded, not %d", len(got), len(sound))
	}
}

type full struct{}

var errFull = errors.New("disk full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestFileErrors(t *testing.T) {
	if err := Write(t.Context(), full{}, &pcmtest.Constant{Length: 1 << 20}, 0, encode.Tags{}, nil); !errors.Is(err, errFull) {
		t.Errorf("a full disk gave %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Write(ctx, &bytes.Buffer{}, &pcmtest.Constant{}, 0, encode.Tags{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled export gave %v", err)
	}
	if err := Write(t.Context(), &bytes.Buffer{}, &pcmtest.Constant{}, 1, encode.Tags{}, nil); err == nil {
		t.Error("a bitrate of 1 was taken")
	}
}
