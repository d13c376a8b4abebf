package mix

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"bandstand/internal/pcm"
	"bandstand/internal/pcm/pcmtest"
)

// loud is music-like noise: bursts of tones far above full scale.
func loud(length int64) pcm.Source {
	r := rand.New(rand.NewPCG(1, 2))
	phase, hz, level := 0.0, 440.0, 1.0
	return &wave{length: length, f: func(n int64) (float64, float64) {
		if n%4801 == 0 {
			hz, level = 40*math.Pow(2, 8*r.Float64()), 0.1+4*r.Float64()
		}
		phase += 2 * math.Pi * hz / float64(pcm.StationRate)
		level *= 0.9997
		return level * math.Sin(phase), level*math.Cos(phase) + 0.3*level*r.NormFloat64()
	}}
}

func TestMasterKeepsTheContract(t *testing.T) {
	for _, length := range []int64{0, 1, 50, limiterDelay - 1, limiterDelay, limiterDelay + 1, 960, 30000} {
		t.Run(fmt.Sprint(length, " frames"), func(t *testing.T) {
			pcmtest.CheckSource(t, func() pcm.Source { return Master(loud(length), 3) }, 1<<20)
			if got := read(t, Master(loud(length), 3)); int64(len(got)) != 2*length {
				t.Fatalf("%d frames of %d", len(got)/2, length)
			}
		})
	}
}

func TestMasterMovesNoFrame(t *testing.T) {
	const at = 5000
	got := read(t, Master(&wave{length: 10000, f: func(n int64) (float64, float64) {
		if n == at {
			return 0.1, -0.1
		}
		return 0, 0
	}}, 0))
	for n := range at {
		if got[2*n] != 0 || got[2*n+1] != 0 {
			t.Fatalf("frame %d sounds, before the click at %d", n, at)
		}
	}
	if got[2*at] < 0.09 || got[2*at+1] > -0.09 {
		t.Fatalf("the click became %v, %v", got[2*at], got[2*at+1])
	}
}

func TestMasterTakesOffsetsAway(t *testing.T) {
	got := read(t, Master(&pcmtest.Constant{Value: 0.5, Length: 48000}, 0))
	if v := math.Abs(float64(got[len(got)-2])); v > 1e-6 {
		t.Fatalf("after a second an offset of 0.5 is still %v", v)
	}
}

func TestMasterLeavesQuietMusicAlone(t *testing.T) {
	for _, hz := range []float64{100, 1000, 8000} {
		got := read(t, Master(&wave{length: 96000, f: both(sine(hz, 0.02))}, 6))
		_, rms := pcm.Level(got[96000:])
		want := 0.02 * pcm.Amplitude(6) / math.Sqrt2
		if d := pcm.Decibels(rms / want); math.Abs(d) > 0.1 {
			t.Errorf("a quiet tone of %v Hz is %.2f dB off", hz, d)
		}
	}
}

// both is the left of a wave on both sides.
func both(f func(int64) (float64, float64)) func(int64) (float64, float64) {
	return func(n int64) (float64, float64) {
		l, _ := f(n)
		return l, l
	}
}

func TestMasterPutsTheBassInTheMiddle(t *testing.T) {
	for _, c := range []struct{ hz, least, most float64 }{{40, -60, -13}, {60, -60, -8}, {400, -.5, .1}, {4000, -.1, .1}} {
		// Sound that is opposite on the two sides has nothing in the middle.
		got := read(t, Master(&wave{length: 96000, f: sine(c.hz, 0.02)}, 0))
		_, rms := pcm.Level(got[96000:])
		if d := pcm.Decibels(rms / (0.02 / math.Sqrt2)); d < c.least || d > c.most {
			t.Errorf("%v Hz on opposite sides is changed by %.2f dB, want %v to %v", c.hz, d, c.least, c.most)
		}
	}
}

func TestMasterCompressesGently(t *testing.T) {
	level := func(amplitude float64) float64 {
		_, rms := pcm.Level(read(t, Master(&wave{length: 96000, f: sine(440, amplitude)}, 0))[96000:])
		return pcm.Decibels(rms)
	}
	// 6 dB more in, above the knee, is 3 dB more out.
	if d := level(0.8) - level(0.4); math.Abs(d-3) > 0.3 {
		t.Fatalf("6 dB more became %.2f dB more, want 3", d)
	}
}

// truePeak is the highest point of the curve through the samples, looked at 16
// times a frame with a far longer filter than the limiter's.
func truePeak(samples []float32) float64 {
	const half = 32
	var h [16][2 * half]float64
	for p := range h {
		for k := range h[p] {
			x := float64(k-half+1) - float64(p)/16
			w := 0.5 + 0.5*math.Cos(math.Pi*x/half)
			if h[p][k] = w; x != 0 {
				h[p][k] = w * math.Sin(math.Pi*x) / (math.Pi * x)
			}
		}
	}
	most := 0.0
	for c := range pcm.Channels {
		for n := 0; (n+2*half)*2 <= len(samples); n++ {
			for p := range h {
				sum := 0.0
				for k, v := range h[p] {
					sum += v * float64(samples[2*(n+k)+c])
				}
				most = max(most, math.Abs(sum))
			}
		}
	}
	return most
}

func TestMasterStaysBelowItsCeiling(t *testing.T) {
	sources := map[string]pcm.Source{
		"loud music":     loud(48000),
		"a quarter rate": &wave{length: 9600, f: func(n int64) (float64, float64) { v := 4 * math.Sin(math.Pi*float64(n)/2+math.Pi/4); return v, v }},
		"16 kHz":         &wave{length: 9600, f: sine(16000, 3)},
		"19 kHz":         &wave{length: 9600, f: sine(19000, 3)},
		"50 Hz":          &wave{length: 19200, f: sine(50, 8)},
		"single frames": &wave{length: 19200, f: func(n int64) (float64, float64) {
			v := 0.0
			if n%311 == 0 {
				v = 5
			}
			return v, -v
		}},
		"a step": &wave{length: 19200, f: func(n int64) (float64, float64) {
			v := 0.0
			if n > 9600 {
				v = 3
			}
			return v, -v
		}},
		"white noise":   noise(19200, 3),
		"absurdly loud": noise(19200, 1e6),
	}
	for name, src := range sources {
		t.Run(name, func(t *testing.T) {
			got := read(t, Master(src, 0))
			peak, rms := pcm.Level(got)
			tp := pcm.Decibels(truePeak(got))
			if tp > MasterCeiling || pcm.Decibels(peak) > MasterCeiling {
				t.Errorf("the true peak is %.2f dB, the sample peak %.2f dB", tp, pcm.Decibels(peak))
			}
			if name != "single frames" && name != "a step" && pcm.Decibels(rms) < -25 {
				t.Errorf("the limiter left only %.1f dB", pcm.Decibels(rms))
			}
		})
	}
}

func noise(length int64, level float64) pcm.Source {
	r := rand.New(rand.NewPCG(3, 4))
	return &wave{length: length, f: func(int64) (float64, float64) { return level * r.NormFloat64(), level * r.NormFloat64() }}
}

// A tone that swells by 20 dB within 5 ms must come out without a corner.
func TestMasterMakesNoClicks(t *testing.T) {
	got := read(t, Master(&wave{length: 48000, f: func(n int64) (float64, float64) {
		rise := min(max(float64(n-24000)/240, 0), 1) - min(max(float64(n-36000)/240, 0), 1)
		v := (0.3 + 2.7*(0.5-0.5*math.Cos(math.Pi*rise))) * math.Sin(2*math.Pi*200*float64(n)/48000)
		return v, v
	}}, 0))
	for n := 1000; n < 47000; n++ {
		// The second difference of a tone of 200 Hz at full scale is 0.0007; here the gain moves too.
		if d := math.Abs(float64(got[2*(n+1)] - 2*got[2*n] + got[2*(n-1)])); d > 0.003 {
			t.Fatalf("a corner of %v at frame %d", d, n)
		}
	}
}

func TestOversamplingLiftsNoMoreThanItsShortCutAllows(t *testing.T) {
	for i, p := range phases {
		sum := 0.0
		for _, v := range p {
			sum += math.Abs(float64(v))
		}
		if sum >= lift {
			t.Fatalf("phase %d can lift a sample %v times", i, sum)
		}
	}
}

func TestMasterAllocatesNothingWhileReading(t *testing.T) {
	src := Master(loud(1<<30), 0)
	buf := make([]float32, pcm.BlockSamples)
	if n := testing.AllocsPerRun(50, func() { _, _ = src.Read(buf) }); n != 0 {
		t.Fatalf("%v allocations a read", n)
	}
}

func BenchmarkMaster(b *testing.B) {
	music := read2(loud(48000))
	for _, gain := range []float64{-30, 0} {
		b.Run(fmt.Sprint(gain, " dB"), func(b *testing.B) {
			at := 0
			src := Master(&wave{length: math.MaxInt64, f: func(int64) (float64, float64) {
				at = (at + 2) % len(music)
				return float64(music[at]), float64(music[at+1])
			}}, gain)
			buf := make([]float32, pcm.BlockSamples)
			for b.Loop() {
				_, _ = src.Read(buf)
			}
			b.ReportMetric(pcm.BlockDuration.Seconds()/(b.Elapsed().Seconds()/float64(b.N)), "x-real-time")
		})
	}
}

func read2(src pcm.Source) []float32 {
	out, _ := pcmtest.ReadAll(src, pcm.BlockFrames, 1<<22)
	return out
}
