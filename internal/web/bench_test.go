package web

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"bandstand/internal/broadcast"
)

// BenchmarkListeners is what a 20 ms packet at 128 kbit/s costs until all of so
// many listeners have it, over real connections to this computer (both ends are
// paid for): 20 ms a packet would be all of the time there is.
func BenchmarkListeners(b *testing.B) {
	for _, listeners := range []int{1, 100, 1000} {
		b.Run(fmt.Sprint(listeners), func(b *testing.B) { benchListeners(b, listeners) })
	}
}

func benchListeners(b *testing.B, listeners int) {
	m := broadcast.NewMount(broadcast.Config{Name: "/live.mp3", ContentType: "audio/mpeg", Ring: time.Minute})
	h := &house{}
	s, err := New(Config{Mounts: []*broadcast.Mount{m}, Orders: h, Status: h, Library: h, Renderer: h, Events: h, Health: h})
	if err != nil {
		b.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() { _ = s.Serve(ctx, ln) })
	p := broadcast.Packet{Data: make([]byte, 320), Frames: frames}
	m.Begin(nil, 0)
	m.Publish(p)
	for range listeners {
		c, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		fmt.Fprintf(c, "GET /live.mp3?burst=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
		all.Go(func() {
			defer c.Close()
			res, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, res.Body)
		})
	}
	for m.Stats().Sent < int64(listeners)*320 {
		<-time.After(time.Millisecond)
	}
	for b.Loop() {
		m.Publish(p)
		// As in real time, the writer is never far ahead of the listeners.
		for encoded := m.Stats().Encoded; m.Stats().Sent < (encoded-100*320)*int64(listeners); {
			<-time.After(time.Millisecond)
		}
	}
	m.End()
	cancel()
	all.Wait()
}
