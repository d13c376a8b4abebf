package flac

import (
	"bytes"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	mewkiz "github.com/mewkiz/flac"

	"bandstand/internal/encode"
	"bandstand/internal/encode/encodetest"
	"bandstand/internal/pcm"
)

func open(t testing.TB) *Encoder {
	t.Helper()
	e, err := New(encode.Tags{Title: "Test", Artist: "Nobody"})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func ints(sound []float32) []int16 {
	out := make([]int16, len(sound))
	encode.Quantize(out, sound)
	return out
}

func TestContract(t *testing.T) {
	encodetest.CheckEncoder(t, func(t *testing.T) encodetest.Encoder { return open(t) })
}

// sounds try every way to write a channel.
func sounds() map[string][]float32 {
	white := make([]float32, 2*30000)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range white {
		white[i] = float32(r.Float64()*2 - 1)
	}
	square := make([]float32, 2*20000)
	for i := range square {
		square[i] = float32(1 - 2*(i/2/37%2))
	}
	opposite := encodetest.Music(8, 20000)
	for i := 0; i < len(opposite); i += 2 {
		opposite[i+1] = -opposite[i]
	}
	clicks := make([]float32, 2*20000)
	for i := 0; i < len(clicks); i += 1111 {
		clicks[i] = float32(math.Pow(-1, float64(i)))
	}
	one := make([]float32, 2*10000)
	for i := range one {
		one[i] = 0.25
	}
	oneSided := encodetest.Music(9, 20000)
	for i := 0; i < len(oneSided); i += 2 {
		oneSided[i] = 0
	}
	return map[string][]float32{
		"music": encodetest.Music(1, 3*48000+123), "a sweep": encodetest.Sweep(48000, 1), "bursts of noise": encodetest.Bursts(1, 60000),
		"white noise": white, "a square": square, "opposite channels": opposite, "clicks": clicks, "a constant": one,
		"silence": make([]float32, 2*5000), "one side": oneSided, "one frame": {0.1, -0.1}, "three frames": {0.1, -0.1, 0.2, 0.5, 1, 1},
		"quiet": encodetest.Noise(3, 20000, 0.0002), "a sine out of range": encodetest.Sweep(20000, 3),
	}
}

func TestNothingIsLost(t *testing.T) {
	for name, sound := range sounds() {
		t.Run(name, func(t *testing.T) {
			s := encodetest.Feed(t, open(t), sound, pcm.BlockFrames)
			encodetest.Exact(t, ints(sound), encodetest.Decode(t, s.From(0)))
			checkWithMewkiz(t, s.From(0), ints(sound), pcm.BlockFrames)
		})
	}
}

// checkWithMewkiz decodes with an implementation that checks every checksum.
func checkWithMewkiz(t *testing.T, stream []byte, want []int16, block int) {
	t.Helper()
	dec, err := mewkiz.New(bytes.NewReader(stream))
	if err != nil {
		t.Fatal(err)
	}
	at, number := 0, uint64(0)
	for {
		f, err := dec.ParseNext()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("frame %d: %v", number, err)
		}
		if f.Num != number || !f.HasFixedBlockSize || int(f.BlockSize) != min(block, (len(want)-at)/2) {
			t.Fatalf("frame %d says that it is %d, of %d frames", number, f.Num, f.BlockSize)
		}
		for i := range int(f.BlockSize) {
			if l, r := f.Subframes[0].Samples[i], f.Subframes[1].Samples[i]; l != int32(want[at]) || r != int32(want[at+1]) {
				t.Fatalf("frame %d sample %d is %d, %d, not %d, %d", number, i, l, r, want[at], want[at+1])
			}
			at += 2
		}
		number++
	}
	if at != len(want) {
		t.Errorf("%d samples, not %d", at, len(want))
	}
}

func TestJoinInTheMiddle(t *testing.T) {
	sound := encodetest.Bursts(5, 4*48000)
	s := encodetest.Feed(t, open(t), sound, pcm.BlockFrames)
	for _, n := range []int{1, 2, 50, 101, 150} {
		got := encodetest.Decode(t, s.From(n))
		encodetest.Exact(t, ints(sound)[2*s.Packets[n].Frame:], got)
	}
}

// After 497 days the numbers of frames begin again; a listener hears nothing of it.
func TestNumbersWrap(t *testing.T) {
	for _, start := range []int64{126, 2046, 65534, 1<<21 - 2, 1<<26 - 2, maxNumber - 20} {
		e := open(t)
		e.number = start
		sound := encodetest.Music(2, 48000)
		out := slices.Clone(e.Header())
		for block := range slices.Chunk(sound, pcm.BlockSamples) {
			packets, err := e.Encode(block)
			if err != nil || len(packets) != 1 || packets[0].Frame != (start)*960 {
				t.Fatalf("packets %v, error %v", packets, err)
			}
			out, start = append(out, packets[0].Data...), start+1
		}
		encodetest.Exact(t, ints(sound), encodetest.DecodeJoined(t, out))
	}
}

func TestSilenceSendsEveryFrame(t *testing.T) {
	s := encodetest.Feed(t, open(t), make([]float32, 60*48000*2), pcm.BlockFrames)
	if len(s.Packets) != 60*50 {
		t.Errorf("%d packets for 60 s", len(s.Packets))
	}
	if s.Bytes() > 60*50*20 {
		t.Errorf("60 s of silence take %d bytes", s.Bytes())
	}
}

func TestDelay(t *testing.T) {
	if got := encodetest.Delay(t, open(t), []int64{0, 959, 960, 5000}); !slices.Equal(got, []int{0, 0, 0, 0}) {
		t.Errorf("blocks waited for: %v, not none", got)
	}
}

func TestMusicPacksWell(t *testing.T) {
	sound := encodetest.Music(1, 10*48000)
	s := encodetest.Feed(t, open(t), sound, pcm.BlockFrames)
	share := float64(s.Bytes()) / float64(2*len(sound))
	t.Logf("%.1f %% of 16-bit size", 100*share)
	if share > 0.5 {
		t.Errorf("music takes %.1f %% of its size", 100*share)
	}
}

func FuzzNothingIsLost(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 0xFF, 0x7F, 0, 0x80, 1, 2, 3, 4, 5, 6, 7, 8}, uint8(3))
	f.Fuzz(func(t *testing.T, raw []byte, repeat uint8) {
		raw = bytes.Repeat(raw, int(repeat)+1)
		var want []int16
		for i := 0; i+3 < len(raw) && len(want) < 8*pcm.BlockSamples; i += 4 {
			want = append(want, int16(raw[i])<<8|int16(raw[i+1]), int16(raw[i+2])<<8|int16(raw[i+3]))
		}
		if len(want) == 0 {
			return
		}
		sound := make([]float32, len(want))
		for i, v := range want {
			sound[i] = float32(v) / (1 << 15)
		}
		s := encodetest.Feed(t, open(t), sound, pcm.BlockFrames)
		checkWithMewkiz(t, s.From(0), want, pcm.BlockFrames)
	})
}

func BenchmarkEncode(b *testing.B) { encodetest.Benchmark(b, open(b)) }
