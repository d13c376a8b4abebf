package recording

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"bandstand/internal/encode/encodetest"
	"bandstand/internal/output"
	"bandstand/internal/pcm"
)

// childFolder names the folder that a child of the tests records into.
const childFolder = "BANDSTAND_TEST_RECORD"

var allFormats = []string{"wav", "flac", "opus", "mp3"}

// recordUntilKilled records in every format, as fast as the station plays.
func recordUntilKilled(folder string) {
	var airs []chan pcm.Block
	for _, f := range allFormats {
		blocks := make(chan pcm.Block, 50)
		airs = append(airs, blocks)
		o := output.New(output.Config{Name: f, Sink: New(Config{Folder: filepath.Join(folder, f), Format: f, MP3: lame,
			Tap: func() (<-chan pcm.Block, func()) { return blocks, func() {} }})})
		o.Start()
		go o.Run(context.Background())
	}
	for frame := int64(0); ; frame += pcm.BlockFrames {
		b := pcm.Block{Frame: frame, Samples: make([]float32, pcm.BlockSamples)}
		for i := range pcm.BlockFrames {
			b.Samples[2*i], b.Samples[2*i+1] = sample(frame + int64(i))
		}
		for _, blocks := range airs {
			blocks <- b
		}
		time.Sleep(pcm.BlockDuration)
	}
}

// TestKilledWhileRecording has a station's process killed in the middle, as a power
// cut or the kernel does, and the next one find what it left.
func TestKilledWhileRecording(t *testing.T) {
	folder := t.TempDir()
	for _, f := range allFormats {
		if err := os.Mkdir(filepath.Join(folder, f), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childFolder+"="+folder)
	child.Stderr = os.Stderr
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	for begun := time.Now(); !recorded(t, folder); time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > time.Minute {
			t.Error("after a minute it had recorded too little")
			break
		}
	}
	// While it lives its files are no leftovers.
	for _, f := range allFormats {
		if err := newFolder(filepath.Join(folder, f), 0, New(Config{}).config.Log).leftovers(); err != nil {
			t.Error(err)
		}
	}
	for _, f := range allFormats {
		if n := names(t, filepath.Join(folder, f)); len(n) != 1 || !strings.HasSuffix(n[0], partSuffix) {
			t.Errorf("the living one's files are %s", join(n))
		}
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	for _, f := range allFormats {
		dir := filepath.Join(folder, f)
		torn := names(t, dir)[0]
		info, err := os.Stat(filepath.Join(dir, torn))
		if err != nil {
			t.Fatal(err)
		}
		record(t, Config{Folder: dir, Format: "wav"}, func(a *air, o *output.Output) { a.play(3) })
		path := filepath.Join(dir, strings.TrimSuffix(torn, partSuffix))
		got := encodetest.DecodeFile(t, path)
		if len(got) < 48000 {
			t.Errorf("%s: %d frames are left", f, len(got)/2)
		}
		if s, want := encodetest.Seconds(t, path), float64(len(got))/96000; s < want-.06 || s > want+.06 {
			t.Errorf("%s: it says that it is %.2f s long, not %.2f", f, s, want)
		}
		if f == "wav" && int64(len(got))*2 < info.Size()-200 {
			t.Errorf("%d frames are left of %d bytes", len(got)/2, info.Size())
		}
		if f == "wav" || f == "flac" {
			encodetest.Exact(t, ints(0, int64(len(got)/2)), got)
		}
	}
}

// recorded says whether about a second of every format has reached the disk.
func recorded(t *testing.T, folder string) bool {
	for _, f := range allFormats {
		if bytesIn(t, filepath.Join(folder, f)) < map[string]int64{"wav": 400_000, "flac": 50_000, "opus": 40_000, "mp3": 40_000}[f] {
			return false
		}
	}
	return true
}

func TestLeftoversThatAreNotSound(t *testing.T) {
	folder := t.TempDir()
	empty, foreign := filepath.Join(folder, "2026-11-24 21.00.00.flac.part"), filepath.Join(folder, "2026-11-24 22.00.00.flac.part")
	lost := filepath.Join(folder, "2026-11-24 23.00.00.flac.part") // a head, and then nothing that can be read
	for name, text := range map[string]string{empty: "", foreign: "a diary, not a recording",
		lost: "fLaC\x80\x00\x00\x22" + strings.Repeat("\x00", 2*worthless)} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var log strings.Builder
	record(t, Config{Folder: folder, Log: slog.New(slog.NewTextHandler(&log, nil))}, func(a *air, o *output.Output) {
		for range 3 {
			a.play(3)
			o.Stop()
			synctest.Wait()
			o.Start()
		}
		a.play(3)
	})
	got := names(t, folder)
	if kept := got[len(got)-2:]; join(kept) != filepath.Base(foreign)+"\n"+filepath.Base(lost) || slices.Contains(got, filepath.Base(empty)) {
		t.Errorf("there are %s", join(got))
	}
	if n := strings.Count(log.String(), "cannot be mended"); n != 2 {
		t.Errorf("two files that cannot be mended are told of %d times:\n%s", n, &log)
	}
}

func TestTwoRecordIntoOneFolder(t *testing.T) {
	folder := t.TempDir()
	record(t, Config{Folder: folder, Format: "wav"}, func(a *air, o *output.Output) {
		a.play(10)
		b := newAir(t)
		second := output.New(output.Config{Name: "second", Sink: New(Config{Folder: folder, Format: "wav", Tap: b.tap})})
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- second.Run(ctx) }()
		second.Start()
		b.play(10)
		a.play(10)
		cancel()
		<-done
		if st := second.Status(); st.Error != "" {
			t.Errorf("the second is %+v", st)
		}
	})
	if got := names(t, folder); join(got) != start(0)+" (2).wav\n"+start(0)+".wav" {
		t.Fatalf("there are %s", join(got))
	}
	exact(t, filepath.Join(folder, start(0)+".wav"), 0, 20*960)
	exact(t, filepath.Join(folder, start(0)+" (2).wav"), 0, 10*960)
}
