package web

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// spare is how many connections over its limit an address may have at a time,
	// to be told so; what comes beyond them is closed at once.
	spare = 4
	// spareTime is how long each of them lasts, whether it asks for something or not.
	spareTime = time.Second
)

// places counts the connections of each address, so that none can use up the
// computer's file descriptors. This computer's own do not count.
type places struct {
	limit int
	all   sync.WaitGroup // every connection's goroutine

	mu sync.Mutex
	of map[string]int
}

// place is what is known of a connection.
type place struct {
	conn net.Conn
	over bool // its address has too many
}

type placeKey struct{}

// placeOf is the connection that a request came by, nil in a test without one.
func placeOf(r *http.Request) *place {
	p, _ := r.Context().Value(placeKey{}).(*place)
	return p
}

// open is http.Server.ConnContext.
func (p *places) open(ctx context.Context, c net.Conn) context.Context {
	p.all.Add(1)
	here := &place{conn: c}
	if key := countedAddress(c); key != "" {
		p.mu.Lock()
		p.of[key]++
		n := p.of[key]
		p.mu.Unlock()
		here.over = n > p.limit
		switch {
		case n > p.limit+spare:
			_ = c.Close() // the server finds it closed, and gives its place back
		case here.over:
			time.AfterFunc(spareTime, func() { _ = c.Close() })
		}
	}
	return context.WithValue(ctx, placeKey{}, here)
}

// changed is http.Server.ConnState.
func (p *places) changed(c net.Conn, state http.ConnState) {
	if state != http.StateClosed && state != http.StateHijacked {
		return
	}
	defer p.all.Done()
	key := countedAddress(c)
	if key == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of[key]--; p.of[key] <= 0 {
		delete(p.of, key)
	}
}

// countedAddress is the address to count a connection under, "" for none.
func countedAddress(c net.Conn) string {
	ip := addressOf(c.RemoteAddr())
	if !ip.IsValid() || ip.IsLoopback() {
		return ""
	}
	return ip.String()
}
