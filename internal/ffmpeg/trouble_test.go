package ffmpeg_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bandstand/internal/ffmpeg"
	"bandstand/internal/output"
)

// heard is a log that keeps its lines.
type heard struct {
	slog.Handler
	mu    sync.Mutex
	lines []string
}

func newHeard() *heard { return &heard{Handler: slog.DiscardHandler} }

func (h *heard) Enabled(context.Context, slog.Level) bool { return true }

func (h *heard) Handle(_ context.Context, r slog.Record) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lines = append(h.lines, r.Message)
	return nil
}

func (h *heard) all() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.lines)
}

// fails runs an output until it has failed, and gives its error.
func fails(t *testing.T, c ffmpeg.Config) string {
	t.Helper()
	a := newAir(t)
	c.Tap, c.Folder = a.tap, folder(t)
	o := keep(t, ffmpeg.New(c))
	o.Start()
	st := until(t, o, "in trouble", func(st output.Status) bool { return st.Error != "" })
	o.Stop()
	until(t, o, "off", isOff)
	return st.Error
}

func TestTroubleIsToldInWords(t *testing.T) {
	t.Parallel()
	refuses := func(code int) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }))
		t.Cleanup(s.Close)
		return strings.TrimPrefix(s.URL, "http://")
	}
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := nobody.Addr().String()
	nobody.Close()
	dir := t.TempDir()
	for _, c := range []struct{ name, program, args, wants string }{
		{"no program", "/nowhere/ffmpeg", "x", `^/nowhere/ffmpeg is not installed \(Debian: apt install ffmpeg\)$`},
		{"a folder as program", dir, "x", `may not be run`},
		{"an encoder that is not there", "", "-c:a libnothing -f wav /dev/null", `^ffmpeg ended \(exit status 1\): this ffmpeg has no libnothing: .*Unknown encoder`},
		{"a format that is not there", "", "-f nothing /dev/null", `this ffmpeg cannot write nothing: `},
		{"an option that is not there", "", "-nothing 3 -f wav /dev/null", `it does not know an option: check the arguments; it said: .*nothing`},
		{"a full disk", "", "-f wav /dev/full", `the disk is full: make room there; it said: .*No space left`},
		{"a folder that is not there", "", "-f wav " + dir + "/no/out.wav", `the folder is not there: make it; it said: .*No such file`},
		{"a folder for a file", "", "-f wav " + dir, `^ffmpeg ended \(exit status 1\): .*Is a directory`},
		{"nobody at home", "", "-c:a aac -f flv rtmp://" + closed + "/live/key", `nobody answers there: .*Connection refused`},
		{"a wrong password", "", "-c:a libmp3lame -content_type audio/mpeg -f mp3 icecast://source:hackme@" + refuses(401) + "/live", `the server refused the password or key; it said: .*401`},
		{"something forbidden", "", "-c:a libmp3lame -content_type audio/mpeg -f mp3 icecast://source:hackme@" + refuses(403) + "/live", `the server does not allow it: .*403`},
		{"nothing said", script(t, "exit 3"), "x", `^ffmpeg ended \(exit status 3\) without a word$`},
		{"an end of its own accord", "", "-t 0.1 -f wav /dev/null", `^ffmpeg ended by itself: its arguments let it$`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := fails(t, ffmpeg.Config{Program: c.program, Args: args(strings.Fields(c.args)...)})
			if !regexp.MustCompile(c.wants).MatchString(got) {
				t.Errorf("the error is %q, which %s does not match", got, c.wants)
			}
		})
	}
}

func TestArgumentsThatCannotBeHad(t *testing.T) {
	t.Parallel()
	got := fails(t, ffmpeg.Config{Args: func() ([]string, error) { return nil, fmt.Errorf("the variable KEY is not set") }})
	if got != "the variable KEY is not set" {
		t.Errorf("the error is %q", got)
	}
}

// mask hides what follows key=, as the station's own mask does with much more.
func mask(text string) string {
	return regexp.MustCompile(`key=\S+`).ReplaceAllString(text, "key=***")
}

func TestWhatItSaysIsLimitedAndMasked(t *testing.T) {
	t.Parallel()
	log := newHeard()
	program := script(t, `
i=0; while [ $i -lt 20000 ]; do echo "[warning] line $i about key=s3cret-1 and the s3cret-1 itself"; i=$((i+1)); done >&2
head -c 1000000 /dev/zero | tr '\0' x >&2; echo >&2
printf '[error] bell \007 and colour \033[31m, then key=s3cret-1\n' >&2
echo 'the s3cret-1 was wrong' >&2
exit 1`)
	began := time.Now()
	got := fails(t, ffmpeg.Config{Program: program, Args: args("rtmp://x/app?key=s3cret-1"), Masks: mask, Log: slog.New(log)})
	seconds := int(time.Since(began).Seconds()) + 1
	lines := log.all()
	if len(lines) == 0 || len(lines) > 6*seconds+10 {
		t.Errorf("%d lines were logged within %d s", len(lines), seconds)
	}
	if !strings.Contains(strings.Join(lines, "\n"), "more lines are left out") {
		t.Error("the log does not say that lines were left out")
	}
	for _, line := range append(lines, got) {
		if strings.Contains(line, "s3cret") || len(line) > 800 || strings.ContainsAny(line, "\a\x1b") {
			t.Errorf("logged: %q", line)
		}
	}
	if !strings.HasPrefix(got, "ffmpeg ended (exit status 1): bell") {
		t.Errorf("the error is %q", got)
	}
}

func TestRealWordsAreMasked(t *testing.T) {
	t.Parallel()
	log := newHeard()
	got := fails(t, ffmpeg.Config{Args: args("-loglevel", "debug", "-f", "flv", "rtmp://127.0.0.1:1/app?key=s3cret-2"), Masks: mask, Log: slog.New(log)})
	all := strings.Join(append(log.all(), got), "\n")
	if strings.Contains(all, "s3cret") || !strings.Contains(got, "nobody answers there") {
		t.Errorf("error and log are %s", all)
	}
}

func TestSecretsAreFoundByWhatIsHidden(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, masked string
		want         []string
	}{
		{"rtmp://a/live/abcd-efgh?x=1", "rtmp://a/live/***", []string{"abcd-efgh?x=1"}},
		{"http://u:first@h/?token=second&b=1", "http://u:***@h/?token=***&b=1", []string{"first", "second"}},
		{"nothing at all", "nothing at all", nil},
		{"p=abc", "p=***", nil},
		{"", "***", nil},
		{"other", "changed***", nil},
	} {
		if got := ffmpeg.Secrets(c.text, c.masked); !slices.Equal(got, c.want) {
			t.Errorf("of %q, %q hides %q, not %q", c.text, c.masked, got, c.want)
		}
	}
}

func TestNoProgramIsNotAskedForAtOnceAgain(t *testing.T) {
	t.Parallel()
	a := newAir(t)
	o := keep(t, ffmpeg.New(ffmpeg.Config{Program: "/nowhere/ffmpeg", Args: args("x"), Tap: a.tap, Folder: folder(t)}))
	o.Start()
	until(t, o, "retried", func(st output.Status) bool { return st.State == output.Retrying })
	a.pass(t, 600*time.Millisecond) // an ordinary failure has been tried again by then
	if st := o.Status(); st.Restarts != 0 {
		t.Errorf("it was tried %d times again", st.Restarts)
	}
}

func TestAFolderThatIsTooDeep(t *testing.T) {
	t.Parallel()
	a := newAir(t)
	deep := filepath.Join(t.TempDir(), strings.Repeat("d", 100))
	o := keep(t, ffmpeg.New(ffmpeg.Config{Args: args("x"), Tap: a.tap, Folder: deep}))
	o.Start()
	st := until(t, o, "in trouble", func(st output.Status) bool { return st.Error != "" })
	if !strings.Contains(st.Error, "too long for a socket: give a shorter data folder") {
		t.Errorf("the error is %q", st.Error)
	}
}

// TestWhatIsSaidAgainIsLoggedOnce has an output fail several times in one way.
func TestWhatIsSaidAgainIsLoggedOnce(t *testing.T) {
	t.Parallel()
	log := newHeard()
	program := script(t, `echo "[tcp @ 0x$$] [error] nobody answers there" >&2; exit 1`)
	o := keep(t, ffmpeg.New(ffmpeg.Config{Program: program, Args: args("x"), Tap: newAir(t).tap, Folder: folder(t), Log: slog.New(log)}))
	o.Start()
	st := until(t, o, "tried again", func(st output.Status) bool { return st.Restarts >= 3 })
	o.Stop()
	until(t, o, "off", isOff)
	if n := strings.Count(strings.Join(log.all(), "\n"), "nobody answers there"); n != 1 {
		t.Errorf("it was logged %d times: %q", n, log.all())
	}
	if !strings.Contains(st.Error, "nobody answers there") {
		t.Errorf("the error is %q", st.Error)
	}
}
