package ffmpeg_test

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"bandstand/internal/ffmpeg"
	"bandstand/internal/pcm"
	"bandstand/internal/pcm/pcmtest"
)

// recorded are the samples of a file of raw little-endian floats.
func recorded(t *testing.T, path string) []float32 {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(data)%8 != 0 {
		t.Errorf("the recording has %d bytes, which are no whole frames", len(data))
	}
	out := make([]float32, len(data)/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return out
}

func TestEverySampleArrivesInItsPlace(t *testing.T) {
	a := newAir(t)
	path := filepath.Join(t.TempDir(), "out.raw")
	o := keep(t, ffmpeg.New(ffmpeg.Config{Args: args("-c:a", "pcm_f32le", "-f", "f32le", path), Tap: a.tap, Folder: folder(t)}))
	o.Start()
	until(t, o, "on", isOn)
	from := a.now()
	time.Sleep(500 * time.Millisecond)
	to := a.now()
	o.Stop()
	until(t, o, "off", isOff)
	got := recorded(t, path)
	frames := int64(len(got) / pcm.Channels)
	if frames == 0 {
		t.Fatal("nothing was recorded")
	}
	last := int64(math.Round(float64(got[len(got)-2]) * (1 << 24)))
	first := last - frames + 1 // where all is in order
	if first > from || last < to-2*pcm.BlockFrames {
		t.Errorf("the recording has frames %d to %d, not all of %d to %d", first, last, from, to)
	}
	for n := max(from, first); n <= last; n++ {
		if v := got[(n-first)*2]; v != pcmtest.RampValue(n) || got[(n-first)*2+1] != -v {
			t.Fatalf("frame %d is %v, not %v", n, v, pcmtest.RampValue(n))
		}
	}
}
