package control

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"bandstand/internal/command"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// echo answers every order with itself, once the gate lets it.
type echo struct {
	mu      sync.Mutex
	callers []command.Caller
	begun   chan string
	gate    chan struct{}
}

func (e *echo) Do(_ context.Context, c command.Caller, line string) command.Reply {
	e.mu.Lock()
	e.callers = append(e.callers, c)
	e.mu.Unlock()
	if e.begun != nil && line == "wait" {
		e.begun <- line
		<-e.gate
	}
	return command.Reply{OK: true, Text: "did " + line, Song: &command.SongInfo{Code: "k7m2p"}}
}

// serve runs a server until the test ends or stop is called, which waits for it.
func serve(t *testing.T, path string, o Orders) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	s := New(Config{Path: path, Orders: o})
	l, err := s.listen(ctx)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.accept(ctx, l) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func socket(t *testing.T) string {
	t.Helper()
	return SocketPath(t.TempDir())
}

func TestSendGetsTheReply(t *testing.T) {
	path, e := socket(t), &echo{}
	serve(t, path, e)
	for _, line := range []string{"now", "", "title k7m2p \"Grüße\"\x00\n", strings.Repeat("é", 2000)} {
		r, err := Send(t.Context(), path, line)
		if err != nil || !r.OK || r.Text != "did "+line || r.Song == nil || r.Song.Code != "k7m2p" {
			t.Errorf("%.20q: got %+v, %v", line, r, err)
		}
	}
	for _, c := range e.callers {
		if c.Door != "control" || !c.Local || c.Who == "" {
			t.Errorf("caller %+v", c)
		}
	}
}

func TestSocketIsPrivate(t *testing.T) {
	path := socket(t)
	serve(t, path, &echo{})
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 || info.Mode().Type() != os.ModeSocket {
		t.Errorf("the socket is %v, %v", info.Mode(), err)
	}
}

func TestOneConnectionManyOrders(t *testing.T) {
	path := socket(t)
	serve(t, path, &echo{})
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	lines := bufio.NewScanner(conn)
	for _, c := range []struct{ sent, want string }{
		{`{"order":"one"}`, `"reply":"did one"`},
		{`nonsense`, `error: that line is not an order`},
		{`{"order":5}`, `error: that line is not an order`},
		{``, `error: that line is not an order`},
		{`{"order":"two","more":[1]}`, `"reply":"did two"`},
	} {
		fmt.Fprintln(conn, c.sent)
		if !lines.Scan() || !strings.Contains(lines.Text(), c.want) {
			t.Errorf("%s: got %s, want %s", c.sent, lines.Text(), c.want)
		}
	}
}

func TestLongLineIsRefused(t *testing.T) {
	path := socket(t)
	serve(t, path, &echo{})
	r, err := Send(t.Context(), path, strings.Repeat("x", 1<<20))
	if err != nil || r.OK || !strings.Contains(r.Text, "too long") {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestConnectionsDoNotWaitForEachOther(t *testing.T) {
	path, e := socket(t), &echo{begun: make(chan string), gate: make(chan struct{})}
	serve(t, path, e)
	replies := make(chan command.Reply, 1)
	go func() {
		r, _ := Send(t.Context(), path, "wait")
		replies <- r
	}()
	<-e.begun
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			line := fmt.Sprint("order ", i)
			if r, err := Send(t.Context(), path, line); err != nil || r.Text != "did "+line {
				t.Errorf("%s: %+v, %v", line, r, err)
			}
		})
	}
	all.Wait()
	close(e.gate)
	if r := <-replies; r.Text != "did wait" {
		t.Errorf("the waiting order was answered %+v", r)
	}
}

func TestEndAnswersWhatWasOrdered(t *testing.T) {
	path, e := socket(t), &echo{begun: make(chan string), gate: make(chan struct{})}
	stop := serve(t, path, e)
	idle, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	replies := make(chan command.Reply, 1)
	go func() {
		r, err := Send(t.Context(), path, "wait")
		if err != nil {
			t.Error(err)
		}
		replies <- r
	}()
	<-e.begun
	stopped := make(chan struct{})
	go func() { stop(); close(stopped) }()
	if _, err := idle.Read(make([]byte, 1)); err == nil {
		t.Error("an idle connection was not closed")
	}
	close(e.gate)
	if r := <-replies; r.Text != "did wait" {
		t.Errorf("got %+v", r)
	}
	<-stopped
	if _, err := os.Lstat(path); err == nil {
		t.Error("the socket was left behind")
	}
}

func TestNobodyThere(t *testing.T) {
	path := socket(t)
	_, err := Send(t.Context(), path, "now")
	want := fmt.Sprintf("no station is running on %s: start one with `bandstand`", filepath.Dir(path))
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestSendIsGivenUp(t *testing.T) {
	path, e := socket(t), &echo{begun: make(chan string), gate: make(chan struct{})}
	serve(t, path, e)
	ctx, cancel := context.WithCancel(t.Context())
	errs := make(chan error)
	go func() {
		_, err := Send(ctx, path, "wait")
		errs <- err
	}()
	<-e.begun
	cancel()
	if err := <-errs; err == nil || !strings.Contains(err.Error(), "given up") {
		t.Errorf("got %v", err)
	}
	close(e.gate)
}

func TestLivingSocketIsNotStolen(t *testing.T) {
	path := socket(t)
	serve(t, path, &echo{})
	err := New(Config{Path: path, Orders: &echo{}}).Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "a station is running on "+filepath.Dir(path)) {
		t.Errorf("got %v", err)
	}
	if r, err := Send(t.Context(), path, "now"); err != nil || !r.OK {
		t.Errorf("the first station is gone: %+v, %v", r, err)
	}
}

func TestDeadSocketIsReplaced(t *testing.T) {
	path := socket(t)
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	l.Close()
	serve(t, path, &echo{})
	if r, err := Send(t.Context(), path, "now"); err != nil || !r.OK {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestSocketPath(t *testing.T) {
	deep := "/" + strings.Repeat("d", 120)
	t.Setenv("XDG_RUNTIME_DIR", "/run/user/7")
	private := fmt.Sprintf("bandstand-%d", os.Getuid())
	for _, c := range []struct{ runtime, data, want string }{
		{"/run/user/7", "/var/lib/bandstand", "/var/lib/bandstand/control.sock"},
		{"/run/user/7", "/" + strings.Repeat("d", 86), "/" + strings.Repeat("d", 86) + "/control.sock"},
		{"/run/user/7", deep, "/run/user/7/" + private + "/"},
		{"", deep, filepath.Join(os.TempDir(), private) + "/"},
		{"relative", deep, filepath.Join(os.TempDir(), private) + "/"},
		{"/" + strings.Repeat("r", 100), deep, filepath.Join(os.TempDir(), private) + "/"},
	} {
		t.Setenv("XDG_RUNTIME_DIR", c.runtime)
		got := SocketPath(c.data)
		if !strings.HasPrefix(got, c.want) || len(got) > longestPath {
			t.Errorf("%s: got %s, want %s", c.data, got, c.want)
		}
	}
	if SocketPath(deep) == SocketPath(deep+"e") || SocketPath(deep) != SocketPath(deep+"/") {
		t.Error("the path must follow from the data folder, and from nothing else")
	}
}

func TestFarSocket(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	path := SocketPath("/" + strings.Repeat("d", 120))
	stop := serve(t, path, &echo{})
	if r, err := Send(t.Context(), path, "now"); err != nil || !r.OK {
		t.Errorf("got %+v, %v", r, err)
	}
	stop()
	if err := os.Chmod(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := New(Config{Path: path, Orders: &echo{}}).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "not private") {
		t.Errorf("a folder that is open to others was taken: %v", err)
	}
}

func TestFolderMissing(t *testing.T) {
	err := New(Config{Path: filepath.Join(t.TempDir(), "no", "control.sock"), Orders: &echo{}}).Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "cannot be made") {
		t.Errorf("got %v", err)
	}
}

func TestReplyIsTheObjectOfTheAPI(t *testing.T) {
	path := socket(t)
	serve(t, path, &echo{})
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintln(conn, `{"order":"x"}`)
	var got map[string]any
	if err := json.NewDecoder(conn).Decode(&got); err != nil || got["ok"] != true || got["reply"] != "did x" {
		t.Errorf("got %v, %v", got, err)
	}
}
