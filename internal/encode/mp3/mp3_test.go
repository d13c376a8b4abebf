package mp3

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"bandstand/internal/encode/encodetest"
	"bandstand/internal/pcm"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shared is compiled once for all tests: the race detector makes that slow.
var shared = NewModule()

func open(t testing.TB, m *Module) *Encoder {
	t.Helper()
	e, err := m.NewEncoder(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestContract(t *testing.T) {
	m := shared
	encodetest.CheckEncoder(t, func(t *testing.T) encodetest.Encoder { return open(t, m) })
}

// A live stream says nothing of LAME's and the decoder's delay, so a player gives
// from the frame that the first packet names, which is before the sound.
func TestDecodesToWhatWentIn(t *testing.T) {
	m := shared
	for name, sound := range map[string][]float32{
		"bursts of noise": encodetest.Bursts(1, 3*48000),
		"a sweep":         encodetest.Sweep(3*48000, 0.5),
		"music":           encodetest.Music(1, 3*48000),
		"an odd length":   encodetest.Noise(3, 50001, 0.5),
	} {
		t.Run(name, func(t *testing.T) {
			s := encodetest.Feed(t, open(t, m), sound, pcm.BlockFrames)
			got := encodetest.Decode(t, s.From(0))
			early := int(-s.Packets[0].Frame)
			if want := len(s.Packets) * frameFrames; len(got)/2 != want {
				t.Fatalf("%d frames decoded, not %d", len(got)/2, want)
			}
			if peak, _ := pcm.Level(got[:2*(early-600)]); peak > 0.05 {
				t.Errorf("a peak of %v before the sound", peak)
			}
			encodetest.Same(t, sound, got[2*early:], 0.92)
		})
	}
}

// A frame of sound decodes to the packet that says so, to the sample.
func TestImpulseIsWhereThePacketSays(t *testing.T) {
	m := shared
	for _, at := range []int{5000, 5001, 7777, 20000} {
		sound := make([]float32, 2*30000)
		sound[2*at], sound[2*at+1] = 1, 1
		s := encodetest.Feed(t, open(t, m), sound, pcm.BlockFrames)
		peak, place := float32(0), 0
		for i, v := range encodetest.Decode(t, s.From(0)) {
			if v > peak {
				peak, place = v, i/2
			}
		}
		if got := place + int(s.Packets[0].Frame); got != at {
			t.Errorf("the impulse of frame %d decodes at %d", at, got)
		}
	}
}

// Frames stand alone, so who joins loses nothing but the fade into the first frame.
func TestJoinInTheMiddle(t *testing.T) {
	sound := encodetest.Bursts(5, 4*48000)
	s := encodetest.Feed(t, open(t, shared), sound, pcm.BlockFrames)
	for _, n := range []int{1, 2, 50, 101} {
		got := encodetest.Decode(t, s.From(n))
		if want := (len(s.Packets) - n) * frameFrames; len(got)/2 != want {
			t.Fatalf("joined at packet %d: %d frames decoded, not %d", n, len(got)/2, want)
		}
		second := max(0, s.Packets[n+1].Frame)
		from := 2 * (second - s.Packets[n].Frame)
		encodetest.Same(t, sound[2*second:], got[from:], 0.92)
	}
}

func TestEveryFrameStandsAlone(t *testing.T) {
	s := encodetest.Feed(t, open(t, shared), encodetest.Music(2, 5*48000), pcm.BlockFrames)
	for i, p := range s.Packets {
		if begin := int(p.Data[headerSize])<<1 | int(p.Data[headerSize+1]>>7); begin != 0 {
			t.Fatalf("packet %d needs %d bytes of those before", i, begin)
		}
		if n, err := frameSize(p.Data); err != nil || n != len(p.Data) || n != 384 {
			t.Fatalf("packet %d of %d bytes says %d, %v", i, len(p.Data), n, err)
		}
	}
}

func TestSilenceIsSentWhole(t *testing.T) {
	s := encodetest.Feed(t, open(t, shared), make([]float32, 60*48000*2), pcm.BlockFrames)
	if nominal := 60 * DefaultBitrate / 8; s.Bytes() < nominal {
		t.Errorf("60 s of silence are %d bytes, less than %d", s.Bytes(), nominal)
	}
	if peak, _ := pcm.Level(encodetest.Decode(t, s.From(0))); peak > 1e-4 {
		t.Errorf("silence decodes to a peak of %v", peak)
	}
}

// A sound that begins with a block is out one block later, two at most.
func TestDelay(t *testing.T) {
	got := encodetest.Delay(t, open(t, shared), []int64{0, 960, 1920, 2880, 3840, 4800, 5760})
	if want := []int{1, 1, 1, 1, 2, 2, 1}; !slices.Equal(got, want) {
		t.Errorf("blocks waited for: %v, not %v", got, want)
	}
}

func TestBitrates(t *testing.T) {
	m := shared
	for _, rate := range []int{-128_000, 128, 128_001, 33_000, 640_000} {
		if _, err := m.NewEncoder(t.Context(), rate); err == nil {
			t.Errorf("a bitrate of %d was taken", rate)
		}
	}
	for _, kilobit := range kilobits[1:] {
		e, err := m.NewEncoder(t.Context(), kilobit*1000)
		if err != nil {
			t.Fatal(err)
		}
		s := encodetest.Feed(t, e, encodetest.Music(6, 48000), pcm.BlockFrames)
		for _, p := range s.Packets {
			if len(p.Data) != 3*kilobit {
				t.Fatalf("at %d kbit/s a packet has %d bytes", kilobit, len(p.Data))
			}
		}
	}
}

func TestModule(t *testing.T) {
	m := NewModule()
	if m.runtime != nil {
		t.Error("a new module has compiled something")
	}
	if err := m.Compile(t.Context()); err != nil {
		t.Fatal(err)
	}
	runtime := m.runtime
	e := open(t, m)
	if m.runtime != runtime {
		t.Error("the module was compiled twice")
	}
	if _, err := e.Encode(make([]float32, pcm.BlockSamples)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := m.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := e.Encode(make([]float32, pcm.BlockSamples)); err == nil {
		t.Error("an encoder outlived its module")
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	if _, err := m.NewEncoder(t.Context(), 0); err == nil {
		t.Error("a closed module made an encoder")
	}
	if err := NewModule().Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestEncodersAreIndependent(t *testing.T) {
	m := shared
	sound := encodetest.Music(7, 2*48000)
	want := encodetest.Feed(t, open(t, m), sound, pcm.BlockFrames).From(0)
	results := make(chan []byte)
	for range 4 {
		e := open(t, m)
		go func() {
			var all []byte
			for block := range slices.Chunk(sound, pcm.BlockSamples) {
				packets, _ := e.Encode(block)
				for _, p := range packets {
					all = append(all, p.Data...)
				}
			}
			packets, _ := e.Flush()
			for _, p := range packets {
				all = append(all, p.Data...)
			}
			results <- all
		}()
	}
	for range 4 {
		if !bytes.Equal(<-results, want) {
			t.Error("an encoder beside others gave other bytes")
		}
	}
}

func TestCutter(t *testing.T) {
	h := header(32)
	frame := make([]byte, size(32))
	copy(frame, h[:])
	var c cutter
	n := 0
	for _, b := range bytes.Repeat(frame, 5)[:5*96-1] {
		if err := c.add([]byte{b}, func(f []byte) error {
			n++
			if !bytes.Equal(f, frame) {
				t.Errorf("frame %d is % x", n, f)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	if n != 4 || len(c.rest) != 95 {
		t.Errorf("%d frames and %d bytes left, not 4 and 95", n, len(c.rest))
	}
	for _, bad := range [][]byte{{0, 0, 0, 0}, {0xFF, 0xFB, 0x04, 0}, {0xFF, 0xFB, 0xF4, 0}, {0xFF, 0xFB, 0x90, 0}, {0xFF, 0xF3, 0x94, 0}} {
		c = cutter{}
		if err := c.add(bad, func([]byte) error { return nil }); !errors.Is(err, errNoFrame) {
			t.Errorf("% x gave error %v", bad, err)
		}
	}
}

func BenchmarkEncode(b *testing.B) { encodetest.Benchmark(b, open(b, shared)) }

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		m := NewModule()
		if err := errors.Join(m.Compile(b.Context()), m.Close(b.Context())); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(math.Round(b.Elapsed().Seconds()*1e4/float64(b.N))/10, "ms")
}

func BenchmarkOpen(b *testing.B) {
	m := shared
	if err := m.Compile(b.Context()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := open(b, m).Close(); err != nil {
			b.Fatal(err)
		}
	}
}
