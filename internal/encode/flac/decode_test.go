package flac

import (
	"testing"

	"bandstand/internal/encode/encodetest"
)

func TestDecoderHearsWhatFFmpegHears(t *testing.T) {
	encodetest.CheckDecoder(t, open(t), NewDecoder(), Warmup, 0)
}

func BenchmarkDecode(b *testing.B) { encodetest.BenchmarkDecode(b, open(b), NewDecoder()) }
