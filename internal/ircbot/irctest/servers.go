// Package irctest has real IRC servers on free ports, and people on them who speak
// with another library than the bot does. Tests and the bench use it.
package irctest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Patience is how long to wait for what happens in another program's time.
const Patience = 20 * time.Second

// Server is a real IRC server. Start and Stop may be called again and again; Close
// at the end also removes its files.
type Server struct {
	Address string // host:port

	program string
	args    []string
	dir     string
	cmd     *exec.Cmd
}

// Ngircd starts ngIRCd with more lines for the end of its [Global] section.
func Ngircd(more string) (*Server, error) {
	return begin("ngircd", func(port int, dir string) (string, []string) {
		return fmt.Sprintf("[Global]\nName = irc.test.example\nInfo = a test\nListen = 127.0.0.1\nPorts = %d\nMotdPhrase = hello\n%s\n"+
			"[Limits]\nMaxConnectionsIP = 0\nMaxJoins = 50\n[Options]\nDNS = no\nIdent = no\nPAM = no\nIncludeDir = %s\n", port, more, dir), []string{"-n", "-f"}
	})
}

// Inspircd starts InspIRCd with its modules for IRCv3.
func Inspircd() (*Server, error) {
	return begin("inspircd", func(port int, _ string) (string, []string) {
		text := fmt.Sprintf(`<config format="xml">
<server name="irc.test.example" description="a test" network="Test" id="1AA">
<admin name="a" nick="a" email="a@irc.test.example">
<bind address="127.0.0.1" port="%d" type="clients">
<connect name="main" allow="*" timeout="60" pingfreq="120" localmax="1000" globalmax="1000" maxconnwarn="no" recvq="65536" threshold="10" commandrate="1000"
 fakelag="yes" resolvehostnames="no" useident="no">
<performance nouserdns="yes">
`, port)
		for _, m := range []string{"cap", "ircv3", "ircv3_accounttag", "ircv3_batch", "ircv3_ctctags", "ircv3_echomessage", "ircv3_labeledresponse", "ircv3_servertime", "chghost", "botmode"} {
			text += fmt.Sprintf("<module name=%q>\n", m)
		}
		return text, []string{"--runasroot", "--nofork", "--nopid", "--nolog", "--config"}
	})
}

func begin(program string, configure func(port int, dir string) (text string, args []string)) (*Server, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		path = "/usr/sbin/" + program // not in everybody's PATH
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("%s is missing: run scripts/peers %s (make test does)", program, program)
		}
	}
	port, err := FreePort()
	if err != nil {
		return nil, err
	}
	dir, err := OpenDir()
	if err != nil {
		return nil, err
	}
	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o755); err != nil {
		return nil, err
	}
	conf := filepath.Join(dir, "conf")
	text, args := configure(port, empty)
	s := &Server{Address: fmt.Sprintf("127.0.0.1:%d", port), program: path, args: append(args, conf), dir: dir}
	if err := os.WriteFile(conf, []byte(text), 0o644); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.Start(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Start runs the server and returns when it takes connections.
func (s *Server) Start() error {
	var out strings.Builder
	s.cmd = exec.CommandContext(context.Background(), s.program, s.args...)
	s.cmd.Stdout, s.cmd.Stderr = &out, &out
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", s.program, err)
	}
	var dialer net.Dialer
	for limit := time.Now().Add(Patience); time.Now().Before(limit); {
		conn, err := dialer.DialContext(context.Background(), "tcp", s.Address)
		if err == nil {
			return conn.Close()
		}
		<-time.After(5 * time.Millisecond)
	}
	s.Stop()
	return fmt.Errorf("%s does not listen: %s", s.program, out.String())
}

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

// FreePort is a port of this computer that nobody uses.
func FreePort() (int, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// OpenDir is a new folder that a server may read that has given up its rights.
func OpenDir() (string, error) {
	dir, err := os.MkdirTemp("", "irctest")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755)
}
