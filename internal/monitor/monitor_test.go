package monitor

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"bandstand/internal/encode/encodetest"
	"bandstand/internal/pcm"
)

// levels is a decoder of packets whose first byte says how loud they are: minus dBFS.
type levels struct{}

func (levels) Decode(packets [][]byte) ([]float32, error) {
	var sound []float32
	for _, p := range packets {
		if len(p) == 0 {
			return nil, errors.New("an empty packet")
		}
		sound = append(sound, tone(-float64(p[0]))...)
	}
	return sound, nil
}

// tone is a block at a level in dBFS; below -200 it is silence, above 90 no numbers.
func tone(db float64) []float32 {
	v := float32(pcm.Amplitude(db))
	switch {
	case db < -200:
		v = 0
	case db > 90:
		v = float32(math.NaN())
	}
	return slices.Repeat([]float32{v}, pcm.BlockSamples)
}

// rig is a monitor with a made-up encoder.
type rig struct {
	*Monitor
	frame int64
}

func newRig() *rig {
	r := &rig{Monitor: New(levels{}, 4)}
	r.Begin()
	return r
}

// air feeds blocks at a level and emits them at another, or nothing if it is 1, and
// looks.
func (r *rig) air(blocks int, in, out float64) *rig {
	for range blocks {
		r.Fed(tone(in))
		if out < 1 {
			r.Emitted(pcm.Packet{Data: []byte{byte(-max(out, -250))}, Frame: r.frame, Frames: pcm.BlockFrames})
		}
		r.frame += pcm.BlockFrames
	}
	r.Look()
	return r
}

func (r *rig) expect(t *testing.T, what string) {
	t.Helper()
	if got := r.Trouble(); what == "" && got != "" || !strings.Contains(got, what) {
		t.Errorf("the trouble is %q, not %q", got, what)
	}
}

func TestWhatContradicts(t *testing.T) {
	for _, c := range []struct {
		name    string
		in, out float64
		trouble string
	}{
		{"the same", -18, -18, ""},
		{"near", -18, -29, ""},
		{"silence", -250, -250, ""},
		{"quiet noise of a codec", -250, -51, ""},
		{"a sound under the floor that a codec leaves out", -51, -250, ""},
		{"muted", -18, -250, "emits silence while −18 dBFS went in"},
		{"nearly muted", -18, -90, "emits silence (−90 dBFS) while −18 dBFS went in"},
		{"too quiet", -18, -31, "emits −31 dBFS while −18 dBFS went in"},
		{"too loud", -30, -15, "emits −15 dBFS while −30 dBFS went in"},
		{"a noise in silence", -250, -20, "emits −20 dBFS while silence went in"},
		{"nothing", -18, 1, "emits nothing while −18 dBFS went in"},
		{"nothing, in silence", -250, 1, "emits nothing while silence went in"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig().air(75, c.in, c.out)
			r.expect(t, "") // once is not enough
			r.air(75, c.in, c.out).expect(t, c.trouble)
			r.air(75, -18, -18).air(75, -18, -18).expect(t, "")
		})
	}
}

// A silence does not make an encoder well that cannot be heard, and not for ever ill.
func TestSilenceInBetween(t *testing.T) {
	r := newRig().air(75, -18, -250).air(75, -250, -250).air(75, -18, -250)
	r.expect(t, "emits silence")
	r.air(75, -250, -250).expect(t, "emits silence")
	for range patience {
		r.air(75, -250, -250)
	}
	r.expect(t, "")
	// But who made noise in silence is well when it is silent.
	newRig().air(75, -250, -10).air(75, -250, -10).air(75, -250, -250).expect(t, "")
	newRig().air(75, -250, -10).air(75, -250, -250).air(75, -250, -10).expect(t, "")
}

func TestOnceIsNoTrouble(t *testing.T) {
	r := newRig()
	for range 5 {
		r.air(75, -18, -18).air(75, -18, -60).expect(t, "")
	}
	if n := r.Contradictions(); n != 5 {
		t.Errorf("%d contradictions counted, not 5", n)
	}
}

// The same packets are not judged twice, and an encoder that gets nothing is not blamed.
func TestLookingOftenerChangesNothing(t *testing.T) {
	r := newRig().air(75, -18, -250)
	r.Look()
	r.Look()
	r.expect(t, "")
	r = newRig().air(75, -18, 1)
	r.Look()
	r.Look()
	r.expect(t, "")
}

func TestANewRunForgets(t *testing.T) {
	r := newRig().air(75, -18, -250).air(75, -18, -250)
	r.expect(t, "emits silence")
	r.End()
	r.expect(t, "")
	r.Look()
	r.expect(t, "")
	r.Begin()
	r.frame = 0
	r.air(75, -18, -250).expect(t, "")
	r.air(75, -18, -18).expect(t, "")
}

// A run that ends while its sound is looked at leaves no trouble behind.
func TestTheRunEndsMeanwhile(t *testing.T) {
	r := newRig().air(75, -18, -250)
	r.decoder = decoderFunc(func(packets [][]byte) ([]float32, error) {
		r.End()
		return levels{}.Decode(packets)
	})
	r.air(75, -18, -250).expect(t, "")
}

type decoderFunc func([][]byte) ([]float32, error)

func (f decoderFunc) Decode(packets [][]byte) ([]float32, error) { return f(packets) }

func TestWhatDoesNotDecode(t *testing.T) {
	for name, c := range map[string]struct {
		packet  pcm.Packet
		trouble string
	}{
		"an error":         {pcm.Packet{Frames: pcm.BlockFrames}, "cannot be decoded: an empty packet"},
		"fewer frames":     {pcm.Packet{Data: []byte{18}, Frames: pcm.BlockFrames + 1}, "cannot be decoded: 28800 frames of sound are in packets of 28830"},
		"an empty promise": {pcm.Packet{Data: []byte{18}, Frames: 0}, "emits nothing"},
		"far too much":     {pcm.Packet{Data: []byte{18}, Frames: 50 * pcm.BlockFrames}, "emits more than went in"},
	} {
		t.Run(name, func(t *testing.T) {
			r, frame := newRig(), int64(0)
			for i := range 300 {
				r.Fed(tone(-18))
				p := c.packet
				p.Frame = frame
				frame += int64(p.Frames)
				r.Emitted(p)
				if i%75 == 74 {
					r.Look()
				}
			}
			r.expect(t, c.trouble)
			if n := len(r.heard.packets); n > most {
				t.Errorf("%d packets are kept", n)
			}
		})
	}
}

func TestPacketsOfNoFrames(t *testing.T) {
	for _, frames := range []int{0, -5} {
		if _, err := newRig().decode([]pcm.Packet{{Data: []byte{18}, Frames: frames}}); err == nil {
			t.Errorf("a packet of %d frames is taken", frames)
		}
	}
}

func TestWhatIsNoNumber(t *testing.T) {
	r := newRig()
	r.decoder = decoderFunc(func(packets [][]byte) ([]float32, error) {
		sound, err := levels{}.Decode(packets)
		sound[len(sound)/2] = float32(math.Inf(1))
		return sound, err
	})
	r.air(75, -18, -18).air(75, -18, -18).expect(t, "cannot be decoded: a sample is +Inf")
}

func TestADecoderThatPanics(t *testing.T) {
	r := newRig()
	r.decoder = decoderFunc(func([][]byte) ([]float32, error) { panic("out of range") })
	r.air(75, -18, -18).air(75, -18, -18).expect(t, "cannot be decoded: the decoder broke: out of range")
}

func TestAGap(t *testing.T) {
	r := newRig()
	for range 3 {
		r.air(40, -18, -18).frame += 5
		r.air(35, -18, -18)
	}
	r.expect(t, "")
	for range 4 {
		r.frame += 960
		r.air(75, -18, -18)
	}
	r.expect(t, "leaves out some of what went in")
}

// What is fed is judged as encoders take it: clipped, and without what is no number.
func TestEnergyIsThatOfWhatIsCoded(t *testing.T) {
	block := encodetest.Noise(1, pcm.BlockFrames, 0.5)
	_, rms := pcm.Level(block)
	if got, want := energy(block), rms*rms*pcm.BlockSamples; math.Abs(got/want-1) > 1e-5 {
		t.Errorf("the energy is %v, not %v", got, want)
	}
	for _, c := range []struct {
		samples []float32
		want    float64
	}{
		{nil, 0}, {[]float32{3, -3, float32(math.Inf(1)), float32(math.Inf(-1)), 0.5, 0}, 4.25},
		{[]float32{float32(math.NaN()), 0.5}, 0.25}, {[]float32{1, 0, 0, 0, float32(math.NaN())}, 1},
	} {
		got := energy(c.samples)
		if math.IsNaN(got) {
			got = finiteEnergy(c.samples)
		}
		if got != c.want {
			t.Errorf("the energy of %v is %v, not %v", c.samples, got, c.want)
		}
	}
}

// TestMemoryIsBounded runs for a long time: what is kept is less than a second.
func TestMemoryIsBounded(t *testing.T) {
	r := newRig()
	for range 20 {
		r.air(75, -18, -18)
		if n := len(r.heard.packets); n > window+6 {
			t.Fatalf("%d packets are kept", n)
		}
	}
	r.expect(t, "")
}

// BenchmarkFed reports what the encoder's goroutine pays for a block.
func BenchmarkFed(b *testing.B) {
	m, block := New(levels{}, 4), encodetest.Music(1, pcm.BlockFrames)
	m.Begin()
	b.ReportAllocs()
	before := cpu(b)
	for b.Loop() {
		m.Fed(block)
	}
	b.ReportMetric(float64((cpu(b)-before).Nanoseconds())/float64(b.N), "cpu-ns/block")
}

// BenchmarkLook reports what watching a running encoder costs of a core.
func BenchmarkLook(b *testing.B) {
	for _, f := range formats() {
		b.Run(f.name, func(b *testing.B) {
			m, e := New(f.decoder, f.warmup), f.encoder(b)
			m.Begin()
			sound := encodetest.Music(2, 2*second)
			for block := range slices.Chunk(sound, pcm.BlockSamples) {
				m.Fed(block)
				packets, err := e.Encode(block)
				if err != nil {
					b.Fatal(err)
				}
				for _, p := range packets {
					m.Emitted(p)
				}
			}
			if err := e.Close(); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			before := cpu(b)
			for b.Loop() {
				m.verdict.end = 0
				m.Look()
			}
			spent := cpu(b) - before
			if trouble := m.Trouble(); trouble != "" {
				b.Fatal(trouble)
			}
			b.ReportMetric(100*spent.Seconds()/float64(b.N)/Every.Seconds(), "%_of_a_core")
		})
	}
}

// cpu is the time that this process has had of any core, collecting garbage included.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func ExampleMonitor() {
	m := New(levels{}, 0)
	m.Begin()
	for frame := range int64(150) {
		m.Fed(tone(-18))
		m.Emitted(pcm.Packet{Data: []byte{90}, Frame: frame * pcm.BlockFrames, Frames: pcm.BlockFrames})
		if frame%75 == 74 {
			m.Look()
		}
	}
	fmt.Println("the encoder of /live.mp3", m.Trouble())
	// Output: the encoder of /live.mp3 emits silence (−90 dBFS) while −18 dBFS went in
}
