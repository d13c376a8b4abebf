package ffmpeg_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bandstand/internal/ffmpeg"
	"bandstand/internal/output"
)

// secured puts TLS before a server on this computer; authority is the file of the
// certificate by which it can be known.
func secured(t *testing.T, port int) (address, authority string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	about := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), DNSNames: []string{"localhost"},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	authority = filepath.Join(t.TempDir(), "authority.pem")
	if err := os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "localhost:0", &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	t.Cleanup(func() { l.Close(); all.Wait() })
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { relay(c.(*tls.Conn), port) })
		}
	})
	_, listening, _ := net.SplitHostPort(l.Addr().String())
	return "localhost:" + listening, authority
}

// relay brings a visitor who trusts us to the server.
func relay(c *tls.Conn, port int) {
	defer c.Close()
	if c.Handshake() != nil {
		return
	}
	to, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return
	}
	defer to.Close()
	var back sync.WaitGroup
	back.Go(func() {
		_, _ = io.Copy(to, c)
		to.Close()
	})
	_, _ = io.Copy(c, to)
	c.Close()
	back.Wait()
}

// TestRTMPSLooksAtTheCertificate wants no key to go to a server that nobody vouches for,
// and the stream to arrive at one that somebody does.
func TestRTMPSLooksAtTheCertificate(t *testing.T) {
	port, path := freePort(t), filepath.Join(t.TempDir(), "seen.flv")
	wait := server(t, port, path)
	address, authority := secured(t, port)
	s := ffmpeg.Stream{FPS: 10, URL: func() (string, error) { return "rtmps://" + address + "/live/key", nil }}
	o := keep(t, ffmpeg.New(ffmpeg.Config{Args: s.Args, Tap: ownAir(tone), Folder: folder(t),
		Picture: &ffmpeg.Picture{Width: 64, Height: 36, FPS: s.FPS, Paint: brightness(64 * 36)}}))
	o.Start()
	st := until(t, o, "retrying", func(st output.Status) bool { return st.State == output.Retrying })
	if !strings.Contains(st.Error, "certificate") || !strings.Contains(st.Error, "insecure=yes") {
		t.Errorf("a server that nobody vouches for: %q", st.Error)
	}
	o.Stop()
	until(t, o, "off", isOff)

	t.Setenv("SSL_CERT_FILE", authority)
	o.Start()
	until(t, o, "on", isOn)
	time.Sleep(time.Second)
	o.Stop()
	until(t, o, "off", isOff)
	wait()
	if got := probe(t, path, "a", "packet=pts_time"); len(got) < 40 {
		t.Errorf("%d packets of sound arrived", len(got))
	}
}

func TestOnlyRTMPSIsVerified(t *testing.T) {
	url := func() (string, error) { return "rtmp://example.org/live/key", nil }
	secure := func() (string, error) { return "rtmps://example.org/live/key", nil }
	for _, c := range []struct {
		s    ffmpeg.Stream
		want bool
	}{{ffmpeg.Stream{URL: url}, false}, {ffmpeg.Stream{URL: secure}, true}, {ffmpeg.Stream{URL: secure, Insecure: true}, false}} {
		args, err := c.s.Args()
		if err != nil || slices.Contains(args, "-tls_verify") != c.want {
			t.Errorf("%q, %v", args, err)
		}
	}
}
