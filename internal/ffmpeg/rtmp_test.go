package ffmpeg_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"net"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"bandstand/internal/ffmpeg"
	"bandstand/internal/output"
	"bandstand/internal/pcm"
)

// ownAir is a station that plays what sound says of each frame, the same left and right,
// from whenever it is joined, in real time.
func ownAir(sound func(frame int64) float32) ffmpeg.Tap {
	start := time.Now()
	return func() (<-chan pcm.Block, func()) {
		tap := make(chan pcm.Block, 50)
		ctx, cancel := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		wg.Go(func() { play(ctx, start, tap, sound) })
		return tap, func() { cancel(); wg.Wait() }
	}
}

func play(ctx context.Context, start time.Time, tap chan pcm.Block, sound func(frame int64) float32) {
	for n := int64(time.Since(start)/pcm.BlockDuration) + 1; ; n++ {
		timer := time.NewTimer(time.Until(start.Add(time.Duration(n) * pcm.BlockDuration)))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		b := pcm.Block{Frame: n * pcm.BlockFrames, Samples: make([]float32, pcm.BlockSamples)}
		for i := range int64(pcm.BlockFrames) {
			b.Samples[2*i] = sound(b.Frame + i)
			b.Samples[2*i+1] = b.Samples[2*i]
		}
		select {
		case tap <- b:
		default: // a full ring loses its oldest
			select {
			case <-tap:
			default:
			}
			tap <- b
		}
	}
}

// click is 5 ms of sound on each full second.
func click(frame int64) float32 {
	if at := frame % 48000; at < 240 {
		return tone(at)
	}
	return 0
}

// tone is 2 kHz, loud.
func tone(frame int64) float32 {
	return float32(.8 * math.Sin(2*math.Pi*2000*float64(frame%48000)/48000))
}

// brightness is a picture that is the brighter the more of a second has gone by.
func brightness(size int) func(dst []byte, frame int64) {
	return func(dst []byte, frame int64) {
		for i := range size {
			dst[i] = byte(32 + 192*(frame%48000)/48000)
		}
		for i := size; i < len(dst); i++ {
			dst[i] = 128
		}
	}
}

// freePort is one that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// server is an RTMP server that writes what it is sent to a file; wait waits until its
// visitor has left. A visitor who leaves before anything came is not the one.
func server(t *testing.T, port int, path string) (wait func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan string, 1)
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			cmd := exec.CommandContext(ctx, "ffmpeg", "-v", "error", "-nostdin", "-listen", "1", "-i", fmt.Sprintf("rtmp://127.0.0.1:%d/live/key", port), "-c", "copy", "-y", path)
			said, err := cmd.CombinedOutput()
			if err == nil {
				done <- string(said)
				return
			}
			select {
			case <-ctx.Done():
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		for range done { // until it is closed
		}
	})
	return func() {
		t.Helper()
		select {
		case said := <-done:
			t.Logf("the RTMP server said: %s", said) // that its visitor has left is an error to it
		case <-time.After(20 * time.Second):
			t.Error("the RTMP server did not end with the stream")
		}
	}
}

// probe asks ffprobe for entries of a file, a line each.
func probe(t *testing.T, path, stream, entries string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ffprobe", "-v", "error", "-select_streams", stream, "-show_entries", entries, "-of", "csv=p=0", path).Output()
	if err != nil {
		t.Fatalf("ffprobe: %v", err)
	}
	var lines []string
	for line := range strings.Lines(string(out)) {
		if line = strings.Trim(line, ", \n"); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// decoded is a stream of a file as raw data; anything that ffmpeg finds wrong is an error.
func decoded(t *testing.T, path string, args ...string) []byte {
	t.Helper()
	var out, said bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "ffmpeg", append(append([]string{"-v", "warning", "-xerror", "-i", path}, args...), "pipe:1")...)
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil || said.Len() > 0 {
		t.Fatalf("%s does not decode cleanly: %v\n%s", filepath.Base(path), err, said.String())
	}
	return out.Bytes()
}

func seconds(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(strings.Split(s, ",")[0], 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestRTMPIsWhatVideoSitesWant records a stream at an RTMP server and looks at it: what it
// is made of, that it is clean, and that each click is heard when its picture is seen.
func TestRTMPIsWhatVideoSitesWant(t *testing.T) {
	t.Parallel()
	const width, height, fps = 320, 180, 20 // little, so that a busy machine keeps up
	port, path := freePort(t), filepath.Join(t.TempDir(), "seen.flv")
	wait := server(t, port, path)
	o := stream(t, ffmpeg.Stream{FPS: fps, URL: func() (string, error) { return fmt.Sprintf("rtmp://127.0.0.1:%d/live/key", port), nil }}, width, height)
	time.Sleep(7 * time.Second)
	o.Stop()
	until(t, o, "off", isOff)
	wait()

	if got := probe(t, path, "v", "stream=codec_name,profile,width,height,pix_fmt,color_range,color_space,r_frame_rate"); len(got) != 1 || got[0] != "h264,High,320,180,yuv420p,tv,bt709,20/1" {
		t.Errorf("the video is %q", got)
	}
	if got := probe(t, path, "a", "stream=codec_name,sample_rate,channels"); len(got) != 1 || got[0] != "aac,48000,2" {
		t.Errorf("the sound is %q", got)
	}
	keys := probe(t, path, "v", "packet=pts_time,flags")
	last, n := math.Inf(-1), 0
	for _, k := range keys {
		if strings.Contains(k, ",K") {
			if at := seconds(t, k); n > 0 && math.Abs(at-last-2) > .002 {
				t.Errorf("key frames at %.3f and %.3f s, not 2 s apart", last, at)
			} else {
				last = at
			}
			n++
		}
	}
	if n < 3 {
		t.Errorf("%d key frames in %d pictures", n, len(keys))
	}
	together(t, path, fps)
}

// stream starts an output to an RTMP server and waits until it is on.
func stream(t *testing.T, s ffmpeg.Stream, width, height int) *output.Output {
	t.Helper()
	o := keep(t, ffmpeg.New(ffmpeg.Config{Args: s.Args, Tap: ownAir(click), Folder: folder(t),
		Picture: &ffmpeg.Picture{Width: width, Height: height, FPS: s.FPS, Paint: brightness(width * height)}}))
	o.Start()
	until(t, o, "on", isOn)
	return o
}

// together compares when each second is heard and when it is seen.
func together(t *testing.T, path string, fps float64) {
	t.Helper()
	heard := clicksIn(t, path)
	shown := probe(t, path, "v", "packet=pts_time") // in order: there are no B-frames
	raw := decoded(t, path, "-map", "0:v", "-fps_mode", "passthrough", "-vf", "crop=16:16", "-f", "rawvideo")
	if len(raw) != 384*len(shown) {
		t.Fatalf("%d pictures, and %d times of them", len(raw)/384, len(shown))
	}
	// What is lost while ffmpeg starts is left out; no click from before that may be compared with a picture from after it.
	settled := seconds(t, shown[0]) + 1
	worst, first, end, n := 0.0, math.NaN(), 0.0, 0
	for i, at := range shown {
		seen := seconds(t, at)
		if i > 0 {
			if gap := seen - seconds(t, shown[i-1]); math.Abs(gap-1/fps) > .002 {
				t.Errorf("picture %d comes %.3f s after the one before", i, gap)
			}
		}
		phase := (float64(raw[384*i]) - 32) / 192
		if phase < .1 || phase > .9 || len(heard) == 0 {
			continue // where it goes round
		}
		for _, click := range heard { // the full second before the picture
			if d := seen - phase - click; math.Abs(d) < .5 && click > settled {
				worst, end, n = max(worst, math.Abs(d)), d, n+1
				if math.IsNaN(first) {
					first = d
				}
			}
		}
	}
	t.Logf("%d clicks, %d of %d pictures compared: the picture is at most %.1f ms off, %.1f ms late at the start, %.1f ms at the end", len(heard), n, len(shown), 1000*worst, 1000*first, 1000*end)
	if len(heard) < 3 || n < 30 {
		t.Errorf("too little to compare: %d clicks, %d pictures", len(heard), n)
	}
	if worst > .05 {
		t.Errorf("sound and picture are %.0f ms apart", 1000*worst)
	}
}

// clicksIn says when a file clicks, in seconds of its timestamps.
func clicksIn(t *testing.T, path string) (at []float64) {
	t.Helper()
	start := seconds(t, probe(t, path, "a", "packet=pts_time")[0])
	raw := decoded(t, path, "-map", "0:a", "-ac", "1", "-ar", "48000", "-f", "f32le")
	last := -48000
	for i := range len(raw) / 4 {
		if v := math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:])); v > .3 || v < -.3 {
			if i-last > 24000 {
				at = append(at, start+float64(i)/48000)
				last = i
			}
		}
	}
	return at
}
