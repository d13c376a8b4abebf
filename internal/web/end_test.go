package web

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"bandstand/internal/command"
)

func TestEndOfTheRunEndsTheStream(t *testing.T) {
	l := serve(t, nil)
	stop := play(t, l.mp3, nil, tick)
	res := l.stream("/live.mp3?burst=0")
	first, _ := strconv.Atoi(res.Header.Get("X-Bandstand-Frame"))
	if _, err := readPackets(res.Body, 10); err != nil {
		t.Fatal(err)
	}
	last := stop()
	numbers, err := readPackets(res.Body, last-first/frames-10)
	if err != nil {
		t.Fatalf("the rest of the run is missing: %v", err)
	}
	if err := inOrder(numbers, first/frames+10); err != nil {
		t.Error(err)
	}
	if n, err := res.Body.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("after the end: %d bytes, %v", n, err)
	}
}

func TestServerEndsWithItsListeners(t *testing.T) {
	l := serve(t, nil)
	play(t, l.mp3, nil, tick)
	streams := []*http.Response{l.stream("/live.mp3"), l.stream("/live.mp3"), l.stream("/api/v1/events")}
	begun := time.Now()
	l.stop()
	if took := time.Since(begun); took > shutdownTime {
		t.Errorf("the server took %v to end", took)
	}
	for _, res := range streams {
		if _, err := io.Copy(io.Discard, bufio.NewReader(res.Body)); err != nil {
			t.Logf("a stream ended with %v", err)
		}
	}
	if s := l.mp3.Stats(); s.Listeners != 0 || s.Dropped != 0 {
		t.Errorf("left behind: %+v", s)
	}
}

func TestServerEndsWithOrdersUnderWay(t *testing.T) {
	quick, stuck := make(chan struct{}), make(chan struct{})
	l := serve(t, func(c *Config) { c.Orders = slowOrders{quick, stuck} })
	ask := func(order string) <-chan int {
		code := make(chan int, 1)
		go func() {
			req, err := http.NewRequest(http.MethodPost, l.url("/api/v1/orders"), strings.NewReader(`{"order":"`+order+`"}`))
			if err != nil {
				t.Error(err)
			}
			req.Header.Set("Authorization", "Bearer "+token)
			res, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				code <- 0
				return
			}
			defer res.Body.Close()
			code <- res.StatusCode
		}()
		return code
	}
	one, two := ask("quick"), ask("stuck")
	<-quick
	<-stuck
	begun := time.Now()
	l.stop()
	if took := time.Since(begun); took < shutdownTime || took > shutdownTime+3*time.Second {
		t.Errorf("the server took %v to end, want a little more than %v", took, shutdownTime)
	}
	if code := <-one; code != 200 {
		t.Errorf("the order that was nearly done got %d, want its reply", code)
	}
	if code := <-two; code == 200 {
		t.Error("the order that never ends got a reply")
	}
}

// slowOrders says when each order has come; one is done at the server's end, one never.
type slowOrders struct{ quick, stuck chan struct{} }

func (s slowOrders) Do(ctx context.Context, _ command.Caller, line string) command.Reply {
	if line == "quick" {
		close(s.quick)
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return command.Reply{Text: "error: cut"}
		}
		return command.Reply{OK: true}
	}
	close(s.stuck)
	<-ctx.Done()
	return command.Reply{Text: "error: cut"}
}
