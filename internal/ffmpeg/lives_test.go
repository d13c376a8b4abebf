package ffmpeg_test

import (
	"bufio"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"bandstand/internal/ffmpeg"
	"bandstand/internal/output"
)

// These tests are not parallel: they count what the whole program holds.

func TestKilledAgainAndAgainItLeavesNothing(t *testing.T) {
	a := newAir(t)
	path := filepath.Join(t.TempDir(), "out.wav")
	o := keep(t, ffmpeg.New(ffmpeg.Config{Args: args(path), Tap: a.tap, Folder: folder(t)}))
	o.Start()
	until(t, o, "on", isOn)
	files, routines := descriptors(t), runtime.NumGoroutine()
	chance := rand.New(rand.NewPCG(5, 5))
	for range 8 {
		pid := child(t, path)
		a.pass(t, time.Duration(chance.IntN(250))*time.Millisecond)
		signal(t, pid, syscall.SIGKILL)
		eventually(t, "it to be gone and waited for", func() bool { letter, _ := state(pid); return letter == 0 })
		until(t, o, "retried", func(st output.Status) bool { return st.State == output.Retrying })
		o.Start() // at once
	}
	until(t, o, "on again", isOn)
	eventually(t, "as many descriptors and goroutines as before", func() bool { return descriptors(t) <= files && runtime.NumGoroutine() <= routines })
	if z := zombies(); len(z) != 0 {
		t.Errorf("zombies: %v", z)
	}
	o.Stop()
	if st := until(t, o, "off", isOff); st.Restarts != 8 {
		t.Errorf("it was started %d times again", st.Restarts)
	}
	if left := pids(path); len(left) != 0 {
		t.Errorf("still there: %v", left)
	}
}

func TestStartedAndStoppedAtAnyMomentItLeavesNothing(t *testing.T) {
	a := newAir(t)
	path, sockets := filepath.Join(t.TempDir(), "out.wav"), folder(t)
	o := keep(t, ffmpeg.New(ffmpeg.Config{Args: args(path), Tap: a.tap, Folder: sockets}))
	files, routines := descriptors(t), runtime.NumGoroutine()
	chance := rand.New(rand.NewPCG(6, 6))
	for range 30 {
		o.Start()
		time.Sleep(time.Duration(chance.IntN(150)) * time.Millisecond) // the moment is the matter
		o.Stop()
	}
	until(t, o, "off", isOff)
	eventually(t, "as many descriptors and goroutines as before", func() bool { return descriptors(t) <= files && runtime.NumGoroutine() <= routines })
	left, err := os.ReadDir(sockets)
	if z := zombies(); err != nil || len(z)+len(pids(path))+len(left) != 0 {
		t.Errorf("zombies: %v, still there: %v, sockets: %v, %v", z, pids(path), left, err)
	}
}

func TestItDiesWithAStationThatIsKilled(t *testing.T) {
	dir, path := folder(t), filepath.Join(t.TempDir(), "out.wav")
	station := exec.Command(os.Args[0], dir, path)
	station.Env = append(os.Environ(), role+"=station")
	out, err := station.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := station.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "on\n" {
		t.Errorf("the station said %q, %v", line, err)
	}
	pid := 0
	eventually(t, "its ffmpeg", func() bool {
		for _, p := range pids(path) {
			if _, parent := state(p); parent == station.Process.Pid {
				pid = p
			}
		}
		return pid != 0
	})
	signal(t, pid, syscall.SIGSTOP) // so that it cannot go by itself, as the sound ends
	_ = station.Process.Kill()
	_ = station.Wait()
	eventually(t, "ffmpeg to be gone", func() bool { letter, _ := state(pid); return letter == 0 || letter == 'Z' })
	// What is left is a socket at most, of one that was only starting.
	if err := ffmpeg.OpenFolder(dir); err != nil {
		t.Error(err)
	}
}
