package icecast

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// readTime is how long the text of a refusal is waited for.
const readTime = time.Second

// login asks the server to take our sound. It waits for the word before it sends any,
// so that a refusal is read and not lost behind it.
func (k *Sink) login(l *line, password string) error {
	if _, err := io.WriteString(l.Conn, k.request(password)); err != nil {
		return k.unanswered(err)
	}
	res, err := http.ReadResponse(l.answers, &http.Request{Method: http.MethodPut})
	if err != nil {
		return k.unanswered(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusContinue && res.StatusCode/100 != 2 {
		_ = l.SetReadDeadline(time.Now().Add(readTime))
		return k.refused(res, password)
	}
	return l.SetDeadline(time.Time{})
}

// request is the head of the one request of a line.
func (k *Sink) request(password string) string {
	c := k.config
	var b strings.Builder
	fmt.Fprintf(&b, "PUT %s HTTP/1.1\r\n", (&url.URL{Path: c.Mount}).EscapedPath())
	add := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", name, strings.Map(printable, value))
		}
	}
	add("Host", c.Host)
	add("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(c.User+":"+password)))
	add("User-Agent", c.UserAgent)
	add("Content-Type", c.ContentType)
	add("Ice-Name", c.Name)
	add("Ice-Description", c.Description)
	add("Ice-Genre", c.Genre)
	add("Ice-URL", c.URL)
	public, info := "0", "samplerate=48000;channels=2"
	if c.Public {
		public = "1"
	}
	add("Ice-Public", public)
	if c.Kbps > 0 {
		add("Ice-Bitrate", strconv.Itoa(c.Kbps))
		info += ";bitrate=" + strconv.Itoa(c.Kbps)
	}
	add("Ice-Audio-Info", info)
	add("Expect", "100-continue")
	return b.String() + "\r\n"
}

// printable keeps what could end a line out of it.
func printable(r rune) rune {
	if unicode.IsControl(r) {
		return ' '
	}
	return r
}

// listen waits for the server's last word. Some say 100 for a proxy's sake and refuse
// after that; most just hang up. It is nil once the line was closed by us.
func (k *Sink) listen(l *line, password string) error {
	for {
		res, err := http.ReadResponse(l.answers, &http.Request{Method: http.MethodPut})
		switch {
		case err != nil && l.closed(err):
			return nil
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return fmt.Errorf("%s ended the connection", k.config.Host)
		case err != nil:
			return k.lost(err)
		}
		if res.StatusCode >= 300 {
			_ = l.SetReadDeadline(time.Now().Add(readTime))
			err = k.refused(res, password)
			_ = res.Body.Close() // the line is at its end
			return err
		}
		_ = res.Body.Close()
	}
}
