package mp3

import (
	"testing"

	"bandstand/internal/encode/encodetest"
)

func TestDecoderHearsWhatFFmpegHears(t *testing.T) {
	encodetest.CheckDecoder(t, open(t, shared), NewDecoder(), Warmup, 0.02)
}

func BenchmarkDecode(b *testing.B) { encodetest.BenchmarkDecode(b, open(b, shared), NewDecoder()) }
