package ffmpeg_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bandstand/internal/ffmpeg"
	"bandstand/internal/output"
	"bandstand/internal/pcm"
)

func TestPlayersPlay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		program string
		more    []string
	}{
		{"mpv", []string{"--ao=null"}},
		{"ffplay", nil},
	} {
		t.Run(c.program, func(t *testing.T) {
			t.Parallel()
			a := newAir(t)
			o := keep(t, ffmpeg.NewPlayer(c.program, ffmpeg.Config{Args: args(c.more...), Tap: a.tap}))
			o.Start()
			until(t, o, "on", isOn)
			a.pass(t, time.Second)
			if st := o.Status(); st.State != output.On && st.State != output.Behind || st.Dropped > int64(pcm.StationRate)/2 {
				t.Errorf("it is %+v", st)
			}
			o.Stop()
			if st := until(t, o, "off", isOff); st.Restarts != 0 {
				t.Errorf("it ended by itself: %s", st.Error)
			}
		})
	}
}

func TestAPlayerGetsEverySampleInItsPlace(t *testing.T) {
	t.Parallel()
	a := newAir(t)
	path := filepath.Join(t.TempDir(), "out.raw")
	o := keep(t, ffmpeg.NewPlayer("mpv", ffmpeg.Config{Args: args("--ao=pcm", "--ao-pcm-waveheader=no", "--ao-pcm-file="+path, "--audio-format=float"), Tap: a.tap}))
	o.Start()
	until(t, o, "on", isOn)
	a.pass(t, 500*time.Millisecond)
	o.Stop()
	st := until(t, o, "off", isOff)
	lost := int64(0)
	got := recorded(t, path).samples
	for i := 2; i < len(got); i += 2 {
		if left, right := frameOf(got[i]), frameOf(-got[i+1]); left != right {
			t.Fatalf("sample %d is of frame %d on the left and %d on the right", i, left, right)
		} else if n := left - frameOf(got[i-2]) - 1; n != 0 {
			if n < 0 || left%pcm.BlockFrames != 0 {
				t.Fatalf("after frame %d comes %d", frameOf(got[i-2]), left)
			}
			lost += n
		}
	}
	// What it is too slow for is left out; it is counted once it plays.
	if len(got) < int(pcm.StationRate) || st.Dropped > lost {
		t.Errorf("%d samples, %d frames lost, %d counted", len(got), lost, st.Dropped)
	}
}

func TestAPlayerWithoutADevice(t *testing.T) {
	t.Parallel()
	o := keep(t, ffmpeg.NewPlayer("mpv", ffmpeg.Config{Args: args("--ao=alsa", "--audio-device=alsa/nothing"), Tap: newAir(t).tap}))
	o.Start()
	st := until(t, o, "in trouble", func(st output.Status) bool { return st.Error != "" })
	if want := "mpv found no sound device: is PulseAudio or PipeWire running?"; st.Error != want {
		t.Errorf("the error is %q, not %q", st.Error, want)
	}
}

func TestAPlayerThatIsNotThere(t *testing.T) {
	for _, c := range []struct{ program, path, wants string }{
		{"", t.TempDir(), "no player is installed: install mpv or ffplay (Debian: apt install mpv)"},
		{"mpv", t.TempDir(), "mpv is not installed (Debian: apt install mpv)"},
		{"ffplay", t.TempDir(), "ffplay is not installed (Debian: apt install ffmpeg)"},
		{"winamp", "/usr/bin", `"winamp" is no player that Bandstand knows: take mpv or ffplay`},
	} {
		t.Setenv("PATH", c.path)
		a := newAir(t)
		o := keep(t, ffmpeg.NewPlayer(c.program, ffmpeg.Config{Tap: a.tap}))
		o.Start()
		if st := until(t, o, "in trouble", func(st output.Status) bool { return st.Error != "" }); !strings.HasPrefix(st.Error, c.wants) {
			t.Errorf("the error is %q, not %q", st.Error, c.wants)
		}
	}
}
