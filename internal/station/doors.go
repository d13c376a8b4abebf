package station

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mattn/go-isatty"

	"bandstand/internal/broadcast"
	"bandstand/internal/command"
	"bandstand/internal/config"
	"bandstand/internal/console"
	"bandstand/internal/control"
	"bandstand/internal/encode"
	"bandstand/internal/encode/flac"
	"bandstand/internal/encode/mp3"
	"bandstand/internal/encode/opus"
	"bandstand/internal/monitor"
	"bandstand/internal/pcm"
	"bandstand/internal/web"
)

// errShutdown is the cause of an end that someone ordered.
var errShutdown = errors.New("shut down by order")

func newHouse(s *station) *house {
	h := &house{version: s.opts.Version, started: time.Now(), store: s.db, playout: s.playout, air: s.air, recorder: s.recorder,
		link: s.link(), shutdown: func() { s.end(errShutdown) }}
	bitrate := s.cfg.Encoders
	for _, f := range []struct {
		name, contentType string
		bytesPerSecond    int
		skip              int64
		open              func(context.Context) (encoder, error)
		ear               *monitor.Monitor
	}{
		{"/live.opus", opus.ContentType, bitrate.OpusKbps * 125, opus.Skip, func(context.Context) (encoder, error) {
			return opus.New(bitrate.OpusKbps*1000, encode.Tags{Title: "Bandstand"})
		}, monitor.New(opus.NewDecoder(), opus.Warmup)},
		{"/live.mp3", mp3.ContentType, bitrate.MP3Kbps * 125, mp3.Skip, func(ctx context.Context) (encoder, error) { return s.module.NewEncoder(ctx, bitrate.MP3Kbps*1000) },
			monitor.New(mp3.NewDecoder(), mp3.Warmup)},
		{"/live.flac", flac.ContentType, 100_000, flac.Skip, func(context.Context) (encoder, error) { return flac.New(encode.Tags{Title: "Bandstand"}) },
			monitor.New(flac.NewDecoder(), flac.Warmup)},
	} {
		mount := broadcast.NewMount(broadcast.Config{Name: f.name, ContentType: f.contentType, Rate: int(pcm.StationRate), BytesPerSecond: f.bytesPerSecond, Log: s.log})
		h.streams = append(h.streams, &stream{mount: mount, feed: s.feed, log: s.log, open: f.open, skip: f.skip, ear: f.ear})
	}
	return h
}

// link is the page with the token that lets its visitor give orders.
func (s *station) link() string {
	return "http://" + s.place() + "/?token=" + url.QueryEscape(s.token)
}

// place is the host and port that a browser on this computer reaches.
func (s *station) place() string {
	addr := s.listener.Addr().(*net.TCPAddr)
	if addr.IP.IsUnspecified() {
		return fmt.Sprintf("127.0.0.1:%d", addr.Port)
	}
	return addr.String()
}

// buildDoors makes what takes orders and serves listeners.
func (s *station) buildDoors() (err error) {
	mounts := make([]*broadcast.Mount, len(s.house.streams))
	for i, st := range s.house.streams {
		mounts[i] = st.mount
	}
	s.bot = s.newBot()
	s.house.bot = s.bot
	limits := s.cfg.Limits
	s.web, err = web.New(web.Config{
		Mounts: mounts, Orders: s.table, Status: s.house, Library: library{s.db, s.composer}, Styles: s.composer, Renderer: files{s.exporter}, Events: s.events,
		Health: s.health, Metrics: newMetrics(s.house), Token: s.token, Names: s.cfg.Names, Version: s.opts.Version, Log: s.log,
		Limits: web.Limits{Listeners: limits.Listeners, PerAddress: limits.PerAddress, HeaderBytes: limits.HeaderBytes,
			HeaderTime: time.Duration(limits.HeaderTime) * time.Second},
	})
	if err != nil {
		return fmt.Errorf("building the web server: %w", err)
	}
	s.control = control.New(control.Config{Path: control.SocketPath(s.cfg.Data), Orders: s.table, Log: s.log})
	if s.cfg.Console && s.opts.In != nil {
		s.console = console.New(console.Config{In: s.opts.In, Out: s.opts.Out, Orders: s.table, Log: s.log,
			History: filepath.Join(s.cfg.Data, "console_history"), Shutdown: s.house.Shutdown})
		if isatty.IsTerminal(s.opts.In.Fd()) && isatty.IsTerminal(os.Stderr.Fd()) {
			s.logOut.prompt.Store(s.console)
		}
	}
	return nil
}

// resume goes on with what the last run of the station left: the queue, the song
// on the air and its position.
func (s *station) resume(ctx context.Context) error {
	was, err := s.db.Resume(ctx)
	if err != nil {
		return err
	}
	a := was.Air
	s.air.SetAuto(a.Auto)
	switch {
	case a.State != command.Silent:
		s.air.Play(a.Turn, command.Airing{Queue: a.Queue, Code: a.Code, From: a.Position, Loop: a.Loop})
	case a.Held:
		s.air.Silence(a.Turn)
	default:
		s.air.Release(a.Turn)
	}
	s.air.SetQueue(was.Queue)
	me := command.Caller{Door: "start", Who: "station", Local: true}
	for _, order := range startOrders(s.cfg, a) {
		if reply := s.table.Do(ctx, me, order); !reply.OK {
			return errors.New(strings.TrimPrefix(reply.Text, "error: "))
		}
	}
	return nil
}

// startOrders are the orders that the configuration gives at the start.
func startOrders(cfg *config.Config, was command.AirState) []string {
	var orders []string
	if cfg.Play {
		orders = append(orders, "new")
	}
	if cfg.Auto && (!was.Auto || was.Held) {
		orders = append(orders, "auto on")
	}
	return orders
}

// greet says where the station is.
func (s *station) greet(ctx context.Context) {
	base := "http://" + s.place()
	fmt.Fprintf(s.opts.Out, "Bandstand %s is on the air.\n  page    %s\n  listen  %s/live.mp3  (or live.opus, live.flac)\n", s.opts.Version, s.house.link, base)
	if on, err := s.house.onAir(ctx); err == nil && on != nil && !s.cfg.Play {
		at := time.Duration(on.Position * float64(time.Second)).Truncate(time.Second)
		fmt.Fprintf(s.opts.Out, "Going on where it was: %s, at %s.\n", about(on.Title, on.Band, on.Style, on.Code), at)
	}
	if s.console != nil {
		fmt.Fprintln(s.opts.Out, "Type new to hear a song that nobody has heard before; help shows the rest.")
	}
}
