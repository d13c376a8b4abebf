package ffmpeg_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"bandstand/internal/ffmpeg"
	"bandstand/internal/output"
)

func TestAServerThatStopsReadingHoldsUpNothing(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var server sync.WaitGroup
	over := make(chan struct{})
	t.Cleanup(func() { close(over); l.Close(); server.Wait() })
	server.Go(func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = io.CopyN(io.Discard, conn, 1<<20)
		<-over // and reads no more
	})
	a := newAir(t)
	// Much for little work, so that the buffers on the way are soon full.
	o := keep(t, ffmpeg.New(ffmpeg.Config{Args: args("-ar", "192000", "-c:a", "pcm_f64le", "-f", "f64le", "tcp://"+l.Addr().String()), Tap: a.tap, Folder: folder(t)}))
	o.Start()
	until(t, o, "on", isOn)
	st := until(t, o, "ended", func(st output.Status) bool { return st.Error != "" })
	if st.Error != "ffmpeg was ended: it took no sound for 2 s" {
		t.Errorf("the error is %q", st.Error)
	}
	o.Stop()
	until(t, o, "off", isOff)
}

func TestAServerThatNeverAnswers(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0") // the system takes the connection, and nobody says a word
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a := newAir(t)
	stream := ffmpeg.Stream{URL: func() (string, error) { return fmt.Sprintf("rtmp://%s/live/key", l.Addr()), nil }, FPS: 10}
	sink := ffmpeg.New(ffmpeg.Config{Args: stream.Args, Tap: a.tap, Folder: folder(t), Picture: &ffmpeg.Picture{Width: 64, Height: 36, FPS: 10, Paint: func([]byte, int64) {}}})
	o := keep(t, sink.Hurry(3*time.Second, 10*time.Second, 5*time.Second))
	o.Start()
	st := until(t, o, "ended", func(st output.Status) bool { return st.Error != "" })
	if st.Error != "ffmpeg was ended: it took no sound for 3 s" {
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
