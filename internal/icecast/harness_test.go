package icecast

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bandstand/internal/broadcast"
	"bandstand/internal/encode"
	"bandstand/internal/encode/flac"
	"bandstand/internal/encode/mp3"
	"bandstand/internal/encode/opus"
	"bandstand/internal/icecast/icecasttest"
	"bandstand/internal/output"
	"bandstand/internal/pcm"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// module is compiled once: that takes a while.
var module = sync.OnceValues(func() (*mp3.Module, error) {
	m := mp3.NewModule()
	return m, m.Compile(context.Background())
})

type encoder interface {
	Header() []byte
	Encode(samples []float32) ([]pcm.Packet, error)
	Flush() ([]pcm.Packet, error)
	Close() error
}

func newEncoder(ctx context.Context, format string) (encoder, string, error) {
	switch format {
	case "opus":
		e, err := opus.New(0, encode.Tags{})
		return e, opus.ContentType, err
	case "flac":
		e, err := flac.New(encode.Tags{Title: "Bandstand"})
		return e, flac.ContentType, err
	}
	m, err := module()
	if err != nil {
		return nil, "", err
	}
	e, err := m.NewEncoder(ctx, 0)
	return e, mp3.ContentType, err
}

// studio is a station of one mount: silence, or a tone of 440 Hz under a title.
type studio struct {
	mount *broadcast.Mount

	mu    sync.Mutex
	title string // "" is silence
	end   context.CancelFunc
	runs  int
}

func openStudio(t *testing.T, format string) *studio {
	t.Helper()
	e, contentType, err := newEncoder(t.Context(), format)
	if err != nil {
		t.Fatal(err)
	}
	_ = e.Close()
	s := &studio{mount: broadcast.NewMount(broadcast.Config{Name: "/live." + format, ContentType: contentType}), title: "First Song"}
	ctx, cancel := context.WithCancel(context.Background())
	var writer sync.WaitGroup
	writer.Go(func() {
		for {
			if _, err := s.mount.Wait(ctx); err != nil {
				return
			}
			s.run(ctx, t, format)
		}
	})
	t.Cleanup(func() { cancel(); writer.Wait() })
	return s
}

// play changes what is heard.
func (s *studio) play(title string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.title = title
}

// cut ends the run of the encoder; another follows.
func (s *studio) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end()
}

func (s *studio) begun() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.runs
}

func (s *studio) run(ctx context.Context, t *testing.T, format string) {
	e, _, err := newEncoder(ctx, format)
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = e.Close() }()
	ctx, end := context.WithCancel(ctx)
	defer end()
	s.mu.Lock()
	s.end = end
	s.runs++
	s.mu.Unlock()
	s.mount.Begin(e.Header(), 0)
	defer s.mount.End()
	tick := time.NewTicker(pcm.BlockDuration)
	defer tick.Stop()
	start := time.Now()
	block := make([]float32, pcm.BlockSamples)
	for n := int64(0); ctx.Err() == nil && !s.mount.Idle(); n++ {
		for time.Since(start) < time.Duration(n)*pcm.BlockDuration && ctx.Err() == nil {
			select {
			case <-ctx.Done():
			case <-tick.C:
			}
		}
		s.mu.Lock()
		title := s.title
		s.mu.Unlock()
		tone(block, n, title != "")
		packets, err := e.Encode(block)
		if err != nil {
			t.Error(err)
			return
		}
		s.publish(packets, title)
	}
	packets, err := e.Flush()
	if err != nil {
		t.Error(err)
	}
	s.publish(packets, "")
}

func (s *studio) publish(packets []pcm.Packet, title string) {
	for _, p := range packets {
		s.mount.Publish(broadcast.Packet{Data: p.Data, Frame: p.Frame, Frames: p.Frames, Title: title})
	}
}

const turn = 2 * math.Pi * 440 / float64(pcm.StationRate)

func tone(block []float32, n int64, on bool) {
	for i := range block {
		block[i] = 0
		if on {
			block[i] = float32(0.5 * math.Sin(turn*float64(n*pcm.BlockFrames+int64(i/2))))
		}
	}
}

func openServer(t *testing.T, o icecasttest.Options) *icecasttest.Server {
	t.Helper()
	s, err := icecasttest.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(s.Log())
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func password() (string, error) { return icecasttest.Password, nil }

// config sends a studio to a host.
func config(s *studio, host string) Config {
	return Config{Host: host, Mount: s.mount.Config().Name, User: "source", Password: password,
		About: About{Name: "Bandstand", Description: "robots play", Genre: "funk", Kbps: 128}, Titles: true, Source: s.mount, UserAgent: "Bandstand/test"}
}

// start keeps a sink going until the test ends.
func start(t *testing.T, c Config) *output.Output {
	t.Helper()
	o := output.New(output.Config{Name: "test", Sink: New(c)})
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { _ = o.Run(ctx) })
	t.Cleanup(func() { cancel(); done.Wait() })
	o.Start()
	return o
}

// until waits for what must come.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for limit := time.Now().Add(icecasttest.Patience); !is(); {
		if time.Now().After(limit) {
			t.Fatalf("not within %v: %s", icecasttest.Patience, what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func untilState(t *testing.T, o *output.Output, want output.State) {
	t.Helper()
	defer func() {
		if t.Failed() {
			t.Logf("%+v", o.Status())
		}
	}()
	until(t, "the output is "+string(want), func() bool { return o.Status().State == want })
}

// fails waits for an error with all of want in it, and none of our secrets.
func fails(t *testing.T, o *output.Output, want ...string) {
	t.Helper()
	var last output.Status
	until(t, "an error with "+strings.Join(want, ", "), func() bool {
		last = o.Status()
		return last.Error != ""
	})
	for _, w := range want {
		if !strings.Contains(last.Error, w) {
			t.Errorf("%q does not say %q", last.Error, w)
		}
	}
	for _, secret := range []string{icecasttest.Password, "Y29ycmVjd", "wrong one", "d3JvbmcgY"} {
		if strings.Contains(last.Error, secret) {
			t.Errorf("%q holds a secret", last.Error)
		}
	}
}

// hear has an ffmpeg listen until it has decoded so much sound: stereo samples. It
// must complain of nothing.
func hear(t *testing.T, url string, sound time.Duration) []float32 {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*icecasttest.Patience)
	defer cancel()
	var complaints bytes.Buffer
	format := []string{"-f", "ogg"} // to guess it from the middle of a stream may take an ffmpeg 9 s
	if strings.HasSuffix(url, "mp3") {
		format[1] = "mp3"
	}
	cmd := exec.CommandContext(ctx, "ffmpeg", slices.Concat([]string{"-nostdin", "-loglevel", "error", "-fflags", "nobuffer", "-probesize", "32", "-analyzeduration", "0"},
		format, []string{"-i", url, "-flush_packets", "1", "-f", "f32le", "-ac", "2", "-ar", "48000", "pipe:1"})...)
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	samples := make([]float32, 2*int(pcm.StationRate.Frames(sound)))
	err = binary.Read(out, binary.LittleEndian, samples)
	cancel()
	_ = cmd.Wait() // it was killed
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("ffmpeg: %v: %s", err, complaints.String())
	}
	return samples
}

// isTone checks that samples are the tone without a break, but for the beginning
// where a decoder finds its feet: three samples of a sine foretell the next.
func isTone(t *testing.T, samples []float32) {
	t.Helper()
	left := make([]float64, 0, len(samples)/2)
	for i := 0; i < len(samples); i += 2 {
		left = append(left, float64(samples[i]))
	}
	worst, energy, at := 0.0, 0.0, 0
	for i := 7200; i < len(left)-1200; i++ {
		energy += left[i] * left[i]
		if off := math.Abs(left[i] - 2*math.Cos(turn)*left[i-1] + left[i-2]); off > worst {
			worst, at = off, i
		}
	}
	level := math.Sqrt(energy / float64(len(left)-8400))
	if worst > 0.01 || level < 0.3 || level > 0.4 {
		t.Errorf("no whole tone: off by %.4f at frame %d of %d, level %.3f", worst, at, len(left), level)
	}
}
