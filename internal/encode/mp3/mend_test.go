package mp3

import (
	"errors"
	"os"
	"testing"

	"bandstand/internal/encode"
	"bandstand/internal/encode/encodetest"
)

func TestMend(t *testing.T) {
	const frames = 10*48000 + 123
	tags := encode.Tags{Title: "Torn", Artist: "The Cuts"}
	src := &encodetest.Source{Samples: encodetest.Music(3, frames)}
	path := encodetest.File(t, "x.mp3", func(w *os.File) error { return shared.Write(t.Context(), w, src, 0, tags, nil) })
	encodetest.Mending(t, path, frames, 6000, Mend)
}

// A frame too short for what our first one says is none of ours.
func TestMendOfAShortFrame(t *testing.T) {
	head := append([]byte{0xFF, 0xFB, 0x14, 0}, make([]byte, infoAt-headerSize)...) // 32 kbit a second
	head = append(head, "Info"...)
	path := encodetest.File(t, "x.mp3", func(w *os.File) error {
		_, err := w.Write(append(head, make([]byte, size(32)-len(head))...))
		return err
	})
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if n, err := Mend(f); !errors.Is(err, encode.ErrForeign) {
		t.Errorf("it was mended to %d frames: %v", n, err)
	}
}
