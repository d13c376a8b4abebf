package mp3

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"bandstand/internal/encode"
	"bandstand/internal/encode/encodetest"
	"bandstand/internal/pcm/pcmtest"
)

func TestFileIsExact(t *testing.T) {
	m := shared
	for _, frames := range []int{1, 575, 576, 1151, 1152, 1153, 47 * 1152, 48000, 200_003} {
		t.Run(fmt.Sprint(frames), func(t *testing.T) {
			sound := encodetest.Bursts(1, frames)
			var heard int64
			path := encodetest.File(t, "x.mp3", func(w *os.File) error {
				return m.Write(t.Context(), w, &encodetest.Source{Samples: sound}, 0, encode.Tags{Title: "T"}, func(n int64) { heard = n })
			})
			got := encodetest.DecodeFile(t, path)
			if len(got) != len(sound) {
				t.Errorf("%d frames decoded, not %d", len(got)/2, frames)
			}
			if heard != int64(frames) {
				t.Errorf("progress ended at %d", heard)
			}
			if frames > 40000 {
				encodetest.Same(t, sound, got, 0.92)
			}
		})
	}
}

func TestFileTellsOfItself(t *testing.T) {
	m := shared
	write := func() string {
		return encodetest.File(t, "x.mp3", func(w *os.File) error {
			return m.Write(t.Context(), w, &encodetest.Source{Samples: encodetest.Music(1, 10*48000)}, 0,
				encode.Tags{Title: "Œuvre №1", Artist: "The Gutters", Album: "Rain", Comment: strings.Repeat("x", 300)}, nil)
		})
	}
	path := write()
	if got := encodetest.Probe(t, path, "format_tags=title,artist,album"); got != "Œuvre №1\nThe Gutters\nRain" {
		t.Errorf("the tags are %q", got)
	}
	if s := encodetest.Seconds(t, path); math.Abs(s-10) > 0.05 {
		t.Errorf("the file says that it is %v s long, not 10", s)
	}
	stream, _ := os.ReadFile(path)
	if again, _ := os.ReadFile(write()); !bytes.Equal(stream, again) {
		t.Error("the same sound gave other bytes the second time")
	}
	at := bytes.Index(stream, []byte("Info")) - infoAt
	frame := stream[at : at+384]
	if n := binary.BigEndian.Uint32(frame[infoAt+8:]); int(n) != (len(stream)-at)/384-1 {
		t.Errorf("it says %d frames and has %d", n, (len(stream)-at)/384-1)
	}
	if n := binary.BigEndian.Uint32(frame[infoAt+12:]); int(n) != len(stream)-at {
		t.Errorf("it says %d bytes and has %d", n, len(stream)-at)
	}
	borrowed := false
	for f := stream[at+384:]; len(f) > 0; f = f[384:] {
		borrowed = borrowed || f[headerSize] != 0
	}
	if !borrowed {
		t.Error("no frame makes use of the reservoir")
	}
	const sumAt = 190 // where readers look for it
	if sum := binary.BigEndian.Uint16(frame[sumAt:]); sum != crc16(0, frame[:sumAt]) || sum == 0 {
		t.Error("its checksum is wrong")
	}
}

func TestChecksum(t *testing.T) {
	if got := crc16(0, []byte("123456789")); got != 0xBB3D { // the published check value of CRC-16/ARC
		t.Errorf("got %04x", got)
	}
}

// Where there is no way back nothing tells players of LAME's and the decoder's delay.
func TestFileThroughAPipe(t *testing.T) {
	m := shared
	sound := encodetest.Bursts(2, 100_000)
	for _, rate := range []int{32_000, 128_000, 320_000} {
		var w bytes.Buffer
		if err := m.Write(t.Context(), &w, &encodetest.Source{Samples: sound}, rate, encode.Tags{}, nil); err != nil {
			t.Fatal(err)
		}
		got := encodetest.Decode(t, w.Bytes())
		if over := (len(got) - len(sound)) / 2; over < 576+decoderDelay || over > 3*frameFrames {
			t.Errorf("%d frames too many", over)
		}
		if rate > 100_000 {
			encodetest.Same(t, sound, got[2*(576+decoderDelay):], 0.92)
		}
	}
}

type full struct{}

var errFull = errors.New("disk full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestFileErrors(t *testing.T) {
	m := shared
	if err := m.Write(t.Context(), full{}, &pcmtest.Constant{Length: 1 << 20}, 0, encode.Tags{}, nil); !errors.Is(err, errFull) {
		t.Errorf("a full disk gave %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := m.Write(ctx, &bytes.Buffer{}, &pcmtest.Constant{}, 0, encode.Tags{}, func(int64) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled export gave %v", err)
	}
	if err := m.Write(t.Context(), &bytes.Buffer{}, &pcmtest.Constant{}, 1, encode.Tags{}, nil); err == nil {
		t.Error("a bitrate of 1 was taken")
	}
}
