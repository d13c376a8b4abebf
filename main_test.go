package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the stories run this very binary as bandstand.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"bandstand": main})
}

// TestStories runs the whole program as its users do; each file under
// testdata/script is a story.
//
// Besides testscript's own words they know:
//
//	up                          wait until the station of this story takes orders
//	hear MOUNT SECONDS WHAT     decode a mount with ffmpeg; WHAT is music or silence;
//	                            fails where sound is missing or the level is another
//	wait-for REGEXP ORDER...        give an order again and again until its reply matches
//	get [!] PATH                fetch from the station into stdout; ! wants an error status
//	big FILE BYTES              make a file of one long line
func TestStories(t *testing.T) {
	for _, peer := range []string{"ffmpeg"} {
		if _, err := exec.LookPath(peer); err != nil {
			t.Fatalf("%s is missing: run scripts/peers %s first (make test does)", peer, peer)
		}
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			defer listener.Close()
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("BANDSTAND_DATA", filepath.Join(env.WorkDir, "data"))
			env.Setenv("BANDSTAND_LISTEN", listener.Addr().String())
			env.Setenv("URL", "http://"+listener.Addr().String())
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"up":       up,
			"hear":     hear,
			"wait-for": waitFor,
			"get":      get,
			"big":      big,
		},
	})
}

// order gives an order as `bandstand do` and returns what it printed.
func order(ts *testscript.TestScript, words ...string) (string, error) {
	cmd := exec.Command("bandstand", append([]string{"do"}, words...)...)
	cmd.Env = []string{"PATH=" + ts.Getenv("PATH"), "HOME=" + ts.Getenv("HOME"), "BANDSTAND_DATA=" + ts.Getenv("BANDSTAND_DATA"), "TMPDIR=" + ts.Getenv("TMPDIR")}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// eventually tries until it works or 20 seconds are over.
func eventually(ts *testscript.TestScript, what string, try func() bool) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(20 * time.Second)
	for !try() {
		select {
		case <-tick.C:
		case <-limit:
			ts.Fatalf("20 s are over and still not: %s", what)
		}
	}
}

func up(ts *testscript.TestScript, _ bool, _ []string) {
	eventually(ts, "the station takes orders", func() bool {
		_, err := order(ts, "now")
		return err == nil
	})
}

func waitFor(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: wait-for REGEXP ORDER...")
	}
	want := regexp.MustCompile(args[0])
	last := ""
	eventually(ts, strings.Join(args[1:], " ")+" answers "+args[0], func() bool {
		last, _ = order(ts, args[1:]...)
		return want.MatchString(last)
	})
	ts.Logf("%s", last)
}

// hear decodes a mount for some seconds and looks at what came.
func hear(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: hear MOUNT SECONDS music|silence")
	}
	seconds, err := strconv.ParseFloat(args[1], 64)
	ts.Check(err)
	var stderr bytes.Buffer
	cmd := exec.Command("ffmpeg", "-nostdin", "-loglevel", "warning", "-i", ts.Getenv("URL")+args[0], "-t", args[1], "-f", "f32le", "-ac", "2", "-ar", "48000", "pipe:1")
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		ts.Fatalf("ffmpeg cannot decode %s: %v\n%s", args[0], err, stderr.String())
	}
	if got, want := len(out)/8, int(seconds*48000); got < want-48 || got > want+48 {
		ts.Fatalf("%s gave %d frames for %v s, not %d\n%s", args[0], got, seconds, want, stderr.String())
	}
	peak, holes := levels(out)
	db := 20 * math.Log10(peak)
	ts.Logf("%s: peak %.1f dBFS, longest hole %v", args[0], db, holes)
	switch {
	case args[2] == "silence" && db > -80:
		ts.Fatalf("%s should be silent but has a peak of %.1f dBFS", args[0], db)
	case args[2] == "music" && (db < -20 || db > 0):
		ts.Fatalf("%s should be music but has a peak of %.1f dBFS", args[0], db)
	case args[2] == "music" && holes > 2*time.Second:
		ts.Fatalf("%s has a hole of %v", args[0], holes)
	}
}

// levels are the peak of float32 samples and the longest stretch of digital silence.
func levels(raw []byte) (peak float64, hole time.Duration) {
	run, longest := 0, 0
	for i := 0; i+8 <= len(raw); i += 8 {
		l := math.Abs(float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[i:]))))
		r := math.Abs(float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[i+4:]))))
		peak = max(peak, l, r)
		if max(l, r) < 1e-5 {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return peak, time.Duration(longest) * time.Second / 48000
}

func big(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: big FILE BYTES")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), append(bytes.Repeat([]byte("x"), n), '\n'), 0o600))
}

// get fetches a path with curl's manners: the body and the status go to stdout.
func get(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: get PATH")
	}
	status, body := fetch(ts, args[0])
	fmt.Fprintf(ts.Stdout(), "%d\n%s\n", status, body)
	if bad := status >= 400; bad != neg {
		ts.Fatalf("%s answered %d: %s", args[0], status, body)
	}
}
