package icecast

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"bandstand/internal/icecast/icecasttest"
	"bandstand/internal/output"
)

func TestListenersOfIcecastDecodeEveryFormat(t *testing.T) {
	t.Parallel()
	server := openServer(t, icecasttest.Options{})
	for _, format := range []string{"mp3", "opus", "flac"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			s := openStudio(t, format)
			o := start(t, config(s, server.Address))
			untilState(t, o, output.On)
			isTone(t, hear(t, server.URL("/live."+format), 2*time.Second))
			if st := s.mount.Stats(); st.Listeners != 0 || !st.Running {
				t.Errorf("an output is no listener: %+v", st)
			}
			mounts, err := server.Mounts(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			m := mounts["/live."+format]
			if m.Name != "Bandstand" || m.Description != "robots play" || m.Genre != "funk" || m.Bitrate != 128 || m.SampleRate != 48000 {
				t.Errorf("Icecast tells of %+v", m)
			}
			if st := o.Status(); st.Bytes < 20_000 || st.Restarts != 0 || st.Dropped != 0 {
				t.Errorf("%+v", st)
			}
			o.Stop()
			untilState(t, o, output.Off)
		})
	}
}

func TestKilledAndStartedAgain(t *testing.T) {
	server := openServer(t, icecasttest.Options{})
	s := openStudio(t, "opus")
	o := start(t, config(s, server.Address))
	untilState(t, o, output.On)
	descriptors, goroutines := held(t)
	own, err := s.mount.Join(t.Context(), 0, "", "")
	if err != nil {
		t.Fatal(err)
	}
	defer own.Leave()
	next := own.First()
	for range 3 {
		server.Stop()
		until(t, "the loss is noticed", func() bool { return o.Status().State != output.On })
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		untilState(t, o, output.On)
		t.Logf("on again after %v", time.Since(began))
		for own.Lag() > 0 { // our own listeners miss nothing meanwhile
			packets, err := own.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range packets {
				if p.Frame != next {
					t.Fatalf("frame %d, want %d", p.Frame, next)
				}
				next += int64(p.Frames)
			}
		}
	}
	isTone(t, hear(t, server.URL("/live.opus"), time.Second))
	if st := o.Status(); st.Restarts < 3 || s.begun() != 1 {
		t.Errorf("%d restarts, the encoder began %d times", st.Restarts, s.begun())
	}
	until(t, "all is given back", func() bool {
		d, g := held(t)
		return d <= descriptors && g <= goroutines
	})
}

// held is how many descriptors and goroutines there are.
func held(t *testing.T) (descriptors, goroutines int) {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(all), runtime.NumGoroutine()
}

func TestNewRunOfTheEncoder(t *testing.T) {
	t.Parallel()
	server := openServer(t, icecasttest.Options{})
	for _, format := range []string{"mp3", "opus", "flac"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			s := openStudio(t, format)
			o := start(t, config(s, server.Address))
			for n := 1; n <= 3; n++ {
				until(t, "the next run goes out", func() bool {
					before := o.Status().Bytes
					time.Sleep(100 * time.Millisecond)
					return s.begun() == n && o.Status().State == output.On && o.Status().Bytes > before+500
				})
				if n < 3 {
					s.cut()
				}
			}
			isTone(t, hear(t, server.URL("/live."+format), time.Second))
			if st := o.Status(); st.Restarts != 0 || st.Error != "" {
				t.Errorf("an end of the encoder's is no fault of the output: %+v", st)
			}
		})
	}
}

func TestTitleChangesWithTheSound(t *testing.T) {
	t.Parallel()
	server := openServer(t, icecasttest.Options{})
	s := openStudio(t, "mp3")
	s.play("")
	o := start(t, config(s, server.Address))
	untilState(t, o, output.On)
	heard := listenICY(t, server.URL("/live.mp3"))
	until(t, "some silence is heard", func() bool { return heard.bytes() > 8000 })
	s.play("L'Été — \"Tür\"; x='y'&z")
	until(t, "the song's title is heard", func() bool { return heard.at("L'Été") > 0 })
	until(t, "Icecast knows it", func() bool { return strings.Contains(titleOf(t, server), "x='y'&z") })
	until(t, "some of it is heard", func() bool { return heard.bytes() > heard.at("L'Été")+16000 })
	s.play("Second")
	until(t, "the next title", func() bool { return heard.at("Second") > 0 })
	s.play("")
	until(t, "silence has no title", func() bool { return titleOf(t, server) == "" })

	// The tone begins where its title stands, but for Icecast's blocks of 1,400 bytes,
	// the 2,000 between titles and what this machine is busy with.
	loud := heard.loud(t)
	if off := heard.at("L'Été") - loud; off < -16000 || off > 16000 {
		t.Errorf("the title stands %d bytes from its sound, more than a second", off)
	} else {
		t.Logf("the title stands %d ms after its sound", off/16)
	}
}

func titleOf(t *testing.T, server *icecasttest.Server) string {
	t.Helper()
	mounts, err := server.Mounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return mounts["/live.mp3"].Title
}

func TestWordsOfRefusal(t *testing.T) {
	t.Parallel()
	server := openServer(t, icecasttest.Options{Sources: 2})
	s := openStudio(t, "mp3")
	t.Run("wrong password", func(t *testing.T) {
		c := config(s, server.Address)
		c.Password = func() (string, error) { return "wrong one", nil }
		fails(t, start(t, c), "does not take this password", `"source"`, "/live.mp3")
	})
	t.Run("password that cannot be read", func(t *testing.T) {
		c := config(s, server.Address)
		c.Password = func() (string, error) { return "", errors.New("the variable PASS is not set") }
		fails(t, start(t, c), "the variable PASS is not set")
	})
	o := start(t, config(s, server.Address))
	untilState(t, o, output.On)
	t.Run("mount in use", func(t *testing.T) {
		fails(t, start(t, config(s, server.Address)), "/live.mp3 is in use", "another mount")
	})
	t.Run("too many sources", func(t *testing.T) {
		c := config(s, server.Address)
		c.Mount = "/second.mp3"
		untilState(t, start(t, c), output.On)
		c.Mount = "/third.mp3"
		fails(t, start(t, c), "as many sources as it takes")
	})
	t.Run("nobody listens", func(t *testing.T) {
		port, err := icecasttest.FreePort()
		if err != nil {
			t.Fatal(err)
		}
		fails(t, start(t, config(s, fmt.Sprintf("127.0.0.1:%d", port))), "nothing listens at 127.0.0.1:", "right port")
	})
	t.Run("unknown host", func(t *testing.T) {
		fails(t, start(t, config(s, "radio.invalid:8000")), "radio.invalid")
	})
	if st := o.Status(); st.State != output.On || st.Restarts != 0 {
		t.Errorf("who is refused hurts who is not: %+v", st)
	}
}
