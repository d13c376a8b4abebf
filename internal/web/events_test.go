package web

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"bandstand/internal/command"
)

// readEvent reads one server-sent event; comments come as an event named "".
func readEvent(r *bufio.Reader) (id, name, data string, err error) {
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return id, name, data, err
		}
		field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch field {
		case "id":
			id = value
		case "event":
			name = value
		case "data":
			data = value
		case "":
			if value != "" {
				data = value // a comment
			} else if name != "" || data != "" {
				return id, name, data, nil
			}
		}
	}
}

func TestEvents(t *testing.T) {
	l := serve(t, nil)
	res := l.stream("/api/v1/events")
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%s %v", res.Status, res.Header)
	}
	r := bufio.NewReader(res.Body)
	next := func() string {
		t.Helper()
		id, name, data, err := readEvent(r)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(id, " ", name, " ", data)
	}
	if got := next(); !strings.HasPrefix(got, `4711 status {"state":"silent"`) {
		t.Errorf("first came %s", got)
	}
	waitFor(t, 5e9, "the hub to subscribe", func() bool { l.house.mu.Lock(); defer l.house.mu.Unlock(); return len(l.house.subs) == 1 })
	l.house.emit(Event{Name: "song", Frame: 5000, Data: map[string]string{"title": "two\nlines"}})
	if got := next(); got != `5000 song {"title":"two\nlines"}` {
		t.Errorf("then came %s", got)
	}
	if got := next(); !strings.HasPrefix(got, "4711 status ") {
		t.Errorf("after an event came %s, want the status", got)
	}
	l.house.emit(Event{Name: "status", Frame: 6000, Data: command.Status{State: "playing"}})
	l.house.emit(Event{Name: "status", Frame: 6001, Data: make(chan int)}) // cannot be written: skipped
	l.house.emit(Event{Name: "status", Frame: 6002, Data: command.Status{State: "silent"}})
	if got := next(); !strings.HasPrefix(got, `6000 status {"state":"playing"`) {
		t.Errorf("came %s, want the station's own status and no other", got)
	}
	if got := next(); !strings.HasPrefix(got, `6002 status `) {
		t.Errorf("came %s, want 6002", got)
	}
	l.ask("POST", "/api/v1/orders", `{"order":"new"}`, bearer)
	if got := next(); !strings.HasPrefix(got, "4711 status ") {
		t.Errorf("after an order came %s, want the status", got)
	}
	res.Body.Close()
	waitFor(t, 5e9, "the event stream to be gone", func() bool { return l.srv.hub.count() == 0 })
}

func TestSlowEventStreamIsDropped(t *testing.T) {
	h := newHub(nil, &house{}, nil)
	slow, quick := h.subscribe(), h.subscribe()
	for n := range hubQueue + 1 {
		h.send([]byte{byte(n)})
		if got := <-quick; got[0] != byte(n) {
			t.Fatalf("message %d is %d", n, got[0])
		}
	}
	for range hubQueue {
		if _, ok := <-slow; !ok {
			t.Fatal("closed too early")
		}
	}
	if _, ok := <-slow; ok || h.count() != 1 {
		t.Error("the slow one is still there")
	}
	h.unsubscribe(slow)
	h.unsubscribe(quick)
}
