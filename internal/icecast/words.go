package icecast

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"syscall"
	"time"

	"bandstand/internal/broadcast"
	"bandstand/internal/output"
)

// How long a new attempt would not help.
const (
	untilCorrected = 15 * time.Second
	untilFree      = 5 * time.Second
)

// errInUse says that another source has the mount.
var errInUse = errors.New("another source sends there")

// unreached says why there is no connection.
func (k *Sink) unreached(err error) error {
	host, name := k.config.Host, k.tls().ServerName
	var unknown *net.DNSError
	switch {
	case errors.As(err, &unknown) && unknown.IsNotFound:
		return fmt.Errorf("there is no host %s: look how it is spelled", name)
	case errors.As(err, &unknown):
		return fmt.Errorf("the address of %s cannot be looked up: is this computer on the network?", name)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("nothing listens at %s: is Icecast running there, and is it the right port?", host)
	case isLate(err):
		return fmt.Errorf("%s does not answer: it had %v", host, answerTime)
	}
	return fmt.Errorf("%s cannot be reached: %w", host, bare(err))
}

// notSecure says why TLS does not come about.
func (k *Sink) notSecure(err error) error {
	host, name := k.config.Host, k.tls().ServerName
	var foreign x509.HostnameError
	var invalid x509.CertificateInvalidError
	var plain tls.RecordHeaderError
	switch {
	case errors.As(err, &foreign):
		return fmt.Errorf("the certificate of %s is not made for %s: use the name that it is made for, or insecure=yes to trust it all the same", host, name)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Errorf("the certificate of %s is not valid today: have it renewed, or look at this computer's clock", host)
	case errors.As(err, new(x509.UnknownAuthorityError)) || errors.As(err, &invalid):
		return fmt.Errorf("nobody that this computer trusts vouches for the certificate of %s: insecure=yes trusts it all the same", host)
	case isLate(err): // as Icecast at a plain port
		return fmt.Errorf("%s does not answer in TLS: it hangs, or it does not speak TLS at that port; look for the port that does (icecast:// sends the password in the clear)", host)
	case errors.As(err, &plain) || errors.Is(err, io.EOF):
		return fmt.Errorf("%s does not speak TLS: write icecast:// instead of icecasts://, or the port that does", host)
	}
	return fmt.Errorf("%s and this computer do not agree on TLS: %w", host, bare(err))
}

// isLate says whether an error is that of a time that is over.
func isLate(err error) bool {
	var late net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &late) && late.Timeout()
}

// bare is an error without the addresses that net puts around it.
func bare(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}

// unanswered says why there is no answer to our request.
func (k *Sink) unanswered(err error) error {
	host := k.config.Host
	hint := ""
	if !k.config.TLS {
		hint = " If it wants TLS, write icecasts://"
	}
	switch {
	case isLate(err):
		return fmt.Errorf("%s does not answer: it had %v", host, answerTime)
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE):
		return fmt.Errorf("%s hung up without an answer: is it an Icecast server, and the right port?%s", host, hint)
	case errors.As(err, new(*net.OpError)):
		return fmt.Errorf("%s cannot be reached: %w", host, bare(err))
	}
	return fmt.Errorf("%s is no Icecast server: what it answers is not HTTP. Is it the right port?%s", host, hint)
}

// refused says why the server does not take our sound.
func (k *Sink) refused(res *http.Response, password string) error {
	c := k.config
	text, _ := io.ReadAll(io.LimitReader(res.Body, 2000)) // as far as it comes
	said := k.scrub(string(text), password)
	switch {
	case res.StatusCode == http.StatusUnauthorized:
		return output.Patience(fmt.Errorf("%s does not take this password for %q on %s: correct user or password", c.Host, c.User, c.Mount), untilCorrected)
	case res.StatusCode == http.StatusForbidden && strings.Contains(said, "Mountpoint in use"):
		err := fmt.Errorf("%s is in use at %s: %w. Stop that one, or take another mount", c.Mount, c.Host, errInUse)
		if time.Since(time.Unix(0, k.on.Load())) < ghostTime {
			return err // it may be our own last connection, which the server still waits for
		}
		return output.Patience(err, untilFree)
	case res.StatusCode == http.StatusForbidden && strings.Contains(said, "too many sources"):
		return output.Patience(fmt.Errorf("%s has as many sources as it takes: raise <sources> in its <limits>", c.Host), untilFree)
	case res.StatusCode == http.StatusForbidden && strings.Contains(said, "Content-type"):
		return output.Patience(fmt.Errorf("%s does not take %s: choose another format", c.Host, c.ContentType), untilCorrected)
	case res.StatusCode == http.StatusForbidden:
		return output.Patience(fmt.Errorf("%s does not let us send to %s%s", c.Host, c.Mount, said), untilCorrected)
	case res.StatusCode == http.StatusNotFound:
		return output.Patience(fmt.Errorf("%s knows no %s: is it an Icecast server, and the right port?", c.Host, c.Mount), untilCorrected)
	case res.StatusCode == http.StatusBadRequest || res.StatusCode == http.StatusMethodNotAllowed || res.StatusCode == http.StatusNotImplemented:
		return output.Patience(fmt.Errorf("%s takes no sound by HTTP PUT (it answers %d): it must be Icecast 2.4 or later", c.Host, res.StatusCode), untilCorrected)
	}
	return fmt.Errorf("%s refuses %s: it answers %d%s", c.Host, c.Mount, res.StatusCode, said)
}

var tags = regexp.MustCompile(`<[^>]*>`)

// scrub is what a server said, as the end of a sentence: one line, short, and without
// what it may have said back of our secret.
func (k *Sink) scrub(text, password string) string {
	text = strings.Join(strings.Fields(strings.Map(printable, tags.ReplaceAllString(strings.ToValidUTF8(text, ""), " "))), " ")
	for _, secret := range []string{base64.StdEncoding.EncodeToString([]byte(k.config.User + ":" + password)), password} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + "…"
	}
	if text == "" {
		return ""
	}
	return fmt.Sprintf(": %q", text)
}

// lost says why a connection that stood came to its end.
func (k *Sink) lost(err error) error {
	switch {
	case isLate(err):
		return fmt.Errorf("%s takes no sound: nothing in %v", k.config.Host, takeTime)
	case errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE):
		return fmt.Errorf("%s ended the connection", k.config.Host)
	}
	return fmt.Errorf("the connection to %s broke: %w", k.config.Host, bare(err))
}

// closed says whether an error is that of a line which we closed.
func (l *line) closed(err error) bool { return errors.Is(err, net.ErrClosed) }

// ourTrouble says that the sound did not come from our own side.
func ourTrouble(mount string, err error) error {
	if errors.Is(err, broadcast.ErrNotReady) {
		return fmt.Errorf("the encoder of %s did not start in time; the log says why", mount)
	}
	return err
}
