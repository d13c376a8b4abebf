package icecast

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// titleTries is how often a title is sent that does not arrive. The pauses between
	// double, from twice titlePause on.
	titleTries = 5
	titlePause = 100 * time.Millisecond
)

// titler tells a server the title that is heard, beside the sound and never before
// it: a title that does not get there in time gives way to the next.
type titler struct {
	sink     *Sink
	password string
	client   *http.Client
	news     chan string // holds the latest title that is not sent yet
	known    bool        // a title was set
	last     string      // it
	warned   string      // the last complaint
}

func (k *Sink) newTitler(password string, client *http.Client) *titler {
	return &titler{sink: k, password: password, news: make(chan string, 1), client: client}
}

// differs says whether a title is another than the last. It and set are for the one
// goroutine that sends the sound.
func (t *titler) differs(title string) bool { return !t.known || t.last != title }

// set has a title sent as soon as can be. It never blocks.
func (t *titler) set(title string) {
	t.known, t.last = true, title
	for {
		select {
		case t.news <- title:
			return
		default:
		}
		select {
		case <-t.news:
		default:
		}
	}
}

// run sends titles until ctx ends, each until it arrives or there is a newer one.
func (t *titler) run(ctx context.Context) {
	defer t.client.CloseIdleConnections()
	title, tries := "", 0
	var again <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case title = <-t.news:
			tries = 0
		case <-again:
		}
		again = nil
		err := t.send(ctx, title)
		tries++
		switch {
		case err == nil:
			t.warned = ""
		case ctx.Err() != nil:
		case tries < titleTries:
			again = time.After(titlePause << tries)
		case t.warned != err.Error():
			t.warned = err.Error()
			t.sink.config.Log.Warn("an Icecast server does not take a title; the sound goes on", "error", err)
		}
	}
}

// send tells the server a title once.
func (t *titler) send(ctx context.Context, title string) error {
	c := t.sink.config
	place := t.sink.place("/admin/metadata", url.Values{"mount": {c.Mount}, "mode": {"updinfo"}, "song": {strings.Map(printable, title)}, "charset": {"UTF-8"}})
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, place, nil)
	if err != nil {
		return fmt.Errorf("the title cannot be asked for at %s", c.Host) // the error holds the whole URL
	}
	req.SetBasicAuth(c.User, t.password)
	req.Header.Set("User-Agent", c.UserAgent)
	res, err := t.client.Do(req)
	if err != nil {
		var where *url.Error
		if errors.As(err, &where) {
			err = where.Err
		}
		return t.sink.unreached(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(res.Body, 2000))
	if err != nil {
		return t.sink.unanswered(err)
	}
	if res.StatusCode != http.StatusOK || strings.Contains(string(text), "<return>0</return>") {
		return fmt.Errorf("%s takes no title for %s (%d)%s", c.Host, c.Mount, res.StatusCode, t.sink.scrub(string(text), t.password))
	}
	return nil
}
