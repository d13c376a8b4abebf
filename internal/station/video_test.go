package station

import (
	"bytes"
	"encoding/binary"
	"math"
	"net"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// video is an RTMP server that writes what it is sent to a file; done waits until its one
// visitor has left.
func video(t *testing.T, path string) (address string, done func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = l.Addr().String()
	l.Close()
	var said bytes.Buffer
	cmd := exec.Command("ffmpeg", "-v", "error", "-nostdin", "-listen", "1", "-i", "rtmp://"+address+"/live/key", "-c", "copy", "-y", path)
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	stop := time.AfterFunc(2*time.Minute, func() { _ = cmd.Process.Kill() }) // only ends a test that fails
	t.Cleanup(func() { stop.Stop(); _ = cmd.Process.Kill() })
	return address, func() {
		t.Helper()
		if err := <-ended; err != nil {
			t.Errorf("the RTMP server: %v\n%s", err, said.String())
		}
	}
}

// raw is a stream of a file as raw data.
func raw(t *testing.T, path string, args ...string) []byte {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ffmpeg", append(append([]string{"-v", "error", "-i", path}, args...), "pipe:1")...).Output()
	if err != nil {
		t.Fatalf("ffmpeg: %v", err)
	}
	return out
}

// times are when the packets of a stream of a file are to be shown or heard, in seconds.
func times(t *testing.T, path, stream string) (all []float64) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ffprobe", "-v", "error", "-select_streams", stream, "-show_entries", "packet=pts_time", "-of", "csv=p=0", path).Output()
	if err != nil {
		t.Fatalf("ffprobe: %v", err)
	}
	for line := range strings.FieldsSeq(string(out)) {
		at, err := strconv.ParseFloat(strings.Trim(line, ","), 64)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, at)
	}
	return all
}

// TestAStreamShowsWhatIsHeard sends a station that is silent, and then is not, to an RTMP
// server, and looks for the moment at which the song is seen and the one at which it is heard.
func TestAStreamShowsWhatIsHeard(t *testing.T) {
	path := filepath.Join(t.TempDir(), "seen.flv")
	address, done := video(t, path)
	t.Setenv("BANDSTAND_TEST_KEY", "key")
	r := begin(t, t.TempDir(), nil)
	r.do("output add tube rtmp://" + address + "/live/env:BANDSTAND_TEST_KEY#size=640x360&fps=30&video_kbps=800")
	r.untilOut("tube", "on")
	time.Sleep(1500 * time.Millisecond) // of silence
	r.do("new funk seed=7")
	time.Sleep(1500 * time.Millisecond) // of the song
	r.do("output stop tube")
	r.untilOut("tube", "off")
	done()

	shown := times(t, path, "v")
	const size = 200 * 24 * 3 / 2
	titles := raw(t, path, "-map", "0:v", "-fps_mode", "passthrough", "-vf", "crop=200:24:28:38", "-pix_fmt", "yuv420p", "-f", "rawvideo")
	if len(titles) != size*len(shown) {
		t.Fatalf("%d bytes of %d pictures", len(titles), len(shown))
	}
	seen, heard := math.NaN(), math.NaN()
	for i, at := range shown {
		if light := mean(titles[i*size : i*size+200*24]); light > 50 { // the ground is at 35
			seen = at
			break
		}
	}
	sound := raw(t, path, "-map", "0:a", "-ac", "1", "-ar", "48000", "-f", "f32le")
	for i := range len(sound) / 4 {
		if v := math.Float32frombits(binary.LittleEndian.Uint32(sound[4*i:])); v > .003 || v < -.003 {
			heard = times(t, path, "a")[0] + float64(i)/48000
			break
		}
	}
	t.Logf("seen at %.3f s, heard at %.3f s", seen, heard)
	// A picture's time is 33 ms, and a machine that is busy may paint one too late.
	if !(math.Abs(seen-heard) < .15) || seen < shown[0]+1 {
		t.Errorf("the song is seen at %.3f s and heard at %.3f s of a stream from %.3f s", seen, heard, shown[0])
	}
}

func mean(luma []byte) float64 {
	sum := 0
	for _, v := range luma {
		sum += int(v)
	}
	return float64(sum) / float64(len(luma))
}
