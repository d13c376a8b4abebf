package ffmpeg_test

import (
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"bandstand/internal/ffmpeg"
	"bandstand/internal/output"
	"bandstand/internal/pcm"
)

// server is an ffmpeg that takes one RTMP stream and keeps it in a file.
func server(t *testing.T, file string) (url string, cmd *exec.Cmd) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url = fmt.Sprintf("rtmp://%s/live/key", l.Addr())
	l.Close()
	cmd = exec.Command("ffmpeg", "-v", "error", "-nostdin", "-listen", "1", "-i", url, "-c", "copy", "-y", file)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return url, cmd
}

// grey paints a picture whose brightness tells its second.
func grey(width, height int) func([]byte, int64) {
	return func(dst []byte, frame int64) {
		for i := range dst {
			dst[i] = 128
			if i < width*height {
				dst[i] = byte(40 + 20*(frame/int64(pcm.StationRate)%8))
			}
		}
	}
}

func TestAStreamHasSoundAndPicture(t *testing.T) {
	t.Parallel()
	a := newAir(t)
	file := filepath.Join(t.TempDir(), "got.flv")
	url, cmd := server(t, file)
	stream := ffmpeg.Stream{URL: func() (string, error) { return url, nil }, FPS: 10, VideoKbps: 300, Kbps: 96}
	o := keep(t, ffmpeg.New(ffmpeg.Config{Args: stream.Args, Tap: a.tap, Folder: folder(t),
		Picture: &ffmpeg.Picture{Width: 160, Height: 90, FPS: 10, Paint: grey(160, 90)}}))
	o.Start()
	until(t, o, "on", isOn)
	a.pass(t, 5*time.Second)
	o.Stop()
	if st := until(t, o, "off", isOff); st.Dropped != 0 {
		t.Errorf("%d frames were dropped", st.Dropped)
	}
	_ = cmd.Wait()
	out, err := exec.Command("ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width,height,avg_frame_rate,color_range,color_space", "-of", "compact=p=0", file).CombinedOutput()
	for _, want := range []string{"codec_name=h264|width=160|height=90", "avg_frame_rate=10/1", "color_range=tv|color_space=bt709", "codec_name=aac"} {
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("ffprobe says %q, %v: no %s", out, err, want)
		}
	}
	video, keys := ends(t, file, "v")
	audio, _ := ends(t, file, "a")
	if video < 5 || audio < 5 || video-audio > 0.15 || audio-video > 0.15 {
		t.Errorf("the picture ends at %.3f s, the sound at %.3f s", video, audio)
	}
	for i := 1; i < len(keys); i++ {
		if d := keys[i] - keys[i-1]; d < 1.95 || d > 2.05 {
			t.Errorf("key frames are at %v", keys)
		}
	}
	if len(keys) < 3 {
		t.Errorf("key frames are at %v", keys)
	}
}

// ends is when a stream of a file ends, and its key frames, in seconds.
func ends(t *testing.T, file, stream string) (last float64, keys []float64) {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-select_streams", stream, "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimSpace(line), ",")
		last, _ = strconv.ParseFloat(f[0], 64)
		if strings.HasPrefix(f[1], "K") {
			keys = append(keys, last)
		}
	}
	return last, keys
}

func TestAServerThatStopsReadingHoldsUpNothing(t *testing.T) {
	t.Parallel()
	a := newAir(t)
	url, cmd := server(t, filepath.Join(t.TempDir(), "got.flv"))
	// Noise fills every buffer on the way soon.
	noise := func(dst []byte, frame int64) {
		x := uint32(frame) | 1
		for i := range dst {
			x ^= x << 13
			x ^= x >> 17
			x ^= x << 5
			dst[i] = byte(x)
		}
	}
	stream := ffmpeg.Stream{URL: func() (string, error) { return url, nil }, FPS: 10, VideoKbps: 20000}
	o := keep(t, ffmpeg.New(ffmpeg.Config{Args: stream.Args, Tap: a.tap, Folder: folder(t),
		Picture: &ffmpeg.Picture{Width: 320, Height: 180, FPS: 10, Paint: noise}}))
	o.Start()
	until(t, o, "on", isOn)
	signal(t, cmd.Process.Pid, syscall.SIGSTOP)
	st := until(t, o, "in trouble", func(st output.Status) bool { return st.Error != "" })
	if !strings.Contains(st.Error, "took no") && !strings.Contains(st.Error, "nothing has come out") {
		t.Errorf("the error is %q", st.Error)
	}
	o.Stop()
	until(t, o, "off", isOff)
}

func TestAPictureThatPanicsIsTheOutputsAffair(t *testing.T) {
	t.Parallel()
	got := fails(t, ffmpeg.Config{Args: args("-f", "null", "-"), Picture: &ffmpeg.Picture{Width: 16, Height: 16, FPS: 10, Paint: func([]byte, int64) { panic("no paint") }}})
	if !strings.Contains(got, "its picture could not be painted") || strings.Contains(got, "no paint") {
		t.Errorf("the error is %q", got)
	}
}
