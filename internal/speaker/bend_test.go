package speaker

import (
	"math"
	"testing"

	"bandstand/internal/pcm"
)

// sine is a stereo sine of a frequency, the right channel a quarter behind.
func sine(hertz float64, frames int) []float32 {
	out := make([]float32, 0, frames*pcm.Channels)
	for i := range frames {
		phase := 2 * math.Pi * hertz * float64(i) / float64(pcm.StationRate)
		out = append(out, float32(.5*math.Sin(phase)), float32(.5*math.Cos(phase)))
	}
	return out
}

func TestARatioOfOneChangesNothing(t *testing.T) {
	in := sine(997, 5000)
	out := newBender().bend(nil, in, 1)
	for i := range out {
		if out[i] != in[i] {
			t.Fatalf("sample %d is %v, not %v", i, out[i], in[i])
		}
	}
	if held := len(in) - len(out); held != bendTaps/2*pcm.Channels {
		t.Errorf("%d samples are held back", held)
	}
}

func TestBentSinesStaySines(t *testing.T) {
	for _, hertz := range []float64{50, 1000, 8000, 15000} {
		for _, ratio := range []float64{.998, .99993, 1.00007, 1.002} {
			b := newBender()
			var out []float32
			for in := sine(hertz, 48000); len(in) > 0; {
				n := min(len(in), pcm.BlockSamples)
				out = b.bend(out, in[:n], ratio)
				in = in[n:]
			}
			if frames, want := float64(len(out)/pcm.Channels), 48000/ratio; math.Abs(frames-want) > bendTaps {
				t.Errorf("%g Hz by %g: %g frames, not %g", hertz, ratio, frames, want)
			}
			// What remains after taking the ideal sine away must be far below it.
			var rest, power float64
			for i := 2000; i < len(out)/pcm.Channels; i++ {
				at := float64(i) * ratio
				want := .5 * math.Sin(2*math.Pi*hertz*at/float64(pcm.StationRate))
				rest += math.Pow(float64(out[i*pcm.Channels])-want, 2)
				power += want * want
			}
			if snr := 10 * math.Log10(power/rest); snr < 70 {
				t.Errorf("%g Hz by %g: the error is only %.1f dB below", hertz, ratio, snr)
			}
		}
	}
}

func TestBendingDoesNotDependOnTheBlocks(t *testing.T) {
	in := sine(440, 3000)
	want := newBender().bend(nil, in, 1.0013)
	b, got := newBender(), []float32(nil)
	for size := 1; len(in) > 0; size = size*3%71 + 1 {
		n := min(len(in), size*pcm.Channels)
		got = b.bend(got, in[:n], 1.0013)
		in = in[n:]
	}
	if len(got) != len(want) {
		t.Fatalf("%d samples, not %d", len(got), len(want))
	}
	for i := range want {
		if math.Abs(float64(got[i]-want[i])) > 1e-5 {
			t.Fatalf("sample %d is %v, not %v", i, got[i], want[i])
		}
	}
}

func BenchmarkBend(b *testing.B) {
	in, bender := sine(440, pcm.BlockFrames), newBender()
	var out []float32
	b.SetBytes(int64(len(in)) * 4)
	for b.Loop() {
		out = bender.bend(out[:0], in, 1.0003)
	}
}
