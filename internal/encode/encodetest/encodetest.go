// Package encodetest tests encoders: sounds whose place can be found again in what
// was decoded, ffmpeg as the judge, and the contract that every encoder must keep.
package encodetest

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"bandstand/internal/pcm"
)

// Noise is frames of stereo noise, the same for the same seed, of peak amplitude.
// The channels differ. It is smoothed, so that every codec keeps most of it.
func Noise(seed uint64, frames int, amplitude float64) []float32 {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([]float32, frames*pcm.Channels)
	var low [pcm.Channels]float64
	for i := range out {
		ch := i % pcm.Channels
		low[ch] += 0.2 * (r.Float64()*2 - 1 - low[ch])
		out[i] = float32(low[ch] * 1.5 * amplitude)
	}
	return out
}

// Bursts is noise with a pause after each tenth of a second: its edges tell time.
func Bursts(seed uint64, frames int) []float32 {
	out := Noise(seed, frames, 0.5)
	for i := range out {
		if (i/pcm.Channels/4800)%2 == 1 {
			out[i] = 0
		}
	}
	return out
}

// Sweep is a sine that rises from 50 Hz to 10 kHz, a quarter turn later on the right.
func Sweep(frames int, amplitude float64) []float32 {
	out := make([]float32, frames*pcm.Channels)
	phase := 0.0
	for i := range frames {
		phase += 2 * math.Pi * 50 * math.Pow(200, float64(i)/float64(frames)) / float64(pcm.StationRate)
		out[2*i] = float32(amplitude * math.Sin(phase))
		out[2*i+1] = float32(amplitude * math.Cos(phase))
	}
	return out
}

// Music is something like a band: plucked strings, a bass, drums of noise.
func Music(seed uint64, frames int) []float32 {
	r := rand.New(rand.NewPCG(seed, 2))
	out := make([]float32, frames*pcm.Channels)
	const beat = 12000
	for at := 0; at < frames; at += beat {
		step := at / beat
		pluck(r, out[2*at:], 110*math.Pow(2, float64(r.IntN(24))/12), 0.2, 0.3)
		if step%2 == 0 {
			pluck(r, out[2*at:], 220*math.Pow(2, float64(r.IntN(24))/12), 0.15, 0.7)
		}
		if step%4 == 0 {
			pluck(r, out[2*at:], 55, 0.3, 0.5)
		}
		hit := 0.25 * float64(step%2+1)
		for i := 0; i < 9000 && at+i < frames; i++ {
			s := float32(hit * math.Exp(-float64(i)/1500) * (r.Float64() - 0.5))
			out[2*(at+i)] += s
			out[2*(at+i)+1] += s
		}
	}
	return out
}

// pluck adds a plucked string to the start of out; pan 0 is left.
func pluck(r *rand.Rand, out []float32, hertz, amplitude, pan float64) {
	period := int(float64(pcm.StationRate) / hertz)
	ring := make([]float64, period)
	for i := range ring {
		ring[i] = r.Float64()*2 - 1
	}
	for pass := range 4 { // a soft pick
		for i := range ring {
			ring[i] = (ring[i] + ring[(i+1+pass)%period]) / 2
		}
	}
	for i := 0; i < 60000 && i < len(out)/2; i++ {
		k := i % period
		v := ring[k] * amplitude * 2
		ring[k] = 0.4985 * (ring[k] + ring[(k+1)%period])
		out[2*i] += float32(v * (1 - pan))
		out[2*i+1] += float32(v * pan)
	}
}

// Source gives samples as a pcm.Source.
type Source struct {
	Samples []float32
	at      int
}

// Read gives the next frames.
func (s *Source) Read(dst []float32) (int, error) {
	n := copy(dst, s.Samples[s.at:])
	s.at += n
	if n < len(dst) {
		return n / pcm.Channels, io.EOF
	}
	return n / pcm.Channels, nil
}

// program finds a program of ffmpeg's or fails the test.
func program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("this test needs %s: install ffmpeg (Debian: sudo apt-get install ffmpeg), or run make test, which does", name)
	}
	return path
}

// Decode has ffmpeg decode a stream that it gets through a pipe, as a listener's
// player does: interleaved stereo at 48 kHz. Any complaint of ffmpeg fails the test.
func Decode(t testing.TB, stream []byte) []float32 {
	t.Helper()
	return decode(t, bytes.NewReader(stream), "pipe:0", "-xerror")
}

// DecodeJoined is Decode for a stream joined in the middle, where a decoder may
// complain about the very first packets.
func DecodeJoined(t testing.TB, stream []byte) []float32 {
	t.Helper()
	return decode(t, bytes.NewReader(stream), "pipe:0")
}

// DecodeFile has ffmpeg decode a file. Any complaint of ffmpeg fails the test.
func DecodeFile(t testing.TB, path string) []float32 {
	t.Helper()
	return decode(t, nil, path, "-xerror")
}

func decode(t testing.TB, in io.Reader, from string, flags ...string) []float32 {
	t.Helper()
	args := append([]string{"-v", "error", "-nostdin"}, flags...)
	args = append(args, "-i", from, "-f", "f32le", "-ac", "2", "-ar", "48000", "pipe:1")
	cmd := exec.CommandContext(t.Context(), program(t, "ffmpeg"), args...)
	var out, complaint bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, &out, &complaint
	err := cmd.Run()
	if err != nil || complaint.Len() > 0 && len(flags) > 0 {
		t.Fatalf("ffmpeg could not decode it: %v\n%s", err, complaint.String())
	}
	samples := make([]float32, out.Len()/4)
	for i := range samples {
		samples[i] = math.Float32frombits(binary.LittleEndian.Uint32(out.Bytes()[4*i:]))
	}
	return samples
}

// Probe asks ffprobe for entries of a file, such as "format_tags=title", and gives
// the values one a line.
func Probe(t testing.TB, path, entries string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program(t, "ffprobe"), "-v", "error",
		"-show_entries", entries, "-of", "default=nw=1:nk=1", path).CombinedOutput()
	if err != nil {
		t.Fatalf("ffprobe: %v\n%s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// Seconds asks ffprobe how long a file says that it is.
func Seconds(t testing.TB, path string) float64 {
	t.Helper()
	seconds, err := strconv.ParseFloat(Probe(t, path, "format=duration"), 64)
	if err != nil {
		t.Fatal(err)
	}
	return seconds
}

// File makes a new file in the test's own folder for write to fill.
func File(t testing.TB, name string, write func(w *os.File) error) string {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), name))
	if err != nil {
		t.Fatal(err)
	}
	if err := write(f); err != nil {
		t.Fatalf("writing %s: %v", name, err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}
