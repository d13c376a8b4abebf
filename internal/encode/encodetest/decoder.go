package encodetest

import (
	"slices"
	"testing"

	"bandstand/internal/pcm"
)

// Decoder is the shape of the decoders that sit beside live encoders.
type Decoder interface {
	Decode(packets [][]byte) ([]float32, error)
}

// CheckDecoder fails t unless a decoder gives, from any packet on and after warmup
// packets, what ffmpeg gives of the whole stream that e makes of music, in place to the
// sample and within tolerance (a share of its level); and an error for all that is not
// a packet.
func CheckDecoder(t *testing.T, e Encoder, d Decoder, warmup int, tolerance float64) {
	t.Helper()
	s := Feed(t, e, Music(11, 2*int(pcm.StationRate)), pcm.BlockFrames)
	all := Decode(t, s.From(0))
	first := s.Packets[0].Frame
	for _, from := range []int{0, 1, 7, 40} {
		packets := s.data(from, from+30)
		got, err := d.Decode(packets)
		if err != nil {
			t.Fatalf("from packet %d on: %v", from, err)
		}
		per := s.Packets[from].Frames * pcm.Channels
		if len(got) != len(packets)*per {
			t.Fatalf("%d packets decode to %d samples", len(packets), len(got))
		}
		at := int(s.Packets[from].Frame-first) * pcm.Channels
		want := all[at+warmup*per:]
		if late := len(s.Packets)*per - len(all); late > 0 && first < 0 { // a player throws away what comes before the sound
			want = all[at+warmup*per+int(first)*pcm.Channels:]
		}
		got = got[warmup*per:]
		off := make([]float32, len(got))
		for i, v := range got {
			off[i] = v - want[i]
		}
		_, level := pcm.Level(want[:len(got)])
		if _, apart := pcm.Level(off); !(apart <= tolerance*level) {
			t.Errorf("from packet %d on: %.5f of the level away from what ffmpeg hears", from, apart/level)
		}
	}
	checkBroken(t, s, d)
}

func (s Stream) data(from, to int) (packets [][]byte) {
	for _, p := range s.Packets[from:to] {
		packets = append(packets, p.Data)
	}
	return packets
}

// checkBroken gives the decoder what is no packet, or not a whole one.
func checkBroken(t *testing.T, s Stream, d Decoder) {
	t.Helper()
	good := s.Packets[10].Data
	for name, bad := range map[string][]byte{
		"nothing":   {},
		"one byte":  {0xFF},
		"zeros":     make([]byte, len(good)),
		"half":      good[:len(good)/2],
		"twice":     slices.Concat(good, good),
		"another":   []byte("<html><body>404</body></html>"),
		"its start": good[:4],
	} {
		for _, packets := range [][][]byte{{bad}, {good, bad}, {bad, good}} {
			if got, err := d.Decode(packets); err == nil && name != "twice" {
				t.Errorf("%s decodes to %d samples without an error", name, len(got))
			}
		}
	}
	// A flipped bit may be heard or seen, but breaks nothing.
	for i := 0; i < len(good); i += 1 + len(good)/40 {
		bad := slices.Clone(good)
		bad[i] ^= 1 << (i % 8)
		_, _ = d.Decode([][]byte{good, bad, good})
	}
	if _, err := d.Decode(s.data(0, 3)); err != nil {
		t.Errorf("after bad packets good ones give %v", err)
	}
}

// BenchmarkDecode reports how many times faster than real time a decoder is.
func BenchmarkDecode(b *testing.B, e Encoder, d Decoder) {
	s := Feed(b, e, Music(1, 5*int(pcm.StationRate)), pcm.BlockFrames)
	packets := s.data(10, 40)
	frames := len(packets) * s.Packets[0].Frames
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Decode(packets); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*pcm.StationRate.Duration(int64(frames)).Seconds()/b.Elapsed().Seconds(), "×real-time")
}
