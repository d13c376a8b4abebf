package mp3

import (
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
