package ffmpeg_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"bandstand/internal/ffmpeg"
	"bandstand/internal/output"
	"bandstand/internal/pcm"
)

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
	t.Parallel()
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
	t.Parallel()
	a := newAir(t)
	sink := ffmpeg.New(ffmpeg.Config{Program: script(t, "exec sleep 1000"), Args: args("x"), Tap: a.tap, Folder: folder(t)})
	o := keep(t, sink.Hurry(300*time.Millisecond, time.Second, time.Second))
	o.Start()
	st := until(t, o, "retried", func(st output.Status) bool { return st.Restarts > 0 })
	if st.Error != "ffmpeg was ended: it did not ask for the sound within 0 s" {
		t.Errorf("the error is %q", st.Error)
	}
}

// pretend is this test program as a child that behaves badly.
func pretend(t *testing.T, as string) string {
	t.Helper()
	return script(t, "export "+role+"="+as+"\nexec "+os.Args[0]+` "$@"`)
}

func TestOneThatSendsNothingOnIsStartedAgain(t *testing.T) {
	t.Parallel()
	a := newAir(t)
	sink := ffmpeg.New(ffmpeg.Config{Program: pretend(t, "mute"), Args: args("x"), Tap: a.tap, Folder: folder(t)})
	o := keep(t, sink.Hurry(20*time.Second, 20*time.Second, time.Second))
	o.Start()
	until(t, o, "on", isOn)
	st := until(t, o, "retried", func(st output.Status) bool { return st.Restarts > 0 })
	if st.Error != "ffmpeg was ended: nothing has come out of it for 1 s" {
		t.Errorf("the error is %q", st.Error)
	}
}

func TestOneThatIsTooSlowIsBehindAndThenStartedAgain(t *testing.T) {
	t.Parallel()
	a := newAir(t)
	sink := ffmpeg.New(ffmpeg.Config{Program: pretend(t, "slow"), Args: args("x"), Tap: a.tap, Folder: folder(t)})
	o := keep(t, sink.Hurry(20*time.Second, time.Second, 20*time.Second))
	o.Start()
	until(t, o, "behind", func(st output.Status) bool { return st.State == output.Behind })
	st := until(t, o, "retried", func(st output.Status) bool { return st.Restarts > 0 })
	if st.Error != "ffmpeg was ended: it is too slow: it has lost sound for 1 s" || st.Dropped == 0 {
		t.Errorf("the error is %q, and %d frames were dropped", st.Error, st.Dropped)
	}
}

func TestOneThatNeverReadsIsStartedAgain(t *testing.T) {
	t.Parallel()
	a := newAir(t)
	sink := ffmpeg.New(ffmpeg.Config{Program: pretend(t, "deaf"), Args: args("x"), Tap: a.tap, Folder: folder(t)})
	o := keep(t, sink.Hurry(3*time.Second, time.Second, time.Second))
	o.Start()
	st := until(t, o, "retried", func(st output.Status) bool { return st.Restarts > 0 })
	if st.Error != "ffmpeg was ended: it took no sound for 3 s" {
		t.Errorf("the error is %q", st.Error)
	}
}

func TestTheStationsClockMayStandStill(t *testing.T) {
	t.Parallel()
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
