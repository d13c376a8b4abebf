package console

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bandstand/internal/command"
)

// fakeOrders answers with the order itself; those that begin with "long" wait
// for the gate.
type fakeOrders struct {
	mu      sync.Mutex
	done    []string
	callers []command.Caller
	begun   chan string
	gate    chan struct{}
}

func (f *fakeOrders) Do(ctx context.Context, c command.Caller, line string) command.Reply {
	if f.gate != nil && strings.HasPrefix(line, "long") {
		f.begun <- line
		select {
		case <-f.gate:
		case <-ctx.Done():
			return command.Reply{Text: "error: given up"}
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.done = append(f.done, line)
	f.callers = append(f.callers, c)
	return command.Reply{OK: true, Text: "did " + line}
}

func (f *fakeOrders) Long(line string) bool { return strings.HasPrefix(line, "long") }

func (f *fakeOrders) Complete(line string) []string {
	if strings.HasSuffix(line, "é") {
		return []string{"été", "état"}
	}
	return []string{"queue", "bars="}
}

// out is a writer whose lines can be waited for.
type out struct {
	mu      sync.Mutex
	text    strings.Builder
	changed chan struct{}
}

func newOut() *out { return &out{changed: make(chan struct{}, 1000)} }

func (o *out) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.changed <- struct{}{}
	return o.text.Write(p)
}

func (o *out) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// wait waits until the text has a piece in it.
func (o *out) wait(t *testing.T, piece string) {
	t.Helper()
	o.until(t, fmt.Sprintf("%q", piece), func(text string) bool { return strings.Contains(text, piece) })
}

// until waits until the text is as it should be.
func (o *out) until(t *testing.T, what string, is func(text string) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for !is(o.String()) {
		select {
		case <-o.changed:
		case <-ctx.Done():
			t.Fatalf("%s never came: %q", what, o)
		}
	}
}

func TestPipedLines(t *testing.T) {
	defer goleak.VerifyNone(t)
	long := strings.Repeat("x", maxLine-2)
	for name, c := range map[string]struct{ in, want string }{
		"nothing":           {"", ""},
		"lines":             {"now\nqueue\n", "did now\ndid queue\n"},
		"no last newline":   {"now\nqueue", "did now\ndid queue\n"},
		"windows":           {"now\r\nqueue\r\n", "did now\ndid queue\n"},
		"empty lines":       {"\n  \n\tnow \n\n", "did now\n"},
		"as long as may be": {long + "\nnow\n", "did " + long + "\ndid now\n"},
		"too long":          {"a\n" + strings.Repeat("x", 1<<20) + "\nnow\n", "did a\nerror: that line is too long: an order has at most 4096 bytes\ndid now\n"},
		"too long at last":  {strings.Repeat("x", 1<<20), "error: that line is too long: an order has at most 4096 bytes\n"},
		"foreign bytes":     {"\xff\x00\n", "did \xff\x00\n"},
	} {
		t.Run(name, func(t *testing.T) {
			o, orders := newOut(), &fakeOrders{}
			if err := New(Config{In: strings.NewReader(c.in), Out: o, Orders: orders, Who: "ann"}).Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := o.String(); got != c.want {
				t.Errorf("got %.200q, want %.200q", got, c.want)
			}
			for _, who := range orders.callers {
				if want := (command.Caller{Door: "console", Who: "ann", Local: true}); who != want {
					t.Errorf("the caller is %+v", who)
				}
			}
		})
	}
}

func TestLongOrdersHoldNothingUp(t *testing.T) {
	defer goleak.VerifyNone(t)
	o, orders := newOut(), &fakeOrders{begun: make(chan string, 10), gate: make(chan struct{})}
	in, keys := io.Pipe()
	c := New(Config{In: in, Out: o, Orders: orders})
	ended := make(chan error)
	go func() { ended <- c.Run(t.Context()) }()
	fmt.Fprint(keys, "long 1\nnow\nlong 2\n")
	o.wait(t, "did now\n")
	<-orders.begun
	<-orders.begun
	fmt.Fprintln(keys, "queue")
	o.wait(t, "did queue\n")
	keys.Close()
	close(orders.gate)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"working on it: long 1\n", "long 1: did long 1\n", "long 2: did long 2\n"} {
		if !strings.Contains(o.String(), want) {
			t.Errorf("%q is missing: %s", want, o)
		}
	}
}

func TestLongOrdersAreLimited(t *testing.T) {
	defer goleak.VerifyNone(t)
	o, orders := newOut(), &fakeOrders{begun: make(chan string, 100), gate: make(chan struct{})}
	ended := make(chan error)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		ended <- New(Config{In: strings.NewReader(strings.Repeat("long\n", 100)), Out: o, Orders: orders}).Run(ctx)
	}()
	for range mostAtOnce {
		<-orders.begun
	}
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(o.String(), "given up"); n != mostAtOnce {
		t.Errorf("%d long orders were begun, want %d: %s", n, mostAtOnce, o)
	}
}

func TestBlockedReadIsLeftBehind(t *testing.T) {
	defer goleak.VerifyNone(t)
	in, keys := io.Pipe()
	o := newOut()
	ctx, cancel := context.WithCancel(t.Context())
	c := New(Config{In: in, Out: o, Orders: &fakeOrders{}})
	ended := make(chan error)
	go func() { ended <- c.Run(ctx) }()
	fmt.Fprintln(keys, "now")
	o.wait(t, "did now")
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(keys, "queue") // is read and dropped
	keys.Close()
	if strings.Contains(o.String(), "queue") {
		t.Errorf("an order was carried out after the end: %s", o)
	}
}

func TestWriteBesideReplies(t *testing.T) {
	o := newOut()
	c := New(Config{In: strings.NewReader(""), Out: o, Orders: &fakeOrders{}})
	if _, err := fmt.Fprintln(c, "on the air"); err != nil || o.String() != "on the air\n" {
		t.Errorf("got %q, %v", o, err)
	}
}

func TestCompleter(t *testing.T) {
	for _, c := range []struct {
		line   string
		at     int
		want   []string
		length int
	}{
		{"qu", 2, []string{"eue ", "rs="}, 2},
		{"new ", 4, []string{"queue ", "bars="}, 0},
		{"xqu", 1, []string{"ueue ", "ars="}, 1},
		{"new é", 5, []string{"té ", "tat "}, 1},
		{"queuequeue", 10, nil, 10},
	} {
		rest, length := completer{&fakeOrders{}}.Do([]rune(c.line), c.at)
		var got []string
		for _, r := range rest {
			got = append(got, string(r))
		}
		if !slices.Equal(got, c.want) || length != c.length {
			t.Errorf("%q: got %q, %d, want %q, %d", c.line, got, length, c.want, c.length)
		}
	}
}
