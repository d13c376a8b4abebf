package icecast

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"bandstand/internal/icecast/icecasttest"
	"bandstand/internal/output"
)

// certify makes a key and a certificate for names, in PEM, and who trusts it.
func certify(t *testing.T, names ...string) ([]byte, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			about.IPAddresses = append(about.IPAddresses, ip)
		} else {
			about.DNSNames = append(about.DNSNames, n)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, &about, &about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(public)
	return append(public, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})...), pool
}

func TestTLS(t *testing.T) {
	t.Parallel()
	files, trusted := certify(t, "127.0.0.1")
	foreign, trustedToo := certify(t, "radio.example.org")
	server := openServer(t, icecasttest.Options{Certificate: files})
	other := openServer(t, icecasttest.Options{Certificate: foreign})
	s := openStudio(t, "mp3")
	secure := func(host string, pool *x509.CertPool) Config {
		c := config(s, host)
		c.TLS, c.RootCAs = true, pool
		return c
	}
	t.Run("trusted", func(t *testing.T) {
		o := start(t, secure(server.Secure, trusted))
		untilState(t, o, output.On)
		isTone(t, hear(t, server.URL("/live.mp3"), time.Second))
		until(t, "titles go the same way", func() bool { return titleOf(t, server) == "First Song" })
		o.Stop()
		untilState(t, o, output.Off)
	})
	t.Run("not trusted", func(t *testing.T) {
		fails(t, start(t, secure(server.Secure, x509.NewCertPool())), "nobody that this computer trusts", "insecure=yes")
	})
	t.Run("of another host", func(t *testing.T) {
		fails(t, start(t, secure(other.Secure, trustedToo)), "is not made for 127.0.0.1", "insecure=yes")
	})
	t.Run("insecure on purpose", func(t *testing.T) {
		c := secure(other.Secure, nil)
		c.Insecure = true
		untilState(t, start(t, c), output.On)
	})
	t.Run("TLS at a plain port", func(t *testing.T) {
		fails(t, start(t, secure(server.Address, trusted)), "does not speak TLS", "icecast://")
	})
	t.Run("plain at a TLS port", func(t *testing.T) {
		fails(t, start(t, config(s, server.Secure)), "icecasts://")
	})
}

// pretend is a server that does with each connection what it is told.
func pretend(t *testing.T, do func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // ends with the test
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, c)
			mu.Unlock()
			all.Go(func() { do(c) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for _, c := range open {
			_ = c.Close()
		}
		mu.Unlock()
		all.Wait()
	})
	return l.Addr().String()
}

// answer reads a request and says something.
func answer(text string) func(net.Conn) {
	return func(c net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
			_, _ = io.WriteString(c, text)
		}
	}
}

func TestServersThatAreNone(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "mp3")
	for _, c := range []struct {
		name string
		do   func(net.Conn)
		want []string
	}{
		{"says nothing", func(net.Conn) {}, []string{"does not answer: it had 5s"}},
		{"hangs up", func(c net.Conn) { _ = c.Close() }, []string{"hung up without an answer", "right port"}},
		{"speaks another language", func(c net.Conn) { _, _ = io.WriteString(c, "220 mail.example.org ESMTP\r\n") }, []string{"is no Icecast server", "right port"}},
		{"never ends its line", func(c net.Conn) { _, _ = io.Copy(c, endless{}) }, []string{"right port"}},
		{"has no such place", answer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), []string{"knows no /live.mp3"}},
		{"is too old", answer("HTTP/1.0 501 Not Implemented\r\n\r\n"), []string{"Icecast 2.4 or later"}},
		{"sends elsewhere", answer("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"), []string{"answers 302"}},
		{"is broken", answer("HTTP/1.1 500 Oops\r\nContent-Length: 39\r\n\r\n<p>no \x00 Basic c291cmNlOmNvcnJlY3QgaG9yc2U="), []string{"answers 500"}},
		{"tells our secret back", answer("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\nbad <b>correct horse</b> c291cmNlOmNvcnJlY3QgaG9yc2U="), []string{`"bad *** ***"`}},
		{"refuses after all", answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"), []string{"does not take this password"}},
		{"goes away", answer("HTTP/1.1 200 OK\r\n\r\n"), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			do := c.do
			if c.want == nil {
				do = func(conn net.Conn) { c.do(conn); _ = conn.Close() }
				c.want = []string{"ended the connection"}
			}
			fails(t, start(t, config(s, pretend(t, do))), c.want...)
		})
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// takes is a server with small buffers that takes our sound as do says.
func takes(do func(net.Conn)) func(net.Conn) {
	return func(c net.Conn) {
		_ = c.(*net.TCPConn).SetReadBuffer(4 << 10)
		req, err := http.ReadRequest(bufio.NewReader(c))
		if err != nil {
			return
		}
		if req.Method != http.MethodPut {
			_, _ = io.WriteString(c, "HTTP/1.0 200 OK\r\n\r\n")
			_ = c.Close()
			return
		}
		_, _ = io.WriteString(c, "HTTP/1.1 100 Continue\r\n\r\n")
		do(c)
	}
}

func TestServerThatTakesNothing(t *testing.T) {
	t.Parallel()
	s := openStudio(t, "mp3")
	o := start(t, config(s, pretend(t, takes(func(net.Conn) {}))))
	fails(t, o, "takes no sound: nothing in 3s")
}

func TestServerThatIsStopped(t *testing.T) {
	t.Parallel()
	server := openServer(t, icecasttest.Options{})
	s := openStudio(t, "mp3")
	o := start(t, config(s, server.Address))
	untilState(t, o, output.On)
	until(t, "it answered a question", func() bool {
		for line := range strings.Lines(server.Accesses()) {
			if strings.Contains(line, "/status-json.xsl") && strings.Contains(line, "Bandstand/test") {
				return true
			}
		}
		return false
	})
	if err := server.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	untilState(t, o, output.Behind)
	t.Logf("noticed after %v", time.Since(began))
	untilState(t, o, output.Retrying)
	fails(t, o, "hangs: it answers nothing")
	if err := server.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	untilState(t, o, output.On)
	isTone(t, hear(t, server.URL("/live.mp3"), time.Second))
}
