package ffmpeg_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"bandstand/internal/ffmpeg"
	"bandstand/internal/output"
)

func TestAServerThatStopsReadingHoldsUpNothing(t *testing.T) {
	t.Parallel()
	a := newAir(t)
	port, path := freePort(t), filepath.Join(t.TempDir(), "got.flv")
	server(t, port, path)
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
	stream := ffmpeg.Stream{URL: func() (string, error) { return fmt.Sprintf("rtmp://127.0.0.1:%d/live/key", port), nil }, FPS: 10, VideoKbps: 20000}
	o := keep(t, ffmpeg.New(ffmpeg.Config{Args: stream.Args, Tap: a.tap, Folder: folder(t),
		Picture: &ffmpeg.Picture{Width: 320, Height: 180, FPS: 10, Paint: noise}}))
	o.Start()
	until(t, o, "on", isOn)
	signal(t, child(t, path), syscall.SIGSTOP)
	until(t, o, "ended since nothing went on", func(st output.Status) bool {
		return strings.Contains(st.Error, "it took no ") || strings.Contains(st.Error, "nothing has come out of it")
	})
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
