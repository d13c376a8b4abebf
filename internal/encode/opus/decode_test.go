package opus

import (
	"slices"
	"testing"

	"bandstand/internal/encode/encodetest"
)

func TestDecoderHearsWhatFFmpegHears(t *testing.T) {
	encodetest.CheckDecoder(t, open(t), NewDecoder(), Warmup, 0.05)
}

// A page with a flipped bit is no page: players throw it away.
func TestDecoderChecksThePage(t *testing.T) {
	e, d := open(t), NewDecoder()
	s := encodetest.Feed(t, e, encodetest.Music(1, 9600), 960)
	good := s.Packets[3].Data
	before := slices.Clone(good)
	for i := range good {
		bad := slices.Clone(good)
		bad[i] ^= 0x10
		if _, err := d.Decode([][]byte{bad}); err == nil && i != 4 && i != 5 {
			t.Fatalf("a bit of byte %d is wrong and the page is taken", i)
		}
	}
	if _, err := d.Decode([][]byte{good}); err != nil || !slices.Equal(good, before) {
		t.Errorf("the good page gives %v, or was changed", err)
	}
}

func BenchmarkDecode(b *testing.B) { encodetest.BenchmarkDecode(b, open(b), NewDecoder()) }
