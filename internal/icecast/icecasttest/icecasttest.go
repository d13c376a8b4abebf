// Package icecasttest has real Icecast servers on free ports. Tests and the bench use
// it.
package icecasttest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Password is that of a server's sources.
const Password = "correct horse"

// Patience is how long to wait for what happens in another program's time.
const Patience = 20 * time.Second

// Options are what a server is made of.
type Options struct {
	// Certificate is a key and a certificate for a second, encrypted port, in PEM.
	Certificate []byte
	// Sources is how many sources it takes at once; default 10.
	Sources int
}

// Server is a real Icecast that gives its listeners no burst and titles every 2,000
// bytes. Start and Stop may be called again and again; Close at the end also removes
// its files.
type Server struct {
	Address string // host:port
	Secure  string // the encrypted one, if there is a certificate

	program string
	dir     string
	cmd     *exec.Cmd
}

// New starts a server.
func New(o Options) (*Server, error) {
	program, err := exec.LookPath("icecast2")
	if err != nil {
		return nil, errors.New("icecast2 is missing: run scripts/peers icecast2 (make test does)")
	}
	s := &Server{program: program}
	if s.dir, err = os.MkdirTemp("", "icecasttest"); err != nil {
		return nil, err
	}
	err = s.configure(o)
	if err == nil {
		err = s.Start()
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// configure writes its files. They are open to all, since a server that root starts
// gives up its rights: Icecast runs for nobody else.
func (s *Server) configure(o Options) error {
	if err := os.Chmod(s.dir, 0o777); err != nil { // not with Mkdir: the umask
		return err
	}
	if o.Sources == 0 {
		o.Sources = 10
	}
	var sockets, paths string
	for _, p := range []struct {
		address *string
		ssl     string
		use     bool
	}{{&s.Address, "", true}, {&s.Secure, "<ssl>1</ssl>", o.Certificate != nil}} {
		if !p.use {
			continue
		}
		port, err := FreePort()
		if err != nil {
			return err
		}
		*p.address = fmt.Sprintf("127.0.0.1:%d", port)
		sockets += fmt.Sprintf("<listen-socket><port>%d</port><bind-address>127.0.0.1</bind-address>%s</listen-socket>", port, p.ssl)
	}
	if o.Certificate != nil {
		file := filepath.Join(s.dir, "certificate.pem")
		if err := os.WriteFile(file, o.Certificate, 0o644); err != nil {
			return err
		}
		paths = "<ssl-certificate>" + file + "</ssl-certificate>"
	}
	text := fmt.Sprintf(`<icecast>
<limits><clients>200</clients><sources>%d</sources><source-timeout>10</source-timeout><burst-on-connect>0</burst-on-connect><burst-size>0</burst-size></limits>
<authentication><source-password>%s</source-password><relay-password>x</relay-password><admin-user>admin</admin-user><admin-password>x</admin-password></authentication>
<hostname>localhost</hostname>%s
<mount type="default"><mp3-metadata-interval>2000</mp3-metadata-interval></mount>
<paths><logdir>%s</logdir><webroot>/usr/share/icecast2/web</webroot><adminroot>/usr/share/icecast2/admin</adminroot>%s</paths>
<logging><accesslog>access.log</accesslog><errorlog>error.log</errorlog><loglevel>3</loglevel></logging>
<security><chroot>0</chroot><changeowner><user>nobody</user><group>nogroup</group></changeowner></security>
</icecast>`, o.Sources, Password, sockets, s.dir, paths)
	return os.WriteFile(filepath.Join(s.dir, "icecast.xml"), []byte(text), 0o644)
}

// Start runs the server and returns when it answers. Icecast 2.4.4 that starts on a
// busy machine hangs now and then, once in some fifty times: then another is started.
func (s *Server) Start() error {
	var err error
	for range 5 {
		if err = s.try(); err == nil {
			return nil
		}
		s.Stop()
	}
	return err
}

func (s *Server) try() error {
	var out strings.Builder
	s.cmd = exec.CommandContext(context.Background(), s.program, "-c", filepath.Join(s.dir, "icecast.xml"))
	s.cmd.Stdout, s.cmd.Stderr = &out, &out
	if err := s.cmd.Start(); err != nil {
		s.cmd = nil
		return fmt.Errorf("starting icecast2: %w", err)
	}
	for limit := time.Now().Add(Patience / 5); time.Now().Before(limit); {
		if s.answers() {
			return nil
		}
		<-time.After(5 * time.Millisecond)
	}
	s.Stop() // what it says is complete then
	return fmt.Errorf("icecast2 does not answer: %s%s", out.String(), s.Log())
}

// answers says whether the server does.
func (s *Server) answers() bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, err := s.Mounts(ctx)
	return err == nil
}

// Signal sends the server a signal.
func (s *Server) Signal(sig os.Signal) error { return s.cmd.Process.Signal(sig) }

// Stop kills the server.
func (s *Server) Stop() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait() // it was killed
	s.cmd = nil
}

// Close stops the server for good.
func (s *Server) Close() error {
	s.Stop()
	return os.RemoveAll(s.dir)
}

// Log is what the server said so far of what goes on.
func (s *Server) Log() string { return s.file("error.log") }

// Accesses is what it noted of requests that are over.
func (s *Server) Accesses() string { return s.file("access.log") }

func (s *Server) file(name string) string {
	text, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// URL is where one listens to a mount.
func (s *Server) URL(mount string) string { return "http://" + s.Address + mount }

// Mount is what the server tells the world of a mount.
type Mount struct {
	URL         string `json:"listenurl"`
	Type        string `json:"server_type"`
	Name        string `json:"server_name"`
	Description string `json:"server_description"`
	Genre       string `json:"genre"`
	Title       string `json:"title"`
	Bitrate     int    `json:"bitrate"`
	SampleRate  int    `json:"samplerate"`
	Listeners   int    `json:"listeners"`
}

// Mounts are all mounts that are on the air, from /status-json.xsl.
func (s *Server) Mounts(ctx context.Context) (map[string]Mount, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL("/status-json.xsl"), nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	var status struct {
		Stats struct{ Source json.RawMessage } `json:"icestats"`
	}
	if err := json.NewDecoder(res.Body).Decode(&status); err != nil {
		return nil, fmt.Errorf("reading Icecast's status: %w", err)
	}
	var all []Mount
	switch text := status.Stats.Source; {
	case len(text) == 0:
	case text[0] == '{': // one is no list
		all = make([]Mount, 1)
		err = json.Unmarshal(text, &all[0])
	default:
		err = json.Unmarshal(text, &all)
	}
	mounts := map[string]Mount{}
	for _, m := range all {
		at := strings.LastIndexByte(m.URL, '/')
		mounts[m.URL[at:]] = m
	}
	return mounts, err
}

// Heard says whether sound comes from a mount.
func (s *Server) Heard(ctx context.Context, mount string) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL(mount), nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer func() { _ = res.Body.Close() }()
	n, _ := res.Body.Read(make([]byte, 1))
	return res.StatusCode == http.StatusOK && n == 1
}

// FreePort is a port of this computer that nobody uses, and that no outgoing
// connection takes (those begin at 32,768) while a server is away for a moment.
func FreePort() (int, error) {
	var lc net.ListenConfig
	for {
		port := 20000 + rand.IntN(12000)
		l, err := lc.Listen(context.Background(), "tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if errors.Is(err, syscall.EADDRINUSE) {
			continue
		}
		if err != nil {
			return 0, err
		}
		return port, l.Close()
	}
}
