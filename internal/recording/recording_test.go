package recording

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bandstand/internal/encode"
	"bandstand/internal/encode/encodetest"
	"bandstand/internal/output"
	"bandstand/internal/pcm"
)

func TestSongsAreWholeInEveryFormat(t *testing.T) {
	music := encodetest.Music(5, 200*pcm.BlockFrames)
	for _, format := range []string{"wav", "flac", "opus", "mp3"} {
		t.Run(format, func(t *testing.T) {
			folder := t.TempDir()
			st := record(t, Config{Folder: folder, Format: format, Every: "song", Describe: describe}, func(a *air, o *output.Output) {
				a.sound = func(f int64) (float32, float32) { return music[2*f], music[2*f+1] }
				a.play(10)
				if got := o.Status().State; got != output.On {
					t.Errorf("waiting for a song it is %s", got)
				}
				a.change(700, "k7m2p")
				a.play(70)
				a.change(33, "abc23") // follows at once
				a.play(39)
				a.song("") // and ends with its block
				a.play(5)
			})
			want := []string{start(10*pcm.BlockDuration) + " The Tests - Song k7m2p [k7m2p]." + format,
				start(81*pcm.BlockDuration) + " The Tests - Song abc23 [abc23]." + format}
			if got := names(t, folder); join(got) != join(want) {
				t.Fatalf("there are\n%s, not\n%s", join(got), join(want))
			}
			first, second := int64(10*960+700), int64(81*960+33)
			for i, span := range [][2]int64{{first, second}, {second, 121 * 960}} {
				path := filepath.Join(folder, want[i])
				sound := music[2*span[0] : 2*span[1]]
				got := encodetest.DecodeFile(t, path)
				if len(got) != len(sound) {
					t.Errorf("%s has %d frames, not %d", want[i], len(got)/2, len(sound)/2)
				}
				encodetest.Same(t, sound, got, map[string]float64{"wav": .9999, "flac": .9999, "opus": .9, "mp3": .9}[format])
				if i > 0 {
					continue
				}
				entries := "format_tags=title,artist,album:stream_tags=title,artist,album"
				if tags := encodetest.Probe(t, path, entries); tags != "Song k7m2p\nThe Tests\nRecorded" {
					t.Errorf("the tags are %q", tags)
				}
				if s := encodetest.Seconds(t, path); s < float64(len(sound))/96000-.06 || s > float64(len(sound))/96000+.06 {
					t.Errorf("it says that it is %.3f s long, not %.3f", s, float64(len(sound))/96000)
				}
			}
			if st.Bytes < bytesIn(t, folder)-20_000 || st.Dropped != 0 || st.Error != "" {
				t.Errorf("its status is %+v", st)
			}
		})
	}
}

func TestHoursLoseAndRepeatNoFrame(t *testing.T) {
	for _, format := range []string{"wav", "flac"} {
		folder := t.TempDir()
		record(t, Config{Folder: folder, Format: format}, func(a *air, o *output.Output) {
			o.Stop()
			time.Sleep(59*time.Minute + 58*time.Second)
			o.Start()
			a.play(150) // over the hour, without a song and with one
			a.change(99, "k7m2p")
			a.play(200)
		})
		want := []string{start(59*time.Minute+58*time.Second) + "." + format, start(time.Hour) + "." + format}
		if got := names(t, folder); join(got) != join(want) {
			t.Fatalf("there are\n%s, not\n%s", join(got), join(want))
		}
		exact(t, filepath.Join(folder, want[0]), 0, 100*960)
		exact(t, filepath.Join(folder, want[1]), 100*960, 251*960)
		if tags := encodetest.Probe(t, filepath.Join(folder, want[1]), "format_tags=title,artist"); !strings.HasSuffix(tags, ":00\nBandstand") {
			t.Errorf("the tags are %q", tags)
		}
	}
}

func TestASlowDiskLosesSoundButNoTime(t *testing.T) {
	folder := t.TempDir()
	var slow atomic.Int64 // a time.Duration
	var worst, later output.State
	st := recordWith(t, Config{Folder: folder, Format: "wav"}, func(s *Sink) {
		s.disturb = func() error { time.Sleep(time.Duration(slow.Load())); return nil }
	}, func(a *air, o *output.Output) {
		a.play(100)
		slow.Store(int64(9 * time.Second)) // within what waits
		a.play(5)
		slow.Store(0)
		a.play(600)
		if d := o.Status().Dropped; d != 0 {
			t.Errorf("9 s of a slow disk lost %d frames", d)
		}
		slow.Store(int64(14 * time.Second))
		a.play(5)
		slow.Store(0)
		a.play(650)
		worst = o.Status().State
		a.play(600)
		later = o.Status().State
	})
	got := encodetest.DecodeFile(t, filepath.Join(folder, start(0)+".wav"))
	frames := int64(100+5+600+5+650+600) * 960
	if int64(len(got)/2) != frames {
		t.Fatalf("%d frames were recorded, not %d", len(got)/2, frames)
	}
	silent := int64(0)
	for f := range frames {
		switch l, r := sample(f); {
		case got[2*f] == 0 && got[2*f+1] == 0:
			silent++
		case got[2*f] != l || got[2*f+1] != r:
			t.Fatalf("frame %d is %v, %v, not %v, %v", f, got[2*f], got[2*f+1], l, r)
		}
	}
	if st.Dropped == 0 || silent < st.Dropped || silent > st.Dropped+100 {
		t.Errorf("%d frames are silent and %d counted", silent, st.Dropped)
	}
	if worst != output.Behind || later != output.On {
		t.Errorf("it was %s, and in the end %s", worst, later)
	}
}

func TestADiskThatDoesNotAnswerIsSaid(t *testing.T) {
	folder := t.TempDir()
	st := recordWith(t, Config{Folder: folder, Format: "wav"}, func(s *Sink) {
		release := make(chan struct{})
		time.AfterFunc(60*time.Second, func() { close(release) })
		s.disturb = func() error { <-release; return nil }
	}, func(a *air, o *output.Output) {
		a.play(25 * 50)
		if st := o.Status(); st.State != output.Retrying || !strings.Contains(st.Error, "does not answer") {
			t.Errorf("after 25 s it is %+v", st)
		}
		a.play(50 * 50)
	})
	if st.State != output.On {
		t.Errorf("in the end it is %+v", st)
	}
	for _, n := range names(t, folder) {
		if strings.HasSuffix(n, partSuffix) {
			t.Errorf("%s is left", n)
		}
		encodetest.DecodeFile(t, filepath.Join(folder, n))
	}
}

// What has not begun is not behind: health must tell of it.
func TestADiskThatHangsAtTheStartIsNotBehind(t *testing.T) {
	recordWith(t, Config{Folder: t.TempDir(), Format: "wav"}, func(s *Sink) {
		release := make(chan struct{})
		time.AfterFunc(8*time.Second, func() { close(release) })
		s.folder.space = func(string) (all, free int64, err error) {
			<-release
			return 1 << 40, 1 << 40, nil
		}
	}, func(a *air, o *output.Output) {
		a.play(7 * 50)
		if got := o.Status().State; got != output.Starting {
			t.Errorf("after 7 s without an answer it is %s", got)
		}
		a.play(7 * 50)
		if got := o.Status().State; got != output.On {
			t.Errorf("in the end it is %s", got)
		}
	})
}

func TestADescriptionThatIsLateLosesNothing(t *testing.T) {
	folder := t.TempDir()
	record(t, Config{Folder: folder, Every: "song", Describe: func(code string) encode.Tags {
		time.Sleep(5 * time.Second)
		return describe(code)
	}}, func(a *air, o *output.Output) {
		a.song("k7m2p")
		a.play(400)
	})
	path := filepath.Join(folder, start(0)+" The Tests - Song k7m2p [k7m2p].flac")
	exact(t, path, 0, 400*960)
	if tags := encodetest.Probe(t, path, "format_tags=title,artist"); tags != "Song k7m2p\nThe Tests" {
		t.Errorf("the tags are %q", tags)
	}
}

func TestStartAndStopAtAnyMoment(t *testing.T) {
	folder := t.TempDir()
	record(t, Config{Folder: folder, Format: "wav"}, func(a *air, o *output.Output) {
		for range 8 {
			o.Start()
			a.play(3)
			o.Stop()
			o.Start()
			o.Stop()
			for o.Status().State != output.Off {
				time.Sleep(time.Millisecond)
			}
		}
	})
	total := 0
	for _, n := range names(t, folder) {
		if format(n) != "wav" || strings.HasSuffix(n, partSuffix) {
			t.Errorf("%s is left", n)
		}
		total += len(encodetest.DecodeFile(t, filepath.Join(folder, n))) / 2
	}
	if total > 8*3*960 || total < 8*2*960 {
		t.Errorf("%d frames were recorded", total)
	}
}

func TestWhatCannotBeIsSaid(t *testing.T) {
	for want, c := range map[string]Config{
		`"ogg"`:       {Format: "ogg"},
		`"week"`:      {Every: "week"},
		"limit=10M":   {Limit: 500},
		"mkdir -p /n": {Folder: "/nowhere/radio"},
		"not a fol":   {Folder: "recording_test.go"},
	} {
		st := record(t, c, func(a *air, o *output.Output) { a.play(3) })
		if st.State != output.Retrying || !strings.Contains(st.Error, want) {
			t.Errorf("%+v gave %+v, not %s", c, st, want)
		}
	}
}

func ExampleSink_names() {
	at := time.Date(2026, 11, 24, 21, 14, 3, 0, time.UTC)
	fmt.Println(baseName(at, "", "") + ".flac")
	fmt.Println(baseName(at, "k7m2p", "The Gutters - Rain / Shine") + ".flac")
	// Output:
	// 2026-11-24 21.14.03.flac
	// 2026-11-24 21.14.03 The Gutters - Rain _ Shine [k7m2p].flac
}
