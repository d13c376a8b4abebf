package ffmpeg_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"bandstand/internal/ffmpeg"
	"bandstand/internal/output"
)

var (
	listed   = regexp.MustCompile(`(?m)^live-(\d+)\.m4s$`)
	sequence = regexp.MustCompile(`#EXT-X-MEDIA-SEQUENCE:(\d+)`)
	initial  = regexp.MustCompile(`#EXT-X-MAP:URI="([^"]+)"`)
)

// playlist is what a player would find in a folder.
type playlist struct {
	text     string
	sequence int64
	initial  string
	segments []string
}

func readPlaylist(t *testing.T, dir string) (p playlist, ok bool) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "live.m3u8"))
	if err != nil {
		return p, false
	}
	p.text = string(data)
	s, i := sequence.FindStringSubmatch(p.text), initial.FindStringSubmatch(p.text)
	if s == nil || i == nil {
		t.Fatalf("the playlist is cut: %q", p.text)
	}
	p.sequence, _ = strconv.ParseInt(s[1], 10, 64)
	p.initial = i[1]
	p.segments = listed.FindAllString(p.text, -1)
	for _, f := range append([]string{p.initial}, p.segments...) {
		if _, err := os.Stat(filepath.Join(dir, f)); err != nil {
			t.Fatalf("the playlist names what is not there: %v", err)
		}
	}
	return p, true
}

// full waits for a playlist of n segments that is newer than one before.
func full(t *testing.T, dir string, n int, after int64) (p playlist) {
	t.Helper()
	eventually(t, "a playlist", func() bool {
		var ok bool
		p, ok = readPlaylist(t, dir)
		return ok && p.sequence > after && len(p.segments) >= n
	})
	return p
}

func TestHLSPlaysAndStaysCleanOverARestart(t *testing.T) {
	t.Parallel()
	for _, codec := range []string{"aac", "opus"} {
		t.Run(codec, func(t *testing.T) {
			t.Parallel()
			a := newAir(t)
			dir := filepath.Join(t.TempDir(), "radio")
			hls := ffmpeg.HLS{Folder: dir, Codec: codec, Kbps: 96, Segment: 1, Window: 3}
			o := keep(t, ffmpeg.New(ffmpeg.Config{Args: hls.Args, Tidy: hls.Tidy, Check: hls.Check, Tap: a.tap, Folder: folder(t)}))
			o.Start()
			first := full(t, dir, 1, 0)
			if !strings.Contains(first.text, "#EXT-X-PROGRAM-DATE-TIME:") || !strings.Contains(first.text, "#EXT-X-DISCONTINUITY\n") {
				t.Errorf("the first playlist is %s", first.text)
			}
			signal(t, child(t, dir), syscall.SIGKILL)
			until(t, o, "retried", func(st output.Status) bool { return st.Restarts == 1 })
			// A stranger's file, and one of ours that is old enough to go.
			stranger, old := filepath.Join(dir, "live.html"), filepath.Join(dir, "live-7.m4s")
			for _, path := range []string{stranger, old} {
				if err := os.WriteFile(path, []byte("x"), 0o644); err != nil {
					t.Fatal(err)
				}
				if err := os.Chtimes(path, time.Now(), time.Now().Add(-time.Hour)); err != nil {
					t.Fatal(err)
				}
			}
			second := full(t, dir, 3, first.sequence)
			if second.initial == first.initial || strings.Contains(second.text, "ENDLIST") {
				t.Errorf("after %q comes %s", first.initial, second.text)
			}
			plays(t, filepath.Join(dir, "live.m3u8"), codec)
			eventually(t, "the old segment to go", func() bool { _, err := os.Stat(old); return os.IsNotExist(err) })
			eventually(t, "the window to be clean", func() bool {
				left, _ := filepath.Glob(filepath.Join(dir, "*"))
				return len(left) <= 3+1+1+3 // what is listed and just was, its beginning, playlist, stranger; what is being written
			})
			o.Stop()
			until(t, o, "off", isOff)
			if _, err := os.Stat(stranger); err != nil {
				t.Errorf("a file of somebody else's is gone: %v", err)
			}
			if last, _ := readPlaylist(t, dir); strings.Contains(last.text, "ENDLIST") {
				t.Errorf("players are told that the station is over: %s", last.text)
			}
		})
	}
}

// plays has ffprobe and ffmpeg play what they find for two seconds.
func plays(t *testing.T, path, codec string) {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-show_entries", "stream=codec_name,sample_rate,channels", "-of", "csv=p=0", path).CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), codec+",48000,2\n") {
		t.Errorf("ffprobe says %q, %v", out, err)
	}
	out, err = exec.Command("ffmpeg", "-v", "error", "-xerror", "-i", path, "-t", "2", "-f", "null", "-").CombinedOutput()
	if err != nil || len(out) != 0 {
		t.Errorf("playing it, ffmpeg says %q, %v", out, err)
	}
}

// TestAFolderThatIsGoneIsMadeAnew takes the folder away under an ffmpeg that goes on as
// if nothing were wrong.
func TestAFolderThatIsGoneIsMadeAnew(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "radio")
	hls := ffmpeg.HLS{Folder: dir, Segment: 1}
	o := keep(t, ffmpeg.New(ffmpeg.Config{Args: hls.Args, Tidy: hls.Tidy, Check: hls.Check, Tap: newAir(t).tap, Folder: folder(t)}))
	o.Start()
	first := full(t, dir, 1, 0)
	if err := os.Rename(dir, dir+"-gone"); err != nil {
		t.Fatal(err)
	}
	st := until(t, o, "retried", func(st output.Status) bool { return st.Restarts > 0 })
	if !strings.Contains(st.Error, "nothing more came to "+dir) && !strings.Contains(st.Error, "the folder is not there") {
		t.Errorf("the error is %q", st.Error)
	}
	full(t, dir, 2, first.sequence)
}

func TestWhatIsWrongWithAFolderIsSaid(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{
		file + "/radio":  "a file is in its way",
		"/proc/no/radio": "segments cannot be written to /proc/no/radio",
	} {
		if _, err := (ffmpeg.HLS{Folder: dir}).Args(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", dir, err)
		}
	}
	// A disk that is full leaves segments and playlists with nothing in them.
	dir := t.TempDir()
	hls := ffmpeg.HLS{Folder: dir, Segment: 1}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("live.m3u8", "#EXTM3U\n#EXTINF:1,\nlive-1.m4s\n#EXTINF:1,\nlive-2.m4s\n")
	write("live-1.m4s", "x")
	write("live-2.m4s", "x")
	if err := hls.Check(time.Minute); err != nil {
		t.Errorf("a whole folder: %v", err)
	}
	write("live-2.m4s", "")
	if err := hls.Check(time.Second); err != nil {
		t.Errorf("just after the start: %v", err)
	}
	if err := hls.Check(time.Minute); err == nil || !strings.Contains(err.Error(), "nothing more came") {
		t.Errorf("an empty segment: %v", err)
	}
	write("live.m3u8", "")
	if hls.Check(time.Minute) == nil {
		t.Error("an empty playlist is well")
	}
}
