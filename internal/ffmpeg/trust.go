package ffmpeg

import (
	"os"
	"strings"
)

// trust has ffmpeg look at the certificate of a server with TLS. By itself it takes any,
// and whoever is in between would get the key of the stream.
func trust(url string, insecure bool) []string {
	if insecure || !strings.HasPrefix(strings.ToLower(url), "rtmps:") {
		return nil
	}
	args := []string{"-tls_verify", "1"}
	if file := authorities(); file != "" { // those that were built with OpenSSL know none by themselves
		args = append(args, "-ca_file", file)
	}
	return args
}

// systems are where systems keep the certificates of those whom they trust.
var systems = []string{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem"}

// authorities is the file of certificates that are trusted: SSL_CERT_FILE, as elsewhere,
// or the system's; "" where there is none.
func authorities() string {
	if file := os.Getenv("SSL_CERT_FILE"); file != "" {
		return file
	}
	for _, file := range systems {
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	return ""
}
