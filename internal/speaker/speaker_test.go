package speaker

import (
	"context"
	"log/slog"
	"net"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"bandstand/internal/pcm"
)

func TestNoServerIsAClearSentence(t *testing.T) {
	path := filepath.Join(t.TempDir(), "native")
	_, err := Open(Options{Server: "unix:" + path})
	if err == nil || !strings.Contains(err.Error(), "start PulseAudio or PipeWire") || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
	if _, err := Open(Options{Server: "nonsense"}); err == nil || !strings.Contains(err.Error(), `"nonsense"`) {
		t.Errorf("error %v", err)
	}
}

func TestAServerThatHangsUpIsNone(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
	if _, err := Open(Options{Server: "tcp:" + listener.Addr().String()}); err == nil {
		t.Error("it was taken for a sound server")
	}
	listener.Close()
	<-done
}

func TestAServerThatStaysAwayIsLoggedOnceAMinute(t *testing.T) {
	path := filepath.Join(t.TempDir(), "native")
	synctest.Test(t, func(t *testing.T) {
		log := &logged{line: make(chan struct{}, 1)}
		s := &Speaker{server: path, log: slog.New(slog.NewTextHandler(log, nil)), firstWait: firstWait}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute+time.Second)
		defer cancel()
		blocks := make(chan pcm.Block)
		ended := make(chan error, 1)
		go func() { ended <- s.Run(ctx, blocks) }()
		tick := time.NewTicker(pcm.BlockDuration)
		defer tick.Stop()
		sent := 0
		var err error
		for running := true; running; {
			select {
			case <-tick.C:
			case err = <-ended:
				running = false
				continue
			}
			select {
			case blocks <- pcm.Block{Samples: make([]float32, pcm.BlockSamples)}:
				sent++
			case err = <-ended:
				running = false
			}
		}
		if err != nil {
			t.Errorf("the speaker ended with %v", err)
		}
		if want := int(10*time.Minute/pcm.BlockDuration) - 5; sent < want {
			t.Errorf("it took %d blocks, not %d", sent, want)
		}
		if n := log.count("is away"); n < 8 || n > 11 {
			t.Errorf("in ten minutes it was logged %d times", n)
		}
	})
}

func TestTheEndOfTheBlocksEndsTheSpeaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Speaker{server: "/nowhere", log: slog.New(slog.DiscardHandler), firstWait: firstWait}
		blocks := make(chan pcm.Block)
		close(blocks)
		if err := s.Run(context.Background(), blocks); err != nil {
			t.Error(err)
		}
	})
}

func TestServersAreFoundWhereThePulseVariableSays(t *testing.T) {
	cases := []struct {
		list string
		want []address
	}{
		{"/run/a", []address{{"unix", "/run/a"}}},
		{"unix:/run/a tcp:studio", []address{{"unix", "/run/a"}, {"tcp", "studio:4713"}}},
		{"tcp4:studio:99 tcp6:[::1]", []address{{"tcp4", "studio:99"}, {"tcp6", "[::1]:4713"}}},
		{"{no such machine}unix:/run/a", nil},
		{"{unclosed", nil},
		{"unix: tcp: {}", nil},
		{"", nil},
	}
	for _, tc := range cases {
		if got := parseServer(tc.list); !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%q: %v, not %v", tc.list, got, tc.want)
		}
	}
	t.Setenv("PULSE_SERVER", "")
	t.Setenv("PULSE_RUNTIME_PATH", "")
	t.Setenv("XDG_RUNTIME_DIR", "/run/user/ada")
	if got := addresses(""); got[0] != (address{"unix", "/run/user/ada/pulse/native"}) {
		t.Errorf("the user's own server is at %v", got)
	}
	t.Setenv("PULSE_SERVER", "tcp:studio")
	if got := addresses(""); len(got) != 1 || got[0] != (address{"tcp", "studio:4713"}) {
		t.Errorf("the variable's server is at %v", got)
	}
}
