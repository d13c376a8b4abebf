package ffmpeg_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"bandstand/internal/ffmpeg"
	"bandstand/internal/output"
	"bandstand/internal/pcm"
	"bandstand/internal/pcm/pcmtest"
)

// recording is what a run of ffmpeg wrote as raw little-endian floats.
type recording struct {
	samples []float32
	first   int64 // the station's frame of the first one, as the last one tells
}

func recorded(t *testing.T, path string) recording {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) == 0 || len(data)%8 != 0 {
		t.Fatalf("the recording has %d bytes, which are no whole frames", len(data))
	}
	out := make([]float32, len(data)/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return recording{out, frameOf(out[len(out)-2]) - int64(len(out)/pcm.Channels) + 1}
}

// frameOf is the station's frame that has a sample on the left.
func frameOf(sample float32) int64 { return int64(math.Round(float64(sample) * (1 << 24))) }

func (r recording) end() int64 { return r.first + int64(len(r.samples)/pcm.Channels) }

// check fails unless the recording has every frame from one to another in its place,
// and silence only where there may be; it says how many frames are silent.
func (r recording) check(t *testing.T, from, to int64, mayBeSilent func(frame int64) bool) (silent int64) {
	t.Helper()
	if r.first > from || r.end() < to {
		t.Fatalf("the recording has frames %d to %d, not all of %d to %d", r.first, r.end(), from, to)
	}
	for n := from; n < to; n++ {
		left, right := r.samples[(n-r.first)*2], r.samples[(n-r.first)*2+1]
		if left == 0 && right == 0 && mayBeSilent(n) {
			silent++
			continue
		}
		if want := pcmtest.RampValue(n); left != want || right != -want {
			t.Fatalf("frame %d is %v and %v, not %v", n, left, right, want)
		}
	}
	return silent
}

func never(int64) bool { return false }

func always(int64) bool { return true }

// raw are arguments that record the samples as they are.
func raw(path string) func() ([]string, error) { return args("-c:a", "pcm_f32le", "-f", "f32le", path) }

func TestEverySampleArrivesInItsPlace(t *testing.T) {
	t.Parallel()
	a := newAir(t)
	path := filepath.Join(t.TempDir(), "out.raw")
	o := keep(t, ffmpeg.New(ffmpeg.Config{Args: raw(path), Tap: a.tap, Folder: folder(t)}))
	o.Start()
	until(t, o, "on", isOn)
	from := a.now()
	a.pass(t, time.Second)
	to := a.now() - 2*pcm.BlockFrames
	o.Stop()
	until(t, o, "off", isOff)
	silent := recorded(t, path).check(t, from, to, always)
	if st := o.Status(); silent > st.Dropped || st.Restarts != 0 || st.Bytes == 0 { // a busy machine may lose some, and counts it
		t.Errorf("%d frames are silent, %d counted as dropped; it sent %d bytes and started %d times again", silent, st.Dropped, st.Bytes, st.Restarts)
	}
}

func TestLostBlocksAreSilentAndTheClockGoesOn(t *testing.T) {
	t.Parallel()
	var on atomic.Int64 // the frame from which on blocks are lost
	on.Store(math.MaxInt64)
	lost := func(frame int64) bool {
		return frame >= on.Load() && frame < on.Load()+80*pcm.BlockFrames && frame/pcm.BlockFrames%4 < 2
	}
	a := losingAir(t, lost)
	path := filepath.Join(t.TempDir(), "out.raw")
	o := keep(t, ffmpeg.New(ffmpeg.Config{Args: raw(path), Tap: a.tap, Folder: folder(t)}))
	o.Start()
	until(t, o, "on", isOn)
	from := a.now()
	on.Store(from + 10*pcm.BlockFrames)
	until(t, o, "behind", func(st output.Status) bool { return st.State == output.Behind })
	a.pass(t, 1800*time.Millisecond)
	until(t, o, "on again", isOn)
	to := a.now() - 2*pcm.BlockFrames
	o.Stop()
	until(t, o, "off", isOff)
	silent := recorded(t, path).check(t, from, to, always)
	if want := int64(40 * pcm.BlockFrames); silent < want || silent > o.Status().Dropped {
		t.Errorf("%d frames are silent and %d counted as dropped, not %d", silent, o.Status().Dropped, want)
	}
}

func TestStoppedForAMomentItLosesOnlyThat(t *testing.T) {
	t.Parallel()
	a := newAir(t)
	path := filepath.Join(t.TempDir(), "out.raw")
	o := keep(t, ffmpeg.New(ffmpeg.Config{Args: raw(path), Tap: a.tap, Folder: folder(t)}))
	o.Start()
	until(t, o, "on", isOn)
	pid := child(t, path)
	from := a.now()
	signal(t, pid, syscall.SIGSTOP)
	a.pass(t, 1500*time.Millisecond)
	signal(t, pid, syscall.SIGCONT)
	until(t, o, "behind", func(st output.Status) bool { return st.State == output.Behind })
	until(t, o, "on again", isOn)
	to := a.now() - 2*pcm.BlockFrames
	o.Stop()
	st := until(t, o, "off", isOff)
	silent := recorded(t, path).check(t, from, to, always)
	if silent == 0 || silent > st.Dropped || st.Restarts != 0 {
		t.Errorf("%d frames are silent, %d counted as dropped, and it started %d times again", silent, st.Dropped, st.Restarts)
	}
}

func TestStoppedForGoodItIsEndedAndStartedAgain(t *testing.T) {
	t.Parallel()
	a := newAir(t)
	dir := t.TempDir()
	n := 0
	o := keep(t, ffmpeg.New(ffmpeg.Config{Tap: a.tap, Folder: folder(t), Args: func() ([]string, error) {
		n++
		return raw(filepath.Join(dir, fmt.Sprintf("%d.raw", n)))()
	}}))
	o.Start()
	until(t, o, "on", isOn)
	signal(t, child(t, dir), syscall.SIGSTOP)
	st := until(t, o, "retried", func(st output.Status) bool { return st.State == output.Retrying })
	if !strings.Contains(st.Error, "took no sound for 2 s") {
		t.Errorf("the error is %q", st.Error)
	}
	st = until(t, o, "on again", isOn)
	from := a.now()
	a.pass(t, 300*time.Millisecond)
	to := a.now() - 2*pcm.BlockFrames
	o.Stop()
	until(t, o, "off", isOff)
	if st.Restarts != 1 || len(pids(dir)) != 0 {
		t.Errorf("it started %d times again; still there: %v", st.Restarts, pids(dir))
	}
	recorded(t, filepath.Join(dir, "2.raw")).check(t, from, to, never)
}

func TestStoppedByOrderWhileStopped(t *testing.T) {
	t.Parallel()
	a := newAir(t)
	path := filepath.Join(t.TempDir(), "out.raw")
	o := keep(t, ffmpeg.New(ffmpeg.Config{Args: raw(path), Tap: a.tap, Folder: folder(t)}))
	o.Start()
	until(t, o, "on", isOn)
	signal(t, child(t, path), syscall.SIGSTOP)
	o.Stop()
	if st := until(t, o, "off", isOff); st.Error != "" || len(pids(path)) != 0 {
		t.Errorf("error %q; still there: %v", st.Error, pids(path))
	}
}
