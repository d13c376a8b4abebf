package icecast

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

// A server may hang while the kernel of its computer goes on taking our sound, 600 KB
// and more of it: most of a minute of MP3. So we ask it now and then for something.
const (
	askEvery = 2 * time.Second
	// askTime is how long an answer may take before the output counts as behind.
	askTime = 2500 * time.Millisecond
	// mostMissed is how many answers in a row may be missing: then nobody is there.
	mostMissed = 3
)

// client is for requests beside the sound, at the address that the sound goes to: a
// host may have several, and Icecast takes titles only from where the sound comes from.
func (k *Sink) client(address string) *http.Client {
	transport := &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "tcp", address)
		},
		TLSClientConfig:   k.tls(),
		DisableKeepAlives: true, // Icecast has none
	}
	return &http.Client{Transport: transport, Timeout: answerTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// place is where a request beside the sound goes to.
func (k *Sink) place(path string, query url.Values) string {
	u := url.URL{Scheme: "http", Host: k.config.Host, Path: path, RawQuery: query.Encode()}
	if k.config.TLS {
		u.Scheme = "https"
	}
	return u.String()
}

// pulse asks a server whether it lives.
type pulse struct {
	sink   *Sink
	client *http.Client
	silent atomic.Bool // the last answer is missing
}

// run asks until ctx ends, or until nobody is there, which its error says. A server
// that never answered such a question is not held to it: perhaps only sources may
// come in where it is. Nor is one that refuses the connection: it may be full.
func (p *pulse) run(ctx context.Context) error {
	defer p.client.CloseIdleConnections()
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	answered := false
	for missed := 0; missed < mostMissed; {
		err := p.ask(ctx)
		switch {
		case err == nil:
			answered, missed = true, 0
		case answered && isLate(err):
			missed++
		}
		p.silent.Store(missed > 0)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
	return fmt.Errorf("%s hangs: it answers nothing any more", p.sink.config.Host)
}

// ask wants any answer.
func (p *pulse) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.sink.place("/status-json.xsl", url.Values{"mount": {p.sink.config.Mount}}), nil)
	if err != nil {
		return err
	}
	req.Header.Set("User-Agent", p.sink.config.UserAgent)
	res, err := p.client.Do(req)
	if err != nil {
		return err
	}
	return res.Body.Close()
}
