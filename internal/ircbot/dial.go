package ircbot

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"
)

// dialTime is how long a connection may take until TLS is agreed on.
const dialTime = 15 * time.Second

func (n *network) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	conn, err := n.bot.Dial(ctx, "tcp", n.Address)
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", n.Address, err)
	}
	if !n.TLS {
		return conn, nil
	}
	cfg, err := n.tlsConfig()
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	secure := tls.Client(conn, cfg)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, n.explainTLS(err)
	}
	return secure, nil
}

func (n *network) tlsConfig() (*tls.Config, error) {
	host, _, err := net.SplitHostPort(n.Address)
	if err != nil {
		return nil, fmt.Errorf("reading the address: %w", err)
	}
	cfg := &tls.Config{ServerName: host, RootCAs: n.roots, MinVersion: tls.VersionTLS12, InsecureSkipVerify: n.Insecure || n.Fingerprint != ""}
	if n.Fingerprint != "" {
		cfg.VerifyConnection = n.pinned
	}
	if n.ClientCert != "" {
		key := n.ClientKey
		if key == "" {
			key = n.ClientCert
		}
		cert, err := tls.LoadX509KeyPair(n.ClientCert, key)
		if err != nil {
			return nil, refuse("the bot's own certificate cannot be used (%v): mend client_cert and client_key", err)
		}
		cfg.Certificates = []tls.Certificate{cert}
	}
	return cfg, nil
}

// pinned takes the one certificate whose fingerprint is known.
func (n *network) pinned(state tls.ConnectionState) error {
	sum := sha256.Sum256(state.PeerCertificates[0].Raw)
	got := hex.EncodeToString(sum[:])
	if want := strings.ToLower(strings.NewReplacer(":", "", " ", "").Replace(n.Fingerprint)); got != want {
		return refuse("the server's certificate has the fingerprint %s, not the one in the configuration: if it was renewed, write the new one", got)
	}
	return nil
}

// explainTLS says what to do about a handshake that failed.
func (n *network) explainTLS(err error) error {
	var r *refusal
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var noTLS tls.RecordHeaderError
	switch {
	case errors.As(err, &r):
		return r
	case errors.As(err, &host):
		return refuse("the certificate is for another host (%v): write the right name in address, or pin the certificate with fingerprint", host)
	case errors.As(err, &unknown), errors.As(err, &invalid):
		return refuse("the certificate cannot be trusted (%v): pin it with fingerprint, or take any with insecure = true", err)
	case errors.As(err, &noTLS), errors.Is(err, context.DeadlineExceeded):
		return refuse("%s does not speak TLS: use its TLS port (often 6697), or tls = false", n.Address)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) {
		return fmt.Errorf("%s hung up before TLS was agreed on: if it does not speak TLS, use its TLS port (often 6697), or tls = false", n.Address)
	}
	return fmt.Errorf("agreeing on TLS with %s: %w", n.Address, err)
}
