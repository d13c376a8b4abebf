// Package station is the composition root: it builds every part, lets them know
// each other, runs them and stops them in order. It is the only package that
// knows all others, and decides nothing that one of them could decide.
package station

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"

	"bandstand/assets"
	"bandstand/internal/command"
	"bandstand/internal/config"
	"bandstand/internal/console"
	"bandstand/internal/control"
	"bandstand/internal/encode/mp3"
	"bandstand/internal/export"
	"bandstand/internal/ircbot"
	"bandstand/internal/playout"
	"bandstand/internal/sqlite"
	"bandstand/internal/style"
	"bandstand/internal/synth"
	"bandstand/internal/web"
)

// Options are what a station is given besides its configuration.
type Options struct {
	Version string
	In      *os.File  // orders of the console
	Out     io.Writer // its replies
	Ending  func()    // called when the orderly end begins; nil for nothing
}

// station is everything that was built, in the order in which it is closed.
type station struct {
	cfg     *config.Config
	opts    Options
	log     *slog.Logger
	logOut  *logOut
	closers []func() error

	db       *sqlite.DB
	listener net.Listener
	token    string
	font     *synth.Font
	module   *mp3.Module
	composer composer
	roles    []command.Grant
	exporter *export.Exporter

	feed     *feed
	events   *events
	playout  *playout.Playout
	air      *air
	recorder *recorder
	house    *house
	health   *health
	table    *command.Table
	auto     *auto
	web      *web.Server
	control  *control.Server
	console  *console.Console
	bot      *ircbot.Bot
	outputs  *outputs

	end func(error) // begins the orderly end, with the reason if it is a failure
}

// Run builds a station, runs it until ctx ends or it is told to shut down, and
// stops it in order. Its errors are sentences for people.
func Run(ctx context.Context, cfg *config.Config, opts Options) (err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if opts.Ending == nil {
		opts.Ending = func() {}
	}
	s := &station{cfg: cfg, opts: opts, end: func(err error) { opts.Ending(); cancel(err) }}
	defer func() {
		if closed := s.close(); err == nil {
			err = closed
		}
	}()
	if err := s.open(ctx); err != nil {
		return err
	}
	s.build()
	if err := s.buildDoors(); err != nil {
		return err
	}
	return s.run(ctx)
}

// close closes what was opened, the last first.
func (s *station) close() error {
	var first error
	for i := len(s.closers) - 1; i >= 0; i-- {
		if err := s.closers[i](); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// open takes what may be refused: the data folder, the port, the SoundFont, the
// database, the user's styles.
func (s *station) open(ctx context.Context) error {
	s.logOut = newLogOut()
	s.log = newLog(s.cfg.Log, s.logOut)
	go s.logOut.run()
	s.closers = append(s.closers, s.logOut.close)
	lock, err := lockData(s.cfg.Data)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, lock.Close)
	if s.token, err = loadToken(s.cfg.Data); err != nil {
		return err
	}
	if s.listener, err = listen(ctx, s.cfg.Listen); err != nil {
		return err
	}
	s.closers = append(s.closers, func() error { _ = s.listener.Close(); return nil }) // the web server closes it too
	if s.db, err = sqlite.Open(ctx, filepath.Join(s.cfg.Data, "station.db"), s.log); err != nil {
		return err
	}
	s.closers = append(s.closers, s.db.Close)
	if s.font, err = loadFont(s.cfg.SoundFont); err != nil {
		return err
	}
	folder := s.stylesFolder()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		s.log.Warn("the folder of your own styles cannot be made", "error", err) // the station runs without
	}
	styles, err := style.Open(folder, s.log)
	if err != nil {
		return err
	}
	if s.roles, err = roles(s.cfg.IRC); err != nil {
		return err
	}
	s.openSockets()
	s.composer = newComposer(styles)
	s.module = mp3.NewModule()
	s.closers = append(s.closers, func() error { return s.module.Close(context.WithoutCancel(ctx)) })
	return nil
}

func (s *station) stylesFolder() string { return filepath.Join(s.cfg.Data, "styles") }

// loadFont is the built-in SoundFont, or the one that the configuration names.
func loadFont(path string) (*synth.Font, error) {
	if path == "" {
		return synth.LoadFont(assets.SoundFont())
	}
	return synth.OpenFont(path)
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("the station cannot listen on %s (%w): stop what uses it, or choose another address with --listen", address, cause(err))
	}
	return l, nil
}

// build makes the parts that make sound and know what is on the air.
func (s *station) build() {
	s.exporter = export.New(s.font, s.module)
	s.feed, s.events = newFeed(), newEvents()
	s.air = &air{}
	s.recorder = &recorder{store: s.db, now: s.air.Now, log: s.log, bell: newBell(),
		tell: s.tell}
	s.playout = playout.New(playout.Config{
		Renderer: &renderer{font: s.font, load: s.db.Notes},
		Emit:     s.feed.emit,
		Report:   s.recorder.report,
		Log:      s.log,
	})
	s.air.Playout = s.playout
	s.outputs = newOutputs(s.log, s.sink)
	s.house = newHouse(s)
	s.house.outputs = s.outputs
	s.health = &health{house: s.house}
	s.table = command.New(command.Deps{Store: s.db, Composer: s.composer, Air: s.air, Exporter: s.exporter, House: s.house, Outputs: s.outputs, Configured: s.configured(), Home: s.cfg.Data, Log: s.log, Styles: s.stylesFolder(),
		Roles: s.roles, Limits: limits(s.cfg.Limits)})
	s.auto = &auto{table: s.table, wanted: s.autoWanted, composer: s.composer, on: s.air.auto.Load, bell: newBell(), log: s.log, seed: freshSeed}
	s.air.changed = func(what string) {
		s.events.tell(web.Event{Name: what, Frame: s.playout.Now().Frame, Data: struct{}{}})
	}
	s.house.auto = s.auto
	s.air.wakeAuto, s.recorder.auto = s.auto.bell.ring, s.auto.bell.ring
}

// autoWanted says whether a song for auto has a place to go to.
func (s *station) autoWanted(ctx context.Context) (bool, error) {
	r, err := s.db.Resume(ctx)
	return r.Air.Auto && !r.Air.Held && len(r.Queue) == 0, err
}

// run starts everything, waits for the end, and stops in order: doors, playout,
// encoders, web, outputs. The database is closed last, by close.
func (s *station) run(ctx context.Context) error {
	var once sync.Once
	all := &stages{log: s.log, fail: func(err error) { once.Do(func() { s.end(failure{err}) }) }}
	doors := all.add(ctx, "doors")
	air := all.add(ctx, "playout")
	encoders := all.add(ctx, "encoders")
	site := all.add(ctx, "web")
	s.outputs.stage = all.add(ctx, "outputs")
	defer all.stop()

	for _, st := range s.house.streams {
		encoders.run(st.mount.Config().Name, st.run)
	}
	encoders.run("recorder", s.recorder.run)
	encoders.run("health", s.health.run)
	encoders.run("watch", s.house.watch)
	air.run("playout", s.playout.Run)
	if err := s.resume(ctx); err != nil {
		return err
	}
	if err := s.startOutputs(ctx); err != nil {
		return err
	}
	// Orders come in from here on, when what was on the air is back.
	site.run("web server", func(ctx context.Context) error { return s.web.Serve(ctx, s.listener) })
	s.greet(ctx)
	doors.run("recall", func(ctx context.Context) error {
		if err := s.composer.recall(ctx, s.db); err != nil {
			s.log.Warn("the composer does not remember the last songs: it may repeat one", "err", err)
		}
		return nil
	})
	doors.run("auto", s.auto.run)
	doors.run("control socket", s.control.Run)
	doors.run("IRC", s.bot.Run)
	if s.console != nil {
		doors.run("console", s.console.Run)
	}
	<-ctx.Done()
	var f failure
	if errors.As(context.Cause(ctx), &f) {
		return f.error
	}
	return nil // a signal, or the order to shut down
}

// failure is the cause of an end that nobody wanted.
type failure struct{ error }
