package icecast

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"bandstand/internal/broadcast"
	"bandstand/internal/output"
)

// server answers requests beside the sound.
type server func(*http.Request) (*http.Response, error)

func (s server) RoundTrip(r *http.Request) (*http.Response, error) { return s(r) }

func says(status int, text string) (*http.Response, error) {
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(text))}, nil
}

// hangs until it is given up.
func hangs(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func silentSink() *Sink {
	return New(Config{Host: "radio.example.org:8000", Mount: "/live.mp3", Source: broadcast.NewMount(broadcast.Config{ContentType: "audio/mpeg"})})
}

func TestPulse(t *testing.T) {
	for _, c := range []struct {
		name  string
		serve func(n int, r *http.Request) (*http.Response, error)
		dead  bool
	}{
		{"lives", func(int, *http.Request) (*http.Response, error) { return says(404, "") }, false},
		{"never answered", func(_ int, r *http.Request) (*http.Response, error) { return hangs(r) }, false},
		{"refuses", func(n int, _ *http.Request) (*http.Response, error) {
			if n == 0 {
				return says(200, "")
			}
			return nil, errors.New("connection refused")
		}, false},
		{"is slow now and then", func(n int, r *http.Request) (*http.Response, error) {
			if n%3 == 0 {
				return says(200, "")
			}
			return hangs(r)
		}, false},
		{"hangs from the fifth on", func(n int, r *http.Request) (*http.Response, error) {
			if n < 4 {
				return says(200, "")
			}
			return hangs(r)
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				n := 0
				began := time.Now()
				p := &pulse{sink: silentSink(), client: &http.Client{Transport: server(func(r *http.Request) (*http.Response, error) {
					n++
					return c.serve(n-1, r)
				})}}
				err := p.run(ctx)
				if took := time.Since(began); (err != nil) != c.dead || c.dead && took > 20*time.Second {
					t.Errorf("%v after %v", err, took)
				}
			})
		})
	}
}

// TestPanicBesideTheSound: what breaks in a goroutine of ours ends the connection at most.
func TestPanicBesideTheSound(t *testing.T) {
	k := silentSink()
	err := k.guard(func() error {
		p := &pulse{sink: k, client: &http.Client{Transport: server(func(*http.Request) (*http.Response, error) { panic("a bug") })}}
		return p.run(t.Context())
	})
	if err == nil || !strings.Contains(err.Error(), "something broke inside") {
		t.Errorf("a panic gave %v", err)
	}
}

func TestLatestTitleWins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var got []string
		fail := 0
		k := silentSink()
		titles := k.newTitler("hush", &http.Client{Transport: server(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, r.URL.Query().Get("song"))
			if user, password, _ := r.BasicAuth(); password != "hush" {
				t.Errorf("%s:%s", user, password)
			}
			if fail > 0 {
				fail--
				return says(400, "Source is not available")
			}
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			return says(200, "<return>1</return>")
		})})
		ctx, cancel := context.WithCancel(t.Context())
		var done sync.WaitGroup
		done.Go(func() { titles.run(ctx) })
		titles.set("one")
		synctest.Wait()
		for _, title := range []string{"two", "three", "four"} { // while the first is on its way
			titles.set(title)
		}
		time.Sleep(5 * time.Second)
		mu.Lock()
		fail = 2
		mu.Unlock()
		titles.set("five")
		time.Sleep(10 * time.Second)
		cancel()
		done.Wait()
		if want := []string{"one", "four", "five", "five", "five"}; !slices.Equal(got, want) {
			t.Errorf("sent %q, want %q", got, want)
		}
	})
}

// sinkFunc is a sink that is one function.
type sinkFunc func(ctx context.Context, s *output.Session) error

func (f sinkFunc) Run(ctx context.Context, s *output.Session) error { return f(ctx, s) }

func TestServerThatIsTooSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mount := broadcast.NewMount(broadcast.Config{ContentType: "audio/mpeg"})
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() {
			for _, err := mount.Wait(ctx); err == nil; _, err = mount.Wait(ctx) {
				mount.Begin(nil, 0)
				for n := int64(0); ctx.Err() == nil; n++ {
					time.Sleep(20 * time.Millisecond)
					mount.Publish(broadcast.Packet{Data: make([]byte, 400), Frame: n * 960, Frames: 960})
				}
				mount.End()
			}
		})
		k := New(Config{Host: "radio.example.org:8000", Source: mount})
		ours, theirs := net.Pipe()
		o := output.New(output.Config{Name: "test", Sink: sinkFunc(func(ctx context.Context, s *output.Session) error {
			return k.pour(ctx, &way{line: &line{Conn: ours, tcp: ours}, session: s, pulse: &pulse{}})
		})})
		all.Go(func() { _ = o.Run(ctx) })
		o.Start()
		var pace atomic.Int64
		pace.Store(int64(10 * time.Millisecond))
		all.Go(func() {
			buf := make([]byte, 400)
			for _, err := theirs.Read(buf); err == nil; _, err = theirs.Read(buf) {
				time.Sleep(time.Duration(pace.Load()))
			}
		})
		state := func(after time.Duration) output.Status {
			time.Sleep(after)
			synctest.Wait()
			return o.Status()
		}
		if st := state(3 * time.Second); st.State != output.On || st.Dropped != 0 {
			t.Errorf("in time: %+v", st)
		}
		pace.Store(int64(40 * time.Millisecond)) // half as fast as the sound
		if st := state(3 * time.Second); st.State != output.Behind || st.Dropped != 0 {
			t.Errorf("after 3 s: %+v", st)
		}
		if st := state(20 * time.Second); st.State != output.Behind || st.Dropped < 5*48000 || st.Restarts != 0 {
			t.Errorf("after 20 s more: %+v", st)
		}
		pace.Store(int64(time.Millisecond))
		dropped := state(3 * time.Second).Dropped
		if st := state(3 * time.Second); st.State != output.On || st.Dropped != dropped {
			t.Errorf("in time again: %+v, dropped %d before", st, dropped)
		}
		if st := mount.Stats(); st.Dropped != 0 {
			t.Errorf("%d slow listeners, of none", st.Dropped)
		}
		cancel()
		_ = ours.Close()
		all.Wait()
	})
}
