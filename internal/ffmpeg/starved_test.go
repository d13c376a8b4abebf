package ffmpeg_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bandstand/internal/ffmpeg"
	"bandstand/internal/output"
	"bandstand/internal/pcm"
)

// TestOneThatWorksIsWaitedForLonger has children take a second of sound and then no more.
func TestOneThatWorksIsWaitedForLonger(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		as     string
		behind bool // it is said to be while it is waited for
		wants  string
	}{
		{"spins", true, "ffmpeg was ended: it took no sound for 2 s, though it works: is this computer too busy for it?"},
		{"sleeps", false, "ffmpeg was ended: it took no sound for 1 s"},
		{"stops", false, "ffmpeg was ended: it took no sound for 1 s"},
	} {
		t.Run(c.as, func(t *testing.T) {
			t.Parallel()
			sink := ffmpeg.New(ffmpeg.Config{Program: pretend(t, c.as), Args: args("x"), Tap: newAir(t).tap, Folder: folder(t)})
			o := keep(t, sink.Hurry(20*time.Second, time.Minute, time.Minute).Impatient(time.Second, 2*time.Second))
			o.Start()
			until(t, o, "on", isOn)
			if c.behind {
				until(t, o, "behind", func(st output.Status) bool { return st.State == output.Behind })
			}
			st := until(t, o, "in trouble", func(st output.Status) bool { return st.Error != "" })
			if st.Error != c.wants {
				t.Errorf("the error is %q, not %q", st.Error, c.wants)
			}
		})
	}
}

// TestALongGapIsSilentWithAPicture loses more than an output of sound alone goes on after.
func TestALongGapIsSilentWithAPicture(t *testing.T) {
	t.Parallel()
	const lost = 11 * int64(pcm.StationRate) / 5
	for _, c := range []struct {
		name    string
		picture *ffmpeg.Picture
	}{
		{"sound alone", nil},
		{"a picture", &ffmpeg.Picture{Width: 16, Height: 16, FPS: 10, Paint: brightness(16 * 16)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var from atomic.Int64
			a := losingAir(t, func(frame int64) bool { return from.Load() > 0 && frame >= from.Load() && frame < from.Load()+lost })
			o := keep(t, ffmpeg.New(ffmpeg.Config{Args: args("-f", "null", "-"), Picture: c.picture, Tap: a.tap, Folder: folder(t)}))
			o.Start()
			until(t, o, "on", isOn)
			from.Store(a.now() + 10*pcm.BlockFrames)
			st := until(t, o, "done with the gap", func(st output.Status) bool { return st.Dropped >= lost || st.Error != "" })
			if c.picture == nil {
				if !strings.Contains(st.Error, "of sound are missing, so it starts afresh") {
					t.Errorf("it is %+v", st)
				}
				return
			}
			if st = until(t, o, "on again", isOn); st.Restarts != 0 || st.Error != "" {
				t.Errorf("it is %+v", st)
			}
		})
	}
}
