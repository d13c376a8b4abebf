package wav

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
	path := encodetest.File(t, "x.wav", func(w *os.File) error { return Write(t.Context(), w, src, tags, nil) })
	encodetest.Mending(t, path, frames, 30, Mend)
}
