package station

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"bandstand/internal/command"
	"bandstand/internal/playout"
)

// progressStore keeps what the air did by itself, so that a restart finds it.
// News of a turn that an order has since replaced changes nothing.
type progressStore interface {
	Started(ctx context.Context, turn, queue int64, code string) error
	Failed(ctx context.Context, queue int64) error
	Progress(ctx context.Context, turn int64, code string, position time.Duration) error
	Ended(ctx context.Context, turn int64) error
}

// recorder writes down what happens on the air and tells everyone who listens for
// events. It has a mailbox of its own, since the clock must not wait for a disk.
// What could not be written is tried again until it is.
type recorder struct {
	store progressStore
	now   func() command.Now
	tell  func(playout.Event)
	auto  func()
	log   *slog.Logger

	mu     sync.Mutex
	events []playout.Event
	bell   bell

	// Below: only run's goroutine.
	turn      int64           // of what is heard
	unwritten []playout.Event // in order

	trouble trouble
}

// report takes an event from playout and never blocks.
func (r *recorder) report(e playout.Event) {
	r.mu.Lock()
	r.events = append(r.events, e)
	r.mu.Unlock()
	r.bell.ring()
}

func (r *recorder) take() []playout.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	events := r.events
	r.events = nil
	return events
}

// run writes until ctx ends, then what is left and the last position.
func (r *recorder) run(ctx context.Context) error {
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	work := context.WithoutCancel(ctx)
	for {
		select {
		case <-r.bell:
			r.hear(work)
		case <-tick.C:
			r.write(work)
			r.progress(work)
		case <-ctx.Done():
			r.hear(work)
			r.progress(work)
			return nil
		}
	}
}

// hear takes what is new, writes it down and tells it.
func (r *recorder) hear(ctx context.Context) {
	news := r.take()
	r.unwritten = append(r.unwritten, news...)
	r.write(ctx)
	for _, e := range news {
		r.turn = e.Turn
		switch e.Kind {
		case playout.Failed:
			r.log.Error("a song could not be rendered", "code", e.Item.Code, "err", e.Err)
		case playout.Jumped:
			r.log.Warn("the clock was behind and jumped", "lag", e.Lag)
		}
		r.tell(e)
	}
	if len(news) > 0 {
		r.auto()
	}
}

// write writes down what is still unwritten, as far as it goes.
func (r *recorder) write(ctx context.Context) {
	for len(r.unwritten) > 0 {
		err := r.put(ctx, r.unwritten[0])
		r.note(err)
		if err != nil {
			return
		}
		if r.unwritten = r.unwritten[1:]; len(r.unwritten) == 0 {
			r.unwritten = nil
			r.auto()
		}
	}
}

func (r *recorder) put(ctx context.Context, e playout.Event) error {
	switch {
	case e.Kind == playout.Failed:
		return r.store.Failed(ctx, e.Item.Queue)
	case e.Ordered: // the order wrote it down itself
		return nil
	case e.Kind == playout.Started:
		return r.store.Started(ctx, e.Turn, e.Item.Queue, e.Item.Code)
	case e.Kind == playout.Silent:
		return r.store.Ended(ctx, e.Turn)
	}
	return nil
}

// progress writes down where in its song the air is. Its turn is news too: while
// older news waits, the position does.
func (r *recorder) progress(ctx context.Context) {
	if now := r.now(); now.State == command.Playing && len(r.unwritten) == 0 {
		r.note(r.store.Progress(ctx, r.turn, now.Code, now.Position))
	}
}

// note writes down how a write went.
func (r *recorder) note(err error) {
	if r.trouble.note(err) {
		r.log.Error("what happens on the air could not be written down; the station plays on and tries again", "err", err)
	}
}

// trouble remembers whether something goes wrong at the moment.
type trouble struct {
	mu     sync.Mutex
	err    error
	logged time.Time
}

// note says how it went. It tells whether to log it: at most once a minute.
func (t *trouble) note(err error) (log bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.err = err
	if err == nil || time.Since(t.logged) < time.Minute {
		return false
	}
	t.logged = time.Now()
	return true
}

// now is the trouble of the moment, nil where there is none.
func (t *trouble) now() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}
