package mix

import (
	"errors"
	"io"
	"math"
	"testing"

	"bandstand/internal/pcm"
	"bandstand/internal/pcm/pcmtest"
)

// wave is a source made of a function of the frame number.
type wave struct {
	at, length int64
	f          func(n int64) (l, r float64)
}

func (w *wave) Read(dst []float32) (int, error) {
	n := int(min(int64(len(dst)/pcm.Channels), w.length-w.at))
	for i := range n {
		l, r := w.f(w.at + int64(i))
		dst[2*i], dst[2*i+1] = float32(l), float32(r)
	}
	w.at += int64(n)
	if w.at == w.length {
		return n, io.EOF
	}
	return n, nil
}

func sine(hz, amplitude float64) func(int64) (float64, float64) {
	return func(n int64) (float64, float64) {
		v := amplitude * math.Sin(2*math.Pi*hz*float64(n)/float64(pcm.StationRate))
		return v, -v
	}
}

// broken fails after some frames.
type broken struct {
	left int
	err  error
}

func (b *broken) Read(dst []float32) (int, error) {
	n := min(b.left, len(dst)/pcm.Channels)
	b.left -= n
	for i := range n * pcm.Channels {
		dst[i] = 0.25
	}
	if b.left == 0 {
		return n, b.err
	}
	return n, nil
}

func read(t *testing.T, src pcm.Source) []float32 {
	t.Helper()
	out, err := pcmtest.ReadAll(src, pcm.BlockFrames, 1<<22)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFadesKeepTheContract(t *testing.T) {
	for name, open := range map[string]func() pcm.Source{
		"out":                func() pcm.Source { return FadeOut(&pcmtest.Ramp{}, 1440) },
		"out of a short one": func() pcm.Source { return FadeOut(&pcmtest.Ramp{Length: 700}, 1440) },
		"out of nothing":     func() pcm.Source { return FadeOut(&pcmtest.Ramp{}, 0) },
		"out at a block":     func() pcm.Source { return FadeOut(&pcmtest.Ramp{}, 960) },
	} {
		t.Run(name, func(t *testing.T) { pcmtest.CheckSource(t, open, 10000) })
	}
}

func TestFadeOutFallsSmoothlyToSilence(t *testing.T) {
	const frames = 1000
	down := read(t, FadeOut(&pcmtest.Constant{Value: 1}, frames))
	if len(down) != 2*frames {
		t.Fatalf("%d samples, want %d", len(down), 2*frames)
	}
	for i := 2; i < len(down); i++ {
		if down[i] > down[i-2] || math.Abs(float64(down[i]-down[i-2])) > 2*math.Pi/2/frames {
			t.Fatalf("at sample %d the fade goes from %v to %v", i, down[i-2], down[i])
		}
	}
	if first, middle, last := down[0], down[frames], down[len(down)-1]; first != 1 || math.Abs(float64(middle)-0.5) > 1e-6 || last > 1e-4 {
		t.Fatalf("the fade begins at %v, has %v in its middle and ends at %v", first, middle, last)
	}
}

func TestAddStopsAtTheShorter(t *testing.T) {
	dst := []float32{1, 2, 3}
	Add(dst, []float32{10, 20})
	Add(dst[:1], []float32{100, 100})
	if dst[0] != 111 || dst[1] != 22 || dst[2] != 3 {
		t.Fatalf("got %v", dst)
	}
}

func TestCeilingIsTransparentBelowAndNeverReachesOne(t *testing.T) {
	last := float32(-2)
	for x := float32(-4); x <= 4; x += 1e-3 {
		s := []float32{x}
		Ceiling(s)
		switch {
		case abs(x) <= 0.95 && s[0] != x:
			t.Fatalf("%v became %v", x, s[0])
		case abs(s[0]) >= 1:
			t.Fatalf("%v became %v", x, s[0])
		case s[0] < last:
			t.Fatalf("%v became %v, less than the one before it", x, s[0])
		case s[0]-last > 1.01e-3 && x > -4:
			t.Fatalf("a jump to %v at %v", s[0], x)
		}
		last = s[0]
	}
}

func TestABrokenSourceIsPlayedOutThenReported(t *testing.T) {
	cause := errors.New("the strings broke")
	for _, open := range []func(pcm.Source) pcm.Source{
		func(s pcm.Source) pcm.Source { return Master(s, 0) },
		func(s pcm.Source) pcm.Source { return FadeOut(s, 10000) },
	} {
		got, err := pcmtest.ReadAll(open(&broken{left: 2345, err: cause}), 960, 10000)
		if !errors.Is(err, cause) || len(got) != 2*2345 {
			t.Fatalf("got %d frames and %v", len(got)/2, err)
		}
	}
}
