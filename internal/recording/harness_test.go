package recording

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"bandstand/internal/encode"
	"bandstand/internal/encode/encodetest"
	"bandstand/internal/encode/mp3"
	"bandstand/internal/output"
	"bandstand/internal/pcm"
)

var lame = mp3.NewModule()

func TestMain(m *testing.M) {
	if os.Getenv(childFolder) != "" {
		recordUntilKilled(os.Getenv(childFolder))
	}
	goleak.VerifyTestMain(m)
}

// sample is what the station plays at a frame: every frame of 22 minutes is another,
// and goes through 16 bits unchanged. Here and below the race detector would take long
// and has nothing to find.
//
//go:norace
func sample(frame int64) (left, right float32) {
	return float32(frame%32768-16384) / 32768, float32(frame/32768%32768) / 32768
}

// ints are the frames from first on as 16 bits.
//
//go:norace
func ints(first, frames int64) []int16 {
	out := make([]int16, 0, frames*2)
	for f := first; f < first+frames; f++ {
		l, r := sample(f)
		out = append(out, int16(l*32768), int16(r*32768))
	}
	return out
}

// air plays, in the time of a bubble.
type air struct {
	t      *testing.T
	blocks chan pcm.Block
	frame  int64
	code   string
	sound  func(frame int64) (left, right float32)
}

func newAir(t *testing.T) *air { return &air{t: t, blocks: make(chan pcm.Block, 50), sound: sample} }

func (a *air) tap() (<-chan pcm.Block, func()) { return a.blocks, func() {} }

// song has a song, or silence, begin now.
func (a *air) song(code string) { a.code = code }

// play plays blocks, 20 ms each.
func (a *air) play(blocks int) {
	for range blocks {
		a.block(0)
		time.Sleep(pcm.BlockDuration)
	}
}

// change plays a block in which, after so many frames, another song begins.
func (a *air) change(after int, code string) {
	a.block(after)
	a.code = code
	time.Sleep(pcm.BlockDuration)
}

func (a *air) block(change int) {
	b := pcm.Block{Frame: a.frame, Code: a.code, Samples: make([]float32, pcm.BlockSamples), Change: change}
	if a.code != "" {
		b.Title = "The Tests - Song " + a.code
	}
	a.fill(b.Samples)
	a.frame += pcm.BlockFrames
	select {
	case a.blocks <- b:
	default: // the ring loses its oldest
		<-a.blocks
		a.blocks <- b
	}
}

//go:norace
func (a *air) fill(samples []float32) {
	for i := range pcm.BlockFrames {
		samples[2*i], samples[2*i+1] = a.sound(a.frame + int64(i))
	}
}

// record runs a sink in a bubble, in virtual time, for as long as play plays, and gives
// the output's last status and the names in the folder.
func record(t *testing.T, c Config, play func(a *air, o *output.Output)) output.Status {
	t.Helper()
	return recordWith(t, c, nil, play)
}

func recordWith(t *testing.T, c Config, tinker func(s *Sink), play func(a *air, o *output.Output)) (st output.Status) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		a := newAir(t)
		c.Tap, c.MP3 = a.tap, lame
		s := New(c)
		if tinker != nil {
			tinker(s)
		}
		o := output.New(output.Config{Name: "test", Sink: s})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- o.Run(ctx) }()
		o.Start()
		synctest.Wait()
		play(a, o)
		st = o.Status()
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return st
}

// names are those in a folder.
func names(t *testing.T, folder string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func join(names []string) string { return strings.Join(names, "\n") }

// start is the time at which every bubble begins, in names.
func start(after time.Duration) string {
	return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Local().Add(after).Format(stamp)
}

// bytes are those of all recordings in a folder.
func bytesIn(t *testing.T, folder string) (sum int64) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || format(d.Name()) == "" {
			return err
		}
		info, err := d.Info()
		sum += info.Size()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// exact fails the test unless a file holds the frames from first on, to the last bit.
func exact(t *testing.T, path string, first, frames int64) {
	t.Helper()
	encodetest.Exact(t, ints(first, frames), encodetest.DecodeFile(t, path))
}

func describe(code string) encode.Tags {
	return encode.Tags{Title: "Song " + code, Artist: "The Tests", Album: "Recorded", Comment: "bandstand " + code}
}
