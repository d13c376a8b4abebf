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
	"bandstand/internal/pcm"
)

// These are not parallel: they count what the whole program holds.

func TestKilledAgainAndAgainItLeavesNothing(t *testing.T) {
	a := newAir(t)
	path := filepath.Join(t.TempDir(), "out.wav")
	o := keep(t, ffmpeg.New(ffmpeg.Config{Args: args(path), Tap: a.tap, Folder: folder(t)}))
	o.Start()
	until(t, o, "on", isOn)
	files, routines := descriptors(t), runtime.NumGoroutine()
	chance := rand.New(rand.NewPCG(5, 5))
	for range 12 {
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
	if st := until(t, o, "off", isOff); st.Restarts != 12 {
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

// script is a program of a few lines in place of ffmpeg.
func script(t *testing.T, lines string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ffmpeg")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+lines+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestStoppedInTheMiddleOfAStart(t *testing.T) {
	a := newAir(t)
	// It never connects, hears no SIGTERM, and has a child of its own.
	program := script(t, `trap "" TERM; sleep 1000 & while :; do sleep 1000; done`)
	o := keep(t, ffmpeg.New(ffmpeg.Config{Program: program, Args: args("x"), Tap: a.tap, Folder: folder(t)}))
	for range 3 {
		o.Start()
		pid := child(t, program)
		o.Stop()
		until(t, o, "off", isOff)
		eventually(t, "nothing of its group", func() bool { return len(group(pid)) == 0 })
	}
	if st := o.Status(); st.Error != "" {
		t.Errorf("a stop by order is the error %q", st.Error)
	}
}

func TestOneThatNeverConnectsIsStartedAgain(t *testing.T) {
	a := newAir(t)
	sink := ffmpeg.New(ffmpeg.Config{Program: script(t, "exec sleep 1000"), Args: args("x"), Tap: a.tap, Folder: folder(t)})
	o := keep(t, sink.Hurry(300*time.Millisecond, time.Second, time.Second))
	o.Start()
	st := until(t, o, "retried", func(st output.Status) bool { return st.Restarts > 0 })
	if st.Error != "ffmpeg was ended: it did not ask for the sound within 0 s" {
		t.Errorf("the error is %q", st.Error)
	}
}

// pretend has this test program be the child.
func pretend(t *testing.T, as string) string {
	t.Helper()
	t.Setenv(role, as)
	return os.Args[0]
}

func TestOneThatSendsNothingOnIsStartedAgain(t *testing.T) {
	a := newAir(t)
	sink := ffmpeg.New(ffmpeg.Config{Program: pretend(t, "mute"), Args: args("x"), Tap: a.tap, Folder: folder(t)})
	o := keep(t, sink.Hurry(20*time.Second, 20*time.Second, time.Second))
	o.Start()
	until(t, o, "on", isOn)
	st := until(t, o, "retried", func(st output.Status) bool { return st.Restarts > 0 })
	if st.Error != "ffmpeg.test was ended: nothing has come out of it for 1 s" {
		t.Errorf("the error is %q", st.Error)
	}
}

func TestOneThatIsTooSlowIsBehindAndThenStartedAgain(t *testing.T) {
	a := newAir(t)
	sink := ffmpeg.New(ffmpeg.Config{Program: pretend(t, "slow"), Args: args("x"), Tap: a.tap, Folder: folder(t)})
	o := keep(t, sink.Hurry(20*time.Second, time.Second, 20*time.Second))
	o.Start()
	until(t, o, "behind", func(st output.Status) bool { return st.State == output.Behind })
	st := until(t, o, "retried", func(st output.Status) bool { return st.Restarts > 0 })
	if st.Error != "ffmpeg.test was ended: it is too slow: it has lost sound for 1 s" || st.Dropped == 0 {
		t.Errorf("the error is %q, and %d frames were dropped", st.Error, st.Dropped)
	}
}

func TestOneThatNeverReadsIsStartedAgain(t *testing.T) {
	a := newAir(t)
	sink := ffmpeg.New(ffmpeg.Config{Program: pretend(t, "deaf"), Args: args("x"), Tap: a.tap, Folder: folder(t)})
	o := keep(t, sink.Hurry(time.Second, time.Second, time.Second))
	o.Start()
	st := until(t, o, "retried", func(st output.Status) bool { return st.Restarts > 0 })
	if st.Error != "ffmpeg.test was ended: it took no sound for 1 s" {
		t.Errorf("the error is %q", st.Error)
	}
}

func TestTheStationsClockMayStandStill(t *testing.T) {
	blocks := make(chan pcm.Block, 50)
	for n := range int64(50) {
		blocks <- pcm.Block{Frame: n * pcm.BlockFrames, Samples: make([]float32, pcm.BlockSamples)}
	}
	tap := func() (<-chan pcm.Block, func()) { return blocks, func() {} }
	sink := ffmpeg.New(ffmpeg.Config{Args: args(filepath.Join(t.TempDir(), "out.wav")), Tap: tap, Folder: folder(t)})
	o := keep(t, sink.Hurry(20*time.Second, time.Second, time.Second))
	o.Start()
	until(t, o, "on", isOn)
	for range 10 {
		time.Sleep(300 * time.Millisecond)
		if st := o.Status(); st.State != output.On {
			t.Fatalf("without a block it is %+v", st)
		}
	}
	o.Stop()
	until(t, o, "off", isOff)
}
