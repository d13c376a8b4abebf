package station

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSpeakerOutput has a sound server end and come back.
func TestSpeakerOutput(t *testing.T) {
	dir, err := os.MkdirTemp("", "sound") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "native")
	serve := func() (end func()) {
		ctx, cancel := context.WithCancel(context.Background())
		server := exec.CommandContext(ctx, "pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disallow-exit",
			"--load=module-null-sink sink_name=nowhere", "--load=module-native-protocol-unix auth-anonymous=1 socket="+socket)
		server.Env = append(os.Environ(), "HOME="+dir, "XDG_RUNTIME_DIR="+dir, "PULSE_RUNTIME_PATH="+dir)
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		return func() {
			cancel()
			_ = server.Wait() // it was killed
		}
	}
	end := serve()
	defer func() { end() }()
	r := begin(t, t.TempDir(), nil)
	r.do("output add here speaker:unix:" + socket)
	r.untilOut("here", "on")
	end()
	r.untilOut("here", "retrying")
	if o := r.out("here"); !strings.Contains(o.Error, "sound server") {
		t.Errorf("it says %q", o.Error)
	}
	_ = os.Remove(socket) // whoever was killed leaves it
	end = serve()
	r.untilOut("here", "on")
}
