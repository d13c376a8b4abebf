package ffmpeg_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bandstand/internal/ffmpeg"
	"bandstand/internal/output"
	"bandstand/internal/pcm"
)

// role has this test program be something else: a station that will be killed, or a
// child that behaves badly.
const role = "BANDSTAND_FFMPEG_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "":
		flag.Parse()
		_ = flag.Set("test.parallel", "4")        // they wait for others more than they compute
		_ = os.Setenv("SDL_AUDIODRIVER", "dummy") // ffplay's
		goleak.VerifyTestMain(m)
	case "station":
		beStation()
	case "mute":
		beChild(func(c net.Conn) {
			fmt.Fprintln(os.NewFile(3, "progress"), "out_time_us=1000")
			_, _ = io.Copy(io.Discard, c)
		})
	case "slow":
		beChild(func(c net.Conn) {
			fmt.Fprintln(os.NewFile(3, "progress"), "out_time_us=1000")
			buf := make([]byte, pcm.BlockSamples*4)
			for {
				if _, err := io.ReadFull(c, buf); err != nil {
					return
				}
				time.Sleep(2 * pcm.BlockDuration)
			}
		})
	case "spins":
		beChild(takesSome(func() {
			for n := 0; ; n++ {
			}
		}))
	case "sleeps":
		beChild(takesSome(func() { time.Sleep(time.Hour) }))
	case "stops":
		beChild(takesSome(func() { _ = syscall.Kill(os.Getpid(), syscall.SIGSTOP) }))
	case "deaf":
		beChild(func(net.Conn) { select {} })
	}
}

// beStation plays to an ffmpeg until it is killed.
func beStation() {
	a := &air{taps: map[chan pcm.Block]struct{}{}, lose: never}
	go a.run(context.Background())
	dir, out := os.Args[1], os.Args[2]
	if err := ffmpeg.OpenFolder(dir); err != nil {
		panic(err)
	}
	o := output.New(output.Config{Name: "test", Sink: ffmpeg.New(ffmpeg.Config{Args: args("-f", "wav", out), Tap: a.tap, Folder: dir})})
	o.Start()
	go func() {
		for !isOn(o.Status()) {
			time.Sleep(time.Millisecond)
		}
		fmt.Println("on")
	}()
	_ = o.Run(context.Background())
}

// takesSome takes a second of sound, and then what comes then.
func takesSome(then func()) func(net.Conn) {
	return func(c net.Conn) {
		fmt.Fprintln(os.NewFile(3, "progress"), "out_time_us=1000")
		_, _ = io.CopyN(io.Discard, c, int64(pcm.StationRate)*pcm.Channels*4)
		then()
	}
}

// beChild connects as ffmpeg would.
func beChild(with func(net.Conn)) {
	for _, arg := range os.Args {
		if path, ok := strings.CutPrefix(arg, "unix:"); ok {
			conn, err := net.Dial("unix", path)
			if err != nil {
				panic(err)
			}
			with(conn)
			return
		}
	}
}
