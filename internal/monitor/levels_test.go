package monitor

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"bandstand/internal/encode"
	"bandstand/internal/encode/encodetest"
	"bandstand/internal/encode/flac"
	"bandstand/internal/encode/mp3"
	"bandstand/internal/encode/opus"
	"bandstand/internal/pcm"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// module is compiled once for all tests.
var module = mp3.NewModule()

// format is a real encoder with its decoder.
type format struct {
	name    string
	warmup  int
	apart   float64 // dB that the levels may be apart: the leanest streams leave out what is high
	encoder func(t testing.TB) encodetest.Encoder
	decoder Decoder
}

func formats() []format {
	mp3At := func(bitrate int) func(t testing.TB) encodetest.Encoder {
		return func(t testing.TB) encodetest.Encoder { return must(module.NewEncoder(t.Context(), bitrate))(t) }
	}
	opusAt := func(bitrate int) func(t testing.TB) encodetest.Encoder {
		return func(t testing.TB) encodetest.Encoder { return must(opus.New(bitrate, encode.Tags{}))(t) }
	}
	all := []format{
		{"opus", opus.Warmup, 3, opusAt(128_000), opus.NewDecoder()},
		{"opus at 16 kbit a second", opus.Warmup, 6, opusAt(16_000), opus.NewDecoder()},
		{"mp3", mp3.Warmup, 3, mp3At(128_000), mp3.NewDecoder()},
		{"mp3 at 320 kbit a second", mp3.Warmup, 3, mp3At(320_000), mp3.NewDecoder()},
		{"mp3 at 32 kbit a second", mp3.Warmup, 6, mp3At(32_000), mp3.NewDecoder()},
		{"flac", flac.Warmup, 0.01, func(t testing.TB) encodetest.Encoder { return must(flac.New(encode.Tags{}))(t) }, flac.NewDecoder()},
	}
	if lookAfter > 10 {
		all = slices.DeleteFunc(all, func(f format) bool { return strings.Contains(f.name, "at") })
	}
	return all
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

const second = int(pcm.StationRate)

// shaped is sound whose level follows gain, in dB, by the second.
func shaped(sound []float32, gain func(seconds float64) float64) []float32 {
	for i := range sound {
		g := gain(float64(i/pcm.Channels) / float64(second))
		if math.IsInf(g, -1) {
			sound[i] = 0
		} else {
			sound[i] *= float32(pcm.Amplitude(g))
		}
	}
	return sound
}

// sounds are what a station sends: music and noise that begin and end anywhere, with
// rests, pauses between loops and fades.
func sounds() map[string][]float32 {
	off := math.Inf(-1)
	fade := func(s float64) float64 { return -10 * math.Abs(s-4) } // up from -40 and down again
	starts := func(s float64) float64 {
		if s < 1.2345 || s > 2.377 {
			return off
		}
		return 0
	}
	rests := func(s float64) float64 { // a beat of sound, rests that grow
		if frac := s - math.Floor(s); frac > 0.9-s/10 {
			return off
		}
		return 0
	}
	loop := func(s float64) float64 { // pauses of two seconds
		if math.Mod(s, 3.1) > 1.1 {
			return off
		}
		return -6
	}
	music := func(seconds int) []float32 { return encodetest.Music(21, seconds*second) }
	noise := func(seconds int) []float32 { return encodetest.Noise(22, seconds*second, 0.5) }
	all := map[string][]float32{
		"music": music(2), "noise": noise(2), "bursts": encodetest.Bursts(23, 2*second), "a sweep": encodetest.Sweep(3*second, 0.7),
		"music that begins and ends": shaped(music(3), starts), "noise that begins and ends": shaped(noise(3), starts),
		"music that fades": shaped(music(8), fade), "music with rests": shaped(music(6), rests), "a loop of noise": shaped(noise(5), loop),
		"beyond full scale": shaped(noise(1), func(float64) float64 { return 12 }), "silence": make([]float32, second*pcm.Channels),
	}
	if lookAfter > 10 {
		maps.DeleteFunc(all, func(name string, _ []float32) bool {
			return name != "music with rests" && name != "noise that begins and ends" && name != "silence"
		})
	}
	return all
}

// TestLevelsAgree looks at every encoder every few blocks, over every sound:
// the levels of what went in and of what came out are within 3 dB, and nothing is ever
// a contradiction.
func TestLevelsAgree(t *testing.T) {
	all := sounds()
	for _, f := range formats() {
		t.Run(f.name, func(t *testing.T) {
			windows, worst, where := 0, 0.0, ""
			for name, sound := range all {
				m := New(f.decoder, f.warmup)
				run(t, m, f.encoder(t), sound, func() {
					r := m.snapshot()
					if len(r.packets) <= m.warmup {
						return
					}
					s, out, err := m.listen(&r)
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					if s.to-s.from < window {
						return
					}
					if found, what := compare(&r, s, out); found > well {
						t.Errorf("%s, block %d: it %s", name, s.from, what)
					}
					in := decibels(r.sum(s.from, s.to))
					if in < floor {
						return
					}
					windows++
					if apart := math.Abs(decibels(out) - in); apart > worst {
						worst, where = apart, name
					}
				})
			}
			t.Logf("%d windows, at most %.2f dB apart (%s)", windows, worst, where)
			if windows < leastWindows || worst > f.apart {
				t.Errorf("%d windows, and the levels are up to %.2f dB apart (%s)", windows, worst, where)
			}
		})
	}
}

// run has an encoder make packets of sound, with the monitor beside it, and calls look
// every few blocks.
func run(t testing.TB, m *Monitor, e encodetest.Encoder, sound []float32, look func()) {
	t.Helper()
	m.Begin()
	defer m.End()
	for i := 0; (i+1)*pcm.BlockSamples <= len(sound); i++ {
		block := sound[i*pcm.BlockSamples : (i+1)*pcm.BlockSamples]
		m.Fed(block)
		packets, err := e.Encode(block)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range packets {
			m.Emitted(p)
		}
		if i%lookAfter == lookAfter-1 {
			look()
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}
