package station

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"bandstand/assets"
	"bandstand/internal/broadcast"
	"bandstand/internal/command"
	"bandstand/internal/encode"
	"bandstand/internal/encode/flac"
	"bandstand/internal/encode/mp3"
	"bandstand/internal/encode/opus"
	"bandstand/internal/monitor"
	"bandstand/internal/pcm"
	"bandstand/internal/playout"
	"bandstand/internal/song"
	"bandstand/internal/style"
	"bandstand/internal/synth"
)

// These tests run the air, the encoders and what watches them in virtual time: the
// real clock, feed, streams and health, a listener for each stream, and no web.

// studio is that part of a station.
type studio struct {
	t      *testing.T
	air    *playout.Playout
	health *health
	end    context.CancelFunc
}

// virtual runs test in a bubble of virtual time, with a studio that plays what songs
// renders and sends it as streams.
func virtual(t *testing.T, songs playout.Renderer, streams []*stream, test func(s *studio)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		log := slog.New(slog.DiscardHandler)
		feed := newFeed()
		air := playout.New(playout.Config{Renderer: songs, Emit: feed.emit, Report: func(playout.Event) {}, Log: log})
		h := &house{playout: air, streams: streams, recorder: &recorder{}, auto: &auto{}, outputs: newOutputs(log, nil)}
		s := &studio{t: t, air: air, health: &health{house: h}, end: cancel}
		all := &stages{log: log, fail: func(err error) { t.Error(err) }}
		stage, encoders, web := all.add(ctx, "playout"), all.add(ctx, "encoders"), all.add(ctx, "listeners")
		for _, st := range streams {
			st.feed, st.log = feed, log
			st.mount = broadcast.NewMount(broadcast.Config{Name: st.mount.Config().Name})
			encoders.run("stream", st.run)
			web.run("listener", func(ctx context.Context) error { attend(ctx, st.mount); return nil })
		}
		encoders.run("health", s.health.run)
		encoders.run("watch", h.watch)
		stage.run("playout", air.Run)
		test(s)
		all.stop()
	})
}

// attend is a listener who comes back when the stream ends.
func attend(ctx context.Context, m *broadcast.Mount) {
	for ctx.Err() == nil {
		l, err := m.Join(ctx, 0, "", "")
		for err == nil {
			_, err = l.Next(ctx)
		}
		if l != nil {
			l.Leave()
		}
	}
}

// complaints are what health says of encoders.
func (s *studio) complaints() []string {
	return slices.DeleteFunc(s.health.Problems(), func(p string) bool { return !strings.Contains(p, "encoder") })
}

// until is how long it takes until health says what, or, where it is empty, nothing.
func (s *studio) until(what string) time.Duration {
	s.t.Helper()
	start := time.Now()
	for time.Since(start) < 40*time.Second {
		if c := s.complaints(); what == "" && len(c) == 0 || what != "" && strings.Contains(strings.Join(c, "\n"), what) {
			return time.Since(start)
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatalf("health says %q and not %q", s.complaints(), what)
	return 0
}

// quiet fails where health complains of an encoder within d.
func (s *studio) quiet(d time.Duration) {
	s.t.Helper()
	for start := time.Now(); time.Since(start) < d; time.Sleep(100 * time.Millisecond) {
		if c := s.complaints(); len(c) > 0 {
			s.t.Fatalf("health says %q", c)
		}
	}
}

// hum is a song that never ends: a tone of -18 dBFS.
type hum struct{}

func (hum) Render(context.Context, playout.Item) (*song.Song, pcm.Source, error) {
	return &song.Song{Title: "Hum", Band: "The Tests", Tempo: 120, Meter: song.Meter{Beats: 4, Unit: 4}, Bars: 1000}, &humSource{}, nil
}

type humSource struct{ at int }

func (h *humSource) Read(dst []float32) (int, error) {
	for i := range dst {
		v := float32(pcm.Amplitude(-18))
		if (h.at+i)/(2*100)%2 == 1 { // 240 Hz, as a square
			v = -v
		}
		dst[i] = v
	}
	h.at += len(dst)
	return len(dst) / pcm.Channels, nil
}

// sick is a real encoder that falls ill when it is told to.
type sick struct {
	encoder
	ill     *atomic.Bool
	illness func(e encoder, samples []float32) ([]pcm.Packet, error)
}

func (s *sick) Encode(samples []float32) ([]pcm.Packet, error) {
	if s.ill.Load() {
		return s.illness(s.encoder, samples)
	}
	return s.encoder.Encode(samples)
}

// scaled has an encoder encode everything at another level.
func scaled(db float64) func(e encoder, samples []float32) ([]pcm.Packet, error) {
	return func(e encoder, samples []float32) ([]pcm.Packet, error) {
		other := slices.Clone(samples)
		for i := range other {
			other[i] *= float32(pcm.Amplitude(db))
		}
		return e.Encode(other)
	}
}

// damaged has an encoder's packets changed.
func damaged(change func(p *pcm.Packet)) func(e encoder, samples []float32) ([]pcm.Packet, error) {
	return func(e encoder, samples []float32) ([]pcm.Packet, error) {
		packets, err := e.Encode(samples)
		for i := range packets {
			packets[i].Data = slices.Clone(packets[i].Data)
			change(&packets[i])
		}
		return packets, err
	}
}

// theStreams are the station's own, made by the real encoders.
func theStreams(t *testing.T, module *mp3.Module) []*stream {
	t.Helper()
	named := func(name string, open func(ctx context.Context) (encoder, error), ear *monitor.Monitor) *stream {
		return &stream{mount: broadcast.NewMount(broadcast.Config{Name: name}), open: open, ear: ear}
	}
	return []*stream{
		named("/live.opus", func(context.Context) (encoder, error) { return opus.New(0, encode.Tags{}) }, monitor.New(opus.NewDecoder(), opus.Warmup)),
		named("/live.mp3", func(ctx context.Context) (encoder, error) { return module.NewEncoder(ctx, 0) }, monitor.New(mp3.NewDecoder(), mp3.Warmup)),
		named("/live.flac", func(context.Context) (encoder, error) { return flac.New(encode.Tags{}) }, monitor.New(flac.NewDecoder(), flac.Warmup)),
	}
}

func newModule(t *testing.T) *mp3.Module {
	t.Helper()
	module := mp3.NewModule()
	if err := module.Compile(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = module.Close(context.Background()) })
	return module
}

// TestHealthHearsWhatAnEncoderReallyEmits has one encoder of three fall ill: health is
// red within 5 s, names it and no other, and is green again when it is well.
func TestHealthHearsWhatAnEncoderReallyEmits(t *testing.T) {
	module := newModule(t)
	for _, c := range []struct {
		stream  string
		what    string
		illness func(e encoder, samples []float32) ([]pcm.Packet, error)
		says    string
	}{
		{"/live.mp3", "silence", scaled(-400), "emits silence"},
		{"/live.opus", "near silence", scaled(-65), " dBFS) while −18 dBFS went in"},
		{"/live.flac", "silence", scaled(-400), "emits silence while −18 dBFS went in"},
		{"/live.flac", "20 dB too quiet", scaled(-20), "emits −38 dBFS while −18 dBFS went in"},
		{"/live.opus", "14 dB too loud", scaled(14), "emits −4 dBFS while −18 dBFS went in"},
		{"/live.mp3", "garbage", damaged(func(p *pcm.Packet) { clear(p.Data) }), "emits what cannot be decoded"},
		{"/live.flac", "flipped bits", damaged(func(p *pcm.Packet) { p.Data[len(p.Data)/2] ^= 1 }), "emits what cannot be decoded"},
		{"/live.opus", "empty packets", damaged(func(p *pcm.Packet) { p.Data = nil }), "emits what cannot be decoded"},
		{"/live.flac", "nothing", func(encoder, []float32) ([]pcm.Packet, error) { return nil, nil }, "emits nothing while −18 dBFS went in"},
	} {
		t.Run(c.stream+" "+c.what, func(t *testing.T) {
			var ill atomic.Bool
			streams := theStreams(t, module)
			streams = slices.DeleteFunc(streams, func(s *stream) bool { return s.mount.Config().Name != c.stream })
			open := streams[0].open
			streams[0].open = func(ctx context.Context) (encoder, error) {
				e, err := open(ctx)
				return &sick{e, &ill, c.illness}, err
			}
			virtual(t, hum{}, streams, func(s *studio) {
				s.air.Play(1, playout.Item{Code: "hum"})
				s.quiet(1730 * time.Millisecond)
				ill.Store(true)
				took := s.until("the encoder of " + c.stream + " ")
				if took > 5*time.Second {
					t.Errorf("health was red after %v", took)
				}
				if said := s.complaints(); len(said) != 1 || !strings.Contains(said[0], c.says) {
					t.Errorf("health says %q, not %q", said, c.says)
				}
				if c.what == "nothing" {
					return // what it swallowed does not come again
				}
				ill.Store(false)
				well := s.until("")
				t.Logf("red after %v, green again after %v", took, well)
				if well > 5*time.Second {
					t.Errorf("health was green again after %v", well)
				}
			})
		})
	}
}

// TestHealthIsRedInTimeWhenever has the encoder fall silent at any moment between two
// looks.
func TestHealthIsRedInTimeWhenever(t *testing.T) {
	for after := 2 * time.Second; after < 2*time.Second+monitor.Every; after += 300 * time.Millisecond {
		var ill atomic.Bool
		streams := theStreams(t, nil)[2:]
		open := streams[0].open
		streams[0].open = func(ctx context.Context) (encoder, error) {
			e, err := open(ctx)
			return &sick{e, &ill, scaled(-400)}, err
		}
		virtual(t, hum{}, streams, func(s *studio) {
			s.air.Play(1, playout.Item{Code: "hum"})
			s.quiet(after)
			ill.Store(true)
			if took := s.until("emits silence"); took > 4*time.Second {
				t.Errorf("ill after %v, health was red %v later", after, took)
			}
		})
	}
}

// TestHealthKnowsOfEncodersThatFail has an encoder end with an error.
func TestHealthKnowsOfEncodersThatFail(t *testing.T) {
	var ill atomic.Bool
	streams := theStreams(t, nil)[2:]
	open := streams[0].open
	streams[0].open = func(ctx context.Context) (encoder, error) {
		e, err := open(ctx)
		return &sick{e, &ill, func(encoder, []float32) ([]pcm.Packet, error) { return nil, encode.ErrFrames }}, err
	}
	virtual(t, hum{}, streams, func(s *studio) {
		s.air.Play(1, playout.Item{Code: "hum"})
		s.quiet(3 * time.Second)
		ill.Store(true)
		if took := s.until("an encoder failed"); took > 2*time.Second {
			t.Errorf("health was red after %v", took)
		}
	})
}

// TestRealSongsAreNoTrouble plays real songs to all streams: from a first note, over a
// stop, the pauses of a loop, a change and a song's end. Not one look contradicts.
func TestRealSongsAreNoTrouble(t *testing.T) {
	styles, err := style.Open(t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	font, err := synth.LoadFont(assets.SoundFont())
	if err != nil {
		t.Fatal(err)
	}
	composer := newComposer(styles)
	compose := func(style string, bars int) *song.Song {
		s, _, err := composer.Compose(t.Context(), command.Brief{Style: style, Bars: bars, Seed: 7})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	funk, ambient := compose("funk", 8), compose("ambient", 8)
	streams := theStreams(t, newModule(t))
	virtual(t, &renderer{font: font}, streams, func(s *studio) {
		s.quiet(time.Second) // silence
		s.air.Play(1, playout.Item{Code: "a", Song: funk})
		s.quiet(3 * time.Second)
		s.air.Silence(2)
		s.quiet(2 * time.Second)
		s.air.Play(3, playout.Item{Code: "a", Song: funk, Loop: &playout.Loop{From: 2, Bars: 1, Gap: 1300 * time.Millisecond}})
		s.quiet(5 * time.Second)
		s.air.Play(4, playout.Item{Code: "b", Song: ambient, From: ambient.Duration() - 3*time.Second})
		s.quiet(5 * time.Second)
	})
	for _, s := range streams {
		if n := s.ear.Contradictions(); n > 0 {
			t.Errorf("%s: %d looks contradict", s.mount.Config().Name, n)
		}
	}
}
