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
	t.Setenv("SDL_AUDIODRIVER", "dummy")
	for _, c := range []struct {
		program string
		more    []string
	}{
		{"mpv", []string{"--ao=null"}},
		{"ffplay", nil},
	} {
		t.Run(c.program, func(t *testing.T) {
			a := newAir(t)
			o := keep(t, ffmpeg.NewPlayer(c.program, ffmpeg.Config{Args: args(c.more...), Tap: a.tap}))
			o.Start()
			until(t, o, "on", isOn)
			a.pass(t, time.Second)
			if st := o.Status(); st.State != output.On || st.Dropped > int64(pcm.StationRate)/2 {
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
	from := a.now()
	a.pass(t, 500*time.Millisecond)
	to := a.now() - 10*pcm.BlockFrames
	o.Stop()
	until(t, o, "off", isOff)
	recorded(t, path).check(t, from, to, never)
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
