package station

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bandstand/internal/command"
	"bandstand/internal/config"
	"bandstand/internal/encode"
	"bandstand/internal/pcm"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// running is a whole station in this process, with everything it emits on tape.
type running struct {
	*station
	t    *testing.T
	stop func()

	mu     sync.Mutex
	blocks []pcm.Block
}

// greeted is told when the station says that it is on the air.
type greeted struct {
	once sync.Once
	done chan struct{}
}

func (g *greeted) Write(p []byte) (int, error) {
	g.once.Do(func() { close(g.done) })
	return len(p), nil
}

// begin runs a station on a data folder; the test's end stops it.
func begin(t *testing.T, data string, change func(*config.Config)) *running {
	t.Helper()
	cfg := config.Default()
	cfg.Data, cfg.Listen, cfg.Console = data, "127.0.0.1:0", false
	cfg.Log.Level = "error"
	if change != nil {
		change(cfg)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	greeting := greeted{done: make(chan struct{})}
	r := &running{t: t, station: &station{cfg: cfg, opts: Options{Version: "test", Out: &greeting}, end: cancel}}
	if err := r.open(ctx); err != nil {
		t.Fatal(err)
	}
	r.build()
	if err := r.buildDoors(); err != nil {
		t.Fatal(err)
	}
	tap, _, _ := r.feed.tap(0, new(atomic.Int64))
	ended := make(chan error, 1)
	go func() { ended <- r.run(ctx) }()
	<-greeting.done // as its doors do, wait until what was on the air is back
	over, taped := make(chan struct{}), make(chan struct{})
	go r.tape(tap, over, taped)
	r.stop = sync.OnceFunc(func() {
		cancel(nil)
		if err := <-ended; err != nil {
			t.Errorf("the station ended with %v", err)
		}
		close(over)
		<-taped
		if err := r.close(); err != nil {
			t.Errorf("closing the station: %v", err)
		}
		http.DefaultClient.CloseIdleConnections()
	})
	t.Cleanup(r.stop)
	return r
}

func (r *running) tape(tap *tap, over <-chan struct{}, done chan<- struct{}) {
	defer close(done)
	for {
		select {
		case b := <-tap.blocks:
			r.keep(b)
			continue
		default:
		}
		select {
		case b := <-tap.blocks:
			r.keep(b)
		case <-over:
			if len(tap.blocks) > 0 {
				continue
			}
			if n := tap.dropped.Load(); n != 0 {
				r.t.Errorf("the tape lost %d blocks", n)
			}
			return
		}
	}
}

func (r *running) keep(b pcm.Block) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.blocks = append(r.blocks, b)
}

// last is the newest block.
func (r *running) last() (pcm.Block, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.blocks) == 0 {
		return pcm.Block{}, false
	}
	return r.blocks[len(r.blocks)-1], true
}

// since is the frame from which the song that is heard now has been heard.
func (r *running) since(code string) (frame int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := len(r.blocks) - 1; i >= 0 && r.blocks[i].Code == code; i-- {
		frame = r.blocks[i].Frame
	}
	return frame
}

// emitted is everything emitted so far from a frame on, as 16-bit samples.
func (r *running) emitted(from int64) []int16 {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []int16
	for _, b := range r.blocks {
		if b.Frame+pcm.BlockFrames <= from {
			continue
		}
		samples := b.Samples[max(0, from-b.Frame)*pcm.Channels:]
		at := len(all)
		all = append(all, make([]int16, len(samples))...)
		encode.Quantize(all[at:], samples)
	}
	return all
}

// do gives an order that must succeed.
func (r *running) do(line string) command.Reply {
	r.t.Helper()
	reply := r.table.Do(r.t.Context(), command.Caller{Door: "test", Who: "test", Local: true}, line)
	if !reply.OK {
		r.t.Fatalf("%s: %s", line, reply.Text)
	}
	return reply
}

// until waits for something that the station does in its own time.
func (r *running) until(what string, ok func() bool) {
	r.t.Helper()
	limit := time.After(30 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			r.t.Fatalf("30 s are over and still not: %s", what)
		}
	}
}

// hearer reads a mount until the station closes it or it is told to stop.
type hearer struct {
	from int64 // X-Bandstand-Frame
	body *http.Response
	data []byte
	done chan struct{}
}

func (r *running) listenTo(path string) *hearer {
	r.t.Helper()
	res, err := http.Get("http://" + r.place() + path)
	if err != nil {
		r.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		r.t.Fatalf("%s answered %s", path, res.Status)
	}
	from, err := strconv.ParseInt(res.Header.Get("X-Bandstand-Frame"), 10, 64)
	if err != nil {
		r.t.Fatalf("%s: X-Bandstand-Frame: %v", path, err)
	}
	l := &hearer{from: from, body: res, done: make(chan struct{})}
	go func() {
		defer close(l.done)
		l.data, _ = io.ReadAll(res.Body)
	}()
	return l
}

// hangUp ends listening and gives what was heard.
func (l *hearer) hangUp() []byte {
	_ = l.body.Body.Close()
	<-l.done
	return l.data
}

// decode has ffmpeg make 16-bit samples of an encoded stream, and says what it complained of.
func decode(t *testing.T, data []byte) (samples []int16, complaints string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-nostdin", "-loglevel", "warning", "-i", "pipe:0", "-f", "s16le", "-ac", "2", "-ar", "48000", "pipe:1")
	cmd.Stdin = strings.NewReader(string(data))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		t.Fatal("ffmpeg is missing: run scripts/peers ffmpeg (make test does)")
	}
	if err != nil {
		t.Fatalf("ffmpeg cannot decode: %v\n%s", err, stderr.String())
	}
	samples = make([]int16, len(out)/2)
	for i := range samples {
		samples[i] = int16(binary.LittleEndian.Uint16(out[2*i:]))
	}
	return samples, stderr.String()
}
