package ircbot

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// ngircd runs ngIRCd with more lines of configuration.
func ngircd(t testing.TB, more string) *server {
	t.Helper()
	port := freePort(t)
	dir := openDir(t)
	conf := filepath.Join(dir, "ngircd.conf")
	put(t, conf, fmt.Sprintf("[Global]\nName = irc.test.example\nInfo = a test\nListen = 127.0.0.1\nPorts = %d\nMotdPhrase = hello\n%s\n"+
		"[Limits]\nMaxConnectionsIP = 0\nMaxJoins = 50\n[Options]\nDNS = no\nIdent = no\nPAM = no\nIncludeDir = %s/none\n", port, more, dir))
	if err := os.Mkdir(filepath.Join(dir, "none"), 0o755); err != nil {
		t.Fatal(err)
	}
	return serve(t, fmt.Sprintf("127.0.0.1:%d", port), "ngircd", "-n", "-f", conf)
}

// inspircd runs InspIRCd, which speaks IRCv3.
func inspircd(t testing.TB) *server {
	t.Helper()
	port := freePort(t)
	dir := openDir(t)
	conf := filepath.Join(dir, "inspircd.conf")
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
	put(t, conf, text)
	return serve(t, fmt.Sprintf("127.0.0.1:%d", port), "inspircd", "--runasroot", "--nofork", "--nopid", "--nolog", "--config", conf)
}

// openDir is a folder that a server may read that has given up its rights.
func openDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ircbot")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func put(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// certificate makes one for hosts, as PEM files, with its fingerprint.
func certificate(t testing.TB, dir string, hosts ...string) (cert, key, fingerprint string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: hosts[0]}, DNSNames: hosts,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true, IsCA: true}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	put(t, cert, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	put(t, key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})))
	sum := sha256.Sum256(der)
	return cert, key, strings.ToUpper(hex.EncodeToString(sum[:]))
}
