package station

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"bandstand/internal/command"
	"bandstand/internal/config"
)

// out is how an output is.
func (r *running) out(name string) command.Output {
	for _, o := range r.outputs.List() {
		if o.Name == name {
			return o
		}
	}
	return command.Output{}
}

func (r *running) untilOut(name, state string) {
	r.t.Helper()
	r.until(name+" is "+state, func() bool { return r.out(name).State == state })
}

// body is what a path of the station's answers.
func (r *running) body(path string) string {
	r.t.Helper()
	res, err := http.Get("http://" + r.place() + path)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(body)
}

// children are the ffmpegs of this process.
func children(t *testing.T) (pids []int) {
	t.Helper()
	out, _ := exec.CommandContext(t.Context(), "pgrep", "-P", strconv.Itoa(os.Getpid()), "-x", "ffmpeg").Output() // fails where there is none
	for pid := range strings.FieldsSeq(string(out)) {
		n, err := strconv.Atoi(pid)
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, n)
	}
	return pids
}

// TestOutputsOfAStation adds outputs by orders while a song plays, kills what they are
// made of, and finds them again after a restart of the station.
func TestOutputsOfAStation(t *testing.T) {
	t.Setenv("PULSE_SERVER", "unix:"+filepath.Join(t.TempDir(), "nobody"))
	t.Setenv("TAPE_NAME", "sesame.opus")
	data := t.TempDir()
	tape := filepath.Join(data, "sesame.opus")
	configured := func(c *config.Config) {
		c.Output = []config.Output{{Name: "idle", URL: "command:-f null -"}, {Name: "web", URL: config.Place("hls:" + filepath.Join(data, "www") + "?codec=opus&segment=1"), Start: true}}
	}
	r := begin(t, data, configured)
	playing := r.do("new").Song
	r.do("output add tape command:-c:a libopus -b:a 64k -f ogg " + filepath.Join(data, "env:TAPE_NAME"))
	r.do("output add here speaker:")
	r.do("output add songs file:tapes?every=song&format=flac")
	r.untilOut("songs", "on")
	r.untilOut("tape", "on")
	r.untilOut("web", "on")
	r.untilOut("here", "retrying")
	r.until("the folder is served from", func() bool {
		list, err := os.ReadFile(filepath.Join(data, "www", "live.m3u8"))
		return err == nil && strings.Contains(string(list), ".m4s")
	})
	if o := r.out("idle"); o.State != "off" || o.Wanted {
		t.Errorf("what the configuration does not start is %+v", o)
	}
	r.until("health says that there is no speaker, and nothing of the others", func() bool {
		h := r.body("/health")
		return strings.Contains(h, "the output here is retrying") && !strings.Contains(h, "output tape") && !strings.Contains(h, "output idle")
	})
	before := r.out("tape").Restarts + r.out("web").Restarts
	pids := children(t)
	if len(pids) != 2 {
		t.Fatalf("%d ffmpegs run, not 2", len(pids))
	}
	for _, pid := range pids {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	r.until("both are on again", func() bool {
		return r.out("tape").Restarts+r.out("web").Restarts == before+2 && r.out("tape").State == "on" && r.out("web").State == "on"
	})
	for _, want := range []string{`bandstand_output_up{kind="hls",output="web"} 1`, `bandstand_output_restarts_total{kind="command",output="tape"} 1`} {
		if m := r.body("/metrics"); !strings.Contains(m, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	if st := r.body("/api/v1/status"); !strings.Contains(st, `"name":"tape"`) || strings.Contains(st, "sesame") || strings.Contains(st, "libopus") {
		t.Errorf("the status is %s", st)
	}
	r.do("output remove here")
	r.do("output stop web")
	r.untilOut("web", "off")
	r.stop()
	if left := children(t); len(left) != 0 {
		t.Errorf("after the end of the station %d ffmpegs run", len(left))
	}
	if _, complaints := decode(t, mustRead(t, tape)); complaints != "" {
		t.Errorf("the tape was not ended well: %s", complaints)
	}

	songs, err := filepath.Glob(filepath.Join(data, "tapes", "*"+playing.Code+"*.flac"))
	if err != nil || len(songs) != 1 {
		t.Fatalf("the song was recorded as %q, %v", songs, err)
	}
	if samples, complaints := decode(t, mustRead(t, songs[0])); complaints != "" || len(samples) < 2*48000 {
		t.Errorf("of the song %d samples were recorded: %s", len(samples), complaints)
	}

	again := begin(t, data, configured)
	again.untilOut("tape", "on")
	if o := again.out("web"); o.State != "off" {
		t.Errorf("what was stopped is %s after a restart", o.State)
	}
	if o := again.out("here"); o.Name != "" {
		t.Errorf("what was removed is back: %+v", o)
	}
	again.do("output start web")
	again.untilOut("web", "on")
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestAnOutputThatCannotBeMade is kept by another version of the station.
func TestAnOutputThatCannotBeMade(t *testing.T) {
	r := begin(t, t.TempDir(), nil)
	r.outputs.Set(command.OutputSpec{Name: "later", URL: "hls:/srv/www?codec=sesame", Run: true})
	r.untilOut("later", "retrying")
	if o := r.out("later"); !strings.Contains(o.Error, "codec") || !o.Wanted {
		t.Errorf("it is %+v", o)
	}
	r.until("health tells of it", func() bool { return strings.Contains(r.body("/health"), "the output later") })
	r.outputs.Set(command.OutputSpec{Name: "later", URL: "hls:/srv/www?codec=sesame"})
	r.untilOut("later", "off")
}

// TestOutputsAtAnyMoment starts, stops, removes and adds one name without a pause,
// from four doors at once.
func TestOutputsAtAnyMoment(t *testing.T) {
	r := begin(t, t.TempDir(), nil)
	r.do("output add x command:-f null -")
	done := make(chan string)
	const doors, times = 4, 25
	for door := range doors {
		go func() {
			for i := range times {
				line := []string{"output start x", "output stop x", "output remove x", "output add x command:-f null -"}[(i+door)%4]
				reply := r.table.Do(t.Context(), command.Caller{Door: "test", Who: strconv.Itoa(door), Local: true}, line)
				if !reply.OK && !strings.Contains(reply.Text, "there is no output") && !strings.Contains(reply.Text, "there is an output x already") {
					done <- line + ": " + reply.Text
					return
				}
			}
			done <- ""
		}()
	}
	for range doors {
		if fault := <-done; fault != "" {
			t.Error(fault)
		}
	}
	if r.table.Do(t.Context(), command.Caller{Door: "test", Local: true}, "output start x").OK {
		r.untilOut("x", "on")
		r.do("output stop x")
	}
	r.until("no ffmpeg is left", func() bool { return len(children(t)) == 0 })
}
