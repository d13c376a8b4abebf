package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"sync"
	"time"

	"bandstand/internal/icecast/icecasttest"
)

// iceTaker is an Icecast, and an ffmpeg that listens there.
type iceTaker struct {
	lifelist
	server *icecasttest.Server
	cancel context.CancelFunc
	life   sync.WaitGroup
	said   notes  // by the listener
	during string // of that, what counts
}

func takeIcecast(ctx context.Context) (*iceTaker, error) {
	server, err := icecasttest.New(icecasttest.Options{})
	if err != nil {
		return nil, err
	}
	t := &iceTaker{server: server}
	ctx, t.cancel = context.WithCancel(ctx)
	t.life.Go(func() {
		for ctx.Err() == nil && len(t.lives()) == 0 {
			if mounts, err := server.Mounts(ctx); err == nil && len(mounts) > 0 {
				t.listen(ctx)
			}
			pause(ctx, 50*time.Millisecond)
		}
	})
	return t, nil
}

// listen listens until the mount ends.
func (t *iceTaker) listen(ctx context.Context) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.server.URL("/bench.mp3"), nil)
	if err != nil {
		return
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return // soon
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return
	}
	cmd := exec.CommandContext(ctx, "ffmpeg", "-nostdin", "-v", "error", "-fflags", "nobuffer", "-probesize", "32", "-analyzeduration", "0", "-f", "mp3", "-i", "pipe:0",
		"-flush_packets", "1", "-ac", "1", "-ar", "48000", "-f", "s16le", "pipe:1")
	cmd.Stdin, cmd.Stderr = res.Body, &t.said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return
	}
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(&t.said, "starting ffmpeg:", err)
		return
	}
	t.begin().read(out)
	_ = cmd.Wait() // what it says tells more
}

func (t *iceTaker) kind() string { return "icecast" }

func (t *iceTaker) url() string {
	to := url.URL{Scheme: "icecast", User: url.UserPassword("source", icecasttest.Password), Host: t.server.Address, Path: "/bench.mp3"}
	return to.String()
}

func (t *iceTaker) there() string { return t.server.Address } // there is no ffmpeg

// end waits for the end of the mount.
func (t *iceTaker) end(ctx context.Context) (string, error) {
	over := make(chan struct{})
	go func() { t.life.Wait(); close(over) }()
	select {
	case <-over:
	case <-time.After(10 * time.Second):
		t.cancel()
		<-over
		return "", fmt.Errorf("the mount did not end with the output")
	case <-ctx.Done():
		return "", ctx.Err()
	}
	return t.during, nil
}

// over is called when it has been heard long enough: the end of a mount may cut a frame.
func (t *iceTaker) over() { t.during = t.said.String() }

// settled is called when the listener has found into the stream: Icecast lets it in
// wherever the stream is, in the middle of a frame too, of which a decoder complains.
func (t *iceTaker) settled() { t.said.forget() }

func (t *iceTaker) close() {
	t.cancel()
	t.life.Wait()
	_ = t.server.Close() // only its temporary files
}
